"""What people type about a meeting before it: when and what for, and who of their side is there."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal.db import today
from portal.records.appointment import Appointment
from portal.records.meeting import Meeting
from portal.rooms.meetings.keeping import Attendance, Called
from portal.web import RecordForm
from portal.web.fields import day_field, passage, text_field, worded
from portal.web.forms import options
from portal.wording import day
from workflows.engine import Side
from workflows.meeting import SPEAKERS, WAYS

LONGEST = 4000
A_YEAR = timedelta(days=365)
IN_PERSON, REPRESENTATIVE, DEPUTY, NEITHER = "in_person", *SPEAKERS


class CallForm(RecordForm):
    """When, how and where; and whether the indicators are reviewed at it."""

    meets_on = day_field(
        _l("Day of the meeting"),
        _l("A day ahead, or one on which it was held already."),
        _l("Give the day, such as 2026-11-23."),
    )
    way = SelectField(_l("How"), choices=options(worded(WAYS)))
    place = text_field(_l("Place"), _l("Where they meet; left empty for a call."), 200)
    agenda = passage(
        _l("Agenda"),
        _l("One point in a line."),
        LONGEST,
        DataRequired(_l("Say what the meeting is about.")),
    )
    reviews_indicators = BooleanField(
        _l("The indicators are reviewed at it"),
        description=_l("Their figures are counted from the records up to the day of the meeting."),
    )

    def validate_meets_on(self, field: Any) -> None:
        if field.data and not today() - A_YEAR <= field.data <= today() + A_YEAR:
            raise ValidationError(_l("Give a day within a year from today, before or after."))

    def validate_place(self, field: Any) -> None:
        if self.way.data == IN_PERSON and not field.data:
            raise ValidationError(_l("Say where they meet."))

    @property
    def given(self) -> Called:
        return Called(
            meets_on=self.meets_on.data or today(),
            way=self.way.data,
            place=self.place.data or "",
            agenda=self.agenda.data or "",
            reviews_indicators=self.reviews_indicators.data,
        )


class AttendForm(RecordForm):
    """``holder`` is the management representative of the own house on the day, None while the post is vacant."""

    speaker = RadioField(
        _l("Who speaks for us"),
        choices=options(worded(SPEAKERS)),
        validators=[InputRequired(_l("Say who speaks for your side."))],
    )
    deputy = SelectField(_l("The deputy"), validators=[])
    letter = text_field(
        _l("By which letter"), _l("Number and day of the paper by which the representative appointed the deputy."), 200
    )
    why = passage(
        _l("Why neither of them is there"),
        _l("The meeting is held and counts for the indicators, but it is no meeting of the two representatives."),
        LONGEST,
    )
    others = SelectMultipleField(_l("Who else is there"))
    holder: Appointment | None = None

    @classmethod
    def of_side(
        cls, meeting: Meeting, side: Side, holder: Appointment | None, people: Mapping[str, str]
    ) -> "AttendForm":
        """``people`` are those of the own house, by their ids."""
        said = meeting.there_of(side)
        ids = {name: person_id for person_id, name in people.items()}
        filled = {
            "speaker": said.get("speaker"),
            "deputy": ids.get(said["name"], "") if said.get("speaker") == DEPUTY else "",
            "letter": said.get("letter", ""),
            "why": said.get("why", ""),
            "others": [ids[name] for name in said.get("others", ()) if name in ids],
        }
        form: AttendForm = cls.over(meeting, data=filled)
        form.deputy.choices = options({"": gettext("Choose the deputy")} | dict(people))
        form.others.choices = options(people)
        form.holder, form.people, form.meets_on = holder, people, meeting.meets_on
        return form

    def validate_speaker(self, field: Any) -> None:
        if field.data in (REPRESENTATIVE, DEPUTY) and self.holder is None:
            raise ValidationError(
                gettext(
                    "On %(on)s nobody holds the post of management representative in your house.", on=day(self.meets_on)
                )
            )

    def validate_deputy(self, field: Any) -> None:
        if self.speaker.data == DEPUTY and not field.data:
            raise ValidationError(_l("Say who the deputy is."))
        if self.speaker.data == DEPUTY and self.holder and str(self.holder.person_id) == field.data:
            raise ValidationError(_l("This is the representative, not a deputy."))

    def validate_letter(self, field: Any) -> None:
        if self.speaker.data == DEPUTY and not field.data:
            raise ValidationError(_l("Name the letter by which the representative appointed the deputy."))

    def validate_why(self, field: Any) -> None:
        if self.speaker.data == NEITHER and not field.data:
            raise ValidationError(_l("Say why neither the representative nor a deputy is there."))

    @property
    def given(self) -> Attendance:
        """Only what belongs to whoever speaks."""
        speaker, others = self.speaker.data, [self.people[each] for each in self.others.data or ()]
        if speaker == NEITHER:
            return Attendance(speaker, why=self.why.data or "", others=others)
        if speaker == DEPUTY:
            return Attendance(speaker, self.people[self.deputy.data], self.letter.data or "", others=others)
        return Attendance(speaker, self.holder.person_name if self.holder else "", others=others)
