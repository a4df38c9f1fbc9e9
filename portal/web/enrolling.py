"""Getting something to prove oneself with: a passkey first, an authenticator app second, at least one of both."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Protocol
from uuid import UUID

import pyotp
import segno
from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import Field, HiddenField, StringField
from wtforms.validators import Length, ValidationError

from portal.identity import Proof
from portal.identity.factors import AlreadyHeld, Enrolment, refuse_held
from portal.identity.passkeys import Fresh, NotGenuine, made
from portal.identity.passwords import judge, judge_again
from portal.identity.proving import STEP, step_of
from portal.web import passkeys
from portal.web.choosing import PasswordForm
from workflows.words import Said

A_KEY_LASTS = 60 * 60


class Enrolling(Protocol):
    """Whoever gets new factors, as far as the page must know them."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def organisation_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class EnrolmentKey:
    """A new one-time-code key.  ``sealed`` is the key, signed and bound to what it is for, as the form carries it."""

    text: str
    sealed: str

    @property
    def in_fours(self) -> str:
        return " ".join(self.text[at : at + 4] for at in range(0, len(self.text), 4))

    def step_of(self, digits: str) -> int | None:
        return step_of(pyotp.TOTP(self.text, interval=STEP), digits)


class FactorForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new passkey, or the first code of a new key, or both.  The key travels sealed, so it cannot be swapped.

    ``purpose`` and ``about`` are those of the question that the passkey answers.  A passkey that was made goes along,
    sealed, when something else on the page is refused.
    """

    sealed_key = HiddenField()
    sealed_passkey = HiddenField()
    passkey = HiddenField()
    code = StringField(
        _l("First one-time code"),
        description=_l("Six digits that your authenticator shows now."),
        validators=[Length(max=32)],
    )

    def __init__(self, who: Enrolling, purpose: str, about: str) -> None:
        super().__init__()
        self.who, self.purpose, self.about = who, purpose, about
        self.key = key_for(about, self.sealed_key.data)
        self.sealed_key.data = self.key.sealed
        self.fresh = _unsealed(about, self.sealed_passkey.data)
        self.step = 0

    def validate_passkey(self, field: Field) -> None:
        text, field.data = field.data, ""
        if not text:
            return
        try:
            self.fresh = made(text, passkeys.host(), self.purpose, self.about)
            refuse_held(self.fresh)
        except (NotGenuine, AlreadyHeld) as wrong:
            self.fresh = None
            raise ValidationError(gettext("The passkey was not taken. Make it anew, or use the app.")) from wrong
        self.sealed_passkey.data = _sealed(self.about, self.fresh)

    def validate_code(self, field: Field) -> None:
        if not field.data:
            if self.fresh is None and not self.passkey.errors:
                raise ValidationError(gettext("Make a passkey, or type the six digits that your authenticator shows."))
            return
        step = self.key.step_of(Proof("", field.data).digits)
        if step is None:
            raise ValidationError(
                gettext("This is not the code of the key above. Scan it anew, or check the clock of your telephone.")
            )
        self.step = step

    def enrolment(self, password: str = "") -> Enrolment:
        return Enrolment(
            password=password,
            passkey=self.fresh,
            passkey_name=passkeys.name_for_new(),
            totp_key=self.key.text if self.step else None,
            step=self.step,
        )

    def drawn(self) -> dict[str, Any]:
        """What the page of this form needs beside the form."""
        return {
            "key": self.key,
            "qr_code": qr_code(self.who.email, self.key),
            "passkeys_at": passkeys.offer(),
            "passkey_made": self.fresh is not None,
        }


class EnrolForm(PasswordForm, FactorForm):
    """The same with a password.  ``person_id``: of whoever may have chosen others before."""

    def __init__(self, who: Enrolling, purpose: str, about: str, person_id: UUID | None = None) -> None:
        super().__init__(who, purpose, about)
        self.person_id = person_id

    def missing(self, password: str) -> Iterable[Said]:
        about = words_of(self.who)
        return judge_again(self.person_id, password, about) if self.person_id else judge(password, about)


def words_of(who: Enrolling) -> list[str]:
    """What a password of theirs must not hold."""
    return [who.email, who.name, who.organisation_name]


def key_for(about: str, sealed: str | None) -> EnrolmentKey:
    """The key that this form was drawn with, if the seal is whole, of this very matter and fresh; else a new one."""
    seal = _seal("enrolment-key")
    try:
        key, bound_to = seal.loads(sealed or "", max_age=A_KEY_LASTS)
    except (BadSignature, ValueError):
        key, bound_to = "", ""
    if not key or bound_to != about:
        key = pyotp.random_base32()
        return EnrolmentKey(key, str(seal.dumps([key, about])))
    return EnrolmentKey(str(key), str(sealed))


def qr_code(email: str, key: EnrolmentKey) -> str:
    """The key as an image that an authenticator scans, as a ``data:`` address."""
    uri = pyotp.TOTP(key.text, interval=STEP).provisioning_uri(name=email, issuer_name="Weituo")
    image: str = segno.make(uri, error="m").svg_data_uri(scale=4, border=4, light="white")
    return image


def _sealed(about: str, fresh: Fresh) -> str:
    return str(_seal("new-passkey").dumps([asdict(fresh) | {"handle": str(fresh.handle)}, about]))


def _unsealed(about: str, sealed: str | None) -> Fresh | None:
    try:
        told, bound_to = _seal("new-passkey").loads(sealed or "", max_age=A_KEY_LASTS)
    except (BadSignature, ValueError):
        return None
    return Fresh(**(told | {"handle": UUID(told["handle"])})) if bound_to == about else None


def _seal(salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SETTINGS"].signing_keys, salt=salt)
