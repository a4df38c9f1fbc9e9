"""Why a document is gone through again, or given up."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from portal.web.fields import passage

LONGEST = 1000


class TakeUpForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    reason = passage(
        _l("Reason"),
        _l("What was mended; it stays with the record."),
        LONGEST,
        DataRequired(_l("Give the reason.")),
    )


class GiveUpForm(FlaskForm):  # type: ignore[misc]  # likewise
    reason = passage(
        _l("Reason"),
        _l("Why it is given up; its sender reads it."),
        LONGEST,
        DataRequired(_l("Give the reason.")),
    )
