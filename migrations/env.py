"""Alembic's entry: run on the connection that it is given."""

from importlib import import_module
from typing import Any

from alembic import context

from coursesite.db import Base, UtcDateTime, Word

for feature in (
    "accounts",
    "assignments",
    "audit",
    "authoring",
    "certificates",
    "content",
    "history",
    "jobs",
    "notifications",
    "people",
    "progress",
    "quizzes",
    "revisions",
):
    import_module(f"coursesite.{feature}.models")


def render_type(kind: str, item: Any, autogen: Any) -> str | bool:
    """Migrations name plain types, so that they keep working when ours change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Word):
        return f"sa.String(length={item.impl.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render_type,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
