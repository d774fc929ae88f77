"""Authors comment on each other's drafts and approve of them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column(
        "organisations",
        sa.Column("four_eyes", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("drafts", sa.Column("opinion_asked_at", sa.DateTime(timezone=True)))
    op.add_column("drafts", sa.Column("opinion_note", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "draft_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer()),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text()),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column("resolved_by_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_comments_draft_id_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["draft_comments.id"],
            name=op.f("fk_draft_comments_parent_id_draft_comments"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_draft_comments_author_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["people.id"], name=op.f("fk_draft_comments_resolved_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comments")),
    )
    op.create_index(op.f("ix_draft_comments_draft_id"), "draft_comments", ["draft_id"])
    op.create_table(
        "draft_opinions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_opinions_draft_id_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["people.id"], name=op.f("fk_draft_opinions_reader_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_opinions")),
    )
    op.create_index(op.f("ix_draft_opinions_draft_id"), "draft_opinions", ["draft_id"])
