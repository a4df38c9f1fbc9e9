"""Eligibility verdicts: today's for each product, each one as an argument, and replayed for another day."""

import hashlib
import json
from datetime import date
from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from agreements.catalogue import catalogue_on
from agreements.catalogue_words import QUESTIONS
from agreements.eligibility import Inputs, NoCatalogue, replay
from portal.db import session
from portal.facts import Ground, ground_of, reach_verdict
from portal.facts import answer as give_answer
from portal.records.entrustment import Entrustment, Exhibit, Verdict
from portal.rooms.verdicts.forms import AnswerForm, ReplayForm
from portal.rooms.verdicts.reading import ANSWERS, Argument, answer_line, argument_of
from portal.web import Room, crumb, find, standing_side
from portal.web.between import between, identity_of, refuse_ended
from portal.web.forms import YES, options
from portal.web.frame import home_crumb
from portal.web.history import history_of
from portal.web.paging import page_of
from portal.web.value_names import BECAUSE
from portal.wording import said
from workflows.engine import Side
from workflows.powers import Power
from workflows.words import N_, Said

DUTIES = {"post-residents": N_("The registrant posts residents at the site.")}
PARTIES = (Side.REGISTRANT, Side.MANUFACTURER)

room = Room("verdicts", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/verdicts", power=Power.VERDICT_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground = ground_of(entrustment)
    page = page_of(select(Verdict).where(Verdict.entrustment_id == entrustment_id), Verdict.id)
    return render_template(
        "verdicts/listing.html",
        entrustment=entrustment,
        lines=[(each, ground.verdict_of(each.subject_id), ground.standing_verdict(each)) for each in ground.products],
        page=page,
        answers=ANSWERS,
        because=BECAUSE,
        may_run=bool(ground.products) and _may_judge(entrustment),
        between=between(entrustment, ground),
        crumbs=[home_crumb(), crumb(gettext("Eligibility"))],
        identity=identity_of(entrustment, gettext("Eligibility, entrustment %(number)s", number=entrustment.number)),
    )


@room.post("/entrustments/<uuid:entrustment_id>/verdicts", power=Power.VERDICT_RUN)
def run(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    refuse_ended(entrustment)
    ground = ground_of(entrustment)
    for product in ground.products:
        reach_verdict(ground, product, by=g.actor, because="asked")
    flash(gettext("Every product was judged today."))
    return redirect(url_for("verdicts.listing", entrustment_id=entrustment_id))


@room.get("/verdicts/<uuid:verdict_id>", power=Power.VERDICT_READ)
def show(verdict_id: UUID) -> ResponseReturnValue:
    verdict = find(Verdict, verdict_id)
    form = ReplayForm(request.args) if "on" in request.args else ReplayForm(None, data={"on": str(verdict.reached_on)})
    if "on" not in request.args:
        return _page(verdict, form)
    if not form.validate() or form.day is None:
        return _page(verdict, form), 422
    try:
        replayed = _replayed(verdict, form.day)
    except NoCatalogue as unknown:
        form.on.errors = [said(unknown.says)]
        return _page(verdict, form), 422
    return _page(verdict, form, replayed=replayed)


@room.post("/verdicts/<uuid:verdict_id>/answers", power=Power.VERDICT_RUN)
def answer(verdict_id: UUID) -> ResponseReturnValue:
    verdict = find(Verdict, verdict_id)
    entrustment = session.get_one(Entrustment, verdict.entrustment_id)
    refuse_ended(entrustment)
    given = AnswerForm()
    day = _day(given.replayed_on.data)
    if not given.validate_on_submit():
        form = ReplayForm(None, data={"on": str(day or verdict.reached_on)})
        return _page(verdict, form, replayed=_replayed(verdict, day) if day else None, given=given), 422
    reply = given.answer.data == YES
    because = given.because.data or ""
    give_answer(entrustment, verdict.product_id, given.question.data, reply, because, by=g.actor)
    flash(gettext("The answer is on record, and the product was judged anew."))
    # The page goes on with the newest verdict of the product, replayed for the day that was being read.
    return redirect(url_for("verdicts.show", verdict_id=_newest(verdict).id, on=str(day) if day else None))


@room.get("/verdicts/<uuid:verdict_id>/body.json", power=Power.VERDICT_READ)
def body(verdict_id: UUID) -> ResponseReturnValue:
    """The canonical JSON as it was stored, byte for byte."""
    verdict = find(Verdict, verdict_id)
    name = f"verdict-{verdict.reached_on}-{verdict.body_hash[:12]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(verdict.body.encode(), mimetype="application/json", headers=headers)


def _page(verdict: Verdict, form: ReplayForm, *, replayed: bytes | None = None, given: AnswerForm | None = None) -> str:
    entrustment = session.get_one(Entrustment, verdict.entrustment_id)
    ground = ground_of(entrustment)
    urls = _origin_urls(entrustment)
    mends = urls | _own_mends(entrustment, verdict)
    argument = argument_of(replayed.decode() if replayed else verdict.body, urls)
    newest = ground.verdict_of(verdict.product_id)
    product = ground.product(verdict.product_id)
    day = argument.on if replayed else None
    return render_template(
        "verdicts/show.html",
        verdict=verdict,
        entrustment=entrustment,
        argument=argument,
        line=answer_line(argument, verdict.product_name, entrustment.manufacturer.name),
        because=BECAUSE.get(verdict.because, verdict.because),
        duties=[DUTIES.get(each, each) for each in argument.duties],
        form=form,
        replayed_hash=hashlib.sha256(replayed).hexdigest() if replayed else None,
        same_bytes=_same_bytes(verdict),
        answering=_answering(argument, given, day) if _may_judge(entrustment) else None,
        answered=[each for each in ground.answers if each.product_id == verdict.product_id],
        question_words=QUESTIONS,
        newest=newest if newest and newest.id != verdict.id else None,
        stands=_stands(ground, product, verdict),
        mend_href=lambda step: mends.get(step.mend),
        history=history_of(verdict),
        between=between(entrustment, ground),
        crumbs=[
            home_crumb(),
            crumb(gettext("Eligibility"), "verdicts.listing", entrustment_id=entrustment.id),
            crumb(
                said(Said(N_("%(product)s, %(on)s"), {"product": verdict.product_name, "on": str(verdict.reached_on)}))
            ),
        ],
        identity=identity_of(verdict, gettext("Eligibility verdict, %(product)s", product=verdict.product_name)),
    )


def _replayed(verdict: Verdict, on: date) -> bytes:
    return replay(Inputs.from_data(json.loads(verdict.body)["inputs"]), on)


def _same_bytes(verdict: Verdict) -> bool:
    """Whether the stored inputs, judged again for the stored day by today's code, give the stored bytes."""
    return hashlib.sha256(_replayed(verdict, verdict.reached_on)).hexdigest() == verdict.body_hash


def _stands(ground: Ground, product: Exhibit | None, verdict: Verdict) -> bool:
    standing = ground.standing_verdict(product) if product else None
    return standing is not None and standing.id == verdict.id


def _answering(argument: Argument, given: AnswerForm | None, day: str | None) -> AnswerForm | None:
    """The form for the questions that a person answers here, if there are any; what was typed is kept."""
    here = [each for each in argument.questions if each.is_answered_here]
    if not here and given is None:
        return None
    form = given or AnswerForm(None, data={"replayed_on": day or ""})
    form.question.choices = options({"": gettext("Choose a question")} | {each.code: said(each.says) for each in here})
    return form


def _may_judge(entrustment: Entrustment) -> bool:
    takes_part = standing_side(entrustment) in PARTIES
    return takes_part and not entrustment.where.final and g.actor.may(Power.VERDICT_RUN)


def _newest(verdict: Verdict) -> Verdict:
    return session.scalars(
        select(Verdict)
        .where(Verdict.entrustment_id == verdict.entrustment_id, Verdict.product_id == verdict.product_id)
        .order_by(Verdict.reached_at.desc())
        .limit(1)
    ).one()


def _origin_urls(entrustment: Entrustment) -> dict[str, str]:
    shown = url_for("entrustments.exhibits", entrustment_id=entrustment.id)
    of_registrant = dict.fromkeys(("product", "certificate", "credit_check", "functions"), f"{shown}#registrant")
    of_manufacturer = dict.fromkeys(("licence", "inspection", "credit_statement", "site"), f"{shown}#manufacturer")
    residents = {"residents": url_for("entrustments.residents", entrustment_id=entrustment.id)}
    return of_registrant | of_manufacturer | residents | {"questions": "#questions"}


def _own_mends(entrustment: Entrustment, verdict: Verdict) -> dict[str, str]:
    """The registrant's own people correct the product at home; everybody else is led to what is shown of it."""
    if standing_side(entrustment) is not Side.REGISTRANT or not g.actor.may(Power.EVIDENCE_KEEP):
        return {}
    return {"product": url_for("products.edit", product_id=verdict.product_id)}


def _day(text: str | None) -> date | None:
    """A day of which a catalogue is known, or None."""
    try:
        day = date.fromisoformat(text or "")
        catalogue_on(day)
    except ValueError:
        return None
    return day
