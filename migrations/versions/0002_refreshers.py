"""Assignments can be paused, and a period can be renewed by a refresher."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("assignments", sa.Column("paused_at", sa.DateTime(timezone=True)))
    op.add_column("periods", sa.Column("refresher", sa.String(length=120)))
