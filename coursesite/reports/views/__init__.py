"""The manager's pages."""

from coursesite.reports.views import numbers, people
from coursesite.reports.views.blueprint import bp

__all__ = ["bp", "numbers", "people"]
