"""How somebody treats their notices: what was read, and how often mail is wanted."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField
from wtforms.validators import InputRequired

from portal.web import options
from portal.web.fields import worded
from workflows.words import N_

PACES = {
    "at_once": N_("As it happens, at most one letter an hour"),
    "daily": N_("One letter a day, in the morning"),
    "urgent_only": N_("Only what is urgent"),
}


class ReadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """``notice`` are the ids of those that the page showed."""

    notice = SelectMultipleField(validate_choice=False, validators=[InputRequired(_l("Say which were read."))])


class PaceForm(FlaskForm):  # type: ignore[misc]
    pace = RadioField(
        _l("How often you want mail"),
        description=_l("What is urgent comes at once in any case: a duty that counts hours, or one that is late."),
        choices=options(worded(PACES)),
        validators=[InputRequired(_l("Choose how often you want mail."))],
    )
