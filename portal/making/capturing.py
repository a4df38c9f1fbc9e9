"""Going through a captured document of events: read, understood, put on record, and what became of it written down."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.orm import aliased

from agreements.epcis import Event, Faulty, event_of, read_document
from agreements.epcis.acts import Understood, act_of, correcting
from agreements.epcis.events import Fault
from agreements.epcis.parts import Unreadable
from portal.db import now, session, unit_of_work
from portal.identity.machines import Machine, machine_behind
from portal.identity.tokens import NotGenuine
from portal.lineage.knowing import folios_of, in_turn
from portal.making.recording import put_on_record
from portal.making.trying import is_free, try_once
from portal.records.batch import Batch
from portal.records.capture import Capture
from portal.records.lineage import Activity, Folio, Node
from portal.records.trade_item import TradeItem
from portal.tenancy import side_in
from workflows.acts import Act
from workflows.engine import Side
from workflows.lineage import Deed, Thing
from workflows.scopes import Scope
from workflows.words import N_, Said

MOST_SAID = 1000
NO_MORE = N_("The client may no longer send events.")
WHICH = N_("The events belong to several entrustments. Send those of each by themselves, or name entrustment_id.")


class _Wrong(Exception):
    """Something in the document is wrong and its sender wants all of it or nothing."""

    def __init__(self, faults: Sequence[tuple[str, Said]]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class _Read:
    """What a document says: its acts, in the form of the sender's numbers, and what of it cannot be taken or kept."""

    acts: Sequence[Act]
    faults: Sequence[tuple[str, Said]]
    warnings: Sequence[Said]


def waiting() -> list[UUID]:
    """The jobs of the house in scope that nobody has in hand, the oldest first."""
    free = is_free(Capture.id)
    return list(session.scalars(select(Capture.id).where(Capture.finished_at.is_(None), free).order_by(Capture.id)))


def take_up(job_id: UUID) -> bool:
    """Go through one job to its end; False where somebody else has it in hand, or it broke."""
    return try_once(job_id, lambda: _gone_through(job_id))


def _gone_through(job_id: UUID) -> bool:
    try:
        with unit_of_work():
            if job := _unfinished(job_id):
                _finish(job, *_put(job))
    except _Wrong as wrong:
        session.expire_all()
        with unit_of_work():
            if job := _unfinished(job_id):
                _finish(job, 0, wrong.faults, ())
    return job is not None


def _unfinished(job_id: UUID) -> Capture | None:
    """The job, held until the transaction ends; None where it was gone through meanwhile."""
    wanted = select(Capture).where(Capture.id == job_id, Capture.finished_at.is_(None))
    return session.scalars(wanted.with_for_update()).first()


def _put(job: Capture) -> tuple[int, Sequence[tuple[str, Said]], Sequence[Said]]:
    """How many acts were written, what was not taken and why, and what is not kept."""
    try:
        by = machine_behind(job.client_id)
    except NotGenuine:
        raise _Wrong([("", Said(NO_MORE))]) from None
    if Scope.EVENTS_PROPOSE not in by.scopes:
        raise _Wrong([("", Said(NO_MORE))])
    read = _understood(job)
    if job.whole and read.faults:
        raise _Wrong(read.faults)
    entrustment_id = job.entrustment_id or _entrustment_of(read.acts, by)
    acts = list(_still_to_tell(read.acts, entrustment_id))
    ref = f"sha256:{job.sha256} capture:{job.id}"
    outcome = put_on_record(acts, entrustment_id=entrustment_id, by=by, origin="request", origin_ref=ref)
    refused = [(each.place, each.says) for each in outcome.faults]
    refused += [(each.place, each.says) for each in outcome.questions]
    if job.whole and refused:
        raise _Wrong(refused)
    return len(outcome.written), [*read.faults, *refused], read.warnings


def _understood(job: Capture) -> _Read:
    try:
        document = read_document(job.document or b"", job.media)
    except Unreadable as wrong:
        raise _Wrong([(wrong.place, wrong.says)]) from wrong
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
    return _Read(acts, said, [*document.warnings, *(warning for each in understood for warning in each.warnings)])


def _entrustment_of(acts: Sequence[Act], by: Machine) -> UUID | None:
    """The entrustment whose batches, identifiers or earlier things are named; none where only own lots are."""
    found = {each for each in _named_in(acts) if side_in(each) is Side.MANUFACTURER}
    if by.entrustments is not None:
        found = found & by.entrustments or set(by.entrustments)
    if len(found) > 1:
        raise _Wrong([("", Said(WHICH))])
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


def _finish(job: Capture, written: int, faults: Sequence[tuple[str, Said]], warnings: Sequence[Said]) -> None:
    job.written, job.success = written, not faults
    job.errors = [{"place": place, **says.as_data()} for place, says in faults[:MOST_SAID]]
    job.warnings = [each.as_data() for each in warnings[:MOST_SAID]]
    job.finished_at, job.document = now(), None
