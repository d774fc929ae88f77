"""The first day whose steps a ladder tells."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("assignment_ladders", sa.Column("since", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("assignment_ladders", "since")
