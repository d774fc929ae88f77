"""The administrator's pages."""

from coursesite.administration.views import audit, people, roles
from coursesite.administration.views.blueprints import bp, people_bp

__all__ = ["audit", "bp", "people", "people_bp", "roles"]
