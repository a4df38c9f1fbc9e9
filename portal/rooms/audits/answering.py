"""The checklist of an audit as a form and as a page: each point with its source, its answer and what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, FormField, SelectField, TextAreaField
from wtforms.validators import Length, ValidationError

from agreements.audit_checklist import Point, point
from portal.records.audit import Audit, AuditFinding
from portal.web import RecordForm, tidy
from portal.web.fields import worded
from portal.web.forms import options
from portal.wording import in_language
from workflows.auditing import RESULTS

OPEN = {"result": "", "note": ""}


class PointForm(Form):
    result = SelectField(_l("Result"), choices=options({"": _l("Not answered yet")} | worded(RESULTS)))
    note = TextAreaField(_l("What was seen"), filters=[tidy], validators=[Length(max=1000)])

    def validate_note(self, field: Any) -> None:
        if self.result.data in ("not_met", "not_applicable") and not field.data:
            raise ValidationError(_l("Say what was seen, or why the point does not apply."))


class ChecklistForm(RecordForm):
    """Every point of one audit on one page; made for each audit by :meth:`over_audit`."""

    points: Sequence[Point]

    @classmethod
    def over_audit(cls, audit: Audit) -> "ChecklistForm":
        asked = [point(each) for each in audit.points]
        fields = {each.id: FormField(PointForm, in_language(each.zh, each.en)) for each in asked}
        made = type("ChecklistOfAudit", (cls,), fields)
        form: ChecklistForm = made(data={each.id: audit.answer_to(each.id) or OPEN for each in asked})
        form.points = asked
        if not form.is_submitted():
            form.seen_version.data = str(audit.version)
        return form

    @property
    def answers(self) -> list[dict[str, str]]:
        """What is answered, in the order of the checklist."""
        given = [(each.id, self[each.id].data) for each in self.points]
        return [
            {"point": name, "result": answer["result"], "note": answer["note"] or ""}
            for name, answer in given
            if answer["result"]
        ]


@dataclass(frozen=True, slots=True)
class Line:
    """A point with what was answered, and the numbers of the findings that were raised at it."""

    point: Point
    result: str
    note: str
    findings: list[AuditFinding]


def lines_of(audit: Audit) -> list[Line]:
    lines = []
    for each in audit.points:
        answer = audit.answer_to(each) or OPEN
        found = [finding for finding in audit.findings if finding.point == each]
        lines.append(Line(point(each), answer["result"], answer["note"], found))
    return lines
