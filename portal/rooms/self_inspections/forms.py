"""What people write into the self-inspection report, and how it was filed."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal.db import today
from portal.web import RecordForm
from portal.web.fields import day_field, passage, text_field, whole_number

LONGEST = 20000
FIRST = 2022  # Order 53 is in force since 2022-05-01


class YearForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    year = whole_number(_l("Year"), "", InputRequired(_l("Give the year, such as 2026.")), least=FIRST)

    def validate_year(self, field: Field) -> None:
        if field.data is not None and field.data > today().year:
            raise ValidationError(gettext("This year has not begun yet."))


class WritingForm(RecordForm):
    overview = passage(
        _l("1. Overview"),
        _l("Activities of the year; what is entrusted to whom or by whom, and how the agreement is kept."),
        LONGEST,
    )
    changes = passage(
        _l("2. Changes of the year"),
        _l("Design, site and equipment, key and special processes, important suppliers; or that there were none."),
        LONGEST,
    )
    operation = passage(
        _l("3. How the quality management system ran"),
        _l(
            "Organisation, training, production and control, purchasing, complaints, nonconforming product, UDI,"
            " audits and management review, adverse events."
        ),
        LONGEST,
    )
    outside = passage(
        _l("4. Inspections, volume procurement and penalties"),
        _l("What inspecting bodies found and how it was put right; or that there was nothing."),
        LONGEST,
    )

    @property
    def given(self) -> dict[str, Any]:
        """What was written; what is empty is not written yet."""
        return {name: self.data[name] or None for name in ("overview", "changes", "operation", "outside")}


class FilingForm(RecordForm):
    filed_on = day_field(_l("When it was filed"), "", _l("Give the day, such as 2027-03-15."))
    filing_number = text_field(
        _l("Number or receipt of the filing"),
        _l("As the authority's system or its receipt shows it."),
        100,
        DataRequired(_l("Give the number or the receipt, so that one can find the filing.")),
    )

    def validate_filed_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))
