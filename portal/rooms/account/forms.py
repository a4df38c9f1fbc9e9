"""What somebody types about their own account."""

from collections.abc import Iterable

from flask import g
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.identity.passwords import judge_again
from portal.web.choosing import PasswordForm
from portal.web.enrolling import words_of
from portal.web.forms import tidy
from workflows.words import Said


class NameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    name = StringField(
        _l("Name of the passkey"),
        description=_l("For example: telephone, or blue security key."),
        filters=[tidy],
        validators=[DataRequired(_l("Give the passkey a name.")), Length(max=60)],
    )


class NewPasswordForm(PasswordForm):
    password = PasswordField(_l("Choose a new password"), validators=[InputRequired(_l("Choose a password."))])

    def missing(self, password: str) -> Iterable[Said]:
        return judge_again(g.actor.id, password, words_of(g.actor))


class CodesForm(FlaskForm):  # type: ignore[misc]
    """A button: it asks for nothing but the token against forgery."""
