"""Revisions that came with the archive of another site."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "archived_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("site", sa.String(length=200), nullable=False),
        sa.Column("files", json, nullable=False),
        sa.Column("created_by", sa.String(length=300)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publications", json, nullable=False),
        sa.Column("brought_by_id", sa.Integer()),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_archived_revisions"),
        sa.UniqueConstraint(
            "kind",
            "slug",
            "language",
            "digest",
            name="uq_archived_revisions_kind_slug_language_digest",
        ),
        sa.ForeignKeyConstraint(
            ["brought_by_id"], ["people.id"], name="fk_archived_revisions_brought_by_id_people"
        ),
    )
