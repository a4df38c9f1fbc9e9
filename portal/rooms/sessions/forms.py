"""What somebody types to come in."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portal.identity import Proof
from portal.identity.passkeys import Answer
from portal.identity.passwords import judge_again
from portal.rooms.sessions.renewing import Renewal
from portal.web.choosing import PasswordForm
from portal.web.proving import CodeOrPasskey
from workflows.words import Said


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    email = EmailField(
        _l("E-mail address"), validators=[InputRequired(_l("Type your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Type your password.")), Length(max=512)])
    passkey = HiddenField()
    code = StringField(
        _l("One-time code"),
        description=_l("Six digits from your authenticator."),
        validators=[CodeOrPasskey(_l("Type the six digits that your authenticator shows now.")), Length(max=32)],
    )

    def proof(self, answer: Answer | None) -> Proof:
        return Proof(self.password.data or "", "" if self.passkey.data else self.code.data or "", answer)


class RecoveryForm(FlaskForm):  # type: ignore[misc]
    email = EmailField(
        _l("E-mail address"), validators=[InputRequired(_l("Type your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Type your password.")), Length(max=512)])
    code = StringField(
        _l("Recovery code"),
        description=_l("One of the ten that you printed, for example: abcd-efgh-2345-6789-jkmn-pqrs."),
        validators=[InputRequired(_l("Type one of your recovery codes.")), Length(max=64)],
    )

    @property
    def proof(self) -> Proof:
        return Proof(self.password.data or "", self.code.data or "")


class RenewForm(PasswordForm):
    """Another password in place of one that is too old."""

    def __init__(self, renewal: Renewal) -> None:
        super().__init__()
        self.renewal = renewal

    def missing(self, password: str) -> Iterable[Said]:
        return judge_again(self.renewal.id, password, self.renewal.about)
