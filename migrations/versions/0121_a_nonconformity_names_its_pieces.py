"""A nonconformity names its pieces

A piece that failed is kept from packing and shipping until it is reworked and inspected anew, or until the registrant
closes a nonconformity that names it so that it passes (GMP 2025 art. 104(4)).

Revision: 0121
Follows: 0120
"""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("nonconformity", sa.Column("serial_numbers", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("nonconformity", "serial_numbers")
