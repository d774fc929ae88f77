"""What ends by the day, for charts; and views of reports that people have saved."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "unit_expiries",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("target_kind", sa.String(length=32), nullable=False),
        sa.Column("target_slug", sa.String(length=100), nullable=False),
        sa.Column("alone", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_expiries_unit_id_units")
        ),
        sa.PrimaryKeyConstraint(
            "unit_id", "valid_until", "target_kind", "target_slug", name=op.f("pk_unit_expiries")
        ),
    )
    op.execute(_COUNT)
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("starts", sa.Boolean(), nullable=False),
        sa.Column("every", sa.String(length=32), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_views_person_id_name")),
    )
    op.create_index(op.f("ix_saved_views_next_on"), "saved_views", ["next_on"])


def downgrade() -> None:
    op.drop_table("saved_views")
    op.drop_table("unit_expiries")


# Each count is one of its unit and of all units above, whose paths begin its own. Paths are
# compared once for each pair of units, and not for each count.
_COUNT = """
    INSERT INTO unit_expiries (unit_id, valid_until, target_kind, target_slug, alone, people)
    WITH lines AS MATERIALIZED (
        SELECT own.id AS own_id, above.id
        FROM units AS own JOIN units AS above ON own.path LIKE above.path || '%'
    )
    SELECT above.id, counts.valid_until, counts.target_kind, counts.target_slug,
           SUM(CASE WHEN above.id = above.own_id THEN counts.people ELSE 0 END), SUM(counts.people)
    FROM compliance_counts AS counts
    JOIN lines AS above ON above.own_id = counts.unit_id
    WHERE counts.excuse = 'none' AND counts.progress <> 'revoked'
      AND counts.valid_until <> '9999-12-31'
    GROUP BY above.id, counts.valid_until, counts.target_kind, counts.target_slug
"""
