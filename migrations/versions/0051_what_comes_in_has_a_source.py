"""What comes in has a source

Who supplies a house, what each material must be, and from which supplier a material of a product may come
(GMP 2025 art. 63, 68; Guide 2022-20 II(4)3; Announcement 2024-38 (6)).

Revision: 0051
Follows: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0049"
branch_labels = None
depends_on = None

TABLES = ("material", "supplier", "approved_source")
STANDING = sa.literal_column("refused_at IS NULL AND withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "material",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("specification", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("certificates", sa.JSON(), nullable=False),
        sa.Column("shelf_months", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("inspected", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("shelf_months IS NULL OR shelf_months > 0", name=op.f("ck_material_shelf_life_is_counted")),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_material_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_material_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
        sa.UniqueConstraint("owner_id", "code", name=op.f("uq_material_owner_id_code")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_material_owner_id_id")),
    )
    op.create_index(op.f("ix_material_owner_id"), "material", ["owner_id"], unique=False)
    op.create_table(
        "supplier",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("uscc", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("province", sa.String(), nullable=True),
        sa.Column("supplies", sa.String(), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("evaluation", sa.String(), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("agreement", sa.String(), nullable=True),
        sa.Column("tells_changes", sa.Boolean(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_supplier_ended_means_dated")),
        sa.CheckConstraint("role IN ('maker', 'distributor')", name=op.f("ck_supplier_role_is_known")),
        sa.CheckConstraint(
            "state <> 'approved' OR (approved_at IS NOT NULL AND evaluation IS NOT NULL)",
            name=op.f("ck_supplier_approved_means_evaluated"),
        ),
        sa.CheckConstraint(
            "state <> 'suspended' OR suspended_at IS NOT NULL", name=op.f("ck_supplier_suspended_means_dated")
        ),
        sa.CheckConstraint(
            "(evaluation IS NULL) = (evaluated_on IS NULL)", name=op.f("ck_supplier_evaluated_means_dated")
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_supplier_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "evidence_id"],
            ["stored_file.owner_id", "stored_file.id"],
            name=op.f("fk_supplier_owner_id_evidence_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_supplier_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_supplier_owner_id_id")),
        sa.UniqueConstraint("owner_id", "number", name=op.f("uq_supplier_owner_id_number")),
    )
    op.create_index(op.f("ix_supplier_owner_id"), "supplier", ["owner_id"], unique=False)
    op.create_table(
        "approved_source",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_name", sa.String(), nullable=False),
        sa.Column("since_version", sa.Integer(), nullable=False),
        sa.Column("material_code", sa.String(), nullable=False),
        sa.Column("material_name", sa.String(), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("supplier_name", sa.String(), nullable=False),
        sa.Column("supplier_uscc", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("supplied", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'refused') = (refused_at IS NOT NULL)", name=op.f("ck_approved_source_refused_means_dated")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_approved_source_withdrawn_means_dated")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR approved_at IS NOT NULL", name=op.f("ck_approved_source_approved_means_dated")
        ),
        sa.CheckConstraint(
            "state <> 'suspended' OR suspended_at IS NOT NULL", name=op.f("ck_approved_source_suspended_means_dated")
        ),
        sa.CheckConstraint("since_version > 0", name=op.f("ck_approved_source_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "definition_id"],
            ["definition.entrustment_id", "definition.id"],
            name=op.f("fk_approved_source_entrustment_id_definition_id_definition"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_approved_source_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_approved_source_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_approved_source_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approved_source")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_approved_source_entrustment_id_id")),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_approved_source_entrustment_id_number")),
    )
    op.create_index(op.f("ix_approved_source_entrustment_id"), "approved_source", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_approved_source_owner_id"), "approved_source", ["owner_id"], unique=False)
    op.create_index(
        "uq_approved_source_standing",
        "approved_source",
        ["entrustment_id", "product_id", "material_code", "supplier_name"],
        unique=True,
        postgresql_where=STANDING,
        sqlite_where=STANDING,
    )
    for table in TABLES:
        for statement in _postgresql(table) if _on_postgresql() else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        for name in ("stays", "kept"):
            op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if _on_postgresql() else ""))
        op.drop_table(table)


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


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
