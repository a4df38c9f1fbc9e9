"""A document of events waits to be gone through

A production system sends up to ten thousand events at once (EPCIS 2.0). They are taken in at once and gone through later, so
the document waits here, and its sender can watch what becomes of it.

Revision: 0060
Follows: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "capture",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=True),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("success", sa.Boolean(), nullable=True),
        sa.Column("written", sa.Integer(), nullable=True),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (document IS NOT NULL)", name=op.f("ck_capture_kept_until_finished")
        ),
        sa.CheckConstraint("(finished_at IS NULL) = (success IS NULL)", name=op.f("ck_capture_finished_means_decided")),
        sa.ForeignKeyConstraint(
            ["owner_id", "client_id"],
            ["client.owner_id", "client.id"],
            name=op.f("fk_capture_owner_id_client_id_client"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_capture_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
    )
    op.create_index(op.f("ix_capture_owner_id"), "capture", ["owner_id"], unique=False)
    op.create_index("ix_capture_waiting", "capture", ["owner_id", "finished_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_capture_waiting", table_name="capture")
    op.drop_index(op.f("ix_capture_owner_id"), table_name="capture")
    op.drop_table("capture")
