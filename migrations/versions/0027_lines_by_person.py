"""An old system's lines are taken in person by person, each in the order of days."""

from alembic import op

revision = "0027"
down_revision = "0026"

NAME = "ix_import_lines_verdict"


def upgrade() -> None:
    op.drop_index(NAME, "import_lines")
    columns = ["batch_id", "verdict", "person_id", "completed_on", "number"]
    op.create_index(NAME, "import_lines", columns)


def downgrade() -> None:
    op.drop_index(NAME, "import_lines")
    op.create_index(NAME, "import_lines", ["batch_id", "verdict", "completed_on", "number"])
