"""Erasing one person, or many, and saying after how long."""

from coursesite.erasing.views import many, one
from coursesite.erasing.views.blueprint import bp

__all__ = ["bp", "many", "one"]
