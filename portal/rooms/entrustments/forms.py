"""What people type about an entrustment."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy import select
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from agreements.identifiers import normalise_uscc, uscc_problem
from portal.db import session, today
from portal.records.organisation import Organisation
from portal.tenancy import current_tenant
from portal.web import RecordForm
from portal.web.forms import tidy
from portal.wording import day, said


def offered_by(field: Any) -> set[str]:
    """The values among which a select field lets one choose."""
    return {str(choice.value) for choice in field.choices or ()}


class Day(DateField):
    """A day, and a sentence with an example when it is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as wrong:
            raise ValueError(gettext("This is not a day; write year-month-day, for example 2026-11-26.")) from wrong


class Whole(IntegerField):
    """A whole number, and a sentence with an example when it is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as wrong:
            raise ValueError(gettext("This is not a whole number; write it in figures, for example 2.")) from wrong


class ProposeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """``partner`` is the manufacturer once the form is valid."""

    partner: Organisation | None = None

    uscc = StringField(
        _l("Unified social credit code of the manufacturer"),
        description=_l("All 18 characters, as on its business licence; for example 91320412MA2DEM0B9D."),
        filters=[tidy],
        validators=[DataRequired(_l("Give the manufacturer's code of 18 characters.")), Length(max=60)],
    )
    products = SelectMultipleField(
        _l("Products to entrust"),
        description=_l("The manufacturer sees what you choose here, with its registration certificate."),
        validate_choice=False,
        validators=[DataRequired(_l("Choose at least one product."))],
    )

    def validate_uscc(self, field: StringField) -> None:
        code = normalise_uscc(field.data or "")
        if problem := uscc_problem(code):
            raise ValidationError(said(problem))
        self.partner = session.scalars(select(Organisation).where(Organisation.uscc == code)).first()
        if self.partner is None:
            raise ValidationError(gettext("Nobody on this portal has the code %(code)s.", code=code))
        if self.partner.id == current_tenant():
            raise ValidationError(gettext("This is your own code; give the code of the manufacturer."))
        if not self.partner.is_manufacturer:
            raise ValidationError(gettext("%(name)s is not a manufacturer.", name=self.partner.name))

    def validate_products(self, field: SelectMultipleField) -> None:
        if not set(field.data or ()) <= offered_by(field):
            raise ValidationError(gettext("Choose among your own products."))


class ShowForm(FlaskForm):  # type: ignore[misc]
    record = SelectField(
        _l("Record to show"),
        description=_l("The other side sees a dated copy; when the record changes, it is shown again."),
        validate_choice=False,
        validators=[DataRequired(_l("Choose the record to show."))],
    )

    def validate_record(self, field: SelectField) -> None:
        if field.data not in offered_by(field):
            raise ValidationError(gettext("Choose one of your own records that is not shown yet."))


class WithdrawForm(RecordForm):
    reason = TextAreaField(
        _l("Reason"),
        description=_l("For example: replaced by a newer certificate."),
        filters=[tidy],
        validators=[DataRequired(_l("Say why it is withdrawn.")), Length(max=2000)],
    )


class ReportForm(RecordForm):
    """``proposed_on`` is the day before which nothing can have been reported."""

    proposed_on: date | None = None

    reported_on = Day(
        _l("Reported on"),
        description=_l("The day on which your authority received the report; for example 2026-11-26."),
        validators=[InputRequired(_l("Give the day of the report, for example 2026-11-26."))],
    )
    reference = StringField(
        _l("Reference"),
        description=_l("The number or title of what was filed; for example: receipt 2026-1107."),
        filters=[tidy],
        validators=[
            DataRequired(_l("Give the reference of the report, for example: receipt 2026-1107.")),
            Length(max=200),
        ],
    )
    file = FileField(_l("Receipt"), description=_l("PDF, picture or office file."), validators=[Optional()])

    def validate_reported_on(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("A report cannot lie in the future; today is %(today)s.", today=day(today())))
        if field.data and self.proposed_on and field.data < self.proposed_on:
            raise ValidationError(
                gettext("The entrustment was proposed on %(day)s; the report is later.", day=day(self.proposed_on))
            )


class ResidentsForm(RecordForm):
    """People to be posted at the site, or the reason why nobody is: one of the two."""

    planned = Whole(
        _l("Residents to be posted"),
        description=_l("How many people you will post at the site; for example 2."),
        validators=[
            Optional(),
            NumberRange(1, 500, _l("Give a number from 1 to 500, or leave it empty and give the reason.")),
        ],
    )
    exception = TextAreaField(
        _l("Or: why nobody is posted"),
        description=_l("For example: the products are not implantable."),
        filters=[tidy],
        validators=[Length(max=2000)],
    )

    def validate_exception(self, field: TextAreaField) -> None:
        if self.planned.errors:
            return
        if bool(self.planned.data) == bool(field.data):
            raise ValidationError(gettext("Give either the number of residents or the reason why nobody is posted."))
