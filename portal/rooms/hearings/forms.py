"""What people type about a hearing: who was heard when, what was reported, how it was reviewed, what was dispatched."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal.db import today
from portal.records.appointment import Appointment
from portal.web import RecordForm
from portal.web.fields import day_field, passage, text_field
from portal.web.forms import options
from portal.wording import day

LONGEST = 8000


class HearingForm(RecordForm):
    held_on = day_field(_l("Held on"), "", _l("Give the day, such as 2026-11-23."))
    appointment_id = SelectField(
        _l("Management representative"), validators=[InputRequired(_l("Choose who was heard."))]
    )
    present = text_field(_l("Who was present"), _l("Names and posts."), 1000, DataRequired(_l("Say who was present.")))
    reported = passage(
        _l("What the representative reported"),
        _l("How the quality management system runs; risks, complaints, adverse events, inspections, open actions."),
        LONGEST,
        DataRequired(_l("Write down what was reported.")),
    )
    reviewed = passage(
        _l("Review of the quarter"),
        _l("How the person in charge judges quality and safety of the quarter."),
        LONGEST,
        DataRequired(_l("Write down the review.")),
    )
    dispatched = passage(
        _l("What was dispatched"),
        _l("What is to be done, by whom, until when."),
        LONGEST,
        DataRequired(_l("Write down what is to be done, or that nothing is.")),
    )

    def offer(self, representatives: list[Appointment]) -> None:
        found = {
            str(each.id): gettext("%(name)s, since %(since)s", name=each.person_name, since=day(each.since))
            for each in representatives
        }
        self.appointment_id.choices = options({"": gettext("Choose who was heard")} | found)

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, by the names of the record's columns."""
        return {name: value for name, value in self.data.items() if name not in {"csrf_token", "seen_version"}}

    def validate_held_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))
