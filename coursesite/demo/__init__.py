"""Demonstration organisations and people; impossible in production."""
