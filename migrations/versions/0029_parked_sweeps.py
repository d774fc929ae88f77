"""Decisions about all who wait with a date that cannot be kept, in steps and taken back as one."""

import sqlalchemy as sa
from alembic import op

from coursesite.db import BigId, Json

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "parked_sweeps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("paths", Json, nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=64), nullable=True),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("task_id", BigId, nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_parked_sweeps_assignment_id_assignments"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_parked_sweeps_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_parked_sweeps_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["tasks.id"],
            name=op.f("fk_parked_sweeps_task_id_tasks"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_sweeps")),
    )
    op.create_index("ix_parked_sweeps_organisation", "parked_sweeps", ["organisation_id", "id"])
    with op.batch_alter_table("parked") as parked:
        parked.add_column(sa.Column("sweep_id", sa.Integer(), nullable=True))
        parked.create_foreign_key(
            op.f("fk_parked_sweep_id_parked_sweeps"), "parked_sweeps", ["sweep_id"], ["id"]
        )
        parked.create_index(op.f("ix_parked_sweep_id"), ["sweep_id"])


def downgrade() -> None:
    with op.batch_alter_table("parked") as parked:
        parked.drop_index(op.f("ix_parked_sweep_id"))
        parked.drop_constraint(op.f("fk_parked_sweep_id_parked_sweeps"), type_="foreignkey")
        parked.drop_column("sweep_id")
    op.drop_table("parked_sweeps")
