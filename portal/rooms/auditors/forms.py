"""What people type about an auditor: why they are competent, since when and until when."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.db import today
from portal.web import RecordForm, tidy
from portal.web.fields import DayField, text_field
from portal.wording import said
from workflows.auditing import ANOTHERS, QualifyingFacts


class QualificationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    person_id = SelectField(
        _l("Person"),
        description=_l("Somebody of your house, or nobody of it; nobody records their own qualification."),
    )
    outsider = text_field(_l("Name of the person"), _l("Only of somebody from outside, who has no account here."), 60)
    outsider_of = text_field(_l("Works for"), _l("Only of somebody from outside: the company or institute."), 200)
    basis = TextAreaField(
        _l("Why they are competent"),
        description=_l("Training, experience, examination; for which products and processes."),
        filters=[tidy],
        validators=[DataRequired(_l("Say what makes them competent.")), Length(max=1000)],
    )
    granted_on = DayField(_l("Since"), validators=[InputRequired(_l("Give the day, such as 2026-11-23."))])
    valid_until = DayField(_l("Until"), validators=[InputRequired(_l("Give the day, such as 2028-11-22."))])
    file = FileField(
        _l("The paper that proves it"),
        description=_l("PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT."),
        validators=[FileRequired(_l("Choose the file that proves it."))],
    )

    own_id = ""

    def validate_person_id(self, field: Any) -> None:
        if not ANOTHERS.holds(QualifyingFacts(is_oneself=field.data == self.own_id)):
            raise ValidationError(said(ANOTHERS.says))

    def validate_outsider(self, field: Any) -> None:
        self._only_from_outside(field, _l("Choose somebody of your house, or name somebody from outside."))

    def validate_outsider_of(self, field: Any) -> None:
        self._only_from_outside(field, _l("Say for whom they work, or that they work on their own account."))

    def _only_from_outside(self, field: Any, missing: Any) -> None:
        if not self.person_id.data and not field.data:
            raise ValidationError(missing)
        if self.person_id.data and field.data:
            raise ValidationError(_l("Leave this empty: somebody of your house is chosen."))

    def validate_granted_on(self, field: Any) -> None:
        if field.data and field.data > today():
            raise ValidationError(_l("This day has not come yet."))

    def validate_valid_until(self, field: Any) -> None:
        if field.data and self.granted_on.data and field.data < self.granted_on.data:
            raise ValidationError(_l("The last day does not come before the first."))


class RetireForm(RecordForm):
    reason = TextAreaField(
        _l("Reason"),
        description=_l("For example: left the department; replaced by the examination of 2026-11-02."),
        filters=[tidy],
        validators=[DataRequired(_l("Say why it no longer counts.")), Length(max=2000)],
    )
