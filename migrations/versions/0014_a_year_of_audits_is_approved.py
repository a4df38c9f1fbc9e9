"""A year of audits is approved

Guide 2022-20 II(4)7 asks for an audit at least once a year, 2022 No. 124 art. 17 and GMP 2025 art. 109 for one on
site.  What is planned for a year is one row for each entrustment, approved by somebody on a day.

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_programme",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL)", name=op.f("ck_audit_programme_approved_means_dated")
        ),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)",
            name=op.f("ck_audit_programme_approved_means_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_audit_programme_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_audit_programme_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_audit_programme_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_programme")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_audit_programme_entrustment_id_id")),
        sa.UniqueConstraint("entrustment_id", "year", name=op.f("uq_audit_programme_entrustment_id_year")),
    )
    op.create_index(op.f("ix_audit_programme_entrustment_id"), "audit_programme", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_audit_programme_owner_id"), "audit_programme", ["owner_id"], unique=False)
    for statement in _postgresql() if _on_postgresql() else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    for name in ("stays", "kept"):
        op.execute(f"DROP TRIGGER audit_programme_{name}" + (" ON audit_programme" if _on_postgresql() else ""))
    op.drop_index(op.f("ix_audit_programme_owner_id"), table_name="audit_programme")
    op.drop_index(op.f("ix_audit_programme_entrustment_id"), table_name="audit_programme")
    op.drop_table("audit_programme")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _postgresql() -> list[str]:
    return [
        """CREATE TRIGGER audit_programme_stays BEFORE DELETE OR TRUNCATE ON audit_programme
           FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        """CREATE TRIGGER audit_programme_kept BEFORE UPDATE ON audit_programme
           FOR EACH ROW EXECUTE FUNCTION is_kept()""",
    ]


def _sqlite() -> list[str]:
    return [
        """CREATE TRIGGER audit_programme_stays BEFORE DELETE ON audit_programme
           BEGIN SELECT RAISE(ABORT, 'audit_programme is append-only'); END""",
        """CREATE TRIGGER audit_programme_kept BEFORE UPDATE ON audit_programme
           WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
           BEGIN SELECT RAISE(ABORT, 'audit_programme changes only together with its event'); END""",
    ]
