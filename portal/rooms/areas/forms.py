"""What people type about a room: its number, where it lies, and how clean it is."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portal.db import today
from portal.web import RecordForm
from portal.web.fields import day_field, text_field, worded
from portal.web.forms import options
from workflows.grades import GRADES


class AreaForm(RecordForm):
    number = text_field(
        _l("Number"), _l("As on its door, for example C-102."), 40, DataRequired(_l("Give the number on its door."))
    )
    name = text_field(_l("Name"), _l("Such as: cleaning and packing."), 100, DataRequired(_l("Name it.")))
    site = SelectField(
        _l("Site"),
        description=_l("One of the addresses on your production licence."),
        validators=[InputRequired(_l("Choose the site."))],
    )
    map_place = text_field(
        _l("Place on the map"),
        _l("The drawing and the place on it, for example: drawing SP-03, grid D4."),
        200,
        DataRequired(_l("Say where it lies on the map of the site.")),
    )
    grade = SelectField(
        _l("Grade"),
        choices=options({"": _l("Choose the grade")} | worded(GRADES)),
        validators=[InputRequired(_l("Choose the grade."))],
    )
    since_on = day_field(
        _l("In use since"),
        _l("It may lie before today: steps of earlier days are then recorded too."),
        _l("Give the day, such as 2026-11-23."),
    )
    file = FileField(
        _l("The map, or the report of its last test"),
        description=_l("PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT."),
        validators=[Optional()],
    )

    numbers: frozenset[str] = frozenset()

    def offer(self, sites: Iterable[str], numbers: frozenset[str]) -> None:
        """``numbers`` are those that other rooms of the house have."""
        self.site.choices = options({"": gettext("Choose the site")} | {each: each for each in sites})
        self.numbers = numbers

    @property
    def given(self) -> dict[str, Any]:
        apart = {"csrf_token", "seen_version", "file"}
        return {name: value for name, value in self.data.items() if name not in apart}

    def validate_since_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))

    def validate_number(self, field: Field) -> None:
        if field.data in self.numbers:
            raise ValidationError(gettext("Another room of the house has this number."))
