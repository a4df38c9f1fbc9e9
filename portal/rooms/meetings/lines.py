"""What people type about a meeting line by line: earlier decisions, new ones, and the verdicts on the indicators."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, FormField, HiddenField, SelectField
from wtforms.validators import InputRequired, Optional

from agreements.indicators import INDICATORS
from agreements.reading import fingerprint
from portal.acting import Stale
from portal.facts.meetings import Counted
from portal.records.meeting import PARTIES, Meeting
from portal.rooms.meetings.keeping import Decision
from portal.web import RecordForm
from portal.web.fields import DayField, passage, text_field, worded
from portal.web.forms import options
from portal.web.value_names import SIDES
from portal.wording import day, in_language
from workflows.meeting import VERDICTS

LONGEST, SPARE, MOST = 4000, 3, 100
DONE = {"": _l("Nobody has said yet"), "yes": _l("Done"), "no": _l("Not done yet")}
_SAID = {"": None, "yes": True, "no": False}
OWNERS = {"": _l("Choose the side")} | worded({each.value: SIDES[each] for each in PARTIES})


class EarlierForm(Form):
    """Whether one decision of an earlier meeting is done."""

    done = SelectField(_l("Is it done?"), choices=options(DONE), default="")
    remark = text_field(_l("Remark"), "", 500)


class FollowForm(RecordForm):
    """Every decision that is still open, made for each meeting by :meth:`over_meeting`."""

    @classmethod
    def over_meeting(cls, meeting: Meeting) -> Any:
        fields = {f"earlier-{at}": FormField(EarlierForm) for at in range(len(meeting.carried))}
        said = {value: word for word, value in _SAID.items()}
        filled = {
            f"earlier-{at}": {"done": said[each["done"]], "remark": each["remark"]}
            for at, each in enumerate(meeting.carried)
        }
        form = _made(cls, "FollowOfMeeting", fields, filled, meeting)
        form.lines = list(fields)
        return form

    @property
    def given(self) -> list[tuple[bool | None, str]]:
        typed = [self[name].data for name in self.lines]
        return [(_SAID[each["done"]], each["remark"] or "") for each in typed]


class DecisionForm(Form):
    """One decision; a row of which nothing is written is none."""

    text = passage(_l("What is decided"), "", LONGEST)
    side = SelectField(_l("Whose it is"), choices=options(OWNERS), default="")
    owner = text_field(_l("Person responsible"), _l("By name."), 100)
    due_on = DayField(_l("By when"), validators=[Optional()])
    answers = SelectField(_l("Which indicator it answers"), default="")
    held_on: date | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Whatever is written of a decision asks for the rest of it."""
        sound = super().validate(extra_validators)
        if not any(each.data for each in self):
            return sound
        lacking = {
            self.text: gettext("Say what is decided."),
            self.side: gettext("Choose whose it is."),
            self.owner: gettext("Name the person."),
            self.due_on: gettext("Give the day by which it is done."),
        }
        for field, says in lacking.items():
            if not field.data and not field.errors:
                field.errors = [*field.errors, says]
                sound = False
        if self.due_on.data and self.held_on and self.due_on.data < self.held_on:
            says = gettext("Give a day from that of the meeting on, %(on)s.", on=day(self.held_on))
            self.due_on.errors = [*self.due_on.errors, says]
            sound = False
        return sound


class MinutesForm(RecordForm):
    """Minutes, whether the indicators were reviewed, and the decisions with some empty rows below."""

    minutes = passage(
        _l("Minutes"), _l("What was discussed, point by point."), LONGEST * 5, InputRequired(_l("Write the minutes."))
    )
    reviews_indicators = BooleanField(_l("The indicators were reviewed at it"))

    @classmethod
    def over_meeting(cls, meeting: Meeting) -> Any:
        rows = min(len(meeting.decisions) + SPARE, MOST)
        fields = {f"decision-{at}": FormField(DecisionForm) for at in range(rows)}
        filled = {
            f"decision-{at}": each | {"due_on": date.fromisoformat(each["due_on"])}
            for at, each in enumerate(meeting.decisions)
        }
        said = {"minutes": meeting.minutes, "reviews_indicators": meeting.reviews_indicators}
        form = _made(cls, "MinutesOfMeeting", fields, said | filled, meeting)
        form.lines = list(fields)
        answers = {"": gettext("None")} | {each.id: in_language(each.zh, each.en) for each in INDICATORS.values()}
        for name in form.lines:
            form[name].form.answers.choices = options(answers)
            form[name].form.held_on = meeting.meets_on
        return form

    @property
    def given(self) -> list[Decision]:
        return [Decision(**each) for name in self.lines if (each := self[name].data)["text"]]


class VerdictForm(Form):
    """One indicator: the target that was agreed, and whether it is met."""

    target = text_field(_l("Agreed target"), "", 200)
    verdict = SelectField(_l("Verdict"), choices=options({"": _l("Verdict still open")} | worded(VERDICTS)), default="")
    remark = text_field(_l("Remark"), "", 500)


class JudgeForm(RecordForm):
    """Every indicator on one page, with the figures that stood beside it when it was drawn."""

    seen_figures = HiddenField()

    @classmethod
    def over_figures(cls, meeting: Meeting, counted: Counted) -> Any:
        fields = {each: FormField(VerdictForm) for each in INDICATORS}
        judged = {each["indicator"]: each for each in meeting.figures}
        first = {each: {"target": counted.targets.get(each, "")} for each in INDICATORS}
        form = _made(cls, "VerdictsOfMeeting", fields, first | judged, meeting)
        if not form.is_submitted():
            form.seen_figures.data = _seen(counted)
        return form

    def refuse_moved(self, counted: Counted) -> None:
        """Raise :class:`Stale` where the records show other figures than those that were judged."""
        if self.seen_figures.data != _seen(counted):
            raise Stale

    @property
    def given(self) -> dict[str, Mapping[str, str]]:
        return {
            each: {name: self[each].data[name] or "" for name in ("target", "verdict", "remark")} for each in INDICATORS
        }


def _seen(counted: Counted) -> str:
    return fingerprint([counted.since.isoformat(), {each: dict(found) for each, found in counted.figures.items()}])


def _made(kind: Any, name: str, fields: Mapping[str, Any], filled: Mapping[str, Any], meeting: Meeting) -> Any:
    form = type(name, (kind,), dict(fields))(data=dict(filled))
    if not form.is_submitted():
        form.seen_version.data = str(meeting.version)
    return form


def rows_of(form: Any, lines: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Each row of a form with what it is about."""
    return [(form[name].form, line) for name, line in zip(form.lines, lines, strict=True)]
