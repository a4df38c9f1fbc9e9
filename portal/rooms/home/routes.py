"""Waiting for me, and finding anything by its number."""

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.db import today
from portal.identity.resets import told_to
from portal.limits import SEARCH
from portal.rooms.home.duties import duties
from portal.rooms.home.finding import hits_of
from portal.rooms.home.gathering import gather
from portal.rooms.home.lines import grouped
from portal.rooms.home.waiting import mine, stock, stopped, theirs
from portal.web import Room, crumb
from portal.web.frame import home_crumb
from workflows.powers import Power

room = Room("home", __name__)


@room.get("/", power=Power.HOME_READ)
def show() -> ResponseReturnValue:
    if g.actor.is_authority:
        return render_template("home/authority.html")
    found = gather()
    dated = list(duties(found))
    waiting = [*mine(found), *(each for each in dated if not each.theirs), *stock(), *stopped()]
    expected = [*(each for each in dated if each.theirs), *theirs(found)]
    return render_template(
        "home/show.html",
        groups=grouped(waiting),
        count=len(waiting),
        late=sum(each.due is not None and each.due.days < 0 for each in waiting),
        expected=[each for group in grouped(expected) for each in group.lines],
        on=today(),
        unread=found.unread,
        resets=told_to(g.actor),
        may_propose=g.actor.may(Power.ENTRUSTMENT_PROPOSE),
    )


@room.get("/find", power=Power.HOME_READ, limit=SEARCH)
def find() -> ResponseReturnValue:
    """One hit leads there at once; several are listed; none says so."""
    wanted = " ".join(request.args.get("q", "").split())[:80]
    hits = hits_of(wanted)
    if len(hits) == 1:
        return redirect(hits[0].url)
    crumbs = [home_crumb(), crumb(gettext("Find"))]
    return render_template("home/find.html", wanted=wanted, hits=hits, crumbs=crumbs)
