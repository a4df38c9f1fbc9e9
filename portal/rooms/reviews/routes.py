"""Reviews of an agreement: the list, each with its lines, judging them, and its moves."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import session, today
from portal.facts import ground_of
from portal.facts.duties import performances
from portal.facts.reviews import begin_facts, review_facts
from portal.records.duty import Duty
from portal.records.entrustment import Entrustment
from portal.records.review import AgreementReview
from portal.rooms.reviews.forms import BeginForm, LinesForm
from portal.rooms.reviews.keeping import begin_review
from portal.rooms.reviews.keeping import judge as put_down
from portal.rooms.reviews.places import inside, place
from portal.web import Ceremony, Room, crumb, find, kept, mend_for
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.doors import standing_side
from portal.web.paging import page_of
from portal.web.signed import signatures_that_count
from portal.web.value_names import SIDES
from workflows.agreement_review import AGREEMENT_REVIEW, BEGIN_REVIEW, JUDGE_LINES
from workflows.engine import Side
from workflows.powers import Power

room = Room("reviews", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/reviews", power=Power.AGREEMENT_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground = ground_of(entrustment)
    decision = weigh_deed(BEGIN_REVIEW, begin_facts(ground), entrustment)
    wanted = select(AgreementReview).where(AgreementReview.entrustment_id == entrustment_id)
    return render_template(
        "reviews/listing.html",
        **inside(entrustment, ground=ground),
        entrustment=entrustment,
        page=page_of(wanted, AgreementReview.id),
        begin=decision if decision.has_power else None,
        mend_href=mend_for({"entrustment_id": entrustment_id}),
    )


@room.route("/entrustments/<uuid:entrustment_id>/reviews/new", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    g.back_url = url_for("reviews.listing", entrustment_id=entrustment_id)
    g.mend_ids = {"entrustment_id": entrustment_id}
    ground = ground_of(entrustment)
    insist(weigh_deed(BEGIN_REVIEW, begin_facts(ground), entrustment))
    form = BeginForm(until=today())
    if not form.validate_on_submit():
        where = inside(entrustment, crumb(gettext("Begin the yearly review")), ground=ground)
        page = render_template("reviews/create.html", **where, entrustment=entrustment, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    review = begin_review(ground, form.until.data or today(), by=g.actor)
    flash(gettext("%(number)s is begun; a line stands ready for each clause.", number=review.number))
    return redirect(url_for("reviews.show", agreement_review_id=review.id))


@room.get("/agreement-reviews/<uuid:agreement_review_id>", power=Power.AGREEMENT_READ)
def show(agreement_review_id: UUID) -> ResponseReturnValue:
    review = find(AgreementReview, agreement_review_id)
    ground = ground_of(review.entrustment)
    facts = review_facts(review, ground)
    duties = session.scalars(select(Duty).where(Duty.entrustment_id == review.entrustment_id))
    return render_template(
        "reviews/show.html",
        **place(review, ground=ground),
        review=review,
        facts_now=facts,
        **kept(
            review,
            facts,
            deeds=deeds_on(review, review.state, {"reviews.judge": JUDGE_LINES}),
            signatures=signatures_that_count(review),
        ),
        performances=performances(duties),
        sides=SIDES,
    )


@room.route(
    "/agreement-reviews/<uuid:agreement_review_id>/judgement", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT
)
def judge(agreement_review_id: UUID) -> ResponseReturnValue:
    review = find(AgreementReview, agreement_review_id)
    g.back_url = url_for("reviews.show", agreement_review_id=review.id)
    g.mend_ids = {"agreement_review_id": review.id}
    insist(weigh_deed(JUDGE_LINES, review.state, review))
    side = standing_side(review) or abort(403)
    form = LinesForm.over_review(review, side)
    if not form.validate_on_submit():
        return _judging_page(review, form, side)
    form.refuse_stale(review)
    put_down(review, side, form.given, by=g.actor)
    flash(gettext("Your judgement is on record."))
    return redirect(g.back_url)


def _judging_page(review: AgreementReview, form: LinesForm, side: Side) -> ResponseReturnValue:
    other = Side.MANUFACTURER if side is Side.REGISTRANT else Side.REGISTRANT
    page = render_template(
        "reviews/judge.html",
        **place(review, crumb(gettext("Judge the clauses"))),
        review=review,
        form=form,
        other=other.value,
        sides=SIDES,
        back_url=g.back_url,
    )
    return page, 422 if form.is_submitted() else 200


def _facts(review: AgreementReview) -> Any:
    return review_facts(review, ground_of(review.entrustment))


Ceremony(
    room=room,
    lifecycle=AGREEMENT_REVIEW,
    kind=AgreementReview,
    key="agreement_review_id",
    facts=_facts,
    leaf="reviews/_leaf.html",
    place=place,
    back="reviews.show",
).hang("/agreement-reviews/<uuid:agreement_review_id>")
