"""An inspection has a plan

A definition says of an inspection on how many pieces: on every one, or on a sample under GB/T 2828.1 with its level and
AQL.  The results of a batch are judged by that; lines from before go by their words alone.

Revision: 0120
Follows: 0130
"""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0130"
branch_labels = None
depends_on = None

TABLE = "definition_inspection"
PLANNED = (
    "COALESCE(coverage, '') IN ('', 'every_piece', 'sampled') AND (coverage IS NULL OR stage <> 'incoming') "
    "AND (COALESCE(coverage, '') = 'sampled') = (aql IS NOT NULL) AND (aql IS NULL) = (level IS NULL)"
)


def upgrade() -> None:
    for name in ("coverage", "level"):
        op.add_column(TABLE, sa.Column(name, sa.String(), nullable=True))
    op.add_column(TABLE, sa.Column("may_be_reduced", sa.Boolean(), nullable=True))
    # The rule comes with the last column, so that SQLite need not build the table anew.
    op.execute(
        f"ALTER TABLE {TABLE} ADD COLUMN aql VARCHAR CONSTRAINT ck_{TABLE}_sampled_means_planned CHECK ({PLANNED})"
    )


def downgrade() -> None:
    for name in ("aql", "may_be_reduced", "level", "coverage"):
        op.drop_column(TABLE, name)
