"""How the letters of an old system's file are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Files from before say it themselves."""
    letters = sa.Column("letters", sa.String(length=32), nullable=False, server_default="unsaid")
    op.add_column("import_batches", letters)


def downgrade() -> None:
    with op.batch_alter_table("import_batches") as batches:
        batches.drop_column("letters")
