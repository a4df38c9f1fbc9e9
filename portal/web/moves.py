"""The ceremony of a move, the same in every room: show, intend, prove, bind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.acting import Intent, Refused, Stale, act
from portal.db import today
from portal.identity.passkeys import genuine, proof_options
from portal.identity.sessions import PASSWORD_AND_CODE, PASSWORD_AND_PASSKEY
from portal.records.proof import SignIntent
from portal.signing import Shown, Spent, intend, intended, may_sign, question_of
from portal.web import passkeys
from portal.web.doors import Room, door_of, find, standing_side
from portal.web.frame import crumb
from portal.web.proving import ProofForm, answer_or_none, proven, ways_to_prove
from portal.wording import said
from workflows.engine import Decision, Finding, Lifecycle, Transition


class MoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What only the person can supply: which version was seen, and why."""

    seen_version = HiddenField()
    reason = TextAreaField(_l("Reason"), validators=[DataRequired(_l("Say why.")), Length(max=2000)])


class ProveForm(ProofForm):
    """Proof that it is really them, for exactly one intent."""

    intent = HiddenField()


@dataclass(frozen=True)
class Ceremony:
    """Hangs one door for each move of a lifecycle.

    ``key`` is the name of the record's id in the URL, ``facts`` gathers what a move depends on, ``leaf`` draws the
    record as it is signed, ``place`` gives breadcrumb and identity to the page, ``back`` is the endpoint to return to;
    ``after`` does what follows from a move in other books, in the same transaction.
    """

    room: Room
    lifecycle: Lifecycle[Any]
    kind: type[Any]
    key: str
    facts: Callable[[Any], Any]
    leaf: str
    place: Callable[[Any], Mapping[str, Any]]
    back: str
    after: Callable[..., None] | None = None

    def hang(self, path: str) -> None:
        for move in self.lifecycle.transitions:
            self._hang(path, move)

    def decision(self, record: Any, name: str) -> Decision[Any]:
        decision: Decision[Any] = record.course.weigh(
            name,
            state=record.state,
            facts=self.facts(record),
            powers=g.actor.powers,
            side=standing_side(record),
            on=today(),
        )
        return decision

    def _hang(self, path: str, move: Transition[Any]) -> None:
        def view(**found: Any) -> ResponseReturnValue:
            record = find(self.kind, found[self.key])
            g.back_url = url_for(self.back, **found)
            g.mend_ids = ids_of(record, self.key)
            decision = self.decision(record, move.name)
            if not decision.allowed:
                raise Refused(decision)
            return self._sign(record, decision) if move.signature else self._make(record, decision)

        rule = f"{path}/{move.name.replace('_', '-')}"
        hang = self.room.route(rule, methods=("GET", "POST"), power=move.power, endpoint=move.name, before=_check_proof)
        hang(view)

    def _make(self, record: Any, decision: Decision[Any]) -> ResponseReturnValue:
        form = _move_form(record, decision.transition)
        if not form.validate_on_submit():
            return self._page("moves/make.html", record, decision, form)
        if form.seen_version.data != str(record.version):
            raise Stale
        self._act(record, decision, Intent(record.version, _reason(form)))
        return redirect(g.back_url)

    def _sign(self, record: Any, decision: Decision[Any]) -> ResponseReturnValue:
        may_sign(g.actor)
        shown = Shown.of(record)
        if intent_id := _uuid(request.values.get("intent")):
            return self._prove(record, decision, shown, intent_id)
        form = _move_form(record, decision.transition)
        if not form.validate_on_submit():
            return self._page("moves/show.html", record, decision, form, shown=shown)
        if form.seen_version.data != str(record.version):
            raise Stale
        made = intend(g.actor, shown, decision.transition.name, _reason(form))
        return redirect(url_for(request.endpoint or "", **(request.view_args or {}), intent=made))

    def _prove(self, record: Any, decision: Decision[Any], shown: Shown, intent_id: UUID) -> ResponseReturnValue:
        intent = intended(g.actor, intent_id, shown, decision.transition.name)
        form = ProveForm(intent=str(intent_id))
        if not form.validate_on_submit():
            return self._prove_page(record, decision, form, shown, intent)
        if g.get("proof") is None:
            form.code.errors = [gettext("Password or code is wrong, or the code was used before.")]
            return self._prove_page(record, decision, form, shown, intent)
        meant = Intent(intent.subject_version, intent.reason, intent, g.proof.passkey)
        self._act(record, decision, meant, proved=g.proof.named)
        return redirect(g.back_url)

    def _prove_page(
        self, record: Any, decision: Decision[Any], form: ProveForm, shown: Shown, intent: SignIntent
    ) -> ResponseReturnValue:
        """The passkey is asked to sign the intent itself, so what it makes is good for this record and nothing else."""
        form.passkey.data = ""
        ways = ways_to_prove()
        question = question_of(intent, decision.transition.signature or "")
        options = proof_options(passkeys.host(), question, ways["held"].credentials)
        by_passkey = ways["held"].passkeys and ways["passkeys_at"].here
        proof = PASSWORD_AND_PASSKEY if by_passkey else PASSWORD_AND_CODE
        more = {"intent": intent, "shown": shown, "options": options, "proof": proof}
        return self._page("moves/prove.html", record, decision, form, **more, **ways)

    def _act(self, record: Any, decision: Decision[Any], intent: Intent, *, proved: str = "") -> None:
        """What is signed says how it was proved just now, not how its signer came in."""
        facts, side = self.facts(record), standing_side(record)
        actor = replace(g.actor, proved=proved) if proved else g.actor
        act(record, decision.transition.name, facts=facts, actor=actor, side=side, on=today(), intent=intent)
        if self.after:
            self.after(record, decision.transition.name, by=actor)
        flash(gettext("Done: %(move)s.", move=said(decision.transition.label)))

    def _page(self, template: str, record: Any, decision: Decision[Any], form: Any, **more: Any) -> tuple[str, int]:
        place = dict(self.place(record))
        place["crumbs"] = [*place["crumbs"], crumb(said(decision.transition.label))]
        page = render_template(
            template,
            record=record,
            decision=decision,
            move=decision.transition,
            form=form,
            leaf_template=self.leaf,
            back_url=g.back_url,
            **more,
            **place,
        )
        return page, 422 if form.is_submitted() else 200


