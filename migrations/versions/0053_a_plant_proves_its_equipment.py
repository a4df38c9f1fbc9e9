"""A plant proves its equipment

Rooms with their grade and their place on the map of the site; equipment and measuring instruments; the calibrations and
validations that prove each may be used, up to a day (GMP 2025 art. 81-82, Notice 2015-218 7.22).  A proof is never
changed, only struck out.

Revision: 0053
Follows: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0050"
branch_labels = None
depends_on = None

TABLES = ("area", "equipment", "equipment_proof")


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("map_place", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        *_used(),
        *_kept("area"),
        sa.UniqueConstraint("owner_id", "number", name=op.f("uq_area_owner_id_number")),
        _filed("area"),
        *_checks(
            "area",
            grade_is_known="grade IN ('100', '10000/100', '10000', '100000', '300000', 'none')",
            in_use_means_dated="state <> 'in_use' OR (since_at IS NOT NULL AND until_at IS NULL)",
            out_means_dated="state NOT IN ('out_of_use', 'retired') OR until_at IS NOT NULL",
        ),
    )
    op.create_table(
        "equipment",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("operations", sa.JSON(), nullable=False),
        sa.Column("needs_calibration", sa.Boolean(), nullable=False),
        sa.Column("needs_validation", sa.Boolean(), nullable=False),
        *_used(),
        *_kept("equipment"),
        sa.UniqueConstraint("owner_id", "number", name=op.f("uq_equipment_owner_id_number")),
        sa.ForeignKeyConstraint(
            ["owner_id", "area_id"], ["area.owner_id", "area.id"], name=op.f("fk_equipment_owner_id_area_id_area")
        ),
        *_checks(
            "equipment",
            kind_is_known="kind IN ('machine', 'instrument')",
            instruments_are_calibrated="kind <> 'instrument' OR needs_calibration",
            in_service_means_dated="state <> 'in_service' OR (since_at IS NOT NULL AND until_at IS NULL)",
            out_means_dated="state NOT IN ('out_of_service', 'retired') OR until_at IS NOT NULL",
        ),
    )
    op.create_table(
        "equipment_proof",
        sa.Column("equipment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("certificate", sa.String(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("struck_on", sa.Date(), nullable=True),
        sa.Column("struck_because", sa.String(), nullable=True),
        *_kept("equipment_proof"),
        sa.ForeignKeyConstraint(
            ["owner_id", "equipment_id"],
            ["equipment.owner_id", "equipment.id"],
            name=op.f("fk_equipment_proof_owner_id_equipment_id_equipment"),
        ),
        _filed("equipment_proof"),
        *_checks(
            "equipment_proof",
            kind_is_known="kind IN ('calibration', 'iq', 'oq', 'pq')",
            due_again_means_dated="kind NOT IN ('calibration', 'pq') OR due_on IS NOT NULL",
            ends_after_it_is_done="due_on IS NULL OR done_on <= due_on",
            struck_means_reasoned="(struck_on IS NULL) = (struck_because IS NULL)",
        ),
    )
    op.create_index("ix_equipment_proof_equipment_id", "equipment_proof", ["equipment_id"], unique=False)
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_owner_id"), table, ["owner_id"], unique=False)
        for statement in _postgresql(table) if op.get_bind().dialect.name == "postgresql" else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_index("ix_equipment_proof_equipment_id", table_name="equipment_proof")
    for table in reversed(TABLES):
        for name in ("stays", "kept"):
            op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if on_postgresql else ""))
        op.drop_index(op.f(f"ix_{table}_owner_id"), table_name=table)
        op.drop_table(table)


def _used() -> list[sa.schema.SchemaItem]:
    """From when until when it was last in use, and where it stands."""
    return [
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
    ]


def _checks(table: str, **rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()]


def _filed(table: str) -> sa.schema.SchemaItem:
    return sa.ForeignKeyConstraint(
        ["owner_id", "file_id"],
        ["stored_file.owner_id", "stored_file.id"],
        name=op.f(f"fk_{table}_owner_id_file_id_stored_file"),
        initially="DEFERRED",
        deferrable=True,
    )


def _kept(table: str) -> list[sa.schema.SchemaItem]:
    """What every kept row has: its version, its last event, whose books it stands in."""
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
        sa.UniqueConstraint("owner_id", "id", name=op.f(f"uq_{table}_owner_id_id")),
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
