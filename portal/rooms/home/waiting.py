"""Moves that wait: for me, and for the other party."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import g, url_for
from flask_babel import gettext, ngettext

from portal.db import CHINA, today
from portal.facts.material_lots import lot_facts, lots_that_wait
from portal.making.standing import since_when
from portal.records.agreement import Agreement
from portal.records.approved_source import ApprovedSource
from portal.records.audit import Audit, AuditFinding
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa
from portal.records.change import Change
from portal.records.defect_notice import DefectNotice
from portal.records.definition import Definition
from portal.records.ending import Ending
from portal.records.entrustment import Entrustment
from portal.records.hold_point import HoldPoint
from portal.records.material_lot import MaterialLot
from portal.records.meeting import Meeting
from portal.records.report import DailyReport
from portal.records.resident import Posting, PostingException
from portal.records.review import AgreementReview
from portal.records.transfer import Transfer
from portal.rooms.home.gathering import MOST, Gathered
from portal.rooms.home.lines import Line, day_of, in_calendar_days
from portal.wording import day, said
from workflows.capture import TAKE_UP
from workflows.engine import OTHER, Decision, Source, Transition
from workflows.material import CERTIFICATES
from workflows.material_lot import INCOMING, MATERIAL_LOT
from workflows.powers import Power
from workflows.words import N_

ROOM_OF = {
    Agreement: "agreements",
    AgreementReview: "reviews",
    ApprovedSource: "approved_sources",
    Audit: "audits",
    AuditFinding: "audit_findings",
    Batch: "batches",
    Capa: "capas",
    Change: "changes",
    DailyReport: "reports",
    DefectNotice: "defects",
    Definition: "definitions",
    Ending: "endings",
    Entrustment: "entrustments",
    HoldPoint: "holds",
    Meeting: "meetings",
    Nonconformity: "nonconformities",
    Posting: "postings",
    PostingException: "exceptions",
    Transfer: "transfers",
}
AGREEMENTS = {"quality": N_("Quality agreement"), "entrustment": N_("Entrustment agreement")}
NAMES: Mapping[type[Any], Callable[[Any], str]] = {
    Agreement: lambda record: said(AGREEMENTS[record.kind]),
    AgreementReview: lambda record: gettext("yearly review %(number)s", number=record.number),
    ApprovedSource: lambda record: gettext("source %(number)s", number=record.number),
    Audit: lambda record: gettext("audit %(number)s", number=record.number),
    AuditFinding: lambda record: gettext("finding %(number)s", number=record.number),
    Batch: lambda record: gettext("batch %(number)s", number=record.number),
    Capa: lambda record: gettext("corrective action %(number)s", number=record.number),
    Change: lambda record: gettext("change %(number)s", number=record.number),
    DailyReport: lambda record: gettext("daily report of %(day)s", day=day(record.day)),
    DefectNotice: lambda record: gettext("defect notice %(number)s", number=record.number),
    Definition: lambda record: gettext("definition %(number)s", number=record.called),
    Ending: lambda record: gettext("end of entrustment %(number)s", number=record.entrustment.number),
    Entrustment: lambda record: gettext("entrustment %(number)s", number=record.number),
    HoldPoint: lambda record: gettext("hold point of batch %(number)s", number=record.batch.number),
    Meeting: lambda record: gettext("meeting %(number)s", number=record.number),
    Nonconformity: lambda record: gettext("nonconformity %(number)s", number=record.number),
    Posting: lambda record: gettext("posting of %(person)s", person=record.person_name),
    PostingException: lambda record: gettext("exception from %(since)s on", since=day(record.since)),
    Transfer: lambda record: gettext("design transfer %(number)s", number=record.number),
}
NOTES: Mapping[type[Any], Callable[[Any], str]] = {
    ApprovedSource: lambda record: record.material_name,
    Audit: lambda record: record.site,
    AuditFinding: lambda record: record.title,
    Batch: lambda record: record.product_name,
    Capa: lambda record: record.title,
    Change: lambda record: record.title,
    DailyReport: lambda record: record.posting.site_name,
    DefectNotice: lambda record: record.product_name,
    Definition: lambda record: record.product_name,
    Ending: lambda record: record.because,
    HoldPoint: lambda record: record.because,
    Nonconformity: lambda record: record.title,
    Posting: lambda record: record.site_name,
    PostingException: lambda record: record.because,
    Transfer: lambda record: record.product_name,
}


def mine(found: Gathered) -> Iterator[Line]:
    """The way forward of every open record in which the next move is mine, possible or not yet."""
    for record in found.records:
        ways = record.course.ways_on(
            state=record.state,
            facts=found.facts[record.id],
            powers=g.actor.powers,
            side=found.side_of(record),
            on=today(),
        )
        yield from (_my_line(found, record, each) for each in ways if each.onward)


def theirs(found: Gathered) -> Iterator[Line]:
    """The way forward of every open record in which the next move is the other party's."""
    for record in found.records:
        other = OTHER.get(found.side_of(record))
        for move in record.course.transitions:
            mine_to_wait_for = move.side is other and record.state in move.sources and record.course.leads_on(move)
            if mine_to_wait_for and move.is_for(found.facts[record.id]):
                yield Line(
                    what=_what(record, move),
                    url=_page(record),
                    act=gettext("Look"),
                    note=_note(record),
                    entrustment=found.entrustment_of(record),
                    since=day_of(record.last_event_id),
                    theirs=True,
                )


