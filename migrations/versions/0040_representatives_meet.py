"""Representatives meet

The management representatives of both sides meet each quarter, decide, and review the indicators (Guide 2022-20
II(5)1, III(8)).  One meeting of an entrustment is under way at a time.

Revision: 0040
Follows: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0042"
branch_labels = None
depends_on = None

TABLES = ("meeting",)
UNDERWAY = sa.literal_column("signed_at IS NULL AND left_at IS NULL AND cancelled_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("agenda", sa.String(), nullable=False),
        sa.Column("reviews_indicators", sa.Boolean(), nullable=False),
        sa.Column("registrant_there", sa.JSON(), nullable=False),
        sa.Column("manufacturer_there", sa.JSON(), nullable=False),
        sa.Column("carried", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=True),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("called_by_id", sa.Uuid(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *_kept("meeting"),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_meeting_entrustment_id_number")),
        *_checks(),
    )
    op.create_index(
        "uq_meeting_underway",
        "meeting",
        ["entrustment_id"],
        unique=True,
        postgresql_where=UNDERWAY,
        sqlite_where=UNDERWAY,
    )
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_owner_id"), table, ["owner_id"], unique=False)
        op.create_index(op.f(f"ix_{table}_entrustment_id"), table, ["entrustment_id"], unique=False)
        for statement in _postgresql(table) if op.get_bind().dialect.name == "postgresql" else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_index("uq_meeting_underway", table_name="meeting")
    for table in reversed(TABLES):
        for name in ("stays", "kept"):
            op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if on_postgresql else ""))
        op.drop_index(op.f(f"ix_{table}_entrustment_id"), table_name=table)
        op.drop_index(op.f(f"ix_{table}_owner_id"), table_name=table)
        op.drop_table(table)


def _checks() -> list[sa.schema.SchemaItem]:
    """What each state must show."""
    must = {
        "way_is_known": "way IN ('in_person', 'by_call')",
        "held_means_dated": "(state IN ('called', 'cancelled')) = (held_at IS NULL)",
        "put_up_means_minuted": "state IN ('called', 'held', 'left_unsigned', 'cancelled') OR minutes IS NOT NULL",
        "signed_means_dated": "(state = 'signed') = (signed_at IS NOT NULL)",
        "left_means_dated": "(state = 'left_unsigned') = (left_at IS NOT NULL)",
        "cancelled_means_dated": "(state = 'cancelled') = (cancelled_at IS NOT NULL)",
    }
    return [sa.CheckConstraint(rule, name=op.f(f"ck_meeting_{name}")) for name, rule in must.items()]


def _kept(table: str) -> list[sa.schema.SchemaItem]:
    """What every kept row has: its version, its last event, whose books it stands in, in which entrustment."""
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f(f"fk_{table}_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f(f"fk_{table}_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f(f"fk_{table}_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f(f"uq_{table}_entrustment_id_id")),
    ]


def _postgresql(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION is_kept()",
    ]


def _sqlite(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
        f"""CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table}
            WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
            BEGIN SELECT RAISE(ABORT, '{table} changes only together with its event'); END""",
    ]
