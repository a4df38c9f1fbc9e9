"""What stands on each label of a run, and the carrier that says the same to a machine."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from agreements.identifiers import Malformed
from agreements.udi import Agency, Identification, PrintedDay, printed
from portal.carriers import Symbol, draw
from portal.facts import Ground
from portal.records.batch import Batch
from portal.records.label_run import LabelRun
from portal.records.trade_item import TradeItem
from workflows.words import N_, Said

AT_ONCE = 100
SERIAL = re.compile(r"(.*?)([0-9]{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Label:
    """``carrier`` is an SVG of our own making; ``text`` is what it says, for people."""

    text: str
    carrier: str
    serial: str | None


@dataclass(frozen=True, slots=True)
class Common:
    """What is the same on every label of a run."""

    product: str
    certificate: str
    lot: str
    made_on: date
    expires_on: date | None
    registrant: str
    manufacturer: str
    licence: str
    contents: int | None
    level: str
    version: str


def common(run: LabelRun, ground: Ground) -> Common:
    product = ground.product(run.batch.product_id)
    certificate = ground.certificate_of(product) if product else None
    licence = ground.latest("licence")
    return Common(
        product=run.batch.product_name,
        certificate=str(certificate.facts.get("number") or "") if certificate else "",
        lot=run.batch.number,
        made_on=made_on(run.batch),
        expires_on=run.batch.expires_on,
        registrant=ground.entrustment.registrant.name,
        manufacturer=ground.entrustment.manufacturer.name,
        licence=str(licence.facts.get("number") or "") if licence else "",
        contents=run.item.holds_count,
        level=run.item.level,
        version=run.label_version or "",
    )


def labels(run: LabelRun, first: int, on: date) -> Iterator[Label]:
    """At most :data:`AT_ONCE` labels of the run, from the ``first``, counted from one."""
    plain = identification(run.item, run.batch)
    last = min(run.quantity, first + AT_ONCE - 1)
    symbol = Symbol.DATAMATRIX if plain.agency is Agency.GS1 else Symbol.QR
    told, carrier = plain, ""
    for place in range(first, last + 1):
        serial = serial_at(run.first_serial, place - 1) if run.first_serial else None
        if serial or not carrier:
            told = replace(plain, serial=serial) if serial else plain
            carrier = draw(told, symbol, on).svg()
        yield Label(printed(told), carrier, serial)


def identification(item: TradeItem, batch: Batch) -> Identification:
    """A code of AHM is printed as its own tool made it: how its parts are joined is not known."""
    if item.agency == Agency.AHM:
        return Identification(Agency.AHM, unread=item.di)
    expires = PrintedDay.of(batch.expires_on) if batch.expires_on else None
    made = PrintedDay.of(made_on(batch))
    return Identification(Agency(item.agency), di=item.di, lot=batch.number, made_on=made, expires_on=expires)


def made_on(batch: Batch) -> date:
    return batch.finished_on or batch.started_on


def serial_at(first: str, step: int) -> str:
    """``first`` counted up ``step`` times, as wide as it was.  Raises Malformed."""
    found = SERIAL.fullmatch(first)
    if not found:
        raise Malformed(Said(N_("The first serial number ends in digits that are counted up, such as S0001."), {}))
    digits = str(int(found[2]) + step).zfill(len(found[2]))
    if len(digits) > len(found[2]):
        raise Malformed(Said(N_("The digits of %(first)s do not suffice for so many labels."), {"first": first}))
    return found[1] + digits


def refuse_unprintable(item: TradeItem, batch: Batch, first_serial: str | None, quantity: int, on: date) -> None:
    """Whether the first and the last label can be drawn at all.  Raises Malformed."""
    told = identification(item, batch)
    symbol = Symbol.DATAMATRIX if told.agency is Agency.GS1 else Symbol.QR
    if not first_serial:
        draw(told, symbol, on)
        return
    for step in (0, quantity - 1):
        draw(replace(told, serial=serial_at(first_serial, step)), symbol, on)
