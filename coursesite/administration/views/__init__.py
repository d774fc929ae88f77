"""The administrator's pages."""

from coursesite.administration.views import audit, local_fields, people, roles, support
from coursesite.administration.views.blueprints import bp, people_bp

__all__ = ["audit", "bp", "local_fields", "people", "people_bp", "roles", "support"]
