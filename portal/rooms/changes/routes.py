"""The changes of an entrustment: the list, each record, weighing it, deciding on it, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import ledger
from portal.acting import Stale
from portal.db import session
from portal.facts import change_facts, ground_of, open_change
from portal.records.change import Change
from portal.records.definition import Definition
from portal.records.entrustment import Entrustment
from portal.rooms.changes.forms import AssessmentForm, ProposalForm, VerdictForm
from portal.rooms.changes.keeping import assess as put_down_impacts
from portal.rooms.changes.keeping import assessment_of
from portal.rooms.changes.keeping import decide as put_down_verdict
from portal.rooms.changes.places import inside, moved_on, place, words_of
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.doors import standing_side
from portal.web.history import author_of
from portal.web.paging import page_of
from workflows.change import CHANGE
from workflows.changing import ASSESS, DECIDE, PROPOSE, SHOW_REGISTRATION, SHOW_VALIDATION, Standing
from workflows.engine import Side
from workflows.powers import Power

room = Room("changes", __name__)

DEEDS = {
    "changes.assess": ASSESS,
    "changes.decide": DECIDE,
    "changes.show_registration": SHOW_REGISTRATION,
    "changes.show_validation": SHOW_VALIDATION,
}


@room.get("/entrustments/<uuid:entrustment_id>/changes", power=Power.CHANGE_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    return render_template(
        "changes/listing.html",
        **inside(entrustment),
        entrustment=entrustment,
        page=page_of(select(Change).where(Change.entrustment_id == entrustment_id), Change.id),
        may_propose=weigh_deed(PROPOSE, entrustment.state, entrustment).allowed,
        deed=PROPOSE,
        **words_of(),
    )


@room.route("/entrustments/<uuid:entrustment_id>/changes/new", methods=("GET", "POST"), power=Power.CHANGE_PROPOSE)
def propose(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    g.back_url = url_for("changes.listing", entrustment_id=entrustment_id)
    insist(weigh_deed(PROPOSE, entrustment.state, entrustment))
    ground = ground_of(entrustment)
    form = ProposalForm()
    form.offer(ground)
    if not form.validate_on_submit():
        where = inside(entrustment, crumb(gettext("Propose a change")))
        page = render_template("changes/propose.html", **where, entrustment=entrustment, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    change = open_change(entrustment, **form.given(ground), side=standing_side(entrustment), by=g.actor)
    flash(gettext("%(number)s is proposed; both sides weigh it now.", number=change.number))
    return redirect(url_for("changes.show", change_id=change.id))


@room.get("/changes/<uuid:change_id>", power=Power.CHANGE_READ)
def show(change_id: UUID) -> ResponseReturnValue:
    change = find(Change, change_id)
    facts = change_facts([change])[change.id]
    entries = ledger.entries(subject_id=change.id, entrustment_id=change.entrustment_id)
    return render_template(
        "changes/show.html",
        **place(change),
        change=change,
        moved=moved_on(change),
        opened_by=author_of(entries[-1]) if entries else None,
        **kept(change, facts, deeds=deeds_on(change, _standing(change), DEEDS), entries=entries),
        definitions=session.scalars(select(Definition).where(Definition.change_id == change.id)).all(),
    )


@room.route("/changes/<uuid:change_id>/assessment", methods=("GET", "POST"), power=Power.CHANGE_KEEP)
def assess(change_id: UUID) -> ResponseReturnValue:
    change = find(Change, change_id)
    insist_on(ASSESS, change)
    side = standing_side(change)
    written = assessment_of(change, side)
    form = AssessmentForm.of(written)
    if form.is_submitted() and form.seen_version.data != (str(written.version) if written else "0"):
        raise Stale
    if not form.validate_on_submit():
        return page_over("changes/assess.html", form, change, gettext("Weigh it"), side=side)
    put_down_impacts(change, form.impacts, side=side, by=g.actor)
    flash(gettext("What your side says of it is on record."))
    return redirect(g.back_url)


@room.route("/changes/<uuid:change_id>/verdict", methods=("GET", "POST"), power=Power.CHANGE_KEEP)
def decide(change_id: UUID) -> ResponseReturnValue:
    change = find(Change, change_id, side=Side.REGISTRANT)
    insist_on(DECIDE, change)
    form = VerdictForm.over(change)
    if not form.validate_on_submit():
        return page_over("changes/decide.html", form, change, gettext("Verdict and day"))
    form.refuse_stale(change)
    given = {"verdict": form.verdict.data, "effective_on": form.effective_on.data}
    put_down_verdict(change, **given, reason=form.verdict_reason.data, by=g.actor)
    flash(gettext("The verdict is on record. It counts once you approve the change by signature."))
    return redirect(g.back_url)


def insist_on(deed: Any, change: Change) -> None:
    """Go on only if this may be done to the change now; the page that says why not leads back to the change."""
    g.back_url = url_for("changes.show", change_id=change.id)
    g.mend_ids = {"change_id": change.id, "entrustment_id": change.entrustment_id}
    insist(weigh_deed(deed, _standing(change), change))


def page_over(template: str, form: Any, change: Change, here: str, **more: Any) -> ResponseReturnValue:
    where = place(change, crumb(here))
    page = render_template(template, **where, change=change, form=form, back_url=g.back_url, **more)
    return page, 422 if form.is_submitted() else 200


def _standing(change: Change) -> Standing:
    return Standing(change.state, change.verdict)


Ceremony(
    room=room,
    lifecycle=CHANGE,
    kind=Change,
    key="change_id",
    facts=lambda change: change_facts([change])[change.id],
    leaf="changes/_leaf.html",
    place=place,
    back="changes.show",
).hang("/changes/<uuid:change_id>")
