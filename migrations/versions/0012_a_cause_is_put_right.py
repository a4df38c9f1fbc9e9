"""A cause is put right

Corrective and preventive action across two parties (Announcement 2024-38 (9), Guide 2022-20 III(6)10): cause, plan with
who does what by when, approval, evidence, and an effect that is judged from data.  What a house notes for itself about
such a record lies in its own books.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("capa", "capa_action", "private_note")


def upgrade() -> None:
    op.create_table(
        "capa",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("joint", sa.Boolean(), nullable=False),
        sa.Column("nonconformity_id", sa.Uuid(), nullable=True),
        sa.Column("earlier_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("criterion", sa.String(), nullable=True),
        sa.Column("check_after", sa.Integer(), nullable=True),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("plan_hash", sa.String(), nullable=True),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_out_on", sa.Date(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *_kept("capa", shared=True),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_capa_entrustment_id_number")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "nonconformity_id"],
            ["nonconformity.entrustment_id", "nonconformity.id"],
            name=op.f("fk_capa_entrustment_id_nonconformity_id_nonconformity"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "earlier_id"],
            ["capa.entrustment_id", "capa.id"],
            name=op.f("fk_capa_entrustment_id_earlier_id_capa"),
        ),
        sa.CheckConstraint(
            "state = 'opened' OR (cause IS NOT NULL AND criterion IS NOT NULL AND check_after IS NOT NULL)",
            name=op.f("ck_capa_submitted_means_investigated"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'carried_out') OR approved_at IS NOT NULL",
            name=op.f("ck_capa_approved_means_dated"),
        ),
        sa.CheckConstraint(
            "(carried_out_on IS NULL) = (check_on IS NULL)", name=op.f("ck_capa_carried_out_means_checked_later")
        ),
        sa.CheckConstraint(
            "(state IN ('effective', 'ineffective')) = (concluded_at IS NOT NULL)",
            name=op.f("ck_capa_concluded_means_dated"),
        ),
        sa.CheckConstraint("concluded_at IS NULL OR result IS NOT NULL", name=op.f("ck_capa_concluded_means_judged")),
    )
    op.create_table(
        "capa_action",
        sa.Column("capa_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("owes", sa.String(), nullable=False),
        sa.Column("owner_name", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *_kept("capa_action", shared=True),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "capa_id"],
            ["capa.entrustment_id", "capa.id"],
            name=op.f("fk_capa_action_entrustment_id_capa_id_capa"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "file_id"],
            ["stored_file.entrustment_id", "stored_file.id"],
            name=op.f("fk_capa_action_entrustment_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.CheckConstraint("owes IN ('registrant', 'manufacturer')", name=op.f("ck_capa_action_somebody_does_it")),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL) AND (state <> 'done' OR evidence IS NOT NULL)",
            name=op.f("ck_capa_action_done_means_shown"),
        ),
    )
    op.create_table(
        "private_note",
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by_name", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        *_kept("private_note", shared=False),
    )
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_owner_id"), table, ["owner_id"], unique=False)
        if table != "private_note":
            op.create_index(op.f(f"ix_{table}_entrustment_id"), table, ["entrustment_id"], unique=False)
        for statement in _postgresql(table) if op.get_bind().dialect.name == "postgresql" else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in reversed(TABLES):
        for name in ("stays", "kept"):
            op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if on_postgresql else ""))
        if table != "private_note":
            op.drop_index(op.f(f"ix_{table}_entrustment_id"), table_name=table)
        op.drop_index(op.f(f"ix_{table}_owner_id"), table_name=table)
        op.drop_table(table)


def _kept(table: str, *, shared: bool) -> list[sa.schema.SchemaItem]:
    """What every kept row has: its version, its last event, whose books it stands in."""
    columns: list[sa.schema.SchemaItem] = [
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
    ]
    if not shared:
        return columns
    return [
        *columns,
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
