"""The capture interface of EPCIS 2.0: a document is taken, gone through by the worker, and its job can be watched."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, g, request, url_for
from flask_babel import gettext
from pydantic import Field
from sqlalchemy import select

from agreements.epcis import Kind, body_of, read_document, read_event
from agreements.epcis.documents import MOST_EVENTS
from agreements.epcis.parts import Document, Unreadable
from agreements.epcis.writing import written
from portal.api.desk import desk
from portal.api.doors import JSON, LD, NOT_READ, XML, Keys, acting_machine
from portal.api.epcis import TAG, VERSIONS, address, listed, told
from portal.api.epcis_shapes import ListTurn
from portal.api.finding import find_within, way_to
from portal.api.problems import Trouble
from portal.api.shapes import At, Given, Id, Shape
from portal.db import new_id, now, session
from portal.lineage.asking import ACT, OWN_ID
from portal.lineage.events import events
from portal.making.events_told import NotTaken, take_in, where_they_stand
from portal.making.trying import given_up
from portal.records.capture import Capture
from portal.records.entrustment import Entrustment
from portal.wording import said
from workflows.engine import Side
from workflows.scopes import Scope
from workflows.words import N_, Said

ROLLBACK, PROCEED = "rollback", "proceed"
BEHAVIOUR = "GS1-Capture-Error-Behaviour"
ELSEWHERE = N_("What it tells stands on record already, read by another event; nothing was written.")


class CaptureTurn(Shape):
    entrustment_id: Id | None = Field(
        None, description=N_("To whose common work the events belong; else it is found by batches and identifiers.")
    )


class CaptureError(Shape):
    """Something in a document that was not taken."""

    type: str = Field(description=N_("The kind of problem; it never changes."))
    title: str = Field(description=N_("Which event, counted from one, and which field of it."))
    detail: str = Field(description=N_("What is wrong, in the reader's language."))


class CaptureJob(Shape):
    """A document that was sent, and what became of it."""

    captureID: Id = Field(description=N_("The record's identifier; identifiers sort by time."))  # noqa: N815
    createdAt: At = Field(description=N_("When it was received."))  # noqa: N815
    finishedAt: At | None = Field(description=N_("When it was gone through."))  # noqa: N815
    running: bool = Field(description=N_("Whether it still waits or is being gone through."))
    success: bool = Field(description=N_("Whether all of it was taken; false while it runs."))
    captureErrorBehaviour: str = Field(description=N_("rollback takes all or nothing, proceed takes what is good."))  # noqa: N815
    sha256: str = Field(description=N_("SHA-256 of what was sent."))
    events: int = Field(description=N_("How many events it holds."))
    written: int | None = Field(description=N_("How many acts were new and were put on record."))
    errors: list[CaptureError] = Field(description=N_("What was not taken, each with its event."))
    warnings: list[str] = Field(description=N_("What is not kept of what was taken."))


CONTEXT = {"const": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"}
AS_EVENT = {
    "type": "object",
    "required": ["@context", "type", "eventTime", "eventTimeZoneOffset"],
    "properties": {
        "@context": CONTEXT,
        "type": {"enum": [each.value for each in Kind]},
        "eventTime": {"type": "string", "format": "date-time"},
        "eventTimeZoneOffset": {"type": "string", "pattern": "^[+-][0-9]{2}:[0-9]{2}$"},
    },
}
# What stands around the events; each of them is gone through later.
AS_JSON = {
    "type": "object",
    "required": ["@context", "type", "schemaVersion", "epcisBody"],
    "properties": {
        "@context": CONTEXT,
        "type": {"const": "EPCISDocument"},
        "schemaVersion": {"const": "2.0"},
        "epcisBody": {
            "type": "object",
            "required": ["eventList"],
            "properties": {
                "eventList": {"type": "array", "minItems": 1, "maxItems": MOST_EVENTS, "items": {"type": "object"}}
            },
        },
    },
}
AS_XML = {
    "type": "object",
    "xml": {"name": "EPCISDocument", "namespace": "urn:epcglobal:epcis:xsd:2", "prefix": "epcis"},
    "required": ["EPCISBody"],
    "additionalProperties": False,
    "properties": {
        "EPCISBody": {
            "type": "object",
            "required": ["EventList"],
            "additionalProperties": False,
            "properties": {
                "EventList": {
                    "type": "object",
                    "required": ["ObjectEvent"],
                    "additionalProperties": False,
                    "properties": {"ObjectEvent": {"type": "object", "additionalProperties": False}},
                }
            },
        }
    },
}


@desk.door(
    "/epcis/capture",
    Scope.EVENTS_PROPOSE,
    method="POST",
    gives=CaptureJob,
    status=202,
    takes=LD,
    also=(JSON, XML, "text/xml"),
    shapes={LD: AS_JSON, JSON: AS_JSON, XML: AS_XML, "text/xml": AS_XML},
    uploads=True,
    keys=Keys.CONTENT,
    tag=TAG,
)
def capture_events(query: CaptureTurn) -> Given:
    """Capture events.

    A document of at most 10,000 events, as JSON-LD (EPCIS 2.0) or XML (1.2, 2.0). It is taken at once and gone through
    later; the Location leads to its job. GS1-Capture-Error-Behaviour says whether one bad event keeps all of it out
    (rollback, unless said otherwise) or only itself (proceed). What was told before is known and told once; without an
    Idempotency-Key the very same document is the same request.
    """
    behaviour = request.headers.get(BEHAVIOUR, ROLLBACK)
    if behaviour not in (ROLLBACK, PROCEED):
        raise Trouble("malformed", errors=[(BEHAVIOUR, gettext("It is rollback or proceed."))])
    document, data = _sent(query, read_document), request.get_data()
    job = Capture(
        id=new_id(),
        client_id=g.actor.id,
        entrustment_id=query.entrustment_id,
        media=request.mimetype,
        sha256=hashlib.sha256(data).hexdigest(),
        events=len(document.bodies),
        whole=behaviour == ROLLBACK,
        document=data,
        received_at=now(),
        errors=[],
        warnings=[],
    )
    session.add(job)
    session.flush()
    return _shown(job), 202, VERSIONS | {"Location": url_for("api.watch_capture", capture_id=job.id)}


@desk.door(
    "/epcis/events",
    Scope.EVENTS_PROPOSE,
    method="POST",
    status=201,
    takes=LD,
    also=(JSON, XML, "text/xml"),
    shapes={LD: AS_EVENT, JSON: AS_EVENT, XML: AS_XML, "text/xml": AS_XML},
    keys=Keys.CONTENT,
    tag=TAG,
)
def capture_event(query: CaptureTurn) -> Any:
    """Capture one event.

    By itself as JSON-LD with its context, or as the only one of a document. It is put on record at once or refused; the
    Location leads to it, and the answer is the event as it stands on record. One that was told before is known and is
    written once.
    """
    document = _sent(query, read_event)
    ref = f"sha256:{hashlib.sha256(request.get_data()).hexdigest()}"
    try:
        taken = take_in(document, by=acting_machine(), entrustment_id=query.entrustment_id, whole=True, ref=ref)
    except NotTaken as wrong:
        raise Trouble("invalid", errors=[(place, said(says)) for place, says in wrong.faults]) from wrong
    body = next((body for _, body in events(where_they_stand(taken), address())), None)
    if body is None:
        raise Trouble("invalid", errors=[("eventID", gettext(ELSEWHERE))])
    at = url_for("api.read_event", activity_id=UUID(body[ACT].removeprefix(OWN_ID)))
    answer = told(written(body_of(body)), {"Location": at}, LD)
    answer.status_code = 201
    return answer


@desk.door("/epcis/capture", Scope.EVENTS_PROPOSE, tag=TAG)
def list_captures(query: ListTurn) -> Any:
    """List captured documents.

    As an array, oldest first. A client that is limited to entrustments sees its own.
    """
    wanted = select(Capture).order_by(Capture.id)
    if acting_machine().entrustments is not None:
        wanted = wanted.where(Capture.client_id == acting_machine().id)
    if query.nextPageToken:
        wanted = wanted.where(Capture.id > _place(query.nextPageToken))
    found = list(session.scalars(wanted.limit(query.perPage + 1)))
    shown = [_shown(each).model_dump(mode="json") for each in found[: query.perPage]]
    further = found[query.perPage - 1].id if len(found) > query.perPage else None
    return listed(shown, way_to("nextPageToken", further))


@desk.door("/epcis/capture/<uuid:capture_id>", Scope.EVENTS_PROPOSE, gives=CaptureJob, tag=TAG)
def watch_capture(capture_id: UUID) -> Given:
    """Watch what becomes of a captured document."""
    job = session.get(Capture, capture_id)
    machine = acting_machine()
    if job is None or (machine.entrustments is not None and job.client_id != machine.id):
        abort(404)
    return _shown(job), 200, VERSIONS


def _sent(query: CaptureTurn, read: Callable[[bytes, str], Document]) -> Document:
    if query.entrustment_id:
        find_within(Entrustment, query.entrustment_id, side=Side.MANUFACTURER)
    try:
        return read(request.get_data(), request.mimetype)
    except Unreadable as wrong:
        raise Trouble("malformed", errors=[(wrong.place, said(wrong.says))]) from wrong


def _place(token: str) -> UUID:
    try:
        return UUID(token)
    except ValueError:
        raise Trouble("malformed", errors=[("nextPageToken", gettext(NOT_READ))]) from None


def _shown(job: Capture) -> CaptureJob:
    stopped = given_up(job.id) if job.finished_at is None else None
    return CaptureJob(
        captureID=job.id,
        createdAt=job.received_at,
        finishedAt=job.finished_at,
        running=job.finished_at is None and stopped is None,
        success=bool(job.success),
        captureErrorBehaviour=ROLLBACK if job.whole else PROCEED,
        sha256=job.sha256,
        events=job.events,
        written=job.written,
        errors=[_error(each) for each in job.errors] if stopped is None else [_stopped(stopped)],
        warnings=[said(Said.of(each)) for each in job.warnings],
    )


def _stopped(why: Said) -> CaptureError:
    return CaptureError(type="epcisException:ImplementationException", title="", detail=said(why))


def _error(told: dict[str, Any]) -> CaptureError:
    return CaptureError(type="epcisException:ValidationException", title=told["place"], detail=said(Said.of(told)))
