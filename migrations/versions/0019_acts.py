"""Decisions about many people at once, with each of them and what became of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("paths", JSON, nullable=True),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("decision", JSON, nullable=False),
        sa.Column("listed", JSON, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_acts_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_acts_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_acts_task_id_tasks"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
    )
    op.create_index("ix_acts_organisation", "acts", ["organisation_id", "id"])
    op.create_table(
        "act_people",
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("made_id", ID, nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name=op.f("fk_act_people_act_id_acts")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_act_people_person_id_people")
        ),
        sa.PrimaryKeyConstraint("act_id", "person_id", name=op.f("pk_act_people")),
    )
    op.create_index("ix_act_people_state", "act_people", ["act_id", "state", "person_id"])
