"""One agreement of a kind is underway

Two people of an entrustment who begin the same agreement at the same moment both find that none is underway.  The
database lets one of them: what is neither signed nor withdrawn is there once for each entrustment and kind.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNDERWAY = sa.literal_column("signed_at IS NULL AND ended_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "uq_agreement_underway",
        "agreement",
        ["entrustment_id", "kind"],
        unique=True,
        postgresql_where=UNDERWAY,
        sqlite_where=UNDERWAY,
    )


def downgrade() -> None:
    op.drop_index("uq_agreement_underway", table_name="agreement")
