"""Who may audit: the qualifications of the own house, recording one, retiring one."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import ledger
from portal.db import new_id, session, today
from portal.filing import NotAcceptable
from portal.records.audit import AuditorQualification
from portal.records.person import Person
from portal.rooms.auditors.forms import QualificationForm, RetireForm
from portal.web import Room, crumb, find
from portal.web.between import identity_of
from portal.web.deeds import insist, weigh_deed
from portal.web.forms import options
from portal.web.frame import home_crumb
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.auditing import QUALIFY, RETIRE, QualifyingFacts
from workflows.powers import Power

room = Room("auditors", __name__, url_prefix="/auditors")


@room.get("", power=Power.AUDITOR_READ)
def listing() -> ResponseReturnValue:
    found = session.scalars(select(AuditorQualification).order_by(AuditorQualification.valid_until.desc())).all()
    return render_template(
        "auditors/listing.html",
        crumbs=_crumbs(),
        lines=[(each, each.counts_on(today())) for each in found],
        deed=QUALIFY,
    )


@room.route("/new", methods=("GET", "POST"), power=Power.AUDIT_KEEP, upload=True)
def create() -> ResponseReturnValue:
    form = QualificationForm()
    people = session.scalars(select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.name)).all()
    labels = {str(each.id): f"{each.name} · {each.title}" for each in people}
    form.person_id.choices = options({"": gettext("Nobody of our house: somebody from outside")} | labels)
    form.own_id = str(g.actor.id)
    if form.validate_on_submit() and _recorded(form):
        flash(gettext("The qualification is on record."))
        return redirect(url_for("auditors.listing"))
    return _page("auditors/create.html", form, crumb(said(QUALIFY.label)))


@room.route("/<uuid:auditor_qualification_id>/retire", methods=("GET", "POST"), power=Power.AUDIT_KEEP)
def retire(auditor_qualification_id: UUID) -> ResponseReturnValue:
    held = find(AuditorQualification, auditor_qualification_id)
    g.back_url = url_for("auditors.listing")
    insist(weigh_deed(RETIRE, QualifyingFacts(is_retired=held.retired_on is not None), held))
    form = RetireForm.over(held)
    if form.is_submitted():
        form.refuse_stale(held)
    if not form.validate_on_submit():
        label = gettext("Qualification of %(name)s", name=held.person_name)
        return _page("auditors/retire.html", form, crumb(label), held=held, identity=identity_of(held, label))
    held.retired_on = today()
    ledger.write(held, "auditor_qualification.retired", by=g.actor, reason=form.reason.data)
    flash(gettext("Retired. It stays on record and no longer counts."))
    return redirect(g.back_url)


def _recorded(form: QualificationForm) -> bool:
    """Keep the qualification with its file; False when the file is not acceptable."""
    held = AuditorQualification(
        id=new_id(),
        person_id=UUID(form.person_id.data) if form.person_id.data else None,
        outsider=form.outsider.data or None,
        outsider_of=form.outsider_of.data or None,
        basis=form.basis.data or "",
        granted_on=form.granted_on.data or today(),
        valid_until=form.valid_until.data or today(),
    )
    try:
        file = taken_in(form.file.data, subject_kind=AuditorQualification.__tablename__, subject_id=held.id)
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return False
    held.file_id = file.id
    ledger.write(held, "auditor_qualification.recorded", by=g.actor, also=[file])
    return True


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [home_crumb(), crumb(gettext("Auditors"), "auditors.listing" if more else None), *more]


def _page(template: str, form: Any, here: tuple[str, str | None], **more: Any) -> ResponseReturnValue:
    back_url = url_for("auditors.listing")
    page = render_template(template, form=form, crumbs=_crumbs(here), back_url=back_url, **more)
    return page, 422 if form.is_submitted() else 200
