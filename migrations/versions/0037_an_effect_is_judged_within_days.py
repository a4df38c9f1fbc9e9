"""An effect is judged within days

The first day on which the effect of a corrective action could be judged was the last one in time.  A plan now says how
many days there are from then on; plans from before say nothing, and keep their one day.

Revision: 0037
Follows: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0025"
branch_labels = None
depends_on = None

RULE, SAYS = "ck_capa_judged_within_days", "check_within IS NULL OR check_within >= 1"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # it takes a rule only together with its column
        op.execute(f"ALTER TABLE capa ADD COLUMN check_within INTEGER CONSTRAINT {RULE} CHECK ({SAYS})")
        return
    op.add_column("capa", sa.Column("check_within", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f(RULE), "capa", SAYS)


def downgrade() -> None:
    op.drop_column("capa", "check_within")
