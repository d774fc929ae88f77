"""Counts are found by the days on which they come to stand otherwise."""

from alembic import op

revision = "0023"
down_revision = "0022"

INDEXES = {"due": "due_on", "valid": "valid_until", "grace": "grace_until"}


def upgrade() -> None:
    for name, column in INDEXES.items():
        op.create_index(f"ix_compliance_counts_{name}", "compliance_counts", [column])


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(f"ix_compliance_counts_{name}", table_name="compliance_counts")
