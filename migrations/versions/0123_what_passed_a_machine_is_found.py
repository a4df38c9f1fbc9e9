"""What passed a machine is found

A window asks by the number of a machine or a room, or by the name of an operator, since that is what both sides know.

Revision: 0123
Follows: 0131
"""

import sqlalchemy as sa
from alembic import op

revision = "0123"
down_revision = "0131"
branch_labels = None
depends_on = None

NAMED = ("equipment", "area", "operator", "second")


def upgrade() -> None:
    for each in NAMED:
        there = sa.literal_column(f"{each} IS NOT NULL")
        op.create_index(
            f"ix_activity_{each}", "activity", [each, "began_at"], postgresql_where=there, sqlite_where=there
        )


def downgrade() -> None:
    for each in NAMED:
        op.drop_index(f"ix_activity_{each}", "activity")
