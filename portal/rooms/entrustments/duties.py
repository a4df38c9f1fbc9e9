"""What each side owes its authority and the site: the two reports, and the residents."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import ledger
from portal.acting import tell
from portal.db import session
from portal.facts import ground_of
from portal.facts.showing import judge_anew
from portal.facts.variety_reports import drawn, filed_in
from portal.filing import NotAcceptable
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.rooms.entrustments.forms import ReportForm, ResidentsForm
from portal.rooms.entrustments.routes import inside, room
from portal.tenancy import Participation
from portal.web import find, standing_side
from portal.web.between import refuse_ended
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.engine import Side, Source
from workflows.powers import Power
from workflows.words import N_

PARTIES = (Side.REGISTRANT, Side.MANUFACTURER)
OWED = {
    Side.REGISTRANT: (N_("Registrant's report to its authority"), (Source("ANN-2024-38", "(16)"),)),
    Side.MANUFACTURER: (N_("Manufacturer's report of the product variety"), (Source("ORDER-53", "42"),)),
}


@room.get("/<uuid:entrustment_id>/reports", power=Power.ENTRUSTMENT_READ)
def reports(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    side = standing_side(entrustment)
    asked = side in PARTIES and g.actor.may(Power.EVIDENCE_KEEP) and not entrustment.where.final
    return _reports(entrustment, _filled(entrustment, str(side)) if asked else None)


@room.post("/<uuid:entrustment_id>/reports", power=Power.EVIDENCE_KEEP, upload=True)
def file_report(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    side = standing_side(entrustment) or abort(403)
    refuse_ended(entrustment)
    form = ReportForm()
    form.proposed_on = session.scalars(
        select(Participation.since).where(Participation.entrustment_id == entrustment_id, Participation.side == side)
    ).first()
    if not form.validate_on_submit():
        return _reports(entrustment, form), 422
    form.refuse_stale(entrustment)
    also: list[Any] = []
    try:
        if form.file.data:
            kept = taken_in(
                form.file.data,
                subject_kind=f"{side}_report",
                subject_id=entrustment.id,
                entrustment_id=entrustment.id,
            )
            also.append(kept)
    except NotAcceptable as refusal:
        form.file.errors = [said(refusal.says)]
        return _reports(entrustment, form), 422
    setattr(entrustment, f"{side}_reported_on", form.reported_on.data)
    setattr(entrustment, f"{side}_report", form.reference.data)
    if side is Side.MANUFACTURER:
        also.append(drawn(entrustment))
    tell(entrustment, f"entrustment.{side}-reported", actor=g.actor, also=also)
    flash(gettext("The report is on record."))
    return redirect(url_for("entrustments.reports", entrustment_id=entrustment_id))


@room.get("/<uuid:entrustment_id>/residents", power=Power.ENTRUSTMENT_READ)
def residents(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    decides = standing_side(entrustment) is Side.REGISTRANT and g.actor.may(Power.ENTRUSTMENT_DECIDE)
    form = None
    if decides and not entrustment.where.final:
        form = ResidentsForm(planned=entrustment.residents_planned, exception=entrustment.residents_exception)
        form.seen_version.data = str(entrustment.version)
    return _residents(entrustment, form)


@room.post("/<uuid:entrustment_id>/residents", power=Power.ENTRUSTMENT_DECIDE)
def plan_residents(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id, side=Side.REGISTRANT)
    refuse_ended(entrustment)
    form = ResidentsForm()
    if not form.validate_on_submit():
        return _residents(entrustment, form), 422
    form.refuse_stale(entrustment)
    entrustment.residents_planned = form.planned.data
    entrustment.residents_exception = form.exception.data or None
    ledger.write(entrustment, "entrustment.residents-planned", by=g.actor)
    judge_anew(ground_of(entrustment), by=g.actor, because="residents.planned")
    flash(gettext("The plan for residents is on record; every product was judged anew."))
    return redirect(url_for("entrustments.residents", entrustment_id=entrustment_id))


def _filled(entrustment: Entrustment, side: str) -> ReportForm:
    form = ReportForm(
        reported_on=getattr(entrustment, f"{side}_reported_on"), reference=getattr(entrustment, f"{side}_report")
    )
    form.seen_version.data = str(entrustment.version)
    return form


def _reports(entrustment: Entrustment, form: ReportForm | None) -> str:
    files: dict[str, list[StoredFile]] = {f"{side}_report": [] for side in PARTIES}
    for file in session.scalars(
        select(StoredFile)
        .where(StoredFile.entrustment_id == entrustment.id, StoredFile.subject_kind.in_(files))
        .order_by(StoredFile.id)
    ):
        files[file.subject_kind].append(file)
    owed: list[dict[str, Any]] = [
        {
            "label": label,
            "sources": sources,
            "on": getattr(entrustment, f"{side}_reported_on"),
            "reference": getattr(entrustment, f"{side}_report"),
            "files": files[f"{side}_report"],
            "form": form if standing_side(entrustment) is side else None,
        }
        for side, (label, sources) in OWED.items()
    ]
    return render_template(
        "entrustments/reports.html",
        owed=owed,
        entrustment=entrustment,
        varieties=filed_in(entrustment),
        **inside(entrustment, gettext("Reports")),
    )


def _residents(entrustment: Entrustment, form: ResidentsForm | None) -> str:
    ground = ground_of(entrustment)
    return render_template(
        "entrustments/residents.html",
        entrustment=entrustment,
        implantable=[each.facts["name"] for each in ground.products if each.facts.get("is_implantable")],
        undecided=[each.facts["name"] for each in ground.products if each.facts.get("is_implantable") is None],
        form=form,
        sources=(Source("ANN-2024-38", "(3)"),),
        **inside(entrustment, gettext("Residents"), ground),
    )
