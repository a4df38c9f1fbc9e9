"""EPCIS 2.0 for machines: what was done, asked as the standard asks it."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn
from uuid import UUID

from flask import Response, abort, current_app, request
from flask_babel import gettext

from agreements.epcis import VERSION, body_of
from agreements.epcis.documents import MOST_EVENTS
from agreements.epcis.writing import query_document, written
from agreements.epcis.writing_xml import query_document_xml
from portal.api.desk import desk
from portal.api.doors import JSON, LD, NOT_READ, XML, acting_machine
from portal.api.epcis_shapes import EventQuery
from portal.api.finding import way_to
from portal.api.problems import Trouble
from portal.db import now
from portal.lineage.asking import OWN_ID, Asked, Found, ask
from workflows.scopes import Scope
from workflows.words import N_

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
# What may be asked for of what we send; anything else would be answered otherwise than it was asked.
ANSWERED = {
    "GS1-EPC-Format": ("No_Preference", FORMATS["GS1-EPC-Format"]),
    "GS1-CBV-XML-Format": ("No_Preference", FORMATS["GS1-CBV-XML-Format"]),
}
OTHER_VERSION = N_("Version %(ours)s is spoken here; %(asked)s leaves that out.")
OTHER_FORMAT = N_("Names are written as %(ours)s here, not as %(asked)s.")
TAG = "epcis"
SIMPLE = "SimpleEventQuery"
OURS = tuple(map(int, VERSION.split(".")))


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


@desk.before_request
def _refuse_what_is_not_spoken() -> None:
    """Events are not told in other versions and forms than those that a client says it understands."""
    if request.method != "GET" or "/epcis" not in request.path:
        return
    for of in ("EPCIS", "CBV"):
        low, high = (_version(f"GS1-{of}-{end}") for end in ("Min", "Max"))
        for name, fits in ((f"GS1-{of}-Min", not low or low <= OURS), (f"GS1-{of}-Max", not high or high >= OURS)):
            if not fits:
                _not_acceptable(name, OTHER_VERSION, VERSION)
    for name, known in ANSWERED.items():
        if request.headers.get(name, known[0]) not in known:
            _not_acceptable(name, OTHER_FORMAT, known[1])


def _version(name: str) -> tuple[int, ...]:
    """The two numbers that count of a version a header names; nothing where it names none."""
    asked = request.headers.get(name, "")
    if not re.fullmatch(r"([0-9]{1,3}(\.[0-9]{1,3}){0,2})?", asked):
        raise Trouble("malformed", errors=[(name, gettext(NOT_READ))])
    return (*map(int, asked.split(".")), 0)[:2] if asked else ()


def _not_acceptable(name: str, says: str, ours: str) -> NoReturn:
    values = {"ours": ours, "asked": request.headers[name][:40]}
    raise Trouble("not-acceptable", errors=[(name, gettext(says, **values))])


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
