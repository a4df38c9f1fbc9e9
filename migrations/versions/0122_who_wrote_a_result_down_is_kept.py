"""Who wrote a result down is kept

Whoever accepts a lot of material did not write down what its inspection found: our own rule.

Revision: 0122
Follows: 0121
"""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lot_result", sa.Column("recorded_by_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("lot_result", "recorded_by_id")
