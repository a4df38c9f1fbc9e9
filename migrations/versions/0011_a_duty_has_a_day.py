"""A duty has a day

What an agreement and the law ask for is kept as duties: who owes it, what began it, by when it must be met, what shows
that it was.  One duty of a kind is open about a record at a time.  Announcement 2024-38 (5): agreements are turned into
what is really done; Guide 2022-20 III(8).

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.literal_column("met_at IS NULL AND lapsed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("owes", sa.String(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("happening", sa.String(), nullable=True),
        sa.Column("begun_by_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("owes IN ('registrant', 'manufacturer', 'both')", name=op.f("ck_duty_somebody_owes_it")),
        sa.CheckConstraint("due_at IS NULL OR due_at >= started_at", name=op.f("ck_duty_due_after_its_start")),
        sa.CheckConstraint("met_at IS NULL OR met_at >= started_at", name=op.f("ck_duty_met_after_its_start")),
        sa.CheckConstraint("met_at IS NULL OR lapsed_at IS NULL", name=op.f("ck_duty_met_or_lapsed")),
        sa.CheckConstraint("(about_kind = 'duty') = (happening IS NOT NULL)", name=op.f("ck_duty_says_what_happened")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "file_id"],
            ["stored_file.entrustment_id", "stored_file.id"],
            name=op.f("fk_duty_entrustment_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_duty_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_duty_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_duty_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_duty_entrustment_id_id")),
    )
    op.create_index(op.f("ix_duty_entrustment_id"), "duty", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_duty_owner_id"), "duty", ["owner_id"], unique=False)
    op.create_index(
        "uq_duty_open",
        "duty",
        ["entrustment_id", "rule", "about_id"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    on = " ON duty" if op.get_bind().dialect.name == "postgresql" else ""
    for name in ("stays", "kept"):
        op.execute(f"DROP TRIGGER duty_{name}{on}")
    op.drop_index("uq_duty_open", table_name="duty")
    op.drop_index(op.f("ix_duty_owner_id"), table_name="duty")
    op.drop_index(op.f("ix_duty_entrustment_id"), table_name="duty")
    op.drop_table("duty")


_POSTGRESQL = (
    "CREATE TRIGGER duty_stays BEFORE DELETE OR TRUNCATE ON duty FOR EACH STATEMENT EXECUTE FUNCTION is_written()",
    "CREATE TRIGGER duty_kept BEFORE UPDATE ON duty FOR EACH ROW EXECUTE FUNCTION is_kept()",
)
_SQLITE = (
    "CREATE TRIGGER duty_stays BEFORE DELETE ON duty BEGIN SELECT RAISE(ABORT, 'duty is append-only'); END",
    """CREATE TRIGGER duty_kept BEFORE UPDATE ON duty
       WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
       BEGIN SELECT RAISE(ABORT, 'duty changes only together with its event'); END""",
)
