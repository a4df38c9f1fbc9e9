"""A lot is accepted in part

Of what is received some pieces may be rejected, by serial number or by count, and the others accepted.

Revision: 0141
Follows: 0138
"""

import sqlalchemy as sa
from alembic import op

revision = "0141"
down_revision = "0138"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("material_lot", sa.Column("serials", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("material_lot", sa.Column("rejections", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("lot_result", sa.Column("piece", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("lot_result", "piece")
    op.drop_column("material_lot", "rejections")
    op.drop_column("material_lot", "serials")