def ways_on(record: Any, facts: Any) -> list[Decision[Any]]:
    """Every move of ``record`` that the actor could ever make from here."""
    decisions: list[Decision[Any]] = record.course.ways_on(
        state=record.state, facts=facts, powers=g.actor.powers, side=standing_side(record), on=today()
    )
    return decisions


def ids_of(record: Any, key: str) -> dict[str, Any]:
    """What a link to another room may need to find its way from this record."""
    ids = {key: record.id}
    for name in ("entrustment_id", "batch_id", "agreement_id", "audit_id", "capa_id", "posting_id", "transfer_id"):
        if getattr(record, name, None) is not None:
            ids.setdefault(name, getattr(record, name))
    return ids


def mend_for(ids: Mapping[str, Any]) -> Callable[[Finding], tuple[str, str] | None]:
    """Where an unmet condition can be put right, for whoever may enter there."""

    def mend_href(finding: Finding) -> tuple[str, str] | None:
        view = current_app.view_functions.get(finding.mend or "")
        power = door_of(view) if view else None
        if power is None or not g.actor or not g.actor.may(power):
            return None
        rule = next(current_app.url_map.iter_rules(finding.mend))
        if not rule.arguments <= set(ids):
            return None
        return gettext("Put it right"), url_for(finding.mend or "", **{name: ids[name] for name in rule.arguments})

    return mend_href


def _check_proof() -> None:
    """Judge the proof before the move's own transaction, so that a spent code stays spent."""
    form = ProveForm()
    if request.method == "POST" and request.form.get("intent") and form.validate():
        answer = answer_or_none(form.passkey.data, lambda text: genuine(text, passkeys.host()))
        g.proof = proven(form, answer, "signature.mis-signed")


def _move_form(record: Any, move: Transition[Any]) -> MoveForm:
    form = MoveForm()
    if not move.reason:
        del form.reason
    if not form.is_submitted():
        form.seen_version.data = str(record.version)
    return form


def _reason(form: MoveForm) -> str | None:
    return (form.reason.data or "").strip() if "reason" in form else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as wrong:
        raise Spent from wrong
