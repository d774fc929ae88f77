"""Decisions about people who were ticked, kept together like those about all who waited."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.add_column(
        "parked_sweeps",
        sa.Column("picked", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    with op.batch_alter_table("parked_sweeps") as table:
        table.drop_column("picked")
