"""An operator is authorised

Whoever carries out an operation was trained for it, and is authorised by a signature from a day until a day (GMP 2025
art. 81-82, Notice 2015-218 7.22).

Revision: 0054
Follows: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

TABLE = "authorisation"
RULES = {
    "ends_after_it_begins": "since <= until",
    "trained_before_it_begins": "trained_on <= since",
    "in_force_means_granted": "(state IN ('in_force', 'ended')) = (granted_at IS NOT NULL)",
    "granted_means_evidenced": "granted_at IS NULL OR evidence_id IS NOT NULL",
    "ended_means_dated": "(state = 'ended') = (ended_at IS NOT NULL)",
    "withdrawn_means_dated": "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("operations", sa.JSON(), nullable=False),
        sa.Column("equipment_ids", sa.JSON(), nullable=False),
        sa.Column("trainer", sa.String(), nullable=False),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("training", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in RULES.items()),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f(f"fk_{TABLE}_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "person_id"],
            ["person.owner_id", "person.id"],
            name=op.f(f"fk_{TABLE}_owner_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "evidence_id"],
            ["stored_file.owner_id", "stored_file.id"],
            name=op.f(f"fk_{TABLE}_owner_id_evidence_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f(f"fk_{TABLE}_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("owner_id", "id", name=op.f(f"uq_{TABLE}_owner_id_id")),
    )
    op.create_index(op.f(f"ix_{TABLE}_owner_id"), TABLE, ["owner_id"], unique=False)
    op.create_index(f"ix_{TABLE}_person_id", TABLE, ["person_id"], unique=False)
    for statement in _postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in ("stays", "kept"):
        op.execute(f"DROP TRIGGER {TABLE}_{name}" + (f" ON {TABLE}" if on_postgresql else ""))
    op.drop_index(f"ix_{TABLE}_person_id", table_name=TABLE)
    op.drop_index(op.f(f"ix_{TABLE}_owner_id"), table_name=TABLE)
    op.drop_table(TABLE)


def _postgresql() -> list[str]:
    return [
        f"""CREATE TRIGGER {TABLE}_stays BEFORE DELETE OR TRUNCATE ON {TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        f"CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION is_kept()",
    ]


def _sqlite() -> list[str]:
    return [
        f"""CREATE TRIGGER {TABLE}_stays BEFORE DELETE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END""",
        f"""CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE}
            WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
            BEGIN SELECT RAISE(ABORT, '{TABLE} changes only together with its event'); END""",
    ]
