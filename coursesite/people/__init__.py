"""Organisations, their units, the people posted to them, and the roles they hold."""
