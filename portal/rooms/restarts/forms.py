"""What the manufacturer types before it starts again: what was verified, and the report to the authority."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal.db import today
from portal.web.fields import day_field, passage, text_field
from portal.web.forms import options
from portal.wording import day

LONGEST = 4000


class RestartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    product_id = SelectField(_l("Product"), validators=[InputRequired(_l("Choose the product."))])
    verified_on = day_field(
        _l("Verified on"), _l("The day on which verification and validation were finished."), _l("Give the day.")
    )
    verification = passage(
        _l("What was verified"),
        _l("Equipment, premises, environment, processes and people; against which protocol, with which result."),
        LONGEST,
        DataRequired(_l("Say what was verified, and with which result.")),
    )
    file = FileField(
        _l("The report of the verification"), validators=[FileRequired(_l("File the report of the verification."))]
    )
    reported_on = day_field(_l("Reported on"), _l("The day of the written report."), _l("Give the day."))
    reported_to = text_field(
        _l("Reported to"),
        _l("The authority, by its full name."),
        200,
        DataRequired(_l("Name the authority.")),
    )
    report = text_field(
        _l("Number of the report"),
        _l("Number of the letter or its receipt."),
        200,
        DataRequired(_l("Give the number of the report or its receipt.")),
    )
    idle: dict[str, date]

    def offer(self, idle: dict[str, date], names: dict[str, str]) -> None:
        """The products that stand still, each with the last day on which it was made."""
        self.idle = idle
        self.product_id.choices = options(names)

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, as :func:`portal.rooms.restarts.filing.file_restart` takes it."""
        names = ("verified_on", "verification", "reported_on", "reported_to", "report")
        return {name: self[name].data for name in names}

    def validate_verified_on(self, field: Any) -> None:
        _not_ahead(field.data)
        last = self.idle.get(self.product_id.data or "")
        if field.data and last and field.data <= last:
            raise ValidationError(
                gettext("It was last made on %(day)s; what was verified before does not count.", day=day(last))
            )

    def validate_reported_on(self, field: Any) -> None:
        _not_ahead(field.data)
        if field.data and self.verified_on.data and field.data < self.verified_on.data:
            raise ValidationError(gettext("The report follows the verification."))


def _not_ahead(on: date | None) -> None:
    if on and on > today():
        raise ValidationError(gettext("This day has not come yet."))
