"""What is observed is followed up

An observation of a resident leads to a nonconformity of its batch, or to none; a hold point lets a batch wait until the
resident has seen to it.  Neither may claim what its dates do not show.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MADE = (
    "observation",
    "hold_point",
)


def upgrade() -> None:
    op.create_table(
        "observation",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(nonconformity_id IS NULL) = (raised_at IS NULL)", name=op.f("ck_observation_raised_means_dated")
        ),
        sa.CheckConstraint(
            "nonconformity_id IS NULL OR batch_id IS NOT NULL", name=op.f("ck_observation_raised_against_a_batch")
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "batch_id"],
            ["batch.entrustment_id", "batch.id"],
            name=op.f("fk_observation_entrustment_id_batch_id_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "nonconformity_id"],
            ["nonconformity.entrustment_id", "nonconformity.id"],
            name=op.f("fk_observation_entrustment_id_nonconformity_id_nonconformity"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "report_id"],
            ["daily_report.entrustment_id", "daily_report.id"],
            name=op.f("fk_observation_entrustment_id_report_id_daily_report"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_observation_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_observation_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_observation_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_observation_entrustment_id_id")),
    )
    op.create_index(op.f("ix_observation_entrustment_id"), "observation", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_observation_owner_id"), "observation", ["owner_id"], unique=False)
    op.create_table(
        "hold_point",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'lifted') = (lifted_at IS NOT NULL)", name=op.f("ck_hold_point_lifted_means_dated")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_hold_point_withdrawn_means_dated")
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "batch_id"],
            ["batch.entrustment_id", "batch.id"],
            name=op.f("fk_hold_point_entrustment_id_batch_id_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_hold_point_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_hold_point_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_hold_point_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_point")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_hold_point_entrustment_id_id")),
    )
    op.create_index(op.f("ix_hold_point_entrustment_id"), "hold_point", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_hold_point_owner_id"), "hold_point", ["owner_id"], unique=False)

    for table in MADE:
        for statement in _postgresql(table) if _on_postgresql() else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(MADE):
        op.drop_table(table)


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _postgresql(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        f"""CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION is_kept()""",
    ]


def _sqlite(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
        f"""CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table}
            WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
            BEGIN SELECT RAISE(ABORT, '{table} changes only together with its event'); END""",
    ]
