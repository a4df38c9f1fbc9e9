"""What stood still is verified before it starts again

Order 53 art. 43 and GMP 2025 art. 94: after a year without a similar product production is verified and the authority
told in writing before the next batch.  Evidence and report are one row, so neither is on record without the other.

Revision: 0024
Follows: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restart",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_name", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("idle_since", sa.Date(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("verification", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("reported_to", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("filed_by_id", sa.Uuid(), nullable=False),
        *_kept("restart"),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "file_id"],
            ["stored_file.entrustment_id", "stored_file.id"],
            name=op.f("fk_restart_entrustment_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.CheckConstraint("idle_since < verified_on", name=op.f("ck_restart_verified_after_the_standstill")),
        sa.CheckConstraint("verified_on <= reported_on", name=op.f("ck_restart_reported_after_it_was_verified")),
    )
    op.create_index(op.f("ix_restart_owner_id"), "restart", ["owner_id"], unique=False)
    op.create_index(op.f("ix_restart_entrustment_id"), "restart", ["entrustment_id"], unique=False)
    for statement in _postgresql("restart") if op.get_bind().dialect.name == "postgresql" else _sqlite("restart"):
        op.execute(statement)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in ("stays", "kept"):
        op.execute(f"DROP TRIGGER restart_{name}" + (" ON restart" if on_postgresql else ""))
    op.drop_index(op.f("ix_restart_entrustment_id"), table_name="restart")
    op.drop_index(op.f("ix_restart_owner_id"), table_name="restart")
    op.drop_table("restart")


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
