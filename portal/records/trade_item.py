"""A device identifier of a product at one level of packaging, as it stands in the national database."""

from datetime import date
from secrets import randbelow
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.db import CHINA, Record
from portal.records.entrustment import Entrustment
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.trade_item import TRADE_ITEM

STANDING: Any = literal_column("until IS NULL")
PRIMARY: Any = literal_column("is_primary AND until IS NULL")


def draw_key() -> int:
    """A whole number by which the graph of making names the identifier; drawn, since a count would tell of others."""
    return 1 + randbelow(2**52)


class TradeItem(Moving, Shared, Record):
    """产品标识 (UDI-DI).  One package holds ``holds_count`` of ``holds``; the smallest sales unit holds nothing.

    ``is_primary`` marks the one of a product that its certificate and its label go by.  ``since`` and ``until`` are the
    first and the last day on which goods are labelled with it.
    """

    __tablename__ = "trade_item"
    lifecycle: ClassVar = TRADE_ITEM

    key: Mapped[int] = mapped_column(BigInteger, default=draw_key)
    product_id: Mapped[UUID]
    product_name: Mapped[str]
    agency: Mapped[str]
    di: Mapped[str]
    level: Mapped[str]
    holds_id: Mapped[UUID | None]
    holds_count: Mapped[int | None]
    is_primary: Mapped[bool]
    since: Mapped[date | None]
    until: Mapped[date | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    holds: Mapped["TradeItem | None"] = relationship(
        primaryjoin="foreign(TradeItem.holds_id) == remote(TradeItem.id)", viewonly=True
    )

    @property
    def called(self) -> str:
        return self.di

    def took(self, move: Move) -> None:
        day = move.at.astimezone(CHINA).date()
        if move.name == "take_into_use":
            self.since = day
        if move.name == "give_up":
            self.until = day

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("key"),
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(["entrustment_id", "holds_id"], ["trade_item.entrustment_id", "trade_item.id"]),
            Index(
                "uq_trade_item_standing",
                "entrustment_id",
                "agency",
                "di",
                unique=True,
                postgresql_where=STANDING,
                sqlite_where=STANDING,
            ),
            Index(
                "uq_trade_item_primary",
                "entrustment_id",
                "product_id",
                unique=True,
                postgresql_where=PRIMARY,
                sqlite_where=PRIMARY,
            ),
            CheckConstraint("agency IN ('gs1', 'ma', 'ahm')", name="agency_is_known"),
            CheckConstraint("level IN ('unit', 'box', 'carton', 'pallet')", name="level_is_known"),
            CheckConstraint("(level = 'unit') = (holds_id IS NULL)", name="packages_hold_something"),
            CheckConstraint("(holds_id IS NULL) = (holds_count IS NULL)", name="held_means_counted"),
            CheckConstraint("holds_count > 0", name="holds_some"),
            CheckConstraint("holds_id <> id", name="not_in_itself"),
            CheckConstraint("NOT is_primary OR level = 'unit'", name="primary_is_a_unit"),
            CheckConstraint("state <> 'in_use' OR since IS NOT NULL", name="in_use_means_dated"),
            CheckConstraint("state <> 'entered' OR since IS NULL", name="entered_means_undated"),
            CheckConstraint("(state = 'given_up') = (until IS NOT NULL)", name="given_up_means_dated"),
            CheckConstraint("since <= until", name="ends_after_it_begins"),
        )
