"""Which job carries out what was done to an assignment; its people, walked in order."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    with op.batch_alter_table("assignments") as assignments:
        assignments.add_column(sa.Column("task_id", sa.BigInteger(), nullable=True))
        assignments.create_foreign_key(
            op.f("fk_assignments_task_id_tasks"), "tasks", ["task_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index(
        "ix_requirement_sources_assignment",
        "requirement_sources",
        ["assignment_id", "requirement_id"],
    )
    op.drop_index("ix_requirement_sources_assignment_id", "requirement_sources")
