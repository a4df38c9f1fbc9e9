"""Product varieties are reported

What a manufacturer filed with its authority about the products it makes for a registrant stays as it was filed.

Revision: 0034
Follows: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLE = "variety_report"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_variety_report_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_variety_report_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_variety_report_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variety_report")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_variety_report_entrustment_id_id")),
    )
    op.create_index(op.f("ix_variety_report_entrustment_id"), TABLE, ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_variety_report_owner_id"), TABLE, ["owner_id"], unique=False)
    for statement in _postgresql() if _on_postgresql() else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _postgresql() -> list[str]:
    return [
        f"""CREATE TRIGGER {TABLE}_stays BEFORE DELETE OR TRUNCATE ON {TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        f"""CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION is_kept()""",
    ]


def _sqlite() -> list[str]:
    return [
        f"""CREATE TRIGGER {TABLE}_stays BEFORE DELETE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END""",
        f"""CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE}
            WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
            BEGIN SELECT RAISE(ABORT, '{TABLE} changes only together with its event'); END""",
    ]
