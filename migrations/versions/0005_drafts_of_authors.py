"""Each author has a draft of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("drafts") as drafts:
        drafts.drop_constraint("fk_drafts_saved_by_id_people", type_="foreignkey")
        drafts.drop_constraint("uq_drafts_kind_slug_language", type_="unique")
        drafts.alter_column("saved_by_id", new_column_name="author_id", existing_type=sa.Integer())
    # A second round, because the first one does not know the new name yet on SQLite.
    with op.batch_alter_table("drafts") as drafts:
        drafts.create_foreign_key("fk_drafts_author_id_people", "people", ["author_id"], ["id"])
        drafts.create_unique_constraint(
            "uq_drafts_kind_slug_language_author_id", ["kind", "slug", "language", "author_id"]
        )
