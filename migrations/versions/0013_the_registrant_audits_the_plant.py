"""The registrant audits the plant

Announcement 2024 No. 38 (1) and 2022 No. 124 art. 17 have the registrant audit whom it entrusts, guide 2022-20 II(4)7
at least once a year.  The database keeps what must not be argued about: the yearly audit is on site, nobody but the
lead auditor signs the report, and no finding is closed without evidence.

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEPT = ("audit", "audit_finding", "auditor_qualification")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("yearly", sa.Boolean(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=True),
        sa.Column("supplied", sa.String(), nullable=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("team", sa.JSON(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("opening", sa.String(), nullable=True),
        sa.Column("closing", sa.String(), nullable=True),
        sa.Column("conclusion", sa.String(), nullable=True),
        sa.Column("findings_hash", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by_id", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(kind = 'supplier') = (supplier IS NOT NULL)", name=op.f("ck_audit_supplier_means_named")),
        sa.CheckConstraint(
            "(state = 'acknowledged') = (acknowledged_at IS NOT NULL)", name=op.f("ck_audit_acknowledged_means_dated")
        ),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_audit_cancelled_means_dated")
        ),
        sa.CheckConstraint(
            "NOT yearly OR (kind = 'system' AND mode = 'on_site')", name=op.f("ck_audit_yearly_means_on_site")
        ),
        sa.CheckConstraint("kind IN ('system', 'supplier', 'for_cause')", name=op.f("ck_audit_kind_is_known")),
        sa.CheckConstraint("mode IN ('on_site', 'desk')", name=op.f("ck_audit_mode_is_known")),
        sa.CheckConstraint(
            "state NOT IN ('concluded', 'reported', 'acknowledged') OR (concluded_at IS NOT NULL AND closing IS NOT NULL AND (mode = 'desk' OR left_on IS NOT NULL))",
            name=op.f("ck_audit_concluded_means_held"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('opened', 'concluded', 'reported', 'acknowledged') OR (opened_at IS NOT NULL AND opening IS NOT NULL AND (mode = 'desk' OR arrived_on IS NOT NULL))",
            name=op.f("ck_audit_opened_means_held"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('reported', 'acknowledged') OR (reported_at IS NOT NULL AND conclusion IS NOT NULL AND reported_by_id IS NOT NULL AND reported_by_id = lead_id)",
            name=op.f("ck_audit_reported_means_signed_by_the_lead"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('team_confirmed', 'opened', 'concluded', 'reported', 'acknowledged') OR lead_id IS NOT NULL",
            name=op.f("ck_audit_confirmed_means_led"),
        ),
        sa.CheckConstraint(
            "left_on IS NULL OR (arrived_on IS NOT NULL AND arrived_on <= left_on)",
            name=op.f("ck_audit_leaves_after_arriving"),
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_audit_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_audit_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_audit_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_audit_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_audit_entrustment_id_id")),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_audit_entrustment_id_number")),
    )
    op.create_index(op.f("ix_audit_entrustment_id"), "audit", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_audit_owner_id"), "audit", ["owner_id"], unique=False)
    op.create_table(
        "audit_finding",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("point", sa.String(), nullable=True),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("action_owner", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_audit_finding_closed_means_dated")
        ),
        sa.CheckConstraint(
            "grade IN ('critical', 'major', 'minor', 'observation')", name=op.f("ck_audit_finding_grade_is_known")
        ),
        sa.CheckConstraint(
            "state <> 'closed' OR evidence IS NOT NULL", name=op.f("ck_audit_finding_closed_means_evidenced")
        ),
        sa.CheckConstraint(
            "state = 'raised' OR (cause IS NOT NULL AND action IS NOT NULL AND action_owner IS NOT NULL AND due_on IS NOT NULL)",
            name=op.f("ck_audit_finding_answered_means_acted"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "audit_id"],
            ["audit.entrustment_id", "audit.id"],
            name=op.f("fk_audit_finding_entrustment_id_audit_id_audit"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "file_id"],
            ["stored_file.entrustment_id", "stored_file.id"],
            name=op.f("fk_audit_finding_entrustment_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_audit_finding_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_audit_finding_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_audit_finding_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_audit_finding_entrustment_id_id")),
        sa.UniqueConstraint("entrustment_id", "number", name=op.f("uq_audit_finding_entrustment_id_number")),
    )
    op.create_index(op.f("ix_audit_finding_entrustment_id"), "audit_finding", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_audit_finding_owner_id"), "audit_finding", ["owner_id"], unique=False)
    op.create_table(
        "auditor_qualification",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("granted_on <= valid_until", name=op.f("ck_auditor_qualification_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_auditor_qualification_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "file_id"],
            ["stored_file.owner_id", "stored_file.id"],
            name=op.f("fk_auditor_qualification_owner_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "person_id"],
            ["person.owner_id", "person.id"],
            name=op.f("fk_auditor_qualification_owner_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_auditor_qualification_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_qualification")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_auditor_qualification_owner_id_id")),
    )
    op.create_index(op.f("ix_auditor_qualification_owner_id"), "auditor_qualification", ["owner_id"], unique=False)
    op.create_index(op.f("ix_auditor_qualification_person_id"), "auditor_qualification", ["person_id"], unique=False)
    for table in KEPT:
        for statement in _postgresql(table) if _on_postgresql() else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    for table in KEPT:
        for name in ("stays", "kept"):
            op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if _on_postgresql() else ""))
    op.drop_index(op.f("ix_auditor_qualification_person_id"), table_name="auditor_qualification")
    op.drop_index(op.f("ix_auditor_qualification_owner_id"), table_name="auditor_qualification")
    op.drop_table("auditor_qualification")
    op.drop_index(op.f("ix_audit_finding_owner_id"), table_name="audit_finding")
    op.drop_index(op.f("ix_audit_finding_entrustment_id"), table_name="audit_finding")
    op.drop_table("audit_finding")
    op.drop_index(op.f("ix_audit_owner_id"), table_name="audit")
    op.drop_index(op.f("ix_audit_entrustment_id"), table_name="audit")
    op.drop_table("audit")


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
