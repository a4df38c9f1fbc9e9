"""A step says what it needs

Which operation a step of a definition is, and the least clean room that will do for it, are approved by both sides
with the version, and no more asked of the plant each time.

Revision: 0124
Follows: 0123
"""

import sqlalchemy as sa
from alembic import op

revision = "0124"
down_revision = "0123"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("operation", "grade"):
        op.add_column("definition_step", sa.Column(name, sa.String(), nullable=True))


def downgrade() -> None:
    for name in ("grade", "operation"):
        op.drop_column("definition_step", name)
