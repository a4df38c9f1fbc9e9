"""A job is tried three times

A file or a document of events that ends the process which reads it was taken up again for ever.  Each try is on record
before it begins; after the third in vain a person decides.

Revision: 0130
Follows: 0080
"""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_with", sa.String(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_attempt_tries_are_counted")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_attempt_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_owner_id"), "attempt", ["owner_id"], unique=False)
    op.drop_column("capture", "taken_until")


def downgrade() -> None:
    op.add_column("capture", sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True))
    op.drop_index(op.f("ix_attempt_owner_id"), table_name="attempt")
    op.drop_table("attempt")
