"""One's notices, newest first."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.facts.notices import choose_pace, mark_read, notices_of, over, pace_of
from portal.rooms.notices.forms import PaceForm, ReadForm
from portal.web import Room, crumb
from portal.web.frame import home_crumb
from portal.web.notice_words import told
from workflows.powers import Power

room = Room("notices", __name__, url_prefix="/notices")


@room.get("", power=Power.NOTICE_READ)
def listing() -> ResponseReturnValue:
    return _page(PaceForm(pace=pace_of(g.actor.id)))


@room.route("/read", methods=("POST",), power=Power.NOTICE_READ)
def read() -> ResponseReturnValue:
    form = ReadForm()
    ids = _ids(form.notice.data or ())
    if not form.validate_on_submit() or not ids:
        return _page(PaceForm(pace=pace_of(g.actor.id))), 422
    mark_read(g.actor, ids)
    return redirect(url_for("notices.listing"))


@room.route("/pace", methods=("POST",), power=Power.NOTICE_READ)
def pace() -> ResponseReturnValue:
    form = PaceForm()
    if not form.validate_on_submit():
        return _page(form), 422
    choose_pace(g.actor.id, form.pace.data)
    flash(gettext("From now on letters come as you chose."), "good")
    return redirect(url_for("notices.listing"))


def _page(form: PaceForm) -> str:
    rows = notices_of(g.actor)
    gone = over(notice for notice, _ in rows)
    found = [(told(notice, is_over=notice.id in gone), is_read) for notice, is_read in rows]
    return render_template(
        "notices/listing.html",
        new=[each for each, is_read in found if not is_read],
        earlier=[each for each, is_read in found if is_read],
        form=form,
        crumbs=[home_crumb(), crumb(gettext("Notices"))],
    )


def _ids(given: object) -> list[UUID]:
    """What is no id is nobody's notice."""
    found = []
    for each in given if isinstance(given, list | tuple) else ():
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found
