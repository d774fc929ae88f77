"""News by mail: what waits to be told, and how often each person wants it."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("writer_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_news"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_news_person_id_people"),
        sa.ForeignKeyConstraint(["writer_id"], ["people.id"], name="fk_news_writer_id_people"),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_news_mail_id_mails"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_news_waiting",
        "news",
        ["person_id", "topic", "kind", "about_id"],
        unique=True,
        sqlite_where=sa.text("mail_id IS NULL"),
        postgresql_where=sa.text("mail_id IS NULL"),
    )
    op.create_index("ix_news_mail_id", "news", ["mail_id"])
    for name, often in (("authoring", "at-once"), ("requests", "daily")):
        column = sa.Column(name, sa.String(32), nullable=False, server_default=often)
        op.add_column("mail_choices", column)


def downgrade() -> None:
    for name in ("requests", "authoring"):
        op.drop_column("mail_choices", name)
    op.drop_table("news")
