"""What people type about an auditor: why they are competent, since when and until when."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.db import today
from portal.web import RecordForm, tidy
from portal.web.fields import DayField
from portal.wording import said
from workflows.auditing import ANOTHERS, QualifyingFacts


class QualificationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    person_id = SelectField(
        _l("Who"),
        description=_l("Somebody of your house; nobody records their own qualification."),
        validators=[InputRequired(_l("Choose who is competent."))],
    )
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
