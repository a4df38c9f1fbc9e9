"""What a registrant says about somebody it wants to post."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, SelectField
from wtforms.validators import DataRequired, ValidationError

from portal.db import today
from portal.facts import Ground
from portal.facts.postings import posted
from portal.records.person import Person
from portal.records.resident import elsewhere
from portal.web import options
from portal.web.fields import day_field, passage
from portal.wording import cite, day
from workflows.posting import POST_STAFF

LONGEST = 2000


class PostingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    ground: Ground
    people: Mapping[str, Person]

    person = SelectField(
        _l("Person"),
        description=_l("Somebody of your organisation who holds the role of resident supervisor."),
        validate_choice=False,
        validators=[DataRequired(_l("Choose the person to be posted."))],
    )
    since = day_field(
        _l("First day"),
        _l("For example 2026-11-26. Days before the signature do not count."),
        _l("Give the first day, for example 2026-11-26."),
    )
    until = day_field(
        _l("Last day"),
        _l("The posting counts up to and with this day."),
        _l("Give the last day, for example 2027-05-31."),
    )
    key_links = passage(
        _l("Key links to supervise"),
        _l("One in a line, as the production process names them; for example: cleaning, final inspection."),
        LONGEST,
        DataRequired(_l("Name at least one key link of production.")),
    )
    production_experience = passage(
        _l("Experience in production"),
        _l("Where, for how long, with which processes; for example: six years in machining of implants."),
        LONGEST,
        DataRequired(_l("Say which experience in production the person has.")),
    )
    quality_experience = passage(
        _l("Experience in quality"),
        _l("For example: four years in final inspection, internal auditor."),
        LONGEST,
        DataRequired(_l("Say which experience in quality the person has.")),
    )
    file = FileField(
        _l("Paper that proves it"),
        description=_l("PDF or picture, such as a curriculum vitae with references. The other party can read it."),
        validators=[FileRequired(_l("Choose the file that proves the experience."))],
    )

    @classmethod
    def asking(cls, ground: Ground, people: Sequence[Person]) -> "PostingForm":
        form = cls()
        form.ground, form.people = ground, {str(each.id): each for each in people}
        named = {value: f"{each.name}, {each.title}" for value, each in form.people.items()}
        form.person.choices = options({"": _l("Choose a person")} | named)
        return form

    @property
    def links(self) -> list[str]:
        """The key links, one for each line that says something, none twice."""
        lines = (each.strip() for each in (self.key_links.data or "").splitlines())
        return list(dict.fromkeys(filter(None, lines)))

    def validate_person(self, field: Field) -> None:
        if field.data not in self.people:
            raise ValidationError(gettext("Choose one of your own resident supervisors."))

    def validate_since(self, field: Field) -> None:
        if field.data and field.data < today():
            says = gettext("A posting begins today or later; for days that have passed an exception is asked for.")
            raise ValidationError(says)
        if not (field.data and self.until.data and self.person.data):
            return
        site = self.ground.latest("site")
        clashes = elsewhere(
            UUID(self.person.data),
            field.data,
            self.until.data,
            entrustment_id=self.ground.entrustment.id,
            site_id=site.subject_id if site else None,
            among=posted(UUID(self.person.data)),
        )
        if clashes:
            raise ValidationError(
                gettext(
                    "The person is posted at %(place)s from %(since)s to %(until)s, and is in one place at a time "
                    "(%(source)s).",
                    place=clashes[0].site_name,
                    since=day(clashes[0].since),
                    until=day(clashes[0].until),
                    source=cite(POST_STAFF),
                )
            )

    def validate_until(self, field: Field) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("This is before the first day, %(first)s.", first=day(self.since.data)))
