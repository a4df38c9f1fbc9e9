"""A file is announced before it is sent

A machine says what it will send before a byte of it comes: the house's room is kept free for it, and only until a
moment that its row names.  A file that waits for its bytes without such a moment would hold that room for ever.
GMP 2025 art. 46: the systems that keep electronic records control what is entered.

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RULE, SAYS = "ck_stored_file_declared_means_awaited", "stage <> 'declared' OR awaited_until IS NOT NULL"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # it takes a rule only together with its column
        op.execute(f"ALTER TABLE stored_file ADD COLUMN awaited_until DATETIME CONSTRAINT {RULE} CHECK ({SAYS})")
        return
    op.add_column("stored_file", sa.Column("awaited_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f(RULE), "stored_file", SAYS)


def downgrade() -> None:
    op.drop_column("stored_file", "awaited_until")
