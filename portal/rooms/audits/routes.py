"""The audits of an entrustment: the list, each record, its plan, its team, its days, its checklist, its moves."""

from dataclasses import replace
from operator import attrgetter
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import session, today
from portal.facts import Ground, audit_facts, ground_of
from portal.records.audit import Audit
from portal.records.entrustment import Entrustment
from portal.rooms.audits.answering import ChecklistForm, lines_of
from portal.rooms.audits.forms import PLAN_FORMS, DaysForm, TeamForm
from portal.rooms.audits.places import WORDS, crumbs_in, doors_of, place
from portal.rooms.audits.recording import (
    Auditor,
    answer_points,
    auditors,
    name_team,
    plan,
    record_days,
    replan,
)
from portal.tenancy import side_in
from portal.web import Ceremony, Room, crumb, find
from portal.web.between import between, identity_of, refuse_ended
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.kept import kept
from portal.wording import day
from workflows.audit import AUDIT
from workflows.auditing import ANSWER_POINTS, NAME_TEAM, PLAN, RECORD_DAYS, REPLAN, in_hand_of
from workflows.engine import Transition
from workflows.powers import Power

room = Room("audits", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/audits", power=Power.AUDIT_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    found = session.scalars(
        select(Audit).where(Audit.entrustment_id == entrustment_id).order_by(Audit.starts_on.desc(), Audit.id.desc())
    ).all()
    ground = ground_of(entrustment)
    return render_template(
        "audits/listing.html",
        **_beside(entrustment, ground=ground),
        entrustment=entrustment,
        passed_on=ground.shown("audit_report"),
        found=found,
        deed=PLAN,
        may_plan=weigh_deed(replace(PLAN, checks=()), None, entrustment).allowed and entrustment.state != "ended",
    )


@room.route("/entrustments/<uuid:entrustment_id>/audits/new", methods=("GET", "POST"), power=Power.AUDIT_KEEP)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    g.back_url = url_for("audits.listing", entrustment_id=entrustment_id)
    refuse_ended(entrustment)
    form = (PLAN_FORMS.get(side_in(entrustment_id)) or abort(403))()
    if not form.validate_on_submit():
        here = crumb(gettext("Plan an audit"))
        return _page("audits/plan.html", form, **_beside(entrustment, here), audit=None)
    audit = plan(ground_of(entrustment), form.given, by=g.actor)
    flash(gettext("%(number)s is planned. Now put the team together.", number=audit.number))
    return redirect(url_for("audits.show", audit_id=audit.id))


@room.get("/audits/<uuid:audit_id>", power=Power.AUDIT_READ)
def show(audit_id: UUID) -> ResponseReturnValue:
    audit = find(Audit, audit_id)
    facts = audit_facts([audit], g.actor.id)[audit.id]
    return render_template(
        "audits/show.html",
        **place(audit),
        **kept(audit, facts, deeds=deeds_on(audit, audit.state, doors_of(audit))),
        audit=audit,
        facts=facts,
        lines=lines_of(audit),
    )


@room.route("/audits/<uuid:audit_id>/edit", methods=("GET", "POST"), power=Power.AUDIT_KEEP)
def edit(audit_id: UUID) -> ResponseReturnValue:
    audit = _to_write_on(audit_id, REPLAN)
    form = PLAN_FORMS[audit.holder].over(audit)
    if not form.validate_on_submit():
        return _page("audits/plan.html", form, **place(audit, gettext("Change the plan")), audit=audit)
    form.refuse_stale(audit)
    replan(audit, ground_of(audit.entrustment), form.given, by=g.actor)
    flash(gettext("The plan is changed."))
    return redirect(g.back_url)


@room.route("/audits/<uuid:audit_id>/team", methods=("GET", "POST"), power=Power.AUDIT_KEEP)
def team(audit_id: UUID) -> ResponseReturnValue:
    audit = _to_write_on(audit_id, NAME_TEAM)
    form = TeamForm.choosing(audit, auditors(max(audit.ends_on, today())), _called)
    if not form.validate_on_submit():
        return _page("audits/team.html", form, **place(audit, gettext("Team")), audit=audit)
    form.refuse_stale(audit)
    name_team(audit, form.given, by=g.actor)
    flash(gettext("The team is on record. It counts once it is confirmed."))
    return redirect(g.back_url)


@room.route("/audits/<uuid:audit_id>/days", methods=("GET", "POST"), power=Power.AUDIT_KEEP)
def days(audit_id: UUID) -> ResponseReturnValue:
    audit = _to_write_on(audit_id, RECORD_DAYS)
    form = DaysForm.over(audit)
    if not form.validate_on_submit():
        return _page("audits/days.html", form, **place(audit, gettext("Days and meetings")), audit=audit)
    form.refuse_stale(audit)
    changed = record_days(audit, form.given, by=g.actor)
    flash(gettext("It is on record.") if changed else gettext("Nothing differed, so nothing was written."))
    return redirect(g.back_url)


@room.route("/audits/<uuid:audit_id>/checklist", methods=("GET", "POST"), power=Power.AUDIT_KEEP)
def checklist(audit_id: UUID) -> ResponseReturnValue:
    audit = _to_write_on(audit_id, ANSWER_POINTS)
    form = ChecklistForm.over_audit(audit)
    if not form.validate_on_submit():
        return _page("audits/checklist.html", form, **place(audit, gettext("Checklist")), audit=audit)
    form.refuse_stale(audit)
    changed = answer_points(audit, form.answers, by=g.actor)
    flash(gettext("It is on record.") if changed else gettext("Nothing differed, so nothing was written."))
    return redirect(g.back_url)


Ceremony(
    room=room,
    lifecycle=AUDIT,
    kind=Audit,
    key="audit_id",
    facts=lambda audit: audit_facts([audit], g.actor.id)[audit.id],
    leaf="audits/_leaf.html",
    place=lambda audit: place(audit) | {"lines": lines_of(audit)},
    back="audits.show",
).hang("/audits/<uuid:audit_id>")


def _to_write_on(audit_id: UUID, deed: Transition[str]) -> Audit:
    """The audit, if its holder may do this to it now; otherwise 404, 403 or the page that says why not."""
    audit = find(Audit, audit_id, side=attrgetter("holder"))
    g.back_url = url_for("audits.show", audit_id=audit.id)
    g.mend_ids = {"entrustment_id": audit.entrustment_id}
    insist(weigh_deed(in_hand_of(audit.holder, deed), audit.state, audit))
    return audit


def _beside(entrustment: Entrustment, *more: tuple[str, str | None], ground: Ground | None = None) -> dict[str, Any]:
    return {
        "crumbs": crumbs_in(entrustment, *more),
        "between": between(entrustment, ground or ground_of(entrustment)),
        "identity": identity_of(entrustment, gettext("Entrustment %(number)s", number=entrustment.number)),
        "words": WORDS,
    }


def _called(auditor: Auditor) -> str:
    """Somebody in a list to choose from, with what makes them competent."""
    who = {"name": auditor.name, "title": auditor.title}
    if auditor.held is None:
        words = gettext("%(name)s, %(title)s: no qualification", **who)
    elif auditor.from_outside:
        until = day(auditor.held.valid_until)
        words = gettext("%(name)s, %(title)s, from outside: qualified until %(day)s", **who, day=until)
    else:
        words = gettext("%(name)s, %(title)s: qualified until %(day)s", **who, day=day(auditor.held.valid_until))
    return str(words)


def _page(template: str, form: Any, **more: Any) -> ResponseReturnValue:
    page = render_template(template, form=form, back_url=g.back_url, **more)
    return page, 422 if form.is_submitted() else 200
