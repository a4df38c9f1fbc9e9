"""A resident is there, and says what was seen

2024-38 (3) asks for people who guide and supervise the key links during production.  The roster says on which days they
are planned to be there and who stands in, presence when they came and went, the daily report what they saw; one report
for each posting and day, and once signed it stays (GMP 2025 art. 45).

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MADE = (
    "roster",
    "presence",
    "daily_report",
)


def upgrade() -> None:
    op.create_table(
        "roster",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("standing_in_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("plan IN ('on_site', 'away')", name=op.f("ck_roster_is_there_or_away")),
        sa.CheckConstraint(
            "standing_in_id IS NULL OR (plan = 'away' AND standing_in_id <> posting_id)",
            name=op.f("ck_roster_another_stands_in"),
        ),
        sa.CheckConstraint("since <= until", name=op.f("ck_roster_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "posting_id"],
            ["posting.entrustment_id", "posting.id"],
            name=op.f("fk_roster_entrustment_id_posting_id_posting"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "standing_in_id"],
            ["posting.entrustment_id", "posting.id"],
            name=op.f("fk_roster_entrustment_id_standing_in_id_posting"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_roster_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_roster_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_roster_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_roster_entrustment_id_id")),
    )
    op.create_index(op.f("ix_roster_entrustment_id"), "roster", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_roster_owner_id"), "roster", ["owner_id"], unique=False)
    op.create_table(
        "presence",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("left_at IS NULL OR left_at >= arrived_at", name=op.f("ck_presence_leaves_after_arriving")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "posting_id"],
            ["posting.entrustment_id", "posting.id"],
            name=op.f("fk_presence_entrustment_id_posting_id_posting"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_presence_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_presence_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_presence_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_presence_entrustment_id_id")),
    )
    op.create_index(op.f("ix_presence_entrustment_id"), "presence", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_presence_owner_id"), "presence", ["owner_id"], unique=False)
    op.create_index(
        "uq_presence_there",
        "presence",
        ["posting_id"],
        unique=True,
        postgresql_where=sa.literal_column("left_at IS NULL"),
        sqlite_where=sa.literal_column("left_at IS NULL"),
    )
    op.create_table(
        "daily_report",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key_links", sa.JSON(), nullable=False),
        sa.Column("batches", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=True),
        sa.Column("handover", sa.String(), nullable=True),
        sa.Column("noted_hash", sa.String(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_daily_report_signed_means_dated")
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "posting_id"],
            ["posting.entrustment_id", "posting.id"],
            name=op.f("fk_daily_report_entrustment_id_posting_id_posting"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_daily_report_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_daily_report_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_daily_report_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_report")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_daily_report_entrustment_id_id")),
        sa.UniqueConstraint("posting_id", "day", name=op.f("uq_daily_report_posting_id_day")),
    )
    op.create_index(op.f("ix_daily_report_entrustment_id"), "daily_report", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_daily_report_owner_id"), "daily_report", ["owner_id"], unique=False)

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
