"""An end is settled point by point

Announcement 2024-38 (14) and guide 2022-20 II(7): before an entrustment ends, stock, records, papers and open matters are
settled and both sides sign; afterwards the address is removed and the end reported.  One checklist for an entrustment.

Revision: 0025
Follows: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = ("ending", "ending_line")


def upgrade() -> None:
    op.create_table(
        "ending",
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("lines_hash", sa.String(), nullable=True),
        sa.Column("drawn_up_by_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *_kept("ending"),
        sa.UniqueConstraint("entrustment_id", name=op.f("uq_ending_entrustment_id")),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_ending_signed_means_dated")),
    )
    op.create_table(
        "ending_line",
        sa.Column("ending_id", sa.Uuid(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("owes", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("kept_by", sa.String(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_aside_because", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *_kept("ending_line"),
        sa.UniqueConstraint("ending_id", "point", name=op.f("uq_ending_line_ending_id_point")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "ending_id"],
            ["ending.entrustment_id", "ending.id"],
            name=op.f("fk_ending_line_entrustment_id_ending_id_ending"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "file_id"],
            ["stored_file.entrustment_id", "stored_file.id"],
            name=op.f("fk_ending_line_entrustment_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.CheckConstraint("owes IN ('registrant', 'manufacturer')", name=op.f("ck_ending_line_somebody_settles_it")),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_at IS NOT NULL) AND (state <> 'settled' OR how IS NOT NULL)",
            name=op.f("ck_ending_line_settled_means_written"),
        ),
        sa.CheckConstraint(
            "(state = 'set_aside') = (set_aside_because IS NOT NULL)",
            name=op.f("ck_ending_line_set_aside_means_reasoned"),
        ),
        sa.CheckConstraint(
            "(kept_by IS NULL) = (keep_until IS NULL)", name=op.f("ck_ending_line_kept_means_until_when")
        ),
    )
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_owner_id"), table, ["owner_id"], unique=False)
        op.create_index(op.f(f"ix_{table}_entrustment_id"), table, ["entrustment_id"], unique=False)
        for statement in _postgresql(table) if op.get_bind().dialect.name == "postgresql" else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
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
