"""What people type about the end: when and why, and how each point was settled."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portal.records.ending import EndingLine
from portal.rooms.endings.keeping import Settlement
from portal.web import RecordForm
from portal.web.fields import day_field, passage, worded
from portal.web.forms import options
from portal.web.value_names import SIDES
from workflows.engine import Side

LONGEST = 4000
KEEPERS = {each: SIDES[each] for each in (Side.REGISTRANT.value, Side.MANUFACTURER.value)}


class DrawUpForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    planned_on = day_field(
        _l("Planned day of the end"),
        _l("The day on which production by entrustment is to end, or did."),
        _l("Give the day, such as 2026-11-23."),
    )
    because = passage(_l("Why it ends"), "", LONGEST, DataRequired(_l("Say why the entrustment ends.")))


class SettlementForm(RecordForm):
    how = passage(
        _l("How it was settled"),
        _l("What was counted, handed over or agreed, with whom and on which day."),
        LONGEST,
        DataRequired(_l("Say how the point was settled.")),
    )
    file = FileField(_l("The paper that shows it"), validators=[Optional()])

    @property
    def given(self) -> Settlement:
        return Settlement(self.how.data or "")


class RecordsForm(SettlementForm):
    """The point about records also says who keeps them until when."""

    kept_by = SelectField(
        _l("Who keeps the records"),
        choices=options({"": _l("Choose the side that keeps them")} | worded(KEEPERS)),
        validators=[InputRequired(_l("Choose the side that keeps them."))],
    )
    keep_until = day_field(
        _l("To be kept until"),
        _l("For the lifetime of the device, and at least two years from its release."),
        _l("Give the day, such as 2036-11-23."),
    )
    least: Any = None

    @property
    def given(self) -> Settlement:
        return Settlement(self.how.data or "", self.kept_by.data, self.keep_until.data)

    def validate_keep_until(self, field: Any) -> None:
        if field.data and self.least and field.data < self.least:
            raise ValidationError(
                gettext("The records are to be kept until %(until)s at least.", until=self.least.isoformat())
            )


def form_for(line: EndingLine) -> SettlementForm:
    form: SettlementForm = (RecordsForm if line.point == "records-kept" else SettlementForm).over(line)
    return form
