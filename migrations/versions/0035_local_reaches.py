"""Whom a publication of a local version asks to learn again: by organisation, language, module."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "local_reaches",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("module_slug", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint(
            "publication_id",
            "organisation_id",
            "language",
            "module_slug",
            name="pk_local_reaches",
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name="fk_local_reaches_publication_id_publications",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_local_reaches_organisation_id_organisations",
        ),
    )
    op.create_index("ix_local_reaches_module", "local_reaches", ["module_slug", "organisation_id"])


def downgrade() -> None:
    op.drop_table("local_reaches")
