"""The manager's pages."""

from coursesite.reports.views import corrections, export, numbers, people, person
from coursesite.reports.views.blueprint import bp

__all__ = ["bp", "corrections", "export", "numbers", "people", "person"]
