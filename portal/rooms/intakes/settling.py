"""What is decided about a file that was read: its questions are answered, the whole of it is taken back."""

from typing import Any, Protocol
from uuid import UUID

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.db import session
from portal.intakes import settling
from portal.intakes.looking import Read, look, read
from portal.intakes.settling import CORRECT, Irrevocable, Unanswerable, intake_facts
from portal.records.intake import Intake
from portal.rooms.intakes.forms import AnswerForm, GiveUpForm, TakeBackForm, TakeUpForm
from portal.rooms.intakes.places import compared, place, stopped_because
from portal.rooms.intakes.routes import HERE, room
from portal.web import RecordForm, crumb, find
from portal.web.deeds import insist, weigh_deed
from portal.wording import said
from workflows.engine import Transition
from workflows.intake import ANSWER, GIVE_UP, TAKE_BACK, TAKE_UP, IntakeFacts
from workflows.powers import Power
from workflows.words import Said


class Settle(Protocol):
    def __call__(self, intake: Intake, reason: str, *, by: Any) -> None: ...


@room.route(f"{HERE}/questions", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def answer(intake_id: UUID) -> ResponseReturnValue:
    """One question after the other, the first open one unless ``?question=`` names another."""
    intake = find(Intake, intake_id)
    g.back_url = url_for("intakes.show", intake_id=intake.id)
    insist(weigh_deed(ANSWER, intake_facts(intake), intake))
    form = AnswerForm.over(intake)
    at = _asked(intake)
    if form.validate_on_submit():
        form.refuse_stale(intake)
        if _answered(intake, at, form):
            flash(gettext("The answer is on record."))
            onward = url_for("intakes.answer", intake_id=intake.id) if intake.open_questions else g.back_url
            return redirect(onward)
    question = intake.questions[at]
    page = render_template(
        "intakes/answer.html",
        **place(intake, crumb(said(ANSWER.label))),
        here=said(ANSWER.label),
        form=form,
        at=at,
        question=question,
        says=Said.of(question["says"]),
        compared=compared(question),
        left=len(intake.open_questions),
        back_url=g.back_url,
    )
    return page, 422 if form.is_submitted() else 200


@room.route(f"{HERE}/take-back", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def take_back(intake_id: UUID) -> ResponseReturnValue:
    done = gettext("The file is taken back; what its rows told counts no longer.")
    return _settled(intake_id, TAKE_BACK, TakeBackForm, settling.take_back, done, grave=True)


@room.route(f"{HERE}/take-up", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def take_up(intake_id: UUID) -> ResponseReturnValue:
    done = gettext("The file is read on from where it had come to.")
    return _settled(intake_id, TAKE_UP, TakeUpForm, settling.take_up, done)


@room.route(f"{HERE}/give-up", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def give_up(intake_id: UUID) -> ResponseReturnValue:
    done = gettext("Nobody reads the rest of the file; what was taken of it stays.")
    return _settled(intake_id, GIVE_UP, GiveUpForm, settling.give_up, done, grave=True)


def _settled(
    intake_id: UUID,
    deed: Transition[IntakeFacts],
    asks: type[RecordForm],
    do: Settle,
    done: str,
    *,
    grave: bool = False,
) -> ResponseReturnValue:
    """One deed that asks for nothing but its reason: its page, and what is done once the reason is given."""
    intake = find(Intake, intake_id)
    g.back_url = url_for("intakes.show", intake_id=intake.id)
    insist(weigh_deed(deed, intake_facts(intake), intake))
    form = asks.over(intake)
    if form.validate_on_submit():
        form.refuse_stale(intake)
        try:
            do(intake, form.reason.data or "", by=g.actor)
        except Irrevocable as rests:
            session.rollback()
            intake = find(Intake, intake_id)
            form.form_errors += [said(each) for each in rests.reasons]
        else:
            flash(done)
            return redirect(g.back_url)
    page = render_template(
        "intakes/settle.html",
        **place(intake, crumb(said(deed.label))),
        here=said(deed.label),
        form=form,
        says=said(deed.says),
        stopped=stopped_because(intake),
        grave=grave,
        back_url=g.back_url,
    )
    return page, 422 if form.is_submitted() else 200


def _asked(intake: Intake) -> int:
    open_ones = [at for at, each in enumerate(intake.questions) if each["answer"] is None]
    told = request.form.get("question") or request.args.get("question") or str(open_ones[0])
    if not told.isascii() or not told.isdecimal() or len(told) > 6 or int(told) not in open_ones:
        abort(404)
    return int(told)


def _answered(intake: Intake, at: int, form: AnswerForm) -> bool:
    """Whether it is on record; otherwise the form says why the correction is refused."""
    content = current_app.extensions["store"].read(intake.file) if form.answer.data == CORRECT else None
    found = read(intake, look(content)) if content else Read()
    try:
        settling.answer(intake, at, form.answer.data, form.reason.data or "", found, by=g.actor)
    except Unanswerable as refused:
        form.form_errors += [said(each) for each in refused.reasons]
        return False
    return True
