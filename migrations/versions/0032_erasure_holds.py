"""Somebody's data can be held, so that nobody erases it before a day."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "erasure_holds",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("held_by_id", sa.Integer(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_erasure_holds_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["held_by_id"], ["people.id"], name=op.f("fk_erasure_holds_held_by_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasure_holds")),
    )


def downgrade() -> None:
    op.drop_table("erasure_holds")
