"""Lessons read, modules and paths completed."""
