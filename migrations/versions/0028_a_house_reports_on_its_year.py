"""A house reports on its year

Order 53 art. 45 and Notice 2022-13: the yearly self-inspection report with a section for each partner.  It stands in the
house's own books, one for each year, and says what its records said when it was signed.

Revision: 0028
Follows: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0021"
branch_labels = None
depends_on = None

STANDING = sa.literal_column("state <> 'withdrawn'")
MADE = ("self_inspection",)


def upgrade() -> None:
    op.create_table(
        "self_inspection",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overview", sa.String(), nullable=True),
        sa.Column("changes", sa.String(), nullable=True),
        sa.Column("operation", sa.String(), nullable=True),
        sa.Column("outside", sa.String(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filing_number", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_self_inspection_signed_means_dated")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_self_inspection_withdrawn_means_dated")
        ),
        sa.CheckConstraint(
            "(filed_on IS NULL) = (filing_number IS NULL)", name=op.f("ck_self_inspection_filed_means_numbered")
        ),
        sa.CheckConstraint(
            "filed_on IS NULL OR signed_at IS NOT NULL", name=op.f("ck_self_inspection_filed_means_signed")
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_self_inspection_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_self_inspection_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_inspection")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_self_inspection_owner_id_id")),
    )
    op.create_index(op.f("ix_self_inspection_owner_id"), "self_inspection", ["owner_id"], unique=False)
    op.create_index(
        "uq_self_inspection_of_a_year",
        "self_inspection",
        ["owner_id", "year"],
        unique=True,
        postgresql_where=STANDING,
        sqlite_where=STANDING,
    )

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
