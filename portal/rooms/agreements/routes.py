"""The two agreements of an entrustment: drawn up together, read as one document, signed by both sides."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from agreements.clauses import DocumentKind
from portal.db import session, today
from portal.facts import Ground, agreement_facts, ground_of
from portal.facts.agreements import last_day, settlements_of
from portal.records.agreement import Agreement, AgreementVersion
from portal.records.entrustment import Entrustment
from portal.rooms.agreements import reading
from portal.rooms.agreements.chapters import KIND_LABELS, KINDS
from portal.rooms.agreements.comparing import history_of
from portal.rooms.agreements.drafting import (
    begin_draft,
    begin_facts,
    particulars,
    parties_of,
    set_term,
    write_clauses,
)
from portal.rooms.agreements.forms import CHOICES, RESPONSIBLE, ClausesForm, TermForm
from portal.web import Ceremony, Room, find, kept, mend_for
from portal.web.between import between
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.wording import day, said
from workflows.agreement import AGREEMENT
from workflows.drafting import BEGIN, SET_TERM, WRITE
from workflows.powers import Power

room = Room("agreements", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/agreements", power=Power.AGREEMENT_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground = ground_of(entrustment)
    agreements = session.scalars(
        select(Agreement)
        .where(Agreement.entrustment_id == entrustment_id)
        .options(selectinload(Agreement.versions))
        .order_by(Agreement.id.desc())
    ).all()
    signatures = reading.signatures_under(agreements)
    return render_template(
        "agreements/listing.html",
        crumbs=reading.crumbs_in(entrustment),
        between=between(entrustment, ground),
        entrustment=entrustment,
        both_bind=ground.both_in_force(today()),
        kinds=[_kind_line(kind, ground, agreements, signatures) for kind, _ in KINDS],
        mend_href=mend_for({"entrustment_id": entrustment_id}),
    )


@room.post("/entrustments/<uuid:entrustment_id>/agreements", power=Power.AGREEMENT_DRAFT)
def begin(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    kind = next((each for each, _ in KINDS if each == request.form.get("kind")), None) or abort(400)
    g.back_url = url_for("agreements.listing", entrustment_id=entrustment_id)
    g.mend_ids = {"entrustment_id": entrustment_id}
    ground = ground_of(entrustment)
    insist(weigh_deed(BEGIN, begin_facts(ground, kind), entrustment))
    agreement = begin_draft(ground, kind, None, by=g.actor)
    flash(
        gettext("%(agreement)s: the first version is drawn up with standard text.", agreement=said(KIND_LABELS[kind]))
    )
    return redirect(url_for("agreements.show", agreement_id=agreement.id))


@room.get("/agreements/<uuid:agreement_id>", power=Power.AGREEMENT_READ)
def show(agreement_id: UUID) -> ResponseReturnValue:
    agreement = find(Agreement, agreement_id)
    ground = ground_of(agreement.entrustment)
    facts = agreement_facts([agreement], {agreement.entrustment_id: ground})[agreement_id]
    events, older = history_of(agreement)
    signatures = reading.signatures_under([agreement])
    return render_template(
        "agreements/show.html",
        **reading.place(agreement, ground),
        agreement=agreement,
        force=reading.force_of(agreement, ground),
        **kept(
            agreement,
            facts,
            deeds=deeds_on(agreement, agreement.state, {"agreements.edit": WRITE, "agreements.term": SET_TERM}),
            entries=(),
            signatures=signatures,
        )
        | {"events": events, "older": older},
        wished=reading.wish_of(agreement),
        last_day=last_day(ground),
        changed_since=agreement.working is not None and agreement.working.particulars != particulars(ground),
        bound=reading.binding(agreement, signatures),
    )


@room.route("/agreements/<uuid:agreement_id>/edit", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT)
def edit(agreement_id: UUID) -> ResponseReturnValue:
    agreement = _to_write_on(agreement_id)
    version, ground = agreement.versions[-1], ground_of(agreement.entrustment)
    settlements = settlements_of(version)
    form = ClausesForm.over_version(version, reading.kind_of(agreement), settlements, parties_of(version.particulars))
    if form.is_submitted() and form.seen_version.data != str(version.version):
        return render_template("errors/stale.html", typed=form.typed(), current_url=request.path), 409
    insist(weigh_deed(WRITE, agreement.state, agreement))
    if not form.validate_on_submit():
        return _page("agreements/edit.html", form, agreement, ground, gettext("Write the clauses"))
    written = write_clauses(version, form.settlements, ground, by=g.actor)
    flash(gettext("The clauses are saved.") if written else gettext("Nothing differed, so nothing was written."))
    return redirect(g.back_url)


@room.route("/agreements/<uuid:agreement_id>/term", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT)
def term(agreement_id: UUID) -> ResponseReturnValue:
    agreement = _to_write_on(agreement_id)
    ground = ground_of(agreement.entrustment)
    form = TermForm.within(agreement, ground.ends_of_evidence())
    if form.is_submitted():
        form.refuse_stale(agreement)
    insist(weigh_deed(SET_TERM, agreement.state, agreement))
    if not form.validate_on_submit():
        return _page("agreements/term.html", form, agreement, ground, gettext("Set the term"))
    written = set_term(agreement, form.wished_until.data or today(), ground, by=g.actor)
    flash(
        gettext("The agreement is to end on %(day)s.", day=day(agreement.ends_on))
        if written
        else gettext("Nothing differed, so nothing was written.")
    )
    return redirect(g.back_url)


@room.get("/agreements/<uuid:agreement_id>/compare", power=Power.AGREEMENT_READ)
def compare(agreement_id: UUID) -> ResponseReturnValue:
    agreement = find(Agreement, agreement_id)
    new = _version(agreement, request.args.get("new"), agreement.versions[-1])
    old = _version(agreement, request.args.get("old"), _before(agreement, new))
    return render_template(
        "agreements/compare.html",
        **reading.place(agreement, None, gettext("Comparison")),
        agreement=agreement,
        old=old,
        new=new,
        differences=reading.difference_of(old, new),
        chosen=CHOICES,
        who=RESPONSIBLE,
    )


@room.get("/agreements/<uuid:agreement_id>/document", power=Power.AGREEMENT_READ)
def document(agreement_id: UUID) -> ResponseReturnValue:
    agreement = find(Agreement, agreement_id)
    ground = ground_of(agreement.entrustment)
    version = _version(agreement, request.args.get("version"), agreement.lying)
    signatures = reading.binding(agreement, reading.signatures_under([agreement]))
    where = reading.place(agreement, ground, gettext("Document"))
    chapters = reading.chapters_of(agreement, version, implantable=reading.implantable_in(ground))
    where |= {"chapters": chapters, "unsettled": [line for each in chapters for line in each.left_open]}
    return render_template(
        "agreements/document.html",
        **where,
        agreement=agreement,
        version=version,
        signatures=signatures if version is agreement.lying else [],
        force=reading.force_of(agreement, ground),
    )


Ceremony(
    room=room,
    lifecycle=AGREEMENT,
    kind=Agreement,
    key="agreement_id",
    facts=lambda agreement: agreement_facts([agreement])[agreement.id],
    leaf="agreements/_leaf.html",
    place=reading.place,
    back="agreements.show",
).hang("/agreements/<uuid:agreement_id>")


def _kind_line(kind: DocumentKind, ground: Ground, agreements: Any, signatures: Any) -> dict[str, Any]:
    """One of the two agreements on the list: the one that counts, the others, and whether one may be begun."""
    agreement = ground.agreement(kind)
    met, because = reading.force_of(agreement, ground)
    decision = weigh_deed(BEGIN, begin_facts(ground, kind), ground.entrustment)
    return {
        "kind": kind,
        "label": KIND_LABELS[kind],
        "agreement": agreement,
        "others": [each for each in agreements if each.kind == kind and each is not agreement],
        "force": (met, because),
        "ends_because": reading.why_it_ends(agreement) if agreement else "",
        "signatures": reading.binding(agreement, [each for each in signatures if each.subject_id == agreement.id])
        if agreement
        else [],
        "begin": decision if decision.has_power else None,
    }


def _to_write_on(agreement_id: UUID) -> Agreement:
    agreement = find(Agreement, agreement_id)
    g.back_url = url_for("agreements.show", agreement_id=agreement_id)
    g.mend_ids = {"agreement_id": agreement_id, "entrustment_id": agreement.entrustment_id}
    return agreement


def _version(agreement: Agreement, asked: str | None, otherwise: AgreementVersion) -> AgreementVersion:
    if not asked:
        return otherwise
    return next((each for each in agreement.versions if str(each.number) == asked), None) or abort(404)


def _before(agreement: Agreement, version: AgreementVersion) -> AgreementVersion:
    earlier = [each for each in agreement.versions if each.number < version.number]
    return earlier[-1] if earlier else version


def _page(
    template: str, form: Any, agreement: Agreement, ground: Ground, here: str, **more: Any
) -> ResponseReturnValue:
    where = reading.place(agreement, ground, here)
    page = render_template(template, form=form, agreement=agreement, back_url=g.back_url, **where, **more)
    return page, 422 if form.is_submitted() else 200
