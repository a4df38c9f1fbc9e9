"""The list of what stands still, and the two things that may be decided about a document of events."""

from typing import Any, Protocol
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.db import session
from portal.making import standing
from portal.making.trying import given_up
from portal.records.capture import Capture
from portal.records.intake import Intake
from portal.records.machine import Client
from portal.rooms.stopped.forms import GiveUpForm, TakeUpForm
from portal.web import Room, crumb, find
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.wording import said
from workflows.capture import GIVE_UP, TAKE_UP, CaptureFacts
from workflows.engine import Transition
from workflows.powers import Power

room = Room("stopped", __name__, url_prefix="/stopped")
HERE = "/<uuid:capture_id>"


class Decide(Protocol):
    def __call__(self, job: Capture, reason: str, *, by: Any) -> None: ...


@room.get("", power=Power.BATCH_RECORD)
def listing() -> ResponseReturnValue:
    found = standing.stopped()
    return render_template(
        "stopped/listing.html",
        crumbs=[home_crumb(), crumb(gettext("What stopped"))],
        files=[each for each in found if isinstance(each.job, Intake)],
        documents=[(each, _ways_on(each.job)) for each in found if isinstance(each.job, Capture)],
    )


@room.route(f"{HERE}/take-up", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def take_up(capture_id: UUID) -> ResponseReturnValue:
    done = gettext("The document is gone through anew.")
    return _decided(capture_id, TAKE_UP, TakeUpForm(), standing.take_up, done)


@room.route(f"{HERE}/give-up", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def give_up(capture_id: UUID) -> ResponseReturnValue:
    done = gettext("The document is given up; its sender reads why.")
    return _decided(capture_id, GIVE_UP, GiveUpForm(), standing.give_up, done, grave=True)


def _decided(
    capture_id: UUID, deed: Transition[CaptureFacts], form: Any, decide: Decide, done: str, *, grave: bool = False
) -> ResponseReturnValue:
    job = find(Capture, capture_id)
    if form.is_submitted():
        session.refresh(job, with_for_update=True)
    g.back_url = url_for("stopped.listing")
    insist(weigh_deed(deed, CaptureFacts(standing.is_stopped(job)), job))
    if form.validate_on_submit():
        decide(job, form.reason.data or "", by=g.actor)
        flash(done)
        return redirect(g.back_url)
    page = render_template(
        "stopped/decide.html",
        crumbs=[home_crumb(), crumb(gettext("What stopped"), "stopped.listing"), crumb(said(deed.label))],
        here=said(deed.label),
        says=said(deed.says),
        because=given_up(job.id),
        job=job,
        sender=session.get(Client, job.client_id),
        form=form,
        grave=grave,
        back_url=g.back_url,
    )
    return page, 422 if form.is_submitted() else 200


def _ways_on(job: Capture) -> list[tuple[str, Transition[Any]]]:
    return deeds_on(job, CaptureFacts(stopped=True), {"stopped.take_up": TAKE_UP, "stopped.give_up": GIVE_UP})
