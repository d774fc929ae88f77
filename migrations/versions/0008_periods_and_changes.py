"""What opened each period, by what terms it is valid, and what a change of the text asks for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "content_renewals",
        sa.Column("requirement_id", ID, nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("period_id", ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table[:-1]}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_content_renewals_{table[:-1]}_id_{table}"),
            )
            for table in ("requirements", "publications", "periods")
        ),
        sa.PrimaryKeyConstraint(
            "requirement_id", "publication_id", name=op.f("pk_content_renewals")
        ),
    )
    op.create_index(op.f("ix_content_renewals_period_id"), "content_renewals", ["period_id"])
    with op.batch_alter_table("publications") as publications:
        publications.add_column(sa.Column("renew_days", sa.Integer()))
    with op.batch_alter_table("requirement_sources") as sources:
        sources.add_column(sa.Column("due_on", sa.Date()))
        sources.add_column(sa.Column("matched_at", MOMENT))
    with op.batch_alter_table("extensions") as extensions:
        extensions.add_column(sa.Column("assignment_id", sa.Integer()))
        extensions.create_foreign_key(
            op.f("fk_extensions_assignment_id_assignments"),
            "assignments",
            ["assignment_id"],
            ["id"],
        )
    _name_causes()


def _name_causes() -> None:
    """Of what is there already, the first period was assigned, and the others are renewals."""
    cause = sa.Column("cause", sa.String(length=32), nullable=False, server_default="assigned")
    with op.batch_alter_table("periods") as periods:
        periods.add_column(cause)
        periods.add_column(sa.Column("opened_at", MOMENT))
        periods.add_column(sa.Column("policy", JSON))
    op.execute("UPDATE periods SET cause = 'renewal' WHERE number > 1")
    op.execute(
        "UPDATE periods SET cause = 'revoked' WHERE number > 1 AND completed_at IS NULL "
        "AND cancelled_at IS NULL AND requirement_id IN "
        "(SELECT id FROM requirements WHERE progress = 'revoked')"
    )
