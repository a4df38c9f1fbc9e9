"""The lines of a review as one form: what the own side judges of each clause, and what both will amend."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, FormField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, ValidationError

from agreements.clauses import clause
from agreements.clocks import months_after
from portal.db import today
from portal.records.review import AgreementReview
from portal.rooms.reviews.keeping import MONTHS, Judged
from portal.web import RecordForm, tidy
from portal.web.fields import day_field, worded
from portal.web.forms import options
from portal.wording import language_now
from workflows.agreement_review import ASPECTS, JUDGEMENTS
from workflows.engine import Side

LONGEST = 2000


class BeginForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    until = day_field(
        _l("Last day of the year under review"),
        _l("The review looks at the twelve months up to this day."),
        _l("Give the day, such as 2026-11-23."),
    )

    def validate_until(self, field: Any) -> None:
        if field.data and not months_after(today(), -MONTHS) <= field.data <= today():
            raise ValidationError(_l("Give a day of the past twelve months, today at the latest."))


class LineForm(Form):
    """One clause, judged by one side."""

    judgement = SelectField(
        _l("Our judgement"), choices=options({"": _l("Still to be judged")} | worded(JUDGEMENTS)), default=""
    )
    lacks = SelectMultipleField(_l("What it is not"), choices=options(worded(ASPECTS)))
    remark = TextAreaField(_l("Our remark"), filters=[tidy], validators=[Length(max=LONGEST)])
    amend = TextAreaField(_l("What both sides will amend"), filters=[tidy], validators=[Length(max=LONGEST)])

    def validate_lacks(self, field: Any) -> None:
        if self.judgement.data == "lacks" and not field.data:
            raise ValidationError(_l("Say what the clause is not."))
        if self.judgement.data != "lacks" and field.data:
            raise ValidationError(_l("Something is ticked here, but the clause is not judged to be lacking."))

    def validate_remark(self, field: Any) -> None:
        if self.judgement.data == "lacks" and not field.data:
            raise ValidationError(_l("Say what shows that something is lacking."))


class LinesForm(RecordForm):
    """Every line of one review on one page; made for each review and side by :meth:`over_review`."""

    asked: Sequence[Mapping[str, Any]]

    @classmethod
    def over_review(cls, review: AgreementReview, side: Side) -> "LinesForm":
        names = [line["clause_id"] for line in review.lines]
        fields = {name: FormField(LineForm, clause(name).title(language_now())) for name in names}
        made = type("LinesOfReview", (cls,), fields)
        form: LinesForm = made(data={line["clause_id"]: _filled(line, side) for line in review.lines})
        form.asked = review.lines
        if not form.is_submitted():
            form.seen_version.data = str(review.version)
        return form

    @property
    def given(self) -> list[Judged]:
        return [_judged(line["clause_id"], self[line["clause_id"]].data) for line in self.asked]


def _filled(line: Mapping[str, Any], side: Side) -> dict[str, Any]:
    judged = line[side]
    judgement = "" if judged is None else "lacks" if judged["lacks"] else "holds"
    said = judged or {"lacks": [], "remark": ""}
    return {"judgement": judgement, "lacks": said["lacks"], "remark": said["remark"], "amend": line["amend"]}


def _judged(clause_id: str, said: Mapping[str, Any]) -> Judged:
    lacks = {"": None, "holds": (), "lacks": said["lacks"]}[said["judgement"]]
    return Judged(clause_id, lacks, said["remark"] or "", said["amend"] or "")
