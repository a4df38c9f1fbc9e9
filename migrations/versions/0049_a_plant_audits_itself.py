"""A plant audits itself

The manufacturer audits its own part at least once a year (Guide 2022-20, template 4.1).  What it shows of it is its own
record, in its own books.

Revision: 0049
Follows: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "internal_audit",
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("covers", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("still_open", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("began_on <= ended_on", name=op.f("ck_internal_audit_ends_after_it_begins")),
        sa.CheckConstraint("still_open BETWEEN 0 AND findings", name=op.f("ck_internal_audit_open_are_of_the_found")),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_internal_audit_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "file_id"],
            ["stored_file.owner_id", "stored_file.id"],
            name=op.f("fk_internal_audit_owner_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_internal_audit_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_audit")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_internal_audit_owner_id_id")),
    )
    op.create_index(op.f("ix_internal_audit_owner_id"), "internal_audit", ["owner_id"], unique=False)
    for statement in _postgresql() if _on_postgresql() else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    for name in ("stays", "kept"):
        op.execute(f"DROP TRIGGER internal_audit_{name}" + (" ON internal_audit" if _on_postgresql() else ""))
    op.drop_index(op.f("ix_internal_audit_owner_id"), table_name="internal_audit")
    op.drop_table("internal_audit")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _postgresql() -> list[str]:
    return [
        """CREATE TRIGGER internal_audit_stays BEFORE DELETE OR TRUNCATE ON internal_audit
           FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        """CREATE TRIGGER internal_audit_kept BEFORE UPDATE ON internal_audit
           FOR EACH ROW EXECUTE FUNCTION is_kept()""",
    ]


def _sqlite() -> list[str]:
    return [
        """CREATE TRIGGER internal_audit_stays BEFORE DELETE ON internal_audit
           BEGIN SELECT RAISE(ABORT, 'internal_audit is append-only'); END""",
        """CREATE TRIGGER internal_audit_kept BEFORE UPDATE ON internal_audit
           WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
           BEGIN SELECT RAISE(ABORT, 'internal_audit changes only together with its event'); END""",
    ]
