"""Who looked at a text again, and whose turn it is."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def _text(*, primary_key: bool = False) -> list[sa.Column[str]]:
    kinds = {"kind": sa.String(32), "slug": sa.String(100), "language": sa.String(16)}
    return [
        sa.Column(name, kind, nullable=False, primary_key=primary_key)
        for name, kind in kinds.items()
    ]


def upgrade() -> None:
    op.create_table(
        "text_looks",
        sa.Column("id", sa.Integer(), nullable=False),
        *_text(),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Date()),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("looked_by_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_text_looks"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="fk_text_looks_revision_id_revisions"
        ),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["people.id"], name="fk_text_looks_looked_by_id_people"
        ),
    )
    op.create_index("ix_text_looks_text", "text_looks", ["kind", "slug", "language", "id"])
    op.create_table(
        "text_keepers",
        *_text(),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug", "language", name="pk_text_keepers"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_text_keepers_person_id_people"
        ),
    )
