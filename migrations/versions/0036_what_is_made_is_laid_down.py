"""What is made is laid down

A definition of product and process says how a product is made: routing, parameters with their limits, materials,
inspections, label.  It comes in versions that both sides sign and that hold from a day; one is drafted at a time.  A
batch is bound to the version that held on its first day (Guide 2022-20 II(4)2, GMP 2025 art. 10 and 104).  The link
is a table of its own, because SQLite adds no composite foreign key to a table that stands; batches from before have
none.

Revision: 0036
Follows: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0034"
branch_labels = None
depends_on = None

# PostgreSQL takes no longer name.
LONGEST = 63
TABLES = (
    "definition",
    "definition_step",
    "definition_parameter",
    "definition_material",
    "definition_inspection",
    "batch_definition",
)


def upgrade() -> None:
    op.create_table(
        "definition",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_name", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("label_version", sa.String(), nullable=True),
        sa.Column("instructions_version", sa.String(), nullable=True),
        sa.Column("udi_di", sa.String(), nullable=True),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.Column("contents_hash", sa.String(), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        *_kept("definition"),
        sa.UniqueConstraint(
            "entrustment_id", "product_id", "number", name=op.f("uq_definition_entrustment_id_product_id_number")
        ),
        _within("definition", "follows_id", "definition"),
        _within("definition", "change_id", "change"),
        sa.CheckConstraint("number > 0", name=op.f("ck_definition_counted_from_one")),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR (effective_on IS NOT NULL AND label_version IS NOT NULL "
            "AND instructions_version IS NOT NULL)",
            name=op.f("ck_definition_signed_means_complete"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR follows_id IS NULL OR change_id IS NOT NULL",
            name=op.f("ck_definition_later_means_asked_for"),
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL)", name=op.f("ck_definition_approved_means_dated")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_definition_withdrawn_means_dated")
        ),
    )
    _one_of("uq_definition_drafted", "definition", ["entrustment_id", "product_id"], _DRAFTED)
    op.create_table(
        "definition_step",
        *_line("definition_step", "definition"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_definition_step_placed_from_one")),
        sa.CheckConstraint("kind IN ('ordinary', 'key', 'special')", name=op.f("ck_definition_step_kind_is_known")),
    )
    op.create_table(
        "definition_parameter",
        *_line("definition_parameter", "definition_step", "step_id"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("specification_low", sa.String(), nullable=True),
        sa.Column("warning_low", sa.String(), nullable=True),
        sa.Column("warning_high", sa.String(), nullable=True),
        sa.Column("specification_high", sa.String(), nullable=True),
        sa.CheckConstraint(
            "COALESCE(specification_low, specification_high) IS NOT NULL",
            name=op.f("ck_definition_parameter_specified"),
        ),
    )
    op.create_table(
        "definition_material",
        *_line("definition_material", "definition"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("specification", sa.String(), nullable=False),
        sa.Column("quantity", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "definition_inspection",
        *_line("definition_inspection", "definition"),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("characteristic", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("sampling", sa.String(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('incoming', 'in_process', 'finished')", name=op.f("ck_definition_inspection_stage_is_known")
        ),
    )
    for table, known_by in {
        "definition_step": ["definition_id", "position"],
        "definition_parameter": ["step_id", "name"],
        "definition_material": ["definition_id", "code"],
        "definition_inspection": ["definition_id", "stage", "characteristic"],
    }.items():
        _one_of(f"uq_{table}_standing", table, known_by, _STANDING)
    op.create_table(
        "batch_definition",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        *_kept("batch_definition", is_named=False),
        sa.UniqueConstraint("batch_id", name=op.f("uq_batch_definition_batch_id")),
        _within("batch_definition", "batch_id", "batch"),
        _within("batch_definition", "definition_id", "definition"),
    )
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_owner_id"), table, ["owner_id"], unique=False)
        op.create_index(op.f(f"ix_{table}_entrustment_id"), table, ["entrustment_id"], unique=False)
        for statement in _postgresql(table) if _on_postgresql() else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


_DRAFTED = sa.literal_column("approved_at IS NULL AND withdrawn_at IS NULL")
_STANDING = sa.literal_column("struck_at IS NULL")


def _one_of(name: str, table: str, columns: list[str], where: sa.ColumnElement[bool]) -> None:
    op.create_index(name, table, columns, unique=True, postgresql_where=where, sqlite_where=where)


def _within(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """What the row names belongs to its own entrustment."""
    name = f"fk_{table}_entrustment_id_{column}_{target}"
    return sa.ForeignKeyConstraint(
        ["entrustment_id", column],
        [f"{target}.entrustment_id", f"{target}.id"],
        name=op.f(name if len(name) <= LONGEST else f"fk_{table}_{column}"),
    )


def _line(table: str, target: str, column: str = "definition_id") -> list[sa.schema.SchemaItem]:
    """What every line of a definition has: what it hangs from, and when it was struck out."""
    return [
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        _within(table, column, target),
        *_kept(table),
    ]


def _kept(table: str, *, is_named: bool = True) -> list[sa.schema.SchemaItem]:
    """What every kept row of common work has: its version, its last event, in whose books it stands, and where.

    ``is_named``: other rows name it, within its entrustment.
    """
    named = [sa.UniqueConstraint("entrustment_id", "id", name=op.f(f"uq_{table}_entrustment_id_id"))]
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
        *(named if is_named else ()),
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
