"""Choosing a password, wherever one is chosen: one form, and one policy that judges it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField
from wtforms.validators import EqualTo, InputRequired, ValidationError

from portal.identity.passwords import asked_for
from portal.wording import said
from workflows.words import Said


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What it must be stands beside the field, and everything that is missing is said at once."""

    password = PasswordField(_l("Choose a password"), validators=[InputRequired(_l("Choose a password."))])
    repeated = PasswordField(
        _l("The same password again"),
        validators=[
            InputRequired(_l("Type the password again.")),
            EqualTo("password", _l("This is not the same as above.")),
        ],
    )

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.password.description = said(asked_for())

    def validate_password(self, field: Field) -> None:
        if missing := [said(each) for each in self.missing(field.data or "")]:
            field.errors = [*field.errors, *missing[:-1]]
            raise ValidationError(missing[-1])

    def missing(self, password: str) -> Iterable[Said]:
        """What the password lacks for whoever chooses it; each form that knows the person says it."""
        raise NotImplementedError
