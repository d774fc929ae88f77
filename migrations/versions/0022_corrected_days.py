"""The days of which something was entered only later, so that a report as known now finds it."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "corrected_days",
        sa.Column("requirement_id", ID, autoincrement=False, nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["requirement_id"],
            ["requirements.id"],
            name=op.f("fk_corrected_days_requirement_id_requirements"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_corrected_days_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("requirement_id", "noted_on", name=op.f("pk_corrected_days")),
    )
    op.create_index(
        "ix_corrected_days_noted",
        "corrected_days",
        ["organisation_id", "noted_on", "since", "requirement_id"],
    )
    _note_what_there_is()


def downgrade() -> None:
    op.drop_table("corrected_days")


def _note_what_there_is() -> None:
    """Too much rather than too little: from the first late day of a requirement until now.

    A day more on each side, as days are those of UTC here.
    """
    connection = op.get_bind()
    completed = _DAY_BEFORE[connection.dialect.name].format("c.completed_at")
    found = " UNION ALL ".join(each.format(completed=completed) for each in _LATE)
    adding = sa.text(
        "INSERT INTO corrected_days (requirement_id, organisation_id, since, noted_on) "  # noqa: S608 - our own text
        f"SELECT r.id, r.organisation_id, MIN(late.since), :noted FROM ({found}) AS late "
        "JOIN requirements r ON r.id = late.requirement_id "
        "WHERE late.since < :noted GROUP BY r.id, r.organisation_id"
    )
    noted = sa.bindparam("noted", datetime.now(UTC).date() + timedelta(days=1), sa.Date())
    connection.execute(adding.bindparams(noted))


_DAY_BEFORE = {"sqlite": "DATE({0}, '-1 day')", "postgresql": "(CAST({0} AS DATE) - 1)"}
_LATE = (
    # Completions that were entered on a later day, or were taken back.
    "SELECT p.requirement_id, {completed} AS since"
    " FROM periods p JOIN completions c ON c.id = p.completion_id"
    " WHERE DATE(c.recorded_at) > DATE(c.completed_at) OR p.cancelled_at IS NOT NULL",
    # Renewals that were opened on a later day than their own.
    "SELECT requirement_id, opens_on FROM periods WHERE DATE(opened_at) > opens_on",
    # Waivers and absences.
    "SELECT r.id, l.starts_on FROM leaves l JOIN requirements r"
    " ON r.person_id = l.person_id AND (l.requirement_id IS NULL OR l.requirement_id = r.id)",
    # What was revoked, and perhaps counts again.
    "SELECT requirement_id, recorded_on FROM requirement_versions WHERE progress = 'revoked'",
    # Somebody who was counted in another unit than where they were posted.
    "SELECT r.id, p.starts_on FROM postings p"
    " JOIN requirements r ON r.person_id = p.person_id"
    " JOIN requirement_versions v ON v.requirement_id = r.id"
    " WHERE v.recorded_on <= p.starts_on"
    " AND (v.replaced_on IS NULL OR v.replaced_on > p.starts_on)"
    " AND (v.unit_id IS NULL OR v.unit_id <> p.unit_id)",
)
