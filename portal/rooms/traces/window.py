"""Everything that passed a machine, a room, an operator, a reading or a load between two moments, and where it went."""

from collections.abc import Iterator
from typing import Any

from flask import Response, abort, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agreements.epcis import VERSION, body_of, document_of
from portal.db import now, reading
from portal.identity import Actor
from portal.lineage.events import events
from portal.lineage.numbering import addresses
from portal.lineage.overview import entrustments_of, overview_of
from portal.lineage.tracing import activities
from portal.lineage.windows import Window, asked, deeds_of, passed_through, things_of
from portal.rooms.traces.forms import WindowForm
from portal.rooms.traces.lots import held, lots_of
from portal.rooms.traces.picture import KINDS, picture_of
from portal.rooms.traces.routes import lines_of, room
from portal.tenancy import acting_for
from portal.web import crumb
from portal.web.doors import witnessed_each
from portal.web.frame import home_crumb
from workflows.lineage import DEEDS, Deed, Thing
from workflows.powers import Power

MOST_DEEDS, MOST_NAMED = 200, 12


@room.get("/traces/window", power=Power.TRACE_READ)
def window() -> ResponseReturnValue:
    form = WindowForm.asked()
    is_asked = form.is_asked and form.validate()
    page = render_template(
        "traces/window.html",
        crumbs=[home_crumb(), crumb(gettext("Trace"), "traces.find"), crumb(gettext("Process window"))],
        form=form,
        is_asked=is_asked,
        **(_answer(form.window) if is_asked else {}),
    )
    return page, 422 if form.is_asked and not is_asked else 200


@room.get("/traces/window/units.csv", power=Power.TRACE_READ)
def window_units() -> ResponseReturnValue:
    """Every unit that came of what passed there, with its last consignee."""
    asked_for = _insist()
    told = Response(_units(asked_for, g.actor), mimetype="text/csv; charset=utf-8")
    told.headers["Content-Disposition"] = 'attachment; filename="window.csv"'
    return told


@room.get("/traces/window/events.json", power=Power.TRACE_READ)
def window_events() -> ResponseReturnValue:
    """What was done there then, as events of EPCIS 2.0."""
    asked_for = _insist()
    told = Response(_events(asked_for, current_app.config["SETTINGS"].address, g.actor), mimetype="application/ld+json")
    told.headers["Content-Disposition"] = 'attachment; filename="window.jsonld"'
    told.headers["GS1-EPCIS-Version"], told.headers["GS1-CBV-Version"] = VERSION, VERSION
    return told


def _answer(asked_for: Window) -> dict[str, Any]:
    _witness(asked_for)
    deeds = deeds_of(asked_for)
    shown = deeds[-MOST_DEEDS:]
    done, things = activities(shown), things_of(shown)
    found = overview_of(passed_through(asked(asked_for)))
    where = addresses({*found.things, *(each.id for each in found.holders if each is not None)})
    return {
        "count": len(deeds),
        "deeds": [(done[each], things.get(each, [])) for each in shown if each in done],
        "most": MOST_NAMED,
        "found": found,
        "picture": picture_of(found, where, held(lots_of(found.things.values()))),
        "kinds": KINDS,
        "names": {Deed(each): said for each, said in DEEDS.items()},
        "batches": {each.id: each.code for each in found.things.values() if each.kind == Thing.BATCH},
        "as_of": now(),
        "query": request.args.to_dict(),
    }


def _insist() -> Window | None:
    """What the address asks; None where it asks nothing, 404 where it asks wrongly: it is made by the page."""
    form = WindowForm.asked()
    if not form.is_asked:
        return None
    if not form.validate():
        abort(404)
    _witness(form.window)
    return form.window


def _witness(asked_for: Window) -> None:
    """An authority's look is first written to the ledgers of those whose work it sees."""
    if g.actor.is_authority:
        folios = {each.folio for each in activities(deeds_of(asked_for)).values()}
        witnessed_each(entrustments_of(folios), "node.read")


def _units(asked_for: Window | None, actor: Actor) -> Iterator[str]:
    with acting_for(actor.organisation_id, person_id=actor.id, read_only=actor.is_authority), reading():
        yield from lines_of(passed_through(asked(asked_for)) if asked_for else [])


def _events(asked_for: Window | None, address: str, actor: Actor) -> Iterator[str]:
    with acting_for(actor.organisation_id, person_id=actor.id, read_only=actor.is_authority), reading():
        bodies = (body_of(each) for _, each in events(deeds_of(asked_for) if asked_for else [], address))
        yield from document_of(bodies, now())
