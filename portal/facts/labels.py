"""What anybody may know of a device from its label, whoever they are: asked before anybody says who they are."""

from dataclasses import dataclass

from sqlalchemy import Select, column, func, select, table

from agreements.udi import Identification
from portal.db import glance
from portal.tenancy import beyond_tenants

ANSWER = ("product", "registrant", "manufacturer")


@dataclass(frozen=True, slots=True)
class Label:
    """What the device identifier stands for; more than one manufacturer where the registrant entrusts several."""

    product: str
    registrant: str
    manufacturers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall that was announced: ``number`` is the registrant's own."""

    number: str


def label_of(told: Identification) -> Label | None:
    """What the device identifier stands for, or None where none is in use; lot and serial number have no say in it.

    Where two registrants claim one identifier nothing is said, since one of them would be named falsely.
    """
    named = told.di or told.unread
    if not named:
        return None
    with beyond_tenants("anybody: what a device identifier stands for"), glance() as books:
        rows = books.execute(question(books.get_bind().dialect.name, told.agency.value, named)).all()
    products, registrants = sorted({row.product for row in rows}), {row.registrant for row in rows}
    if len(registrants) != 1:
        return None
    return Label(" · ".join(products), registrants.pop(), tuple(sorted({row.manufacturer for row in rows})))


def question(engine: str, agency: str, di: str) -> Select[tuple[str, str, str]]:
    """To a function of PostgreSQL that opens no table; on SQLite to the guard's view of the same."""
    if engine == "postgresql":
        return select(func.walls.device_label(agency, di).table_valued(*ANSWER))
    view = table("device_label", column("agency"), column("di"), *map(column, ANSWER))
    return select(*(view.c[each] for each in ANSWER)).where(view.c.agency == agency, view.c.di == di)


def recall_of(_told: Identification) -> Recall | None:
    """The announced recall that this device falls under, or None where the portal knows of none.

    None never means that there is no recall.  No record of a recall is kept yet: a batch that was rejected never
    reached the market, a nonconformity or a defect notice is the two houses' own matter, and a production stop is none
    either.  To tell strangers of those would accuse goods that nobody recalls; to say "not recalled" would vouch for
    what nobody asked.  So the pages say that they do not know.  Whoever keeps recalls answers here, for announced ones
    alone (Order 29 on recalls has them published), and by lot and serial number as the announcement bounds them.
    """
    return None
