"""Bringing in what people completed in an old system."""
