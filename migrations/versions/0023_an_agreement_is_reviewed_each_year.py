"""An agreement is reviewed each year

Both parties judge every clause of the quality agreement each year and sign (Announcement 2024-38 (5)).  One review of
an entrustment is under way at a time.

Revision: 0023
Follows: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLES = ("agreement_review",)
UNDERWAY = sa.literal_column("signed_at IS NULL AND dropped_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "agreement_review",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("begun_by_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *_kept("agreement_review"),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_agreement_review_entrustment_id_number")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "agreement_id"],
            ["agreement.entrustment_id", "agreement.id"],
            name=op.f("fk_agreement_review_entrustment_id_agreement_id_agreement"),
        ),
        sa.CheckConstraint("since <= until", name=op.f("ck_agreement_review_ends_after_it_starts")),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_agreement_review_signed_means_dated")
        ),
        sa.CheckConstraint(
            "(state = 'dropped') = (dropped_at IS NOT NULL)", name=op.f("ck_agreement_review_dropped_means_dated")
        ),
    )
    op.create_index(
        "uq_agreement_review_underway",
        "agreement_review",
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
    op.drop_index("uq_agreement_review_underway", table_name="agreement_review")
    for table in reversed(TABLES):
        for name in ("stays", "kept"):
            op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if on_postgresql else ""))
        op.drop_index(op.f(f"ix_{table}_entrustment_id"), table_name=table)
        op.drop_index(op.f(f"ix_{table}_owner_id"), table_name=table)
        op.drop_table(table)


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
