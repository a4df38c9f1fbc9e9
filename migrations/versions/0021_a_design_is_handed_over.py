"""A design is handed over

Design transfer (GMP 2025 art. 52 and 111, Guide 2022-20 II(4)2): a list whose items both sides confirm, training, trials
of each step on a batch that is not for sale, and gaps with an owner and a day.  A batch says at which stage it is made.
What was made before were commercial batches; the ledger knows that, so their hashes stay true.

Revision: 0021
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = ("transfer", "transfer_item", "transfer_training", "transfer_trial", "transfer_gap")
STAGED = {
    "stage_is_known": "stage IN ('prototype', 'pilot', 'commercial')",
    "stage_goes_its_own_way": (
        "state <> 'trial_concluded' AND stage = 'commercial' OR state <> 'marketing_released' AND stage <> 'commercial'"
    ),
}


def upgrade() -> None:
    _stage_batches()
    op.create_table(
        "transfer",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_name", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("contents_hash", sa.String(), nullable=True),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trialled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *_kept("transfer"),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_transfer_entrustment_id_number")),
        sa.CheckConstraint(
            "state IN ('preparing', 'withdrawn') OR handed_over_at IS NOT NULL",
            name=op.f("ck_transfer_handed_over_means_dated"),
        ),
        sa.CheckConstraint(
            "state IN ('preparing', 'handed_over', 'withdrawn') OR trialled_at IS NOT NULL",
            name=op.f("ck_transfer_trialled_means_dated"),
        ),
        sa.CheckConstraint(
            "(state IN ('signed', 'ended')) = (signed_at IS NOT NULL)", name=op.f("ck_transfer_signed_means_dated")
        ),
        sa.CheckConstraint(
            "(state IN ('withdrawn', 'ended')) = (ended_at IS NOT NULL)", name=op.f("ck_transfer_ended_means_dated")
        ),
    )
    underway = sa.literal_column("signed_at IS NULL AND ended_at IS NULL")
    op.create_index(
        "uq_transfer_underway",
        "transfer",
        ["entrustment_id", "product_id"],
        unique=True,
        postgresql_where=underway,
        sqlite_where=underway,
    )
    op.create_table(
        "transfer_item",
        *_line("transfer_item"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("given_by_name", sa.String(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_by_name", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "file_id"],
            ["stored_file.entrustment_id", "stored_file.id"],
            name=op.f("fk_transfer_item_entrustment_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.CheckConstraint(
            "(given_at IS NULL) = (given_by_name IS NULL)", name=op.f("ck_transfer_item_given_means_by_somebody")
        ),
        sa.CheckConstraint(
            "(received_at IS NULL) = (received_by_name IS NULL)",
            name=op.f("ck_transfer_item_received_means_by_somebody"),
        ),
        sa.CheckConstraint(
            "received_at IS NULL OR given_at IS NOT NULL", name=op.f("ck_transfer_item_given_before_received")
        ),
    )
    op.create_table(
        "transfer_training",
        *_line("transfer_training"),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("trainer", sa.String(), nullable=False),
        sa.Column("trained", sa.String(), nullable=False),
        sa.Column("assessment", sa.String(), nullable=False),
    )
    op.create_table(
        "transfer_trial",
        *_line("transfer_trial"),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("tried_by_name", sa.String(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "batch_id"],
            ["batch.entrustment_id", "batch.id"],
            name=op.f("fk_transfer_trial_entrustment_id_batch_id_batch"),
        ),
        sa.CheckConstraint("result IN ('passed', 'failed')", name=op.f("ck_transfer_trial_passed_or_failed")),
    )
    op.create_table(
        "transfer_gap",
        *_line("transfer_gap"),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("owes", sa.String(), nullable=False),
        sa.Column("owner_name", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("owes IN ('registrant', 'manufacturer')", name=op.f("ck_transfer_gap_somebody_closes_it")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (state <> 'closed' OR resolution IS NOT NULL)",
            name=op.f("ck_transfer_gap_closed_means_explained"),
        ),
    )
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_owner_id"), table, ["owner_id"], unique=False)
        op.create_index(op.f(f"ix_{table}_entrustment_id"), table, ["entrustment_id"], unique=False)
        for statement in _postgresql(table) if _on_postgresql() else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if _on_postgresql():
        for rule in STAGED:
            op.drop_constraint(op.f(f"ck_batch_{rule}"), "batch", type_="check")
    op.drop_column("batch", "stage")


def _stage_batches() -> None:
    """SQLite takes a rule only together with its column."""
    if _on_postgresql():
        op.add_column("batch", sa.Column("stage", sa.String(), nullable=False, server_default="commercial"))
        for rule, says in STAGED.items():
            op.create_check_constraint(op.f(f"ck_batch_{rule}"), "batch", says)
        return
    rules = " ".join(f"CONSTRAINT ck_batch_{rule} CHECK ({says})" for rule, says in STAGED.items())
    op.execute(f"ALTER TABLE batch ADD COLUMN stage VARCHAR NOT NULL DEFAULT 'commercial' {rules}")


def _line(table: str) -> list[sa.schema.SchemaItem]:
    """What every line of a transfer has."""
    return [
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "transfer_id"],
            ["transfer.entrustment_id", "transfer.id"],
            name=op.f(f"fk_{table}_entrustment_id_transfer_id_transfer"),
        ),
        *_kept(table),
    ]


def _kept(table: str) -> list[sa.schema.SchemaItem]:
    """What every kept row of common work has: its version, its last event, in whose books it stands, and where."""
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f(f"fk_{table}_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f(f"fk_{table}_owner_id_organisation")),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f(f"fk_{table}_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f(f"uq_{table}_entrustment_id_id")),
    ]


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
