"""Device identifiers: read, each with its level of packaging and what one package holds."""

from pydantic import Field

from portal.api.readings import OfEntrustment
from portal.api.shapes import Day, Id, Page, Shape
from portal.api.shelves import shelve
from portal.records.trade_item import TradeItem
from workflows.scopes import Scope
from workflows.words import N_


class TradeItemShape(Shape):
    """A device identifier (UDI-DI) of a product at one level of packaging."""

    id: Id
    version: int
    entrustment_id: Id
    state: str
    key: int = Field(description=N_("A whole number by which events of making name it."))
    product_id: Id
    product_name: str
    agency: str
    di: str = Field(description=N_("As it stands in the national database."))
    level: str
    holds_id: Id | None = Field(description=N_("The identifier of what one package holds."))
    holds_count: int | None
    is_primary: bool = Field(description=N_("Whether the product goes by it."))
    since: Day | None = Field(description=N_("The first day on which goods are labelled with it."))
    until: Day | None


class TradeItems(Page):
    items: list[TradeItemShape]


shelve(
    TradeItem,
    "/device-identifiers",
    Scope.DEFINITIONS_READ,
    many=("trade_items", TradeItems, "List device identifiers."),
    one=("trade_item", TradeItemShape, "Read a device identifier."),
    turn=OfEntrustment,
)
