"""What a machine reads: entrustments, agreements, verdicts, the ledger."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.api.desk import desk
from portal.api.doors import acting_machine
from portal.api.finding import find_within, page_of, tagged, way_to
from portal.api.problems import Trouble
from portal.api.readings import (
    Agreements,
    AgreementShape,
    Entrustments,
    EntrustmentShape,
    EntrustmentWhole,
    Events,
    EventShape,
    EventTurn,
    House,
    OfEntrustment,
    ShownProduct,
    Verdicts,
    VerdictWhole,
)
from portal.api.shapes import Given, Turn
from portal.api.shelves import shelve
from portal.facts import ground_of
from portal.records.agreement import Agreement
from portal.records.entrustment import Entrustment, Verdict
from workflows.scopes import Scope


@desk.door("/entrustments", Scope.ENTRUSTMENTS_READ, gives=Entrustments)
def list_entrustments(query: Turn) -> Given:
    """List entrustments.

    Those in which the organisation takes part today, as far as the client is not limited to some.
    """
    page, way = page_of(select(Entrustment), Entrustment, query, Entrustments, EntrustmentShape)
    return page, 200, way


@desk.door("/entrustments/<uuid:entrustment_id>", Scope.ENTRUSTMENTS_READ, gives=EntrustmentWhole)
def read_entrustment(entrustment_id: UUID) -> Given:
    """Read an entrustment with the products that are shown in it."""
    found = find_within(Entrustment, entrustment_id)
    products = [ShownProduct(product_id=each.subject_id, name=each.facts["name"]) for each in ground_of(found).products]
    known: dict[str, Any] = {
        "registrant": House.model_validate(found.registrant),
        "manufacturer": House.model_validate(found.manufacturer),
        "products": products,
    }
    plain = {name: getattr(found, name) for name in EntrustmentShape.model_fields if name not in known}
    return EntrustmentWhole(**plain, **known), 200, tagged(found)


shelve(
    Agreement,
    "/agreements",
    Scope.AGREEMENTS_READ,
    many=("agreements", Agreements, "List agreements."),
    one=("agreement", AgreementShape, "Read where an agreement stands."),
    turn=OfEntrustment,
)
shelve(
    Verdict,
    "/verdicts",
    Scope.VERDICTS_READ,
    many=("verdicts", Verdicts, "List eligibility verdicts."),
    one=("verdict", VerdictWhole, "Read a verdict with all that it rests on."),
    turn=OfEntrustment,
)


@desk.door("/entrustments/<uuid:entrustment_id>/ledger", Scope.LEDGER_READ, gives=Events, tag="ledger")
def read_ledger(entrustment_id: UUID, query: EventTurn) -> Given:
    """Read the ledger of an entrustment, event by event.

    Each hash covers the text and the hash before it, so that the chain can be checked without the portal.
    """
    find_within(Entrustment, entrustment_id)
    return _events(query, entrustment_id)


@desk.door("/ledger", Scope.LEDGER_READ, gives=Events)
def read_own_ledger(query: EventTurn) -> Given:
    """Read the ledger of the own organisation; not for a client that is limited to entrustments."""
    if acting_machine().entrustments is not None:
        raise Trouble("forbidden")
    return _events(query, None)


def _events(query: EventTurn, entrustment_id: UUID | None) -> Given:
    found = ledger.entries(entrustment_id=entrustment_id, after_seq=query.after_seq, limit=query.limit + 1)[::-1]
    shown = [EventShape(**_event(each)) for each in found[: query.limit]]
    further = shown[-1].seq if len(found) > query.limit else None
    return Events(items=shown, next=further), 200, way_to("after_seq", further)


def _event(entry: ledger.Entry) -> dict[str, Any]:
    subject = entry.body["subject"]
    return {
        **{name: getattr(entry, name) for name in ("id", "seq", "at", "event", "hash", "previous_hash", "text")},
        "subject_kind": subject["kind"],
        "subject_id": UUID(subject["id"]),
    }
