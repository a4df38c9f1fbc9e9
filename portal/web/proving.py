"""Proof that it is really them: the fields of it, and the pages that want it fresh."""

from datetime import timedelta
from typing import Any

from flask import abort, current_app, g, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, StopValidation

from portal.db import now
from portal.identity import Proof, ProofRefused, prove
from portal.identity.factors import factors_of
from portal.identity.passkeys import Answer, NotGenuine
from portal.signing import log_refusal
from portal.web import passkeys

FRESH = timedelta(minutes=5)


class CodeOrPasskey:
    """A one-time code is needed unless a passkey has answered."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        if form.passkey.data:
            field.errors = []
            raise StopValidation
        if not field.data:
            raise StopValidation(self.message)


class ProofForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    password = PasswordField(_l("Your password"), validators=[InputRequired(_l("Type your password."))])
    passkey = HiddenField()
    code = StringField(
        _l("One-time code"),
        description=_l("Six digits from your authenticator. The code you signed in with has been used."),
        validators=[
            CodeOrPasskey(_l("Type the six digits that your authenticator shows now.")),
            Length(max=32),
        ],
    )

    def proof(self, answer: Answer | None) -> Proof:
        """With a passkey that did not answer rightly there is no code either: it is wrong, and counts as such."""
        return Proof(self.password.data or "", "" if self.passkey.data else self.code.data or "", answer)


def proven(form: ProofForm, answer: Answer | None, event: str) -> Proof | None:
    """The proof if it is the actor's own; else None, and the security log knows.  Ahead of any transaction."""
    proof = form.proof(answer)
    try:
        prove(g.actor.id, proof, current_app.config["SETTINGS"].secret_key)
    except ProofRefused:
        log_refusal(g.actor, event, request.path)
        return None
    return proof


def answer_or_none(text: str | None, judge: Any) -> Answer | None:
    """What ``judge`` makes of a passkey's answer, None if there is none or it is not genuine."""
    if not text:
        return None
    try:
        answer: Answer = judge(text)
    except NotGenuine:
        return None
    return answer


def ways_to_prove() -> dict[str, Any]:
    """What a page that asks for proof offers this actor."""
    held = factors_of(g.actor.id)
    return {"held": held, "passkeys_at": passkeys.offer()}


def prove_first() -> None:
    """Send whoever has not proved themselves within five minutes to do so, and back again."""
    if g.actor.proved_at is None or now() - g.actor.proved_at > FRESH:
        abort(redirect(url_for("account.prove", next=request.full_path.rstrip("?"))))
