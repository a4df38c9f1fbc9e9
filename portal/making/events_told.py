"""Events that are told: understood as acts, put on record in the books that they belong to, and found there again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.orm import aliased

from agreements.epcis import Event, Faulty, event_of
from agreements.epcis.acts import Understood, act_of, correcting
from agreements.epcis.events import Fault
from agreements.epcis.parts import Document
from portal.db import session
from portal.identity.machines import Machine
from portal.lineage.knowing import folios_of, in_turn
from portal.making.recording import put_on_record
from portal.making.telling_apart import ref_of
from portal.records.batch import Batch
from portal.records.lineage import Activity, Folio, Node
from portal.records.trade_item import TradeItem
from portal.tenancy import side_in
from workflows.acts import Act
from workflows.engine import Side
from workflows.lineage import Deed, Thing
from workflows.words import N_, Said

WHICH = N_("The events belong to several entrustments. Send those of each by themselves, or name entrustment_id.")
Places = Sequence[tuple[str, Said]]


class NotTaken(Exception):
    """Something in a document is wrong and its sender wants all of it or nothing."""

    def __init__(self, faults: Places) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Taken:
    """How many acts were new and were written, what was not taken and why, and what of the rest is not kept; ``refs``
    are the numbers that the events bear, in the books of ``entrustment_id`` or of the house alone.
    """

    written: int = 0
    faults: Places = ()
    warnings: Sequence[Said] = ()
    refs: Sequence[str] = ()
    entrustment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """What a document says: its acts, the numbers of its events, what of it cannot be taken, and what is not kept."""

    acts: Sequence[Act]
    refs: Sequence[str]
    faults: Places
    warnings: Sequence[Said]


def take_in(document: Document, *, by: Machine, entrustment_id: UUID | None, whole: bool, ref: str) -> Taken:
    """Put the events of a document on record.  ``whole``: all or nothing; then raises :class:`NotTaken`."""
    read = _understood(document)
    if whole and read.faults:
        raise NotTaken(read.faults)
    entrustment_id = entrustment_id or _entrustment_of(read.acts, by)
    acts = list(_still_to_tell(read.acts, entrustment_id))
    outcome = put_on_record(acts, entrustment_id=entrustment_id, by=by, origin="request", origin_ref=ref)
    refused = [(each.place, each.says) for each in outcome.faults]
    refused += [(each.place, each.says) for each in outcome.questions]
    if whole and refused:
        raise NotTaken(refused)
    return Taken(len(outcome.written), [*read.faults, *refused], read.warnings, read.refs, entrustment_id)


def where_they_stand(taken: Taken) -> list[int]:
    """By which deeds of the graph the events are told now, whether they were new or known; in recorded order."""
    folios = [each.number for each in folios_of(taken.entrustment_id)]
    wanted = select(Activity.id).where(Activity.folio.in_(folios))
    return sorted(
        each for some in in_turn(taken.refs) for each in session.scalars(wanted.where(Activity.ref.in_(some)))
    )


def _understood(document: Document) -> _Read:
    products = frozenset(session.scalars(select(TradeItem.di)))
    events: list[Event] = []
    understood: list[Understood] = []
    faults: list[Fault] = []
    for number, body in enumerate(document.bodies, start=1):
        try:
            event = event_of(body, number)
            found = act_of(event, products)
        except Faulty as wrong:
            faults += wrong.faults
        else:
            events.append(event)
            understood.append(found)
    acts, unmet = correcting(understood, events)
    said = [(f"event {each.number} {each.place}".strip(), each.says) for each in (*faults, *unmet)]
    warnings = [*document.warnings, *(warning for each in understood for warning in each.warnings)]
    return _Read(acts, [ref_of(each.act) for each in understood], said, warnings)


def _entrustment_of(acts: Sequence[Act], by: Machine) -> UUID | None:
    """The entrustment whose batches, identifiers or earlier things are named; none where only own lots are."""
    found = {each for each in _named_in(acts) if side_in(each) is Side.MANUFACTURER}
    if by.entrustments is not None:
        found = found & by.entrustments or set(by.entrustments)
    if len(found) > 1:
        raise NotTaken([("", Said(WHICH))])
    return next(iter(found), None)


def _named_in(acts: Sequence[Act]) -> set[UUID]:
    """By device identifiers and batches; where there are none, by what is on record of packages, devices and acts."""
    items = {each for act in acts for each in (*act.uses, *act.makes, *act.touches, *act.moves, act.package) if each}
    named = [
        (TradeItem.entrustment_id, TradeItem.di, {each.di for each in items if each.kind is Thing.UNIT and each.di}),
        (Batch.entrustment_id, Batch.number, {act.batch for act in acts if act.batch}),
    ]
    if found := {each for column, key, values in named for each in _asked(select(column), key, values)}:
        return found
    folio = (Folio, Folio.number == Node.folio)
    codes = {each.code for each in items if each.kind in (Thing.UNIT, Thing.PACKAGE, Thing.PART)}
    things = select(Folio.entrustment_id).select_from(Node).join(*folio).where(Node.kind < Deed.RECEIVE.value)
    told = select(Folio.entrustment_id).join(Activity, Activity.folio == Folio.number)
    refs = {each.corrects for each in acts if each.corrects}
    return _asked(things, Node.code, codes) | _asked(told, Activity.ref, refs)


def _asked(wanted: Select[Any], key: Any, values: Collection[str]) -> set[UUID]:
    return {
        each
        for some in in_turn(sorted(values))
        for each in session.scalars(wanted.where(key.in_(some)).distinct())
        if each is not None
    }


def _still_to_tell(acts: Sequence[Act], entrustment_id: UUID | None) -> Iterator[Act]:
    """All but those that were told once and corrected since: an old document that is sent again revives nothing."""
    folios = [each.number for each in folios_of(entrustment_id)]
    right = aliased(Activity)
    corrected: set[str | None] = set()
    for some in in_turn({each.ref for each in acts}):
        wanted = select(Activity.ref).where(Activity.folio.in_(folios), Activity.ref.in_(some))
        replaced = select(true()).where(right.corrects == Activity.id).exists()
        corrected |= set(session.scalars(wanted.where(replaced)))
    return (each for each in acts if each.ref not in corrected)
