"""What people type about a finding: what was found, what is done about it, what shows that it was done."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from agreements.audit_checklist import point
from portal.db import CHINA, today
from portal.records.audit import Audit, AuditFinding
from portal.rooms.audit_findings.recording import Found, Response
from portal.web import RecordForm, tidy
from portal.web.fields import DayField, text_field, worded
from portal.web.forms import options
from portal.wording import in_language
from workflows.audit_finding import GRADES


def _passage(label: Any, description: Any, missing: Any) -> TextAreaField:
    validators = [DataRequired(missing), Length(max=4000)]
    return TextAreaField(label, description=description, filters=[tidy], validators=validators)


class FindingForm(RecordForm):
    point = SelectField(
        _l("Point of the checklist"),
        description=_l("A point that is not met needs a finding."),
        validators=[Optional()],
    )
    grade = SelectField(
        _l("Grade"),
        choices=options({"": _l("Choose a grade")} | worded(GRADES)),
        validators=[InputRequired(_l("Choose a grade."))],
    )
    title = text_field(
        _l("What is not as it should be"),
        _l("In one line, such as: the cleaning record of line 2 has no signature."),
        200,
        DataRequired(_l("Say in one line what is not as it should be.")),
    )
    description = _passage(
        _l("What was seen"),
        _l("Where, on which day, in which record or sample; what it is measured against."),
        _l("Describe what was seen, so that the manufacturer can answer it."),
    )

    @classmethod
    def within(cls, audit: Audit, finding: AuditFinding | None = None) -> "FindingForm":
        form: FindingForm = cls(obj=finding)
        asked = [point(each) for each in audit.points]
        form.point.choices = options(
            {"": gettext("None of them")} | {each.id: in_language(each.zh, each.en) for each in asked}
        )
        if not form.is_submitted():
            form.point.data = (finding.point if finding else None) or ""
            form.seen_version.data = str(finding.version if finding else audit.version)
        return form

    @property
    def given(self) -> Found:
        point_id, grade, title = self.point.data or None, self.grade.data, self.title.data or ""
        return Found(point_id, grade, title, self.description.data or "")


class ResponseForm(RecordForm):
    """``raised_on`` is the day of the finding: nothing is due before it."""

    cause = _passage(_l("Cause"), _l("Why it came about, not only what happened."), _l("Say why it came about."))
    action = _passage(
        _l("Corrective action"),
        _l("What is done so that it does not come about again."),
        _l("Say what is done about it."),
    )
    action_owner = text_field(
        _l("Who takes the action"),
        _l("Name and position."),
        200,
        DataRequired(_l("Name who takes the action.")),
    )
    due_on = DayField(_l("Done by"), validators=[InputRequired(_l("Give the day, such as 2026-11-23."))])
    raised_on: date

    @classmethod
    def to(cls, finding: AuditFinding) -> "ResponseForm":
        form: ResponseForm = cls.over(finding)
        form.raised_on = finding.raised_at.astimezone(CHINA).date()
        return form

    @property
    def given(self) -> Response:
        cause, action, owner = self.cause.data or "", self.action.data or "", self.action_owner.data or ""
        return Response(cause, action, owner, self.due_on.data or today())

    def validate_due_on(self, field: Any) -> None:
        if field.data and field.data < self.raised_on:
            raise ValidationError(_l("This day is before the finding was raised."))


class EvidenceForm(RecordForm):
    evidence = _passage(
        _l("What was done"),
        _l("What shows that the action was taken: records, training, a measured effect."),
        _l("Describe what shows that the action was taken."),
    )
    file = FileField(
        _l("File"),
        description=_l("PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT; where a paper shows it."),
    )
