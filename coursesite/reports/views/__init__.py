"""The manager's pages."""

from coursesite.reports.views import export, numbers, people, person
from coursesite.reports.views.blueprint import bp

__all__ = ["bp", "export", "numbers", "people", "person"]
