"""EPCIS 2.0 for machines: what was done, asked as the standard asks it."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, request

from agreements.epcis import VERSION, body_of
from agreements.epcis.documents import MOST_EVENTS
from agreements.epcis.writing import query_document, written
from agreements.epcis.writing_xml import query_document_xml
from portal.api.desk import desk
from portal.api.doors import JSON, LD, XML, acting_machine
from portal.api.epcis_shapes import EventQuery
from portal.api.finding import way_to
from portal.db import now
from portal.lineage.asking import OWN_ID, Asked, Found, ask
from workflows.scopes import Scope

VERSIONS = {
    "GS1-EPCIS-Version": VERSION,
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Version": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
}
# How things are called and words are written in what we send.
FORMATS = {"GS1-EPC-Format": "Always_GS1_Digital_Link", "GS1-CBV-XML-Format": "Always_Web_URI"}
TAG = "epcis"
SIMPLE = "SimpleEventQuery"


@desk.door("/epcis/events", Scope.EVENTS_READ, also=(LD, XML), tag=TAG)
def query_events(query: EventQuery) -> Any:
    """Query events.

    The simple event query of EPCIS 2.0: what the organisation may see of making, packing and shipping, in the order it
    was recorded. The Link of an answer leads to the next page; a page may hold fewer events than perPage and still have
    one. Accept says whether it comes as JSON-LD or as XML.
    """
    return answered(query)


@desk.door("/epcis/events/<uuid:activity_id>", Scope.EVENTS_READ, also=(LD, XML), tag=TAG)
def read_event(activity_id: UUID) -> Any:
    """Read one event by the identifier of its act."""
    asked = Asked(ids=[f"{OWN_ID}{activity_id}"])
    found = ask(asked, address(), limit=1, within=acting_machine().entrustments)
    if not found.events:
        abort(404)
    return _document(found, SIMPLE) if _wanted() == XML else told(written(body_of(found.events[0])), {})


def answered(query: EventQuery, name: str = SIMPLE) -> Response:
    """The page of events that a query asks for."""
    within = acting_machine().entrustments
    return _document(ask(query.asked, address(), limit=query.perPage, after=query.nextPageToken, within=within), name)


def told(text: str | bytes, headers: Mapping[str, str], kind: str = "") -> Response:
    answer = Response(text, content_type=kind or _wanted())
    answer.headers.update({**VERSIONS, **headers})
    return answer


def listed(what: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Something that is no event."""
    return told(json.dumps(what, ensure_ascii=False), headers or {}, JSON)


def address() -> str:
    at: str = current_app.config["SETTINGS"].address
    return at


def _wanted() -> str:
    return request.accept_mimetypes.best_match([LD, JSON, XML], default=LD) or LD


def _document(found: Found, name: str) -> Response:
    way = way_to("nextPageToken", found.further)
    if _wanted() == XML:
        return told(query_document_xml(found.events, now(), name), {**FORMATS, **way})
    return told(query_document(map(body_of, found.events), now(), name), {**FORMATS, **way})


@desk.after_request
def _say_what_is_spoken(answer: Response) -> Response:
    """OPTIONS is how a client of the standard learns what is spoken here."""
    if request.method == "OPTIONS" and "/epcis" in request.path:
        answer.status_code = 204
        answer.headers.update({**VERSIONS, **FORMATS})
        if request.path.endswith("/capture"):
            answer.headers["GS1-EPCIS-Capture-Limit"] = str(MOST_EVENTS)
            most: int = current_app.config["SETTINGS"].largest_file
            answer.headers["GS1-EPCIS-Capture-File-Size-Limit"] = str(most)
            answer.headers["GS1-Capture-Error-Behaviour"] = "rollback"
    return answer
