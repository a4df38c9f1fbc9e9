"""Somebody holds a key post and is heard

Announcement 2022-124 art. 8, 21 and 26 and GMP 2025 art. 17: who holds which key post by which letter, with the
evidence of the qualification; and the quarterly hearing of the management representative with its dispatch record.
A post but the release reviewer's is held by one person at a time.

Revision: 0027
Follows: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MADE = (
    "appointment",
    "hearing",
)

ALONE = sa.literal_column("state = 'in_office' AND post <> 'release_reviewer'")
POSTS = (
    "legal_representative",
    "person_in_charge",
    "management_representative",
    "production_head",
    "quality_head",
    "release_reviewer",
)


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("education", sa.String(), nullable=False),
        sa.Column("professional_title", sa.String(), nullable=False),
        sa.Column("practice_years", sa.Integer(), nullable=False),
        sa.Column("full_time", sa.Boolean(), nullable=False),
        sa.Column("is_senior", sa.Boolean(), nullable=False),
        sa.Column("clean_record", sa.Boolean(), nullable=False),
        sa.Column("of_quality", sa.Boolean(), nullable=False),
        sa.Column("is_trained", sa.Boolean(), nullable=False),
        sa.Column("small_maker", sa.Boolean(), nullable=False),
        sa.Column("qualification", sa.String(), nullable=False),
        sa.Column("authorises", sa.String(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("report_number", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_appointment_ended_means_dated")),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_appointment_withdrawn_means_dated")
        ),
        sa.CheckConstraint(
            "(state IN ('in_office', 'ended')) = (appointed_at IS NOT NULL)",
            name=op.f("ck_appointment_in_office_means_appointed"),
        ),
        sa.CheckConstraint(
            f"post IN ({', '.join(repr(each) for each in POSTS)})",
            name=op.f("ck_appointment_post_is_known"),
        ),
        sa.CheckConstraint(
            "(reported_on IS NULL) = (report_number IS NULL)", name=op.f("ck_appointment_reported_means_numbered")
        ),
        sa.CheckConstraint(
            "appointed_at IS NULL OR evidence_id IS NOT NULL", name=op.f("ck_appointment_appointed_means_evidenced")
        ),
        sa.CheckConstraint("practice_years >= 0", name=op.f("ck_appointment_years_are_counted")),
        sa.CheckConstraint("until IS NULL OR since <= until", name=op.f("ck_appointment_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_appointment_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "evidence_id"],
            ["stored_file.owner_id", "stored_file.id"],
            name=op.f("fk_appointment_owner_id_evidence_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "person_id"],
            ["person.owner_id", "person.id"],
            name=op.f("fk_appointment_owner_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_appointment_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_appointment_owner_id_id")),
    )
    op.create_index(op.f("ix_appointment_owner_id"), "appointment", ["owner_id"], unique=False)
    op.create_index(
        "uq_appointment_one_holder",
        "appointment",
        ["owner_id", "post"],
        unique=True,
        postgresql_where=ALONE,
        sqlite_where=ALONE,
    )
    op.create_table(
        "hearing",
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("present", sa.String(), nullable=False),
        sa.Column("reported", sa.String(), nullable=False),
        sa.Column("reviewed", sa.String(), nullable=False),
        sa.Column("dispatched", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_hearing_signed_means_dated")),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_hearing_withdrawn_means_dated")
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_hearing_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "appointment_id"],
            ["appointment.owner_id", "appointment.id"],
            name=op.f("fk_hearing_owner_id_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_hearing_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_hearing_owner_id_id")),
    )
    op.create_index(op.f("ix_hearing_owner_id"), "hearing", ["owner_id"], unique=False)

    for table in MADE:
        for statement in _postgresql(table) if _on_postgresql() else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(MADE):
        op.drop_table(table)


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