def stock() -> Iterator[Line]:
    """What waits for whoever may decide on a lot, and for whoever receives them."""
    if not g.actor.may(Power.MATERIAL_RECEIVE):
        return
    for lot in lots_that_wait(MOST):
        if lot.state == "quarantine" and g.actor.may(Power.MATERIAL_SIGN):
            yield from _to_accept(lot)
        elif lot.state == "quarantine" and lot.missing:
            yield _uncertified(lot)
        elif lot.state != "quarantine":
            yield _expiring(lot)


def stopped() -> Iterator[Line]:
    """What the portal left alone after it broke again and again, for whoever may have it taken up."""
    if not g.actor.may(Power.BATCH_RECORD):
        return
    count, first = since_when()
    if first is not None:
        yield Line(
            what=ngettext(
                "%(num)s thing that was sent could not be gone through",
                "%(num)s things that were sent could not be gone through",
                count,
            ),
            url=url_for("stopped.listing"),
            act=gettext("Look"),
            sources=TAKE_UP.checks[0].sources[:1],
            entrustment=None,
            since=first.astimezone(CHINA).date(),
        )


def is_mine_to_bring_on(found: Gathered, entrustment: Entrustment) -> bool:
    """Whether I am among those who make the next move of the entrustment, possible or not."""
    return any(
        each.power in g.actor.powers and each.side in (None, found.side_of(entrustment))
        for each in entrustment.lifecycle.transitions
        if entrustment.state in each.sources and entrustment.lifecycle.leads_on(each)
    )


def _my_line(found: Gathered, record: Any, decision: Decision[Any]) -> Line:
    move = decision.transition
    asked = decision.unmet or decision.findings
    return Line(
        what=_what(record, move),
        url=_door(record, move) if decision.allowed else _page(record),
        act=said(move.label) if decision.allowed else gettext("See what is missing"),
        note=_note(record),
        sources=asked[0].sources[:1] if asked else (),
        entrustment=found.entrustment_of(record),
        decision=decision,
        since=day_of(record.last_event_id),
    )


def _what(record: Any, move: Transition[Any]) -> str:
    words: str = gettext("%(move)s: %(record)s", move=said(move.label), record=_named(record))
    return words


def _named(record: Any) -> str:
    return str(NAMES[type(record)](record))


def _note(record: Any) -> str:
    note = NOTES.get(type(record))
    return note(record) if note else ""


def _door(record: Any, move: Transition[Any]) -> str:
    return url_for(f"{ROOM_OF[type(record)]}.{move.name}", **_key(record))


def _page(record: Any) -> str:
    return url_for(f"{ROOM_OF[type(record)]}.show", **_key(record))


def _key(record: Any) -> dict[str, Any]:
    return {f"{record.__tablename__}_id": record.id}


def _to_accept(lot: MaterialLot) -> Iterator[Line]:
    """The way on, possible or not yet; a lot that expired in quarantine is still to be rejected."""
    ways = MATERIAL_LOT.ways_on(
        state=lot.state, facts=lot_facts(lot, g.actor.id), powers=g.actor.powers, side=None, on=today()
    )
    for decision in ways:
        if decision.onward:
            move, asked = decision.transition, decision.unmet or decision.findings
            yield Line(
                what=gettext("%(move)s: %(record)s", move=said(move.label), record=_lot(lot)),
                url=url_for(f"material_lots.{move.name}", material_lot_id=lot.id)
                if decision.allowed
                else _lot_page(lot),
                act=said(move.label) if decision.allowed else gettext("See what is missing"),
                note=lot.material.name,
                sources=asked[0].sources[:1] if asked else (),
                entrustment=None,
                decision=decision,
                since=day_of(lot.last_event_id),
            )


def _uncertified(lot: MaterialLot) -> Line:
    names = gettext(", ").join(said(CERTIFICATES[each]) for each in lot.missing)
    return Line(
        what=gettext("Still missing for %(lot)s: %(names)s", lot=_lot(lot), names=names),
        url=url_for("material_lots.certify", material_lot_id=lot.id),
        act=gettext("File a certificate"),
        note=lot.material.name,
        sources=(INCOMING,),
        entrustment=None,
        since=day_of(lot.last_event_id),
    )


def _expiring(lot: MaterialLot) -> Line:
    return Line(
        what=gettext("%(lot)s expires", lot=_lot(lot)),
        url=_lot_page(lot),
        act=gettext("Look"),
        note=lot.material.name,
        sources=(Source("HOUSE"),),
        entrustment=None,
        due=in_calendar_days(lot.expires_on) if lot.expires_on else None,
        since=day_of(lot.last_event_id),
    )


def _lot(lot: MaterialLot) -> str:
    words: str = gettext("lot %(number)s", number=lot.number)
    return words


def _lot_page(lot: MaterialLot) -> str:
    return url_for("material_lots.show", material_lot_id=lot.id)
