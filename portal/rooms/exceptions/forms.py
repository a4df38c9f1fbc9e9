"""What a registrant says when it posts nobody for some days."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import DataRequired, ValidationError

from portal.web.fields import day_field, passage
from portal.wording import cite, day
from workflows.posting import POST_STAFF

LONGEST_DAYS = 366


class ExceptionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    since = day_field(
        _l("First day"),
        _l("For example 2026-11-26. It may lie in the past; the record shows when it was signed."),
        _l("Give the first day, for example 2026-11-26."),
    )
    until = day_field(
        _l("Last day"),
        _l("The exception counts up to and with this day."),
        _l("Give the last day, for example 2026-12-04."),
    )
    because = passage(
        _l("Why nobody is posted"),
        _l("For inspectors to read; for example: the resident is ill, and nobody else knows the line."),
        2000,
        DataRequired(_l("Say why nobody is posted on these days.")),
    )
    measures = passage(
        _l("What is done instead"),
        _l("For example: the registrant's quality engineer reads every process record the same evening."),
        2000,
        DataRequired(_l("Say how production is supervised instead.")),
    )

    def validate_until(self, field: Field) -> None:
        first = self.since.data
        if not field.data or not first:
            return
        if field.data < first:
            raise ValidationError(gettext("This is before the first day, %(first)s.", first=day(first)))
        if (field.data - first).days >= LONGEST_DAYS:
            raise ValidationError(
                gettext(
                    "In principle somebody is posted: an exception lasts a year at most (%(source)s).",
                    source=cite(POST_STAFF),
                )
            )
