"""Erasing one person, or many, saying after how long, and holding what an inquiry needs."""

from coursesite.erasing.views import holding, many, one
from coursesite.erasing.views.blueprint import bp

__all__ = ["bp", "holding", "many", "one"]
