"""Verdicts are read in their order

A list over all entrustments reads each of them by itself, in the order of an index.

Revision: 0138
Follows: 0124
"""

from alembic import op

revision = "0138"
down_revision = "0124"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_verdict_entrustment_id_id", "verdict", ["entrustment_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_verdict_entrustment_id_id", table_name="verdict")
