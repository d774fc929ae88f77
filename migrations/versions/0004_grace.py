"""How long one may still hand in when the time of an attempt is over."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    grace = sa.Column("grace_minutes", sa.Integer(), server_default="2", nullable=False)
    op.add_column("attempts", grace)
