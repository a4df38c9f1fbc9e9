"""Every label is accounted for

Labels are printed for a batch in runs; of each run it is told how many were used, spoilt, destroyed and left over, and
the batch waits for that before it is released (a house rule).

Revision: 0056
Follows: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "label_run",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("trade_item_id", sa.Uuid(), nullable=False),
        sa.Column("label_version", sa.String(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("first_serial", sa.String(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=True),
        sa.Column("spoilt", sa.Integer(), nullable=True),
        sa.Column("destroyed", sa.Integer(), nullable=True),
        sa.Column("left_over", sa.Integer(), nullable=True),
        sa.Column("explanation", sa.String(), nullable=True),
        sa.Column("printed_by_id", sa.Uuid(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'reconciled') = (reconciled_at IS NOT NULL)", name=op.f("ck_label_run_reconciled_means_dated")
        ),
        sa.CheckConstraint(
            "state <> 'reconciled' OR (used IS NOT NULL AND spoilt IS NOT NULL AND destroyed IS NOT NULL AND left_over IS NOT NULL AND (explanation IS NOT NULL OR used + spoilt + destroyed + left_over = quantity))",
            name=op.f("ck_label_run_reconciled_means_balanced"),
        ),
        sa.CheckConstraint(
            "(used IS NULL OR used >= 0) AND (spoilt IS NULL OR spoilt >= 0) AND (destroyed IS NULL OR destroyed >= 0) AND (left_over IS NULL OR left_over >= 0)",
            name=op.f("ck_label_run_counts_are_whole"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_label_run_prints_something")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "batch_id"],
            ["batch.entrustment_id", "batch.id"],
            name=op.f("fk_label_run_entrustment_id_batch_id_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "trade_item_id"],
            ["trade_item.entrustment_id", "trade_item.id"],
            name=op.f("fk_label_run_entrustment_id_trade_item_id_trade_item"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_label_run_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_label_run_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_label_run_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_run")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_label_run_entrustment_id_id")),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_label_run_entrustment_id_number")),
    )
    op.create_index(op.f("ix_label_run_entrustment_id"), "label_run", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_label_run_owner_id"), "label_run", ["owner_id"], unique=False)
    for statement in _postgresql() if _on_postgresql() else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    for name in ("stays", "kept"):
        op.execute(f"DROP TRIGGER label_run_{name}" + (" ON label_run" if _on_postgresql() else ""))
    op.drop_index(op.f("ix_label_run_owner_id"), table_name="label_run")
    op.drop_index(op.f("ix_label_run_entrustment_id"), table_name="label_run")
    op.drop_table("label_run")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _postgresql() -> list[str]:
    return [
        """CREATE TRIGGER label_run_stays BEFORE DELETE OR TRUNCATE ON label_run
           FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        """CREATE TRIGGER label_run_kept BEFORE UPDATE ON label_run
           FOR EACH ROW EXECUTE FUNCTION is_kept()""",
    ]


def _sqlite() -> list[str]:
    return [
        """CREATE TRIGGER label_run_stays BEFORE DELETE ON label_run
           BEGIN SELECT RAISE(ABORT, 'label_run is append-only'); END""",
        """CREATE TRIGGER label_run_kept BEFORE UPDATE ON label_run
           WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
           BEGIN SELECT RAISE(ABORT, 'label_run changes only together with its event'); END""",
    ]
