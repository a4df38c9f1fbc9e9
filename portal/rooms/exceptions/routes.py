"""Exceptions from posting: asking for one, reading one, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.facts import exception_facts, ground_of
from portal.records.entrustment import Entrustment
from portal.records.resident import PostingException
from portal.rooms.exceptions.asking import ask_for_exception, decide_asking
from portal.rooms.exceptions.forms import ExceptionForm
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import insist
from portal.web.frame import home_crumb
from portal.wording import day
from workflows.engine import Side
from workflows.posting_exception import POSTING_EXCEPTION
from workflows.powers import Power

room = Room("exceptions", __name__)


@room.route(
    "/entrustments/<uuid:entrustment_id>/posting-exceptions/new", methods=("GET", "POST"), power=Power.POSTING_KEEP
)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id, side=Side.REGISTRANT)
    g.back_url = url_for("residents.listing", entrustment_id=entrustment_id)
    insist(decide_asking(entrustment, by=g.actor))
    form = ExceptionForm()
    if not form.validate_on_submit():
        page = render_template(
            "exceptions/create.html",
            form=form,
            back_url=g.back_url,
            between=between(entrustment, ground_of(entrustment)),
            crumbs=_crumbs(entrustment.id, crumb(gettext("Ask for an exception"))),
            identity=identity_of(entrustment, gettext("Entrustment %(number)s", number=entrustment.number)),
        )
        return page, 422 if form.is_submitted() else 200
    asked = ask_for_exception(
        entrustment,
        form.since.data,
        form.until.data,
        because=form.because.data,
        measures=form.measures.data,
        by=g.actor,
    )
    flash(gettext("Asked for. It counts once the management representative has signed it."))
    return redirect(url_for("exceptions.show", posting_exception_id=asked.id))


@room.get("/posting-exceptions/<uuid:posting_exception_id>", power=Power.POSTING_READ)
def show(posting_exception_id: UUID) -> ResponseReturnValue:
    found = find(PostingException, posting_exception_id)
    return render_template(
        "exceptions/show.html",
        **_place(found),
        found=found,
        **kept(found, _facts(found)),
    )


def _crumbs(entrustment_id: UUID, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    residents = crumb(gettext("Residents at the site"), "residents.listing", entrustment_id=entrustment_id)
    return [home_crumb(), residents, *more]


def _place(found: PostingException) -> dict[str, Any]:
    """What every page about ``found`` is drawn with."""
    title = gettext("Exception from %(since)s to %(until)s", since=day(found.since), until=day(found.until))
    return {
        "crumbs": _crumbs(found.entrustment_id, crumb(title, "exceptions.show", posting_exception_id=found.id)),
        "between": between(found.entrustment, ground_of(found.entrustment)),
        "identity": identity_of(found, title),
    }


def _facts(found: PostingException) -> Any:
    return exception_facts([found])[found.id]


Ceremony(
    room=room,
    lifecycle=POSTING_EXCEPTION,
    kind=PostingException,
    key="posting_exception_id",
    facts=_facts,
    leaf="exceptions/_leaf.html",
    place=_place,
    back="exceptions.show",
).hang("/posting-exceptions/<uuid:posting_exception_id>")
