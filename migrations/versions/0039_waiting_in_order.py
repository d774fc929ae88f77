"""Those who wait in an assignment are found in the order in which they were parked."""

from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.create_index("ix_parked_in_order", "parked", ["assignment_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_parked_in_order", "parked")
