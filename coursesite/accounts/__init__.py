"""Signing in, sessions, and who may open a page."""
