"""Self-inspection reports of the own house: the list, each report, writing, signing, filing, and the document."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import session, today
from portal.facts.self_inspections import filing_facts, report_facts
from portal.records.agreement import Signature
from portal.records.self_inspection import SelfInspection
from portal.rooms.self_inspections.forms import FilingForm, WritingForm, YearForm
from portal.rooms.self_inspections.keeping import begin, report_of, write
from portal.rooms.self_inspections.keeping import file as put_down_filing
from portal.tenancy import current_tenant
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.value_names import INSPECTED, SIDES
from portal.wording import said
from workflows.powers import Power
from workflows.self_inspection import AMEND, BEGIN, FILE, SELF_INSPECTION
from workflows.words import N_

MOST = 100
FIGURES: Mapping[str, str] = {
    "batches_begun": N_("Batches begun"),
    "batches_released_for_production": N_("Batches released for production"),
    "batches_released_for_marketing": N_("Batches released for marketing"),
    "batches_rejected": N_("Batches rejected"),
    "nonconformities_raised": N_("Nonconformities raised"),
    "nonconformities_closed": N_("Nonconformities closed"),
    "audits_reported": N_("Audits reported"),
    "findings_raised": N_("Findings of audits raised"),
    "findings_closed": N_("Findings of audits closed"),
    "changes_opened": N_("Changes opened"),
    "capas_opened": N_("Corrective actions opened"),
    "capas_concluded": N_("Corrective actions judged"),
    "complaints_passed_on": N_("Complaints passed on"),
    "hearings_signed": N_("Hearings of the management representative"),
    "appointments_begun": N_("Holders of key posts appointed"),
    "appointments_ended": N_("Holders of key posts who left"),
    "duties_met": N_("Duties met in time"),
    "duties_late": N_("Duties met late"),
    "duties_breached": N_("Duties breached"),
}
room = Room("self_inspections", __name__, url_prefix="/self-inspections")


@room.get("", power=Power.PERSON_READ)
def listing() -> ResponseReturnValue:
    return _listing(YearForm(year=today().year))


@room.post("", power=Power.SELF_INSPECTION_KEEP)
def create() -> ResponseReturnValue:
    form = YearForm()
    if not form.validate_on_submit():
        return _listing(form)
    if report_of(form.year.data):
        form.year.errors = [gettext("There is a report of %(year)s already.", year=form.year.data)]
        return _listing(form)
    report = begin(form.year.data, by=g.actor)
    flash(gettext("The report is drawn up from the records."))
    return redirect(url_for("self_inspections.show", self_inspection_id=report.id))


@room.get("/<uuid:self_inspection_id>", power=Power.SELF_INSPECTION_READ)
def show(self_inspection_id: UUID) -> ResponseReturnValue:
    report = find(SelfInspection, self_inspection_id)
    amending = deeds_on(report, report.state, {"self_inspections.amend": AMEND})
    filing = deeds_on(report, filing_facts(report), {"self_inspections.file": FILE})
    return render_template(
        "self_inspections/show.html",
        **_place(report),
        report=report,
        **kept(report, report_facts(report), deeds=[*amending, *filing], signatures=_signatures(report)),
    )


@room.get("/<uuid:self_inspection_id>/document", power=Power.SELF_INSPECTION_READ)
def document(self_inspection_id: UUID) -> ResponseReturnValue:
    """The report as it is filed and printed."""
    report = find(SelfInspection, self_inspection_id)
    signatures = _signatures(report)
    return render_template("self_inspections/document.html", **_place(report), report=report, signatures=signatures)


@room.route("/<uuid:self_inspection_id>/amend", methods=("GET", "POST"), power=Power.SELF_INSPECTION_KEEP)
def amend(self_inspection_id: UUID) -> ResponseReturnValue:
    report = find(SelfInspection, self_inspection_id)
    g.back_url = url_for("self_inspections.show", self_inspection_id=report.id)
    insist(weigh_deed(AMEND, report.state, report))
    form = WritingForm.over(report)
    if not form.validate_on_submit():
        return _page("self_inspections/amend.html", form, report, said(AMEND.label))
    form.refuse_stale(report)
    write(report, form.given, by=g.actor)
    flash(gettext("It is written, and its figures are those of the records now."))
    return redirect(g.back_url)


@room.route("/<uuid:self_inspection_id>/file", methods=("GET", "POST"), power=Power.SELF_INSPECTION_KEEP)
def file(self_inspection_id: UUID) -> ResponseReturnValue:
    report = find(SelfInspection, self_inspection_id)
    g.back_url = url_for("self_inspections.show", self_inspection_id=report.id)
    insist(weigh_deed(FILE, filing_facts(report), report))
    form = FilingForm.over(report)
    if not form.validate_on_submit():
        return _page("self_inspections/file.html", form, report, said(FILE.label))
    form.refuse_stale(report)
    put_down_filing(report, filed_on=form.filed_on.data, filing_number=form.filing_number.data, by=g.actor)
    flash(gettext("It is on record that the report was filed."))
    return redirect(g.back_url)


def _signatures(report: SelfInspection) -> list[Signature]:
    return list(session.scalars(select(Signature).where(Signature.subject_id == report.id)))


def _listing(form: YearForm) -> ResponseReturnValue:
    wanted = select(SelfInspection).where(SelfInspection.owner_id == current_tenant())
    found = session.scalars(wanted.order_by(SelfInspection.year.desc(), SelfInspection.id.desc()).limit(MOST)).all()
    page = render_template(
        "self_inspections/listing.html",
        crumbs=_crumbs(),
        found=found,
        form=form,
        deed=BEGIN,
        may_begin=g.actor.may(BEGIN.power),
    )
    return page, 422 if form.is_submitted() else 200


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    if g.actor.is_authority:
        return [home_crumb(), *more]
    here = crumb(gettext("Self-inspection reports"), "self_inspections.listing" if more else None)
    return [home_crumb(), crumb(gettext("Key people"), "appointments.listing"), here, *more]


def _place(report: SelfInspection) -> dict[str, Any]:
    """What every page about ``report`` is drawn with."""
    label = gettext("Self-inspection report of %(year)s", year=report.year)
    own = crumb(label, "self_inspections.show", self_inspection_id=report.id)
    words = {"names": FIGURES, "sides": SIDES, "results": INSPECTED, "figures": report.figures}
    return words | {"crumbs": _crumbs(own), "identity": identity_of(report, label), "title": label}


def _page(template: str, form: Any, report: SelfInspection, here: str) -> ResponseReturnValue:
    place = _place(report)
    place["crumbs"] = [*place["crumbs"], crumb(here)]
    page = render_template(template, form=form, report=report, back_url=g.back_url, **place)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=SELF_INSPECTION,
    kind=SelfInspection,
    key="self_inspection_id",
    facts=report_facts,
    leaf="self_inspections/_leaf.html",
    place=_place,
    back="self_inspections.show",
).hang("/<uuid:self_inspection_id>")
