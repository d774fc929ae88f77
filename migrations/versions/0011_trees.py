"""Each event has a word of its own, and a seal a tree over its events."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("events", sa.Column("nonce", sa.String(length=32), nullable=True))
    op.add_column(
        "event_seals",
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )
    op.add_column("event_seals", sa.Column("root", sa.String(length=64), nullable=True))
