"""Rounds about what changed in a module since somebody learned it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("module_rounds") as table:
        table.add_column(sa.Column("since_revision_id", sa.Integer()))
        table.add_column(sa.Column("until_revision_id", sa.Integer()))
        table.add_column(sa.Column("asked", Json))
        for column in ("since_revision_id", "until_revision_id"):
            table.create_foreign_key(
                op.f(f"fk_module_rounds_{column}_revisions"), "revisions", [column], ["id"]
            )
