"""Which rule gave the date of a requirement, when it did.

Of what is there already it is known where the assignment was never changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("requirement_sources", sa.Column("due_rule", sa.String(length=32), nullable=True))
    op.add_column("requirement_sources", sa.Column("due_days", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE requirement_sources SET"
        " due_rule = (SELECT due_rule FROM assignments WHERE id = assignment_id),"
        " due_days = (SELECT due_days FROM assignments WHERE id = assignment_id)"
        " WHERE assignment_id NOT IN (SELECT CAST(subject_id AS INTEGER) FROM events"
        " WHERE subject_type = 'assignment' AND kind = 'assignment-changed')"
    )


def downgrade() -> None:
    with op.batch_alter_table("requirement_sources") as sources:
        sources.drop_column("due_days")
        sources.drop_column("due_rule")
