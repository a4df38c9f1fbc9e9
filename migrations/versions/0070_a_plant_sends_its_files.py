"""A plant sends its files

A plant does not retype: it sends the files it has, says once what their columns mean, and the rows become deeds of the
graph of making (GMP 2025 art. 45: what was done is recorded when and where it was done).  A file is taken once.

Revision: 0070
Follows: 0090
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0090"
branch_labels = None
depends_on = None

TABLES = ("column_mapping", "intake")
STANDING = sa.literal_column("ended_at IS NULL OR stage IN ('taken', 'taken_with_faults')")


def upgrade() -> None:
    op.create_table(
        "column_mapping",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("mapped", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_column_mapping_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_column_mapping_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_column_mapping_owner_id_id")),
        sa.UniqueConstraint("owner_id", "mark", name=op.f("uq_column_mapping_owner_id_mark")),
    )
    op.create_index(op.f("ix_column_mapping_owner_id"), "column_mapping", ["owner_id"], unique=False)
    op.create_table(
        "intake",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("within_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("recordings", sa.JSON(), nullable=False),
        sa.Column("refused_because", sa.JSON(), nullable=True),
        sa.Column("sent_by_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(stage = 'refused') = (refused_because IS NOT NULL)", name=op.f("ck_intake_refused_means_explained")
        ),
        sa.CheckConstraint(
            "(stage IN ('received', 'mapped', 'running')) = (ended_at IS NULL)",
            name=op.f("ck_intake_ended_means_dated"),
        ),
        sa.CheckConstraint(
            "stage IN ('received', 'mapped', 'running', 'taken', 'taken_with_faults', 'refused', 'undone')",
            name=op.f("ck_intake_stage_is_known"),
        ),
        sa.CheckConstraint("done >= 0 AND done <= rows", name=op.f("ck_intake_goes_no_further_than_its_end")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_intake_hash_is_sha256")),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_intake_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "file_id"],
            ["stored_file.owner_id", "stored_file.id"],
            name=op.f("fk_intake_owner_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_intake_owner_id_organisation")),
        sa.ForeignKeyConstraint(
            ["within_id"],
            ["entrustment.id"],
            name=op.f("fk_intake_within_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_intake_owner_id_id")),
        sa.UniqueConstraint("owner_id", "number", name=op.f("uq_intake_owner_id_number")),
    )
    op.create_index(op.f("ix_intake_owner_id"), "intake", ["owner_id"], unique=False)
    op.create_index(op.f("ix_intake_within_id"), "intake", ["within_id"], unique=False)
    op.create_index(
        "uq_intake_taken_once",
        "intake",
        ["owner_id", "within_id", "sha256"],
        unique=True,
        postgresql_where=STANDING,
        sqlite_where=STANDING,
    )
    for table in TABLES:
        for statement in _postgresql(table) if op.get_bind().dialect.name == "postgresql" else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_index("uq_intake_taken_once", table_name="intake")
    op.drop_index(op.f("ix_intake_within_id"), table_name="intake")
    for table in reversed(TABLES):
        for name in ("stays", "kept"):
            op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if on_postgresql else ""))
        op.drop_index(op.f(f"ix_{table}_owner_id"), table_name=table)
        op.drop_table(table)


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
