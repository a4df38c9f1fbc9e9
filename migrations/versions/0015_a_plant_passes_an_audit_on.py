"""A plant passes an audit on

Several registrants have their products made at one plant and need not all ask the same questions.  What the plant
shows of an audit is its own record, in its own books, and says nowhere who held it.

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_report",
        sa.Column("audited_on", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("covers", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("mode IN ('on_site', 'desk')", name=op.f("ck_audit_report_mode_is_known")),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_audit_report_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "file_id"],
            ["stored_file.owner_id", "stored_file.id"],
            name=op.f("fk_audit_report_owner_id_file_id_stored_file"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_audit_report_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_report")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_audit_report_owner_id_id")),
    )
    op.create_index(op.f("ix_audit_report_owner_id"), "audit_report", ["owner_id"], unique=False)
    for statement in _postgresql() if _on_postgresql() else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    for name in ("stays", "kept"):
        op.execute(f"DROP TRIGGER audit_report_{name}" + (" ON audit_report" if _on_postgresql() else ""))
    op.drop_index(op.f("ix_audit_report_owner_id"), table_name="audit_report")
    op.drop_table("audit_report")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _postgresql() -> list[str]:
    return [
        """CREATE TRIGGER audit_report_stays BEFORE DELETE OR TRUNCATE ON audit_report
           FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        """CREATE TRIGGER audit_report_kept BEFORE UPDATE ON audit_report
           FOR EACH ROW EXECUTE FUNCTION is_kept()""",
    ]


def _sqlite() -> list[str]:
    return [
        """CREATE TRIGGER audit_report_stays BEFORE DELETE ON audit_report
           BEGIN SELECT RAISE(ABORT, 'audit_report is append-only'); END""",
        """CREATE TRIGGER audit_report_kept BEFORE UPDATE ON audit_report
           WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
           BEGIN SELECT RAISE(ABORT, 'audit_report changes only together with its event'); END""",
    ]
