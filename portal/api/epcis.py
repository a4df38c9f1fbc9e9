"""EPCIS 2.0 for machines: what was done, asked as the standard asks it."""

from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, request

from agreements.epcis import VERSION, body_of
from agreements.epcis.writing import query_document, written
from portal.api.desk import desk
from portal.api.doors import JSON, LD, acting_machine
from portal.api.epcis_shapes import EventQuery
from portal.api.finding import way_to
from portal.db import now
from portal.lineage.asking import OWN_ID, Asked, ask
from workflows.scopes import Scope

VERSIONS = {
    "GS1-EPCIS-Version": VERSION,
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Version": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
}
TAG = "epcis"


@desk.door("/epcis/events", Scope.EVENTS_READ, also=(LD,), tag=TAG)
def query_events(query: EventQuery) -> Any:
    """Query events.

    The simple event query of EPCIS 2.0: what the organisation may see of making, packing and shipping, in the order it
    was recorded. The Link of an answer leads to the next page; a page may hold fewer events than perPage and still have
    one.
    """
    found = ask(
        query.asked, _address(), limit=query.perPage, after=query.nextPageToken, within=acting_machine().entrustments
    )
    return _told(query_document(map(body_of, found.events), now()), way_to("nextPageToken", found.further))


@desk.door("/epcis/events/<uuid:activity_id>", Scope.EVENTS_READ, also=(LD,), tag=TAG)
def read_event(activity_id: UUID) -> Any:
    """Read one event by the identifier of its act."""
    asked = Asked(ids=[f"{OWN_ID}{activity_id}"])
    found = ask(asked, _address(), limit=1, within=acting_machine().entrustments).events
    if not found:
        abort(404)
    return _told(written(body_of(found[0])), {})


def _told(text: str, headers: dict[str, str]) -> Response:
    kind = request.accept_mimetypes.best_match([LD, JSON], default=LD)
    answer = Response(text, content_type=kind)
    answer.headers.update(VERSIONS | headers)
    return answer


def _address() -> str:
    address: str = current_app.config["SETTINGS"].address
    return address
