"""Ladders of assignments, how far a day's reminders have come, and what each reminder tells."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """No reminder was ever sent before this."""
    op.execute("DELETE FROM reminders")
    with op.batch_alter_table("reminders") as table:
        table.add_column(sa.Column("level", sa.String(length=16), nullable=False))
        table.add_column(sa.Column("due_on", sa.Date(), nullable=False))
    op.create_index("ix_reminders_mail", "reminders", ["mail_id"])
    waiting = sa.text("mail_id IS NULL")
    op.create_index(
        "ix_reminders_waiting",
        "reminders",
        ["recipient_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("ix_requirements_due", "requirements", ["organisation_id", "due_on", "id"])
    op.create_table(
        "assignment_ladders",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("own", JSON, nullable=False),
        sa.Column("manager", JSON, nullable=False),
        sa.Column("above", JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_assignment_ladders_assignment_id_assignments"),
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_assignment_ladders")),
    )
    op.create_table(
        "reminder_runs",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("run_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("requirement_id", sa.BigInteger(), nullable=False),
        sa.Column("collected_at", MOMENT, nullable=True),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_reminder_runs_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_reminder_runs")),
    )
