"""What supervision an entrustment is under, on one page."""

from uuid import UUID

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.db import today
from portal.facts import Supervision, ground_of, supervisions
from portal.records.entrustment import Entrustment
from portal.rooms.residents.calendar import calendar_of, latest_reports
from portal.web import Room, crumb, find, standing_side
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.wording import said
from workflows.attendance import ARRIVE, PLAN
from workflows.daily_report import DRAFT
from workflows.engine import Side
from workflows.posting import POST_STAFF, PROPOSE
from workflows.posting_exception import ASK
from workflows.powers import Power

room = Room("residents", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/supervision", power=Power.POSTING_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground, watched = ground_of(entrustment), supervisions([entrustment_id])[entrustment_id]
    return render_template(
        "residents/listing.html",
        entrustment=entrustment,
        watched=watched,
        residents_now=watched.residents_on(today()),
        exceptions_now=watched.exceptions_on(today()),
        days=calendar_of(ground, watched),
        reports=latest_reports(watched),
        deeds=_deeds(entrustment, watched),
        source_of_it=(POST_STAFF,),
        between=between(entrustment, ground),
        crumbs=crumbs_in(entrustment_id),
        identity=identity_of(entrustment, gettext("Entrustment %(number)s", number=entrustment.number)),
    )


def crumbs_in(entrustment_id: UUID, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """The way to the residents of an entrustment, and on."""
    return [
        home_crumb(),
        crumb(gettext("Residents at the site"), "residents.listing", entrustment_id=entrustment_id),
        *more,
    ]


def _deeds(entrustment: Entrustment, watched: Supervision) -> list[tuple[str, str, str]]:
    """What this person may begin here: where, what it is called, and what it does."""
    if standing_side(entrustment) is not Side.REGISTRANT or entrustment.where.final:
        return []
    found: list[tuple[str, str, str]] = []
    running = [each for each in watched.postings if each.counts_on(today())]
    for posting in running:
        if posting.person_id == g.actor.id and g.actor.may(Power.REPORT_WRITE):
            found += [
                (url_for("residents.presence", posting_id=posting.id), gettext("Presence"), said(ARRIVE.says)),
                (url_for("reports.create", posting_id=posting.id), said(DRAFT.label), said(DRAFT.says)),
            ]
    if g.actor.may(Power.POSTING_KEEP):
        found += [
            (url_for(f"{door}.create", entrustment_id=entrustment.id), said(deed.label), said(deed.says))
            for door, deed in (("postings", PROPOSE), ("exceptions", ASK))
        ]
        found += [
            (
                url_for("residents.roster", posting_id=posting.id),
                gettext("Roster of %(person)s", person=posting.person_name),
                said(PLAN.says),
            )
            for posting in running
        ]
    return found
