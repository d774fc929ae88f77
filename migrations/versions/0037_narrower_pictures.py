"""Smaller copies of pictures, each made of one file of media."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "narrower_pictures",
        sa.Column("media_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("mimetype", sa.String(100), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("media_id", "width", name="pk_narrower_pictures"),
        sa.ForeignKeyConstraint(
            ["media_id"],
            ["media_files.id"],
            name="fk_narrower_pictures_media_id_media_files",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("narrower_pictures")
