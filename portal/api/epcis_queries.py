"""Queries of events by name: kept until they are removed, and asked by whoever may read events."""

import json
from typing import Annotated, Any
from uuid import UUID

from flask import Response, abort, g, url_for
from flask_babel import gettext
from pydantic import Field
from sqlalchemy import select

from portal.api.desk import desk
from portal.api.doors import LD, NOT_READ, XML, Keys
from portal.api.epcis import TAG, VERSIONS, answered, listed
from portal.api.epcis_shapes import EventQuery, ListTurn, PageTurn
from portal.api.finding import way_to
from portal.api.problems import Trouble
from portal.api.shapes import IDENTIFIER, Shape
from portal.db import new_id, now, session, unit_of_work
from portal.records.named_query import NamedQuery
from workflows.scopes import Scope
from workflows.words import N_

ONE = "/epcis/queries/<named_query>"
TAKEN = N_("A query of this name is kept already. Remove it first, or choose another name.")
TURNING = {"perPage", "nextPageToken"}
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$")]


class QueryToKeep(Shape):
    """A query with the name under which it is asked again."""

    name: Name = Field(description=N_("Letters, digits and . _ ~ -, not used by another query of the organisation."))
    query: EventQuery = Field(description=N_("What is asked, by the parameters of GET /epcis/events."))


class KeptQuery(Shape):
    name: str = Field(description=N_("Under which it is asked."))
    query: dict[str, Any] = Field(description=N_("What is asked, by the parameters of GET /epcis/events."))


@desk.door("/epcis/queries", Scope.EVENTS_READ, tag=TAG)
def list_queries(query: ListTurn) -> Any:
    """List the queries that are kept by name."""
    wanted = select(NamedQuery).where(NamedQuery.removed_at.is_(None), NamedQuery.name > query.nextPageToken)
    found = list(session.scalars(wanted.order_by(NamedQuery.name).limit(query.perPage + 1)))
    shown = found[: query.perPage]
    further = shown[-1].name if len(found) > len(shown) else None
    return listed([_shown(each) for each in shown], way_to("nextPageToken", further))


@desk.door(
    "/epcis/queries", Scope.EVENTS_PROPOSE, method="POST", gives=KeptQuery, status=201, keys=Keys.NEEDLESS, tag=TAG
)
def keep_a_query(json: QueryToKeep) -> Any:
    """Keep a query under a name.

    A name is given once; whoever asks under it sees what they may see themselves.
    """
    if IDENTIFIER.fullmatch(json.name):
        raise Trouble("malformed", errors=[("name", gettext(NOT_READ))])
    kept = session.scalars(select(NamedQuery).where(NamedQuery.name == json.name)).first()
    if kept is not None and kept.removed_at is None:
        raise Trouble("conflict", errors=[("name", gettext(TAKEN))])
    if kept is None:
        kept = NamedQuery(id=new_id(), name=json.name)
        session.add(kept)
    kept.client_id, kept.made_at, kept.removed_at = g.actor.id, now(), None
    kept.asked = json.query.model_dump(mode="json", exclude_unset=True, exclude=TURNING)
    session.flush()
    where = {"Location": url_for("api.read_query", named_query=json.name)}
    return KeptQuery(**_shown(kept)), 201, VERSIONS | where


@desk.door(ONE, Scope.EVENTS_READ, gives=KeptQuery, tag=TAG)
def read_query(named_query: str) -> Any:
    """Read what a query asks."""
    return KeptQuery(**_shown(_found(named_query))), 200, VERSIONS


@desk.door(ONE, Scope.EVENTS_PROPOSE, method="DELETE", status=204, tag=TAG)
def remove_query(named_query: str) -> Any:
    """Remove a query; its name is free again."""
    with unit_of_work():
        _found(named_query).removed_at = now()
    return Response(status=204, headers=VERSIONS)


@desk.door(f"{ONE}/events", Scope.EVENTS_READ, also=(LD, XML), tag=TAG)
def ask_by_name(named_query: str, query: PageTurn) -> Any:
    """Query events by name.

    As GET /epcis/events with what the query asks. Nothing is sent by itself: there are no subscriptions.
    """
    asked = EventQuery.model_validate_json(json.dumps(_found(named_query).asked | query.model_dump()), strict=False)
    return answered(asked, named_query)


@desk.door(f"{ONE}/subscriptions", Scope.EVENTS_READ, status=501, tag=TAG)
def list_subscriptions(named_query: str) -> Any:
    """Say that there are no subscriptions here."""
    _found(named_query)
    raise Trouble("not-done")


@desk.door(f"{ONE}/subscriptions", Scope.EVENTS_PROPOSE, method="POST", status=501, keys=Keys.NEEDLESS, tag=TAG)
def subscribe(named_query: str) -> Any:
    """Say that nothing can be subscribed to here."""
    _found(named_query)
    raise Trouble("not-done")


def _found(name: str) -> NamedQuery:
    """By its name, or by the identifier of the record, which nobody may give as a name."""
    called = NamedQuery.id == UUID(name) if IDENTIFIER.fullmatch(name) else NamedQuery.name == name
    wanted = select(NamedQuery).where(called, NamedQuery.removed_at.is_(None))
    if (kept := session.scalars(wanted).first()) is None:
        abort(404)
    return kept


def _shown(kept: NamedQuery) -> dict[str, Any]:
    return {"name": kept.name, "query": kept.asked}
