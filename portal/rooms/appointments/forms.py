"""What people type about an appointment: post, person, qualification, letter, days; and the report of it."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from agreements.key_posts import POSTS
from portal.db import today
from portal.web import RecordForm
from portal.web.fields import DayField, day_field, passage, text_field, whole_number, worded
from portal.web.forms import options
from workflows.appointment import EDUCATIONS, KEY_POSTS, TITLES

LONGEST = 4000
MOST_YEARS = 70
NO_ACCOUNT = ""


class AppointmentForm(RecordForm):
    """``names`` are those of the people of the portal, by their ids."""

    post = SelectField(
        _l("Post"),
        choices=options({"": _l("Choose a post")} | worded(KEY_POSTS)),
        validators=[InputRequired(_l("Choose a post."))],
    )
    person = SelectField(_l("Who, if they use the portal"), validators=[Optional()])
    person_name = text_field(_l("Name"), _l("Only of somebody who does not use the portal."), 100)
    education = SelectField(_l("Education"), choices=options(worded(EDUCATIONS)))
    professional_title = SelectField(_l("Professional title"), choices=options(worded(TITLES)))
    practice_years = whole_number(
        _l("Years of practice"),
        _l("Full years in the production or quality management of medical devices."),
        InputRequired(_l("Give the full years of practice, such as 5.")),
    )
    full_time = BooleanField(_l("Works full-time for the organisation"))
    is_senior = BooleanField(_l("Is one of the senior managers"))
    clean_record = BooleanField(_l("Has no bad record"))
    of_quality = BooleanField(_l("Comes from the quality department or the higher quality management"))
    is_trained = BooleanField(_l("Is trained for the post"))
    small_maker = BooleanField(
        _l("We are a small maker"),
        description=_l("Only where the management representative is to head quality as well: Announcement 2022-124."),
    )
    qualification = passage(
        _l("Why the person is fit for the post"),
        _l("Schools, titles, employers and years; so that one can compare it with the papers."),
        LONGEST,
        DataRequired(_l("Say what makes the person fit for the post.")),
    )
    file = FileField(
        _l("The papers that prove it"),
        description=_l("PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT. They stay in your house; no partner sees them."),
        validators=[Optional()],
    )
    authorises = passage(
        _l("What the letter authorises the person to do"),
        _l("It is the text under which the person in charge signs; partners do not see it."),
        LONGEST,
    )
    since = day_field(_l("Since"), "", _l("Give the day, such as 2026-11-23."))
    until = DayField(_l("Until"), description=_l("Empty: until somebody ends it."), validators=[Optional()])

    def offer(self, names: dict[str, str]) -> None:
        self.names = names
        self.person.choices = options({NO_ACCOUNT: gettext("Somebody who does not use the portal")} | names)

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, by the names of the record's columns."""
        apart = {"csrf_token", "seen_version", "person", "person_name", "file"}
        typed = {name: value for name, value in self.data.items() if name not in apart}
        return typed | {"authorises": self.authorises.data or None}

    def validate_person_name(self, field: Field) -> None:
        if bool(field.data) == bool(self.person.data):
            raise ValidationError(gettext("Choose somebody of the portal, or give the name of somebody else."))

    def validate_practice_years(self, field: Field) -> None:
        if field.data is not None and field.data > MOST_YEARS:
            raise ValidationError(gettext("Nobody has practised for so long."))

    def validate_authorises(self, field: Field) -> None:
        if self.post.data in POSTS and POSTS[self.post.data].authorised and not field.data:
            raise ValidationError(gettext("Say what the letter authorises the holder of this post to do."))

    def validate_until(self, field: Field) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("The last day does not come before the first."))


class ReportForm(RecordForm):
    reported_on = day_field(_l("When the authority was told"), "", _l("Give the day, such as 2026-11-23."))
    report_number = text_field(
        _l("Number or receipt of the report"),
        _l("As the authority's system or its receipt shows it."),
        100,
        DataRequired(_l("Give the number or the receipt, so that one can find the report.")),
    )

    def validate_reported_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))
