"""What somebody types to come in, and to join."""

import unicodedata

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from portal.identity import Proof
from portal.rooms.sessions.joining import EnrolmentKey, Offer
from portal.rooms.sessions.passwords import LONGEST, SHORTEST, password_problem
from portal.wording import said


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    email = EmailField(
        _l("E-mail address"), validators=[InputRequired(_l("Type your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Type your password.")), Length(max=512)])
    code = StringField(
        _l("One-time code"),
        description=_l("Six digits from your authenticator."),
        validators=[InputRequired(_l("Type the six digits that your authenticator shows now.")), Length(max=32)],
    )

    @property
    def proof(self) -> Proof:
        return Proof(self.password.data or "", self.code.data or "")


class JoinForm(FlaskForm):  # type: ignore[misc]
    """Choose a password and prove that the authenticator works.  The key travels sealed, so it cannot be swapped."""

    sealed_key = HiddenField()
    password = PasswordField(
        _l("Choose a password"),
        description=_l(
            "%(shortest)s to %(longest)s characters of any kind. A sentence that only you would write is best.",
            shortest=SHORTEST,
            longest=LONGEST,
        ),
        validators=[InputRequired(_l("Choose a password."))],
    )
    repeated = PasswordField(
        _l("The same password again"),
        validators=[
            InputRequired(_l("Type the password again.")),
            EqualTo("password", _l("This is not the same as above.")),
        ],
    )
    code = StringField(
        _l("First one-time code"),
        description=_l("Six digits that your authenticator shows now."),
        validators=[InputRequired(_l("Type the six digits that your authenticator shows now.")), Length(max=32)],
    )

    key: EnrolmentKey
    step: int = 0

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self.offer = offer

    def validate_password(self, field: Field) -> None:
        text = unicodedata.normalize("NFC", field.data or "")
        if problem := password_problem(text, [self.offer.email, self.offer.name, self.offer.organisation_name]):
            raise ValidationError(said(problem))

    def validate_code(self, field: Field) -> None:
        step = self.key.step_of(Proof("", field.data or "").digits)
        if step is None:
            raise ValidationError(
                gettext("This is not the code of the key above. Scan it anew, or check the clock of your telephone.")
            )
        self.step = step
