"""Somebody is posted, or the exception is signed

2024-38 (3): while implantable devices are made by somebody else, the registrant in principle posts experienced people
at the site.  A posting says who, from when until when and with which duties; a day without one needs a reason that the
registrant signed.  Each signature is there before the row may claim it.

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MADE = (
    "posting",
    "posting_exception",
)


def upgrade() -> None:
    op.create_table(
        "posting",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(), nullable=False),
        sa.Column("person_title", sa.String(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("site_name", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("production_experience", sa.String(), nullable=False),
        sa.Column("quality_experience", sa.String(), nullable=False),
        sa.Column("key_links", sa.JSON(), nullable=False),
        sa.Column("duties", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_posting_ended_means_dated")),
        sa.CheckConstraint("state <> 'posted' OR posted_at IS NOT NULL", name=op.f("ck_posting_posted_means_dated")),
        sa.CheckConstraint("since <= until", name=op.f("ck_posting_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "file_id"],
            ["stored_file.entrustment_id", "stored_file.id"],
            name=op.f("fk_posting_entrustment_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_posting_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_posting_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "person_id"],
            ["person.owner_id", "person.id"],
            name=op.f("fk_posting_owner_id_person_id_person"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_posting_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_posting_entrustment_id_id")),
    )
    op.create_index(op.f("ix_posting_entrustment_id"), "posting", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_posting_owner_id"), "posting", ["owner_id"], unique=False)
    op.create_index(op.f("ix_posting_person_id"), "posting", ["person_id"], unique=False)
    op.create_table(
        "posting_exception",
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_posting_exception_ended_means_dated")
        ),
        sa.CheckConstraint("because <> '' AND measures <> ''", name=op.f("ck_posting_exception_is_reasoned")),
        sa.CheckConstraint(
            "state <> 'granted' OR granted_at IS NOT NULL", name=op.f("ck_posting_exception_granted_means_dated")
        ),
        sa.CheckConstraint("since <= until", name=op.f("ck_posting_exception_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_posting_exception_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_posting_exception_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_posting_exception_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_exception")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_posting_exception_entrustment_id_id")),
    )
    op.create_index(op.f("ix_posting_exception_entrustment_id"), "posting_exception", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_posting_exception_owner_id"), "posting_exception", ["owner_id"], unique=False)

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
