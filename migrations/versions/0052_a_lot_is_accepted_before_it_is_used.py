"""A lot is accepted before it is used

What is received lies in quarantine with its certificates and its inspection until somebody signs for it
(Guide 2022-20 template 8.2).

Revision: 0052
Follows: 0055
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0055"
branch_labels = None
depends_on = None

TABLES = ("material_lot", "lot_certificate", "lot_result")


def upgrade() -> None:
    op.create_table(
        "material_lot",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("material_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_lot", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("quantity", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("stated_quantity", sa.String(), nullable=False),
        sa.Column("stated_unit", sa.String(), nullable=False),
        sa.Column("storage", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("asked_certificates", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("papers_hash", sa.String(), nullable=False),
        sa.Column("received_by_id", sa.Uuid(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'recalled') = (recalled_at IS NOT NULL)", name=op.f("ck_material_lot_recalled_means_dated")
        ),
        sa.CheckConstraint(
            "(state = 'rejected') = (rejected_at IS NOT NULL)", name=op.f("ck_material_lot_rejected_means_dated")
        ),
        sa.CheckConstraint(
            "state <> 'blocked' OR blocked_at IS NOT NULL", name=op.f("ck_material_lot_blocked_means_dated")
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'blocked') OR accepted_at IS NOT NULL",
            name=op.f("ck_material_lot_accepted_means_dated"),
        ),
        sa.CheckConstraint(
            "made_on IS NULL OR made_on <= received_on", name=op.f("ck_material_lot_made_before_received")
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_material_lot_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "material_id"],
            ["material.owner_id", "material.id"],
            name=op.f("fk_material_lot_owner_id_material_id_material"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "supplier_id"],
            ["supplier.owner_id", "supplier.id"],
            name=op.f("fk_material_lot_owner_id_supplier_id_supplier"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_material_lot_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_lot")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_material_lot_owner_id_id")),
        sa.UniqueConstraint("owner_id", "number", name=op.f("uq_material_lot_owner_id_number")),
    )
    op.create_index(op.f("ix_material_lot_owner_id"), "material_lot", ["owner_id"], unique=False)
    op.create_index(
        "ix_material_lot_owner_id_state_expires_on", "material_lot", ["owner_id", "state", "expires_on"], unique=False
    )
    op.create_table(
        "lot_certificate",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('mill', 'biocompatibility', 'sterilisation', 'other')",
            name=op.f("ck_lot_certificate_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_lot_certificate_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "file_id"],
            ["stored_file.owner_id", "stored_file.id"],
            name=op.f("fk_lot_certificate_owner_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "lot_id"],
            ["material_lot.owner_id", "material_lot.id"],
            name=op.f("fk_lot_certificate_owner_id_lot_id_material_lot"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_lot_certificate_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_certificate")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_lot_certificate_owner_id_id")),
    )
    op.create_index(op.f("ix_lot_certificate_owner_id"), "lot_certificate", ["owner_id"], unique=False)
    op.create_table(
        "lot_result",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("characteristic", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("measured", sa.String(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("inspected_by", sa.String(), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_lot_result_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "lot_id"],
            ["material_lot.owner_id", "material_lot.id"],
            name=op.f("fk_lot_result_owner_id_lot_id_material_lot"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_lot_result_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_result")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_lot_result_owner_id_id")),
    )
    op.create_index(op.f("ix_lot_result_owner_id"), "lot_result", ["owner_id"], unique=False)
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
