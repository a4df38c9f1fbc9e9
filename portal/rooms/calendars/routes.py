"""The calendar, and the address under which a program reads it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agreements.clocks import months_after
from portal.db import reading, today
from portal.identity.feeds import end_feed, feed_of, open_feed, reader_of
from portal.identity.sessions import hash_of
from portal.limits import FEED, FEED_FROM, spend
from portal.rooms.calendars.entries import Scope, entries, my_entrustments
from portal.rooms.calendars.forms import END, LIST, FeedForm, FilterForm
from portal.rooms.calendars.months import last_of, weekdays, weeks_of
from portal.tenancy import acting_for
from portal.web import Room, absolute, crumb
from portal.web.frame import home_crumb
from workflows.powers import Power

room = Room("calendars", __name__, url_prefix="/calendar")
# How far a list reaches, and a feed back and ahead.
LISTED = timedelta(days=90)
FEED_BACK, FEED_AHEAD = timedelta(days=90), timedelta(days=730)


@room.get("", power=Power.CALENDAR_READ)
def show() -> ResponseReturnValue:
    form, known = FilterForm(request.args), my_entrustments(g.actor)
    form.offer({str(key): each.number for key, each in known.entrustments.items()})
    within = _id_of(form.entrustment.data)
    first = form.first
    as_list = form.view.data == LIST
    last = first + LISTED if as_list else last_of(first)
    found = entries(g.actor, Scope(first, last, _kind(form), within), known)
    return render_template(
        "calendars/list.html" if as_list else "calendars/month.html",
        form=form,
        first=first,
        last=last,
        found=found,
        weeks=weeks_of(first, found),
        weekdays=weekdays(),
        turn={name: _turned(form, month) for name, month in _beside(first)},
        crumbs=[home_crumb(), crumb(gettext("Calendar"))],
    )


@room.route("/feed", methods=("GET", "POST"), power=Power.CALENDAR_READ)
def feed() -> ResponseReturnValue:
    """The address is shown once, on the page that answers; afterwards nobody can say it again."""
    form, address = FeedForm(), None
    me = g.actor
    if form.validate_on_submit():
        if form.covers.data == END:
            end_feed(me.id, me.organisation_id)
            flash(gettext("The address does not work any more."), "good")
            return redirect(url_for("calendars.show"))
        address = absolute("calendars.hand_out", token=open_feed(me.id, me.organisation_id, form.covers.data))
    page = render_template(
        "calendars/feed.html",
        form=form,
        address=address,
        running=feed_of(me.id),
        crumbs=[home_crumb(), crumb(gettext("Calendar"), "calendars.show"), crumb(gettext("Calendar feed"))],
    )
    return page, 422 if form.is_submitted() and address is None else 200


@room.public("/feed/<token>.ics", limit=FEED_FROM)
def hand_out(token: str) -> ResponseReturnValue:
    """A door without a session: the token says whose days these are, and what they hold now says which."""
    spend(FEED, hash_of(token))
    reader = reader_of(token)
    if reader is None or Power.CALENDAR_READ not in reader.powers:
        abort(404)
    g.language = reader.language
    scope = Scope(today() - FEED_BACK, today() + FEED_AHEAD)
    with acting_for(reader.organisation_id, person_id=reader.id), reading():
        from portal.rooms.calendars.feed import as_ical  # noqa: PLC0415  icalendar is large, and only feeds need it

        found = [each for each in entries(reader, scope) if not each.settled and (each.mine or reader.covers == "all")]
        return Response(as_ical(found), content_type="text/calendar; charset=utf-8")


def _kind(form: FilterForm) -> str:
    return str(form.kind.data or "")


def _id_of(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _beside(first: date) -> list[tuple[str, date]]:
    return [("before", months_after(first, -1)), ("now", today()), ("after", months_after(first, 1))]


def _turned(form: FilterForm, month: date) -> str:
    asked: dict[str, Any] = form.kept
    return url_for("calendars.show", month=f"{month:%Y-%m}", **asked)
