"""How requirements stood on past days: their versions, and sums that are kept."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALIKE = "unit_id, state, progress, excuse, due_on, valid_until, grace_until"


def upgrade() -> None:
    op.create_table(
        "requirement_versions",
        sa.Column("requirement_id", ID, autoincrement=False, nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("replaced_on", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("progress", sa.String(length=32), nullable=False),
        sa.Column("excuse", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("grace_until", sa.Date(), nullable=True),
        _key("requirement_versions", "organisation_id", "organisations"),
        _key("requirement_versions", "requirement_id", "requirements"),
        _key("requirement_versions", "unit_id", "units"),
        sa.PrimaryKeyConstraint(
            "requirement_id", "recorded_on", name=op.f("pk_requirement_versions")
        ),
    )
    for what in ("recorded", "replaced"):
        op.create_index(
            f"ix_requirement_versions_{what}",
            "requirement_versions",
            ["organisation_id", f"{what}_on"],
        )
    op.create_index("ix_requirement_versions_unit", "requirement_versions", ["unit_id"])
    op.create_table(
        "kept_days",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _key("kept_days", "organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("organisation_id", "day", name=op.f("pk_kept_days")),
    )
    op.create_table(
        "kept_standings",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("target_kind", sa.String(length=32), nullable=False),
        sa.Column("target_slug", sa.String(length=100), nullable=False),
        sa.Column("standing", sa.String(length=32), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        _key("kept_standings", "organisation_id", "organisations"),
        _key("kept_standings", "unit_id", "units"),
        sa.PrimaryKeyConstraint(
            "unit_id",
            "target_kind",
            "target_slug",
            "standing",
            "recorded_on",
            name=op.f("pk_kept_standings"),
        ),
    )
    _record_what_there_is()


def downgrade() -> None:
    for table in ("kept_standings", "kept_days", "requirement_versions"):
        op.drop_table(table)


def _key(table: str, column: str, referred: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{referred}")
    return sa.ForeignKeyConstraint([column], [f"{referred}.id"], name=name)


def _record_what_there_is() -> None:
    """The first version of each requirement: known since today, and nothing is said of before."""
    connection, now = op.get_bind(), datetime.now(UTC)
    organisations = connection.execute(sa.text("SELECT id, time_zone FROM organisations")).all()
    adding = sa.text(
        f"INSERT INTO requirement_versions (requirement_id, recorded_on, organisation_id, {ALIKE}) "  # noqa: S608 - names of columns
        f"SELECT id, :today, organisation_id, {ALIKE} FROM requirements WHERE organisation_id = :id"
    ).bindparams(sa.bindparam("today", type_=sa.Date()))
    for id, time_zone in organisations:
        today = now.astimezone(ZoneInfo(time_zone)).date()
        connection.execute(adding, {"today": today, "id": id})
