"""What somebody types about their own account."""

from flask import g
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from portal.identity.passwords import LONGEST, SHORTEST
from portal.web.enrolling import refuse_easy
from portal.web.forms import tidy


class NameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    name = StringField(
        _l("Name of the passkey"),
        description=_l("For example: telephone, or blue security key."),
        filters=[tidy],
        validators=[DataRequired(_l("Give the passkey a name.")), Length(max=60)],
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    password = PasswordField(
        _l("Choose a new password"),
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

    def validate_password(self, field: Field) -> None:
        refuse_easy(field, g.actor)


class CodesForm(FlaskForm):  # type: ignore[misc]
    """A button: it asks for nothing but the token against forgery."""
