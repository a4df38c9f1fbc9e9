"""The resources of EPCIS 2.0 that events are looked for by: what there is of each, and the events of one."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import abort
from pydantic import ValidationError

from agreements.epcis import Kind
from agreements.epcis.names import AREA, own, uri_of
from agreements.epcis.telling import SHAPES
from agreements.epcis.writing import context
from portal.api.desk import desk
from portal.api.doors import LD, XML, acting_machine
from portal.api.epcis import TAG, address, answered, listed
from portal.api.epcis_shapes import EventQuery, ListTurn
from portal.api.finding import way_to
from portal.lineage.asking import Asked, ask, deeds_seen, places_seen, things_seen
from workflows.scopes import Scope

TOP = ("events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "capture", "queries")
# By which parameter the events of one are asked for, and what the list of all is called.
ASKED_BY = {
    "eventTypes": ("eventType", "EventTypeItemList", "eventType"),
    "epcs": ("MATCH_anyEPC", "EpcItemList", "epc"),
    "bizSteps": ("EQ_bizStep", "BizStepItemList", "bizStep"),
    "bizLocations": ("EQ_bizLocation", "BizLocationItemList", "bizLocation"),
    "readPoints": ("EQ_readPoint", "ReadPointItemList", "readPoint"),
    "dispositions": ("EQ_disposition", "DispositionItemList", "disposition"),
}
RESOURCE = f"<any({', '.join(ASKED_BY)}):resource>"
EVENTS = "/events"


@desk.door("/epcis", Scope.EVENTS_READ, tag=TAG)
def epcis_resources() -> Any:
    """List the resources of EPCIS that are here."""
    return listed(TOP)


@desk.door(f"/epcis/{RESOURCE}", Scope.EVENTS_READ, also=(LD,), tag=TAG)
def list_resource(resource: str, query: ListTurn) -> Any:
    """List what there is of one resource.

    The types of events, business steps, dispositions, places and things that occur in what may be seen.
    """
    _, kind, name = ASKED_BY[resource]
    found, further = _LISTED[resource](query)
    whole = {"@context": context(), "type": kind, name: found}
    return listed(whole, way_to("nextPageToken", further))


@desk.door(f"/epcis/{RESOURCE}/<path:value>", Scope.EVENTS_READ, also=(LD, XML), tag=TAG)
def events_of(resource: str, value: str, query: EventQuery) -> Any:
    """Query the events of one event type, thing, step, place or disposition.

    …/events asks for its events, narrowed by the parameters of GET /epcis/events; without that it is said what can be
    asked of it.
    """
    name, asked = ASKED_BY[resource][0], query.model_dump(exclude_unset=True)
    named = _uri(value.removesuffix(EVENTS))
    try:
        narrowed = EventQuery.model_validate({**asked, name: [named]})
    except ValidationError:
        abort(404)
    if value.endswith(EVENTS):
        return answered(narrowed)
    alone = EventQuery.model_validate({name: [named]}).asked
    if not ask(alone, address(), limit=1, within=acting_machine().entrustments).events:
        abort(404)
    return listed(["events"])


def _event_types(_: ListTurn) -> "Names":
    """A type is there where any of its events is."""
    within = acting_machine().entrustments
    there = (each.value for each in Kind if ask(Asked(types=[each.value]), address(), limit=1, within=within).events)
    return list(there), None


def _things(query: ListTurn) -> "Names":
    found, further = things_seen(query.perPage, query.number, acting_machine().entrustments)
    return [uri_of(each, address()) for each in found], further


def _steps(_: ListTurn) -> "Names":
    return sorted({SHAPES[each].step for each in deeds_seen(acting_machine().entrustments)}), None


def _places(_: ListTurn) -> "Names":
    return [own(address(), "loc", AREA, each) for each in places_seen(acting_machine().entrustments)], None


def _dispositions(_: ListTurn) -> "Names":
    shapes = (SHAPES[each] for each in deeds_seen(acting_machine().entrustments))
    return sorted({each.disposition for each in shapes if each.disposition}), None


Names = tuple[Sequence[str], int | None]
_LISTED: Mapping[str, Callable[[ListTurn], Names]] = {
    "eventTypes": _event_types,
    "epcs": _things,
    "bizSteps": _steps,
    "bizLocations": lambda _: ([], None),
    "readPoints": _places,
    "dispositions": _dispositions,
}


def _uri(text: str) -> str:
    """A server may have made one stroke of the two in a web address."""
    return re.sub(r"^(https?):/(?=[^/])", r"\1://", text)
