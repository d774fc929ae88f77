"""What is written into the form of a fact, a word or settings is kept as that of a question is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0040"
down_revision = "0039"

REST = "slug, language, {}, author_id, digest, form, kept_at"


def upgrade() -> None:
    _made_anew("part", sa.Column("kind", sa.String(length=32), nullable=False))
    _taken_over(f"kind, {REST.format('part')}", f"'quiz', {REST.format('question_id')}")


def downgrade() -> None:
    op.execute("DELETE FROM unsaved_forms WHERE kind <> 'quiz'")
    _made_anew("question_id")
    _taken_over(REST.format("question_id"), REST.format("part"))


def _made_anew(part: str, *kind: sa.Column[str]) -> None:
    """The table with another primary key, which SQLite cannot change."""
    op.execute("CREATE TABLE unsaved_before AS SELECT * FROM unsaved_forms")
    op.drop_table("unsaved_forms")
    key = [*(each.name for each in kind), "slug", "language", part, "author_id"]
    op.create_table(
        "unsaved_forms",
        *kind,
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column(part, sa.String(length=100), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("form", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_unsaved_forms_author_id_people")
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_unsaved_forms")),
    )


def _taken_over(new: str, old: str) -> None:
    op.execute(f"INSERT INTO unsaved_forms ({new}) SELECT {old} FROM unsaved_before")  # noqa: S608 - names of columns
    op.drop_table("unsaved_before")
