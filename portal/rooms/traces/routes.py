"""The tracing desk: one thing, what it was made of, and where it went."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from flask import Response, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Select

from agreements.epcis import VERSION, body_of, document_of
from agreements.udi import is_code
from portal.db import now, reading
from portal.identity import Actor
from portal.lineage.events import deeds_about, events
from portal.lineage.numbering import addresses
from portal.lineage.overview import overview
from portal.lineage.placing import Place, placed
from portal.records.lineage import Node
from portal.rooms.traces.lots import held, lots_of
from portal.rooms.traces.picture import KINDS, picture_of
from portal.rooms.traces.reading import hits_of
from portal.tenancy import acting_for
from portal.web import Room, crumb
from portal.web.frame import home_crumb
from portal.web.things import thing_at
from workflows.lineage import DEEDS, THINGS, Deed, Thing
from workflows.material import CERTIFICATES
from workflows.powers import Power

room = Room("traces", __name__)
LATEST = 200
COLUMNS = ("batch", "serial_number", "last_deed", "at", "consignee")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@room.get("/traces", power=Power.TRACE_READ)
def find() -> ResponseReturnValue:
    asked = request.args.get("q", "").strip()
    hits = hits_of(asked) if asked else []
    if len(hits) == 1:
        return redirect(url_for("traces.show", node_id=hits[0].address))
    if asked and not hits and is_code(asked):
        return redirect(url_for("scans.show", q=asked))
    crumbs = [home_crumb(), crumb(gettext("Trace"))]
    return render_template("traces/find.html", crumbs=crumbs, asked=asked, hits=hits, kinds=THINGS)


@room.get("/traces/<uuid:node_id>", power=Power.TRACE_READ)
def show(node_id: UUID) -> ResponseReturnValue:
    node = thing_at(node_id)
    found = overview(node)
    where = addresses({*found.things, *(each.id for each in found.holders if each is not None)})
    lots = lots_of(found.things.values())
    return render_template(
        "traces/show.html",
        crumbs=[home_crumb(), crumb(gettext("Trace"), "traces.find"), crumb(node.code)],
        node=node,
        node_id=node_id,
        found=found,
        picture=picture_of(found, where, held(lots)),
        lots=lots,
        certificates=CERTIFICATES,
        rings=[[found.things[each].code for each in ring if each in found.things] for ring in found.rings],
        deeds=found.deeds[-LATEST:],
        kinds=KINDS,
        names={Deed(each): said for each, said in DEEDS.items()},
        as_of=now(),
    )


@room.get("/traces/<uuid:node_id>/units.csv", power=Power.TRACE_READ)
def download(node_id: UUID) -> ResponseReturnValue:
    node = thing_at(node_id)
    if node.kind == Thing.PARTY:
        abort(404)
    told = Response(_lines(node.id, g.actor), mimetype="text/csv; charset=utf-8")
    told.headers["Content-Disposition"] = f'attachment; filename="trace-{node_id}.csv"'
    return told


@room.get("/traces/<uuid:node_id>/events.json", power=Power.TRACE_READ)
def tell_events(node_id: UUID) -> ResponseReturnValue:
    """Everything that was done on the way here and from here, as events of EPCIS 2.0."""
    node = thing_at(node_id)
    address = current_app.config["SETTINGS"].address
    told = Response(_events(node, address, g.actor), mimetype="application/ld+json")
    told.headers["Content-Disposition"] = f'attachment; filename="trace-{node_id}.jsonld"'
    told.headers["GS1-EPCIS-Version"], told.headers["GS1-CBV-Version"] = VERSION, VERSION
    return told


def _events(node: Node, address: str, actor: Actor) -> Iterator[str]:
    """A few acts at once, from books of its own, as the units are."""
    with acting_for(actor.organisation_id, person_id=actor.id, read_only=actor.is_authority), reading():
        bodies = (body_of(each) for _, each in events(deeds_about(node), address))
        yield from document_of(bodies, now())


def _lines(node: int, actor: Actor) -> Iterator[str]:
    """Every unit, a few thousand at once, from books of its own: the request's are closed by the time this is read."""
    with acting_for(actor.organisation_id, person_id=actor.id, read_only=actor.is_authority), reading():
        yield from lines_of([node])


def lines_of(start: Sequence[int] | Select[int]) -> Iterator[str]:
    """A table of every unit downstream of these."""
    yield "\ufeff" + _written([COLUMNS])
    said: dict[Place, tuple[str, ...]] = {}  # thousands were moved at once, and are said alike
    for some in placed(start):
        said |= {place: _inert(_said(place)) for place in {place for _, place in some} - said.keys()}
        yield _written(map(_line, _inert(serial for serial, _ in some), (said[place] for _, place in some)))


def _said(place: Place) -> tuple[str, str, str, str]:
    deed = place.deed.name.lower() if place.deed else ""
    return place.batch or "", deed, place.at.isoformat() if place.at else "", place.consignee or ""


def _line(serial: str, said: tuple[str, ...]) -> tuple[str, ...]:
    return said[0], serial, *said[1:]


def _inert(cells: Iterable[str]) -> tuple[str, ...]:
    """What a spreadsheet would take for a formula is led by an apostrophe."""
    return tuple([f"'{each}" if each.startswith(FORMULA) else each for each in cells])


def _written(rows: Iterable[tuple[str, ...]]) -> str:
    told = io.StringIO()
    csv.writer(told).writerows(rows)
    return told.getvalue()
