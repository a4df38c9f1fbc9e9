"""The scan field: typed, from a scanner that types, or from the camera of the device."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.db import today
from portal.rooms.scans.reading import scanned
from portal.web import Room, crumb
from portal.web.frame import home_crumb
from workflows.powers import Power

room = Room("scans", __name__)


@room.get("/scan", power=Power.TRACE_READ)
def show() -> ResponseReturnValue:
    """One thing leads there at once; a plain number that nothing bears whole is looked for among all records."""
    found = scanned(request.args.get("q", ""), today())
    if where := found.straight_to:
        return redirect(where)
    if found.asked and not found.meanings and not found.is_a_code:
        return redirect(url_for("home.find", q=found.plain))
    g.by_camera = True
    return render_template(
        "scans/show.html",
        crumbs=[home_crumb(), crumb(gettext("Scan"))],
        found=found,
        words=" ".join(found.plain.replace("\x1d", " ").split()),
    )
