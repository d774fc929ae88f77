"""What an organisation had put into a module when somebody read a lesson of it."""

from alembic import op

revision = "0031"
down_revision = "0030"

KEY = "fk_lesson_readings_local_version_id_local_versions"


def upgrade() -> None:
    """Added in place, as the table can be large."""
    op.execute(
        "ALTER TABLE lesson_readings ADD COLUMN local_version_id INTEGER"
        f" CONSTRAINT {KEY} REFERENCES local_versions (id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("lesson_readings") as readings:
        readings.drop_constraint(KEY, type_="foreignkey")
        readings.drop_column("local_version_id")
