"""A defect stops production

What the manufacturer finds after shipment stops the product until the registrant has settled it; a notice claims neither
a receipt nor a settlement that its dates do not show.

Revision: 0033
Follows: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLE = "defect_notice"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_name", sa.String(), nullable=False),
        sa.Column("batches", sa.JSON(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("found_at <= notified_at", name=op.f("ck_defect_notice_found_before_notified")),
        sa.CheckConstraint(
            "(state = 'notified') = (received_at IS NULL)", name=op.f("ck_defect_notice_received_means_dated")
        ),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_at IS NOT NULL)", name=op.f("ck_defect_notice_settled_means_dated")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (reason IS NULL)", name=op.f("ck_defect_notice_outcome_means_reasoned")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('recall', 'correction', 'none')",
            name=op.f("ck_defect_notice_outcome_is_one"),
        ),
        sa.CheckConstraint(
            "state <> 'settled' OR outcome IS NOT NULL", name=op.f("ck_defect_notice_settled_means_decided")
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_defect_notice_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_defect_notice_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_defect_notice_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defect_notice")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_defect_notice_entrustment_id_id")),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_defect_notice_entrustment_id_number")),
    )
    op.create_index(op.f("ix_defect_notice_entrustment_id"), TABLE, ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_defect_notice_owner_id"), TABLE, ["owner_id"], unique=False)
    for statement in _postgresql() if _on_postgresql() else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _postgresql() -> list[str]:
    return [
        f"""CREATE TRIGGER {TABLE}_stays BEFORE DELETE OR TRUNCATE ON {TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        f"""CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION is_kept()""",
    ]


def _sqlite() -> list[str]:
    return [
        f"""CREATE TRIGGER {TABLE}_stays BEFORE DELETE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END""",
        f"""CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE}
            WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
            BEGIN SELECT RAISE(ABORT, '{TABLE} changes only together with its event'); END""",
    ]
