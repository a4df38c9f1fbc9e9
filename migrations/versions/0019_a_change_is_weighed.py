"""A change is weighed

Change control across two parties (Guide 2022-20 II(4)9, Announcement 2024-38 (10), GMP 2025 art. 10 and 112): a change
is proposed or becomes known, each side writes what it does, the registrant decides with a verdict on the registration,
and it holds from a day.  None is approved without its verdict and day, and none implemented without its proofs.

Revision: 0019
Follows: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0027"
branch_labels = None
depends_on = None

MADE = ("change", "change_assessment")


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("product_name", sa.String(), nullable=True),
        sa.Column("assessments_hash", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("verdict_reason", sa.String(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("registration_evidence", sa.String(), nullable=True),
        sa.Column("registration_file_id", sa.Uuid(), nullable=True),
        sa.Column("validation_evidence", sa.String(), nullable=True),
        sa.Column("validation_file_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("implemented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *_kept("change"),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_change_entrustment_id_number")),
        _file("registration_file_id"),
        _file("validation_file_id"),
        sa.CheckConstraint("side IN ('registrant', 'manufacturer')", name=op.f("ck_change_side_is_a_partys")),
        sa.CheckConstraint(
            "verdict IN ('registration_change', 'filing', 'none')", name=op.f("ck_change_verdict_is_known")
        ),
        sa.CheckConstraint("(product_id IS NULL) = (product_name IS NULL)", name=op.f("ck_change_product_is_named")),
        sa.CheckConstraint("known OR description IS NOT NULL", name=op.f("ck_change_proposed_means_described")),
        sa.CheckConstraint(
            "state IN ('proposed', 'refused') OR assessments_hash IS NOT NULL",
            name=op.f("ck_change_submitted_means_assessed"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'implemented') OR (approved_at IS NOT NULL AND verdict IS NOT NULL "
            "AND verdict_reason IS NOT NULL AND effective_on IS NOT NULL)",
            name=op.f("ck_change_approved_means_decided"),
        ),
        sa.CheckConstraint(
            "(state = 'implemented') = (implemented_at IS NOT NULL)", name=op.f("ck_change_implemented_means_dated")
        ),
        sa.CheckConstraint(
            "state <> 'implemented' OR (validation_evidence IS NOT NULL "
            "AND (verdict = 'none' OR registration_file_id IS NOT NULL))",
            name=op.f("ck_change_implemented_means_proved"),
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refused_at IS NOT NULL)", name=op.f("ck_change_refused_means_dated")
        ),
    )
    op.create_table(
        "change_assessment",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=True),
        sa.Column("quality_system", sa.String(), nullable=True),
        sa.Column("validation", sa.String(), nullable=True),
        sa.Column("suppliers", sa.String(), nullable=True),
        sa.Column("stock", sa.String(), nullable=True),
        sa.Column("assessed_by_name", sa.String(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        *_kept("change_assessment"),
        sa.UniqueConstraint("change_id", "side", name=op.f("uq_change_assessment_change_id_side")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "change_id"],
            ["change.entrustment_id", "change.id"],
            name=op.f("fk_change_assessment_entrustment_id_change_id_change"),
        ),
        sa.CheckConstraint(
            "side IN ('registrant', 'manufacturer')", name=op.f("ck_change_assessment_side_is_a_partys")
        ),
        sa.CheckConstraint(
            "COALESCE(registration, quality_system, validation, suppliers, stock) IS NOT NULL",
            name=op.f("ck_change_assessment_says_something"),
        ),
    )
    for table in MADE:
        op.create_index(op.f(f"ix_{table}_owner_id"), table, ["owner_id"], unique=False)
        op.create_index(op.f(f"ix_{table}_entrustment_id"), table, ["entrustment_id"], unique=False)
        for statement in _postgresql(table) if op.get_bind().dialect.name == "postgresql" else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(MADE):
        op.drop_table(table)


def _file(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["entrustment_id", column],
        ["stored_file.entrustment_id", "stored_file.id"],
        name=op.f(f"fk_change_entrustment_id_{column}_stored_file"),
        initially="DEFERRED",
        deferrable=True,
    )


def _kept(table: str) -> list[sa.schema.SchemaItem]:
    """What every kept row of a common work has: its version, its last event, whose books it stands in."""
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f(f"fk_{table}_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f(f"fk_{table}_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f(f"fk_{table}_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
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
