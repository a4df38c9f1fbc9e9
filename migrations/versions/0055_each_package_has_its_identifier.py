"""Each package has its identifier

The device identifiers of a product, one for each level of packaging, as they stand in the national database before
anything that bears them is sold (NMPA Notices 2019 No. 72, 2021 No. 114, 2023 No. 22).  A changed one is a new record.

Revision: 0055
Follows: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0051"
branch_labels = None
depends_on = None

STANDING = sa.literal_column("until IS NULL")
PRIMARY = sa.literal_column("is_primary AND until IS NULL")


def upgrade() -> None:
    op.create_table(
        "trade_item",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("product_name", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("di", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("holds_id", sa.Uuid(), nullable=True),
        sa.Column("holds_count", sa.Integer(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(level = 'unit') = (holds_id IS NULL)", name=op.f("ck_trade_item_packages_hold_something")),
        sa.CheckConstraint(
            "(state = 'given_up') = (until IS NOT NULL)", name=op.f("ck_trade_item_given_up_means_dated")
        ),
        sa.CheckConstraint("NOT is_primary OR level = 'unit'", name=op.f("ck_trade_item_primary_is_a_unit")),
        sa.CheckConstraint("agency IN ('gs1', 'ma', 'ahm')", name=op.f("ck_trade_item_agency_is_known")),
        sa.CheckConstraint("level IN ('unit', 'box', 'carton', 'pallet')", name=op.f("ck_trade_item_level_is_known")),
        sa.CheckConstraint("state <> 'entered' OR since IS NULL", name=op.f("ck_trade_item_entered_means_undated")),
        sa.CheckConstraint("state <> 'in_use' OR since IS NOT NULL", name=op.f("ck_trade_item_in_use_means_dated")),
        sa.CheckConstraint("(holds_id IS NULL) = (holds_count IS NULL)", name=op.f("ck_trade_item_held_means_counted")),
        sa.CheckConstraint("holds_count > 0", name=op.f("ck_trade_item_holds_some")),
        sa.CheckConstraint("holds_id <> id", name=op.f("ck_trade_item_not_in_itself")),
        sa.CheckConstraint("since <= until", name=op.f("ck_trade_item_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["entrustment_id", "holds_id"],
            ["trade_item.entrustment_id", "trade_item.id"],
            name=op.f("fk_trade_item_entrustment_id_holds_id_trade_item"),
        ),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_trade_item_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_trade_item_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_trade_item_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_item")),
        sa.UniqueConstraint("entrustment_id", "id", name=op.f("uq_trade_item_entrustment_id_id")),
        sa.UniqueConstraint("key", name=op.f("uq_trade_item_key")),
    )
    op.create_index(op.f("ix_trade_item_entrustment_id"), "trade_item", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_trade_item_owner_id"), "trade_item", ["owner_id"], unique=False)
    op.create_index(
        "uq_trade_item_primary",
        "trade_item",
        ["entrustment_id", "product_id"],
        unique=True,
        postgresql_where=PRIMARY,
        sqlite_where=PRIMARY,
    )
    op.create_index(
        "uq_trade_item_standing",
        "trade_item",
        ["entrustment_id", "agency", "di"],
        unique=True,
        postgresql_where=STANDING,
        sqlite_where=STANDING,
    )
    for statement in _postgresql() if _on_postgresql() else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    for name in ("stays", "kept"):
        op.execute(f"DROP TRIGGER trade_item_{name}" + (" ON trade_item" if _on_postgresql() else ""))
    op.drop_index("uq_trade_item_standing", table_name="trade_item")
    op.drop_index("uq_trade_item_primary", table_name="trade_item")
    op.drop_index(op.f("ix_trade_item_owner_id"), table_name="trade_item")
    op.drop_index(op.f("ix_trade_item_entrustment_id"), table_name="trade_item")
    op.drop_table("trade_item")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _postgresql() -> list[str]:
    return [
        """CREATE TRIGGER trade_item_stays BEFORE DELETE OR TRUNCATE ON trade_item
           FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        """CREATE TRIGGER trade_item_kept BEFORE UPDATE ON trade_item
           FOR EACH ROW EXECUTE FUNCTION is_kept()""",
    ]


def _sqlite() -> list[str]:
    return [
        """CREATE TRIGGER trade_item_stays BEFORE DELETE ON trade_item
           BEGIN SELECT RAISE(ABORT, 'trade_item is append-only'); END""",
        """CREATE TRIGGER trade_item_kept BEFORE UPDATE ON trade_item
           WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
           BEGIN SELECT RAISE(ABORT, 'trade_item changes only together with its event'); END""",
    ]
