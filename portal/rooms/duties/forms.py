"""What people say about duties: what happened that began one, and what shows that one is met."""

from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from agreements.duty_rules import DutyRule
from portal.db import now
from portal.web import RecordForm, tidy
from portal.web.fields import MomentField, worded
from portal.web.forms import options
from portal.web.value_names import OWES
from portal.wording import cite, language_now, moment
from workflows.duty import STANDINGS

OPEN = "open"


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which duties to list; it comes with the address, so it needs no token."""

    class Meta:
        csrf = False

    standing = SelectField(_l("How they stand"), choices=options({OPEN: _l("Not settled yet")} | worded(STANDINGS)))
    owes = SelectField(
        _l("Who owes them"),
        choices=options({"": _l("Either side")} | worded(OWES)),
    )

    @property
    def asks(self) -> bool:
        """Whether anything but the open duties of everybody is asked for."""
        return bool(self.owes.data) or self.standing.data not in (OPEN, None)


class CallForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """``rules`` are those that this side may begin by hand."""

    rule = SelectField(_l("What has happened"), validators=[InputRequired(_l("Choose what happened."))])
    happening = TextAreaField(
        _l("In your words"),
        description=_l("What exactly, which product and batches, who told whom; so that the other side can follow."),
        filters=[tidy],
        validators=[DataRequired(_l("Say what happened.")), Length(max=4000)],
    )
    started_at = MomentField(
        _l("When you found or learnt of it"),
        description=_l("In Beijing time. The deadline runs from this moment, not from when it is typed in here."),
        validators=[InputRequired(_l("Say when, to the minute."))],
    )
    due_at = MomentField(
        _l("To be met by"),
        description=_l("Only where neither the law nor the standard text of the clause counts the days."),
        validators=[Optional()],
    )

    def offer(self, rules: dict[str, DutyRule]) -> None:
        self.rules = rules
        self.rule.choices = options(
            {"": _l("Choose what happened")}
            | {each.id: f"{each.happening(language_now())} ({cite(each.sources[0])})" for each in rules.values()}
        )

    @property
    def given(self) -> dict[str, Any]:
        """What was said, as :func:`portal.rooms.duties.keeping.begin` takes it."""
        return {
            "rule": self.rules[self.rule.data],
            "happening": self.happening.data,
            "at": self.started_at.data,
            "until": self.due_at.data,
        }

    def validate_started_at(self, field: Field) -> None:
        _not_ahead(field.data)

    def validate_due_at(self, field: Field) -> None:
        rule = self.rules.get(self.rule.data or "")
        start = self.started_at.data
        if rule is None or start is None:
            return
        if counted := rule.due(start):
            given = gettext(
                "The deadline is counted: it ends on %(moment)s. Leave this empty.", moment=moment(counted.at)
            )
            raise ValidationError(given)
        if field.data and field.data <= start:
            raise ValidationError(gettext("The deadline would end before it began."))


class MeetForm(RecordForm):
    """``started_at`` of the duty bounds what may be said."""

    met_at = MomentField(
        _l("When it was met"),
        description=_l("In Beijing time: when the report was made, the meeting held, the audit finished."),
        validators=[InputRequired(_l("Say when, to the minute."))],
    )
    evidence = TextAreaField(
        _l("What shows it"),
        description=_l(
            "Number and date of the report, minutes or receipt, and where it lies; file it below if you can."
        ),
        filters=[tidy],
        validators=[DataRequired(_l("Say what shows that the duty was met.")), Length(max=4000)],
    )
    file = FileField(_l("The paper that shows it"), validators=[Optional()])
    began_at: datetime

    @property
    def given(self) -> dict[str, Any]:
        """What was said, as :func:`portal.rooms.duties.keeping.put_down` takes it."""
        return {"at": self.met_at.data, "evidence": self.evidence.data}

    def validate_met_at(self, field: Field) -> None:
        _not_ahead(field.data)
        if field.data and field.data < self.began_at:
            raise ValidationError(
                gettext("The duty began on %(moment)s; it cannot have been met before.", moment=moment(self.began_at))
            )


def _not_ahead(at: datetime | None) -> None:
    if at and at > now():
        raise ValidationError(gettext("This moment has not come yet."))
