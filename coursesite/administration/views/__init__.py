"""The administrator's pages."""

from coursesite.administration.views import (
    audit,
    course,
    jobs,
    local_fields,
    mail,
    people,
    roles,
    support,
)
from coursesite.administration.views.blueprints import bp, jobs_bp, people_bp

__all__ = [
    "audit",
    "bp",
    "course",
    "jobs",
    "jobs_bp",
    "local_fields",
    "mail",
    "people",
    "people_bp",
    "roles",
    "support",
]
