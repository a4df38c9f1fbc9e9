"""Fields that say, when they complain, what a right entry looks like."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DateTimeLocalField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from portal.db import CHINA
from portal.web.forms import tidy

MOST = 100_000_000


class WholeNumberField(IntegerField):
    """Digits, with or without thousands apart."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([each.replace(",", "").strip() for each in valuelist])
        except ValueError as wrong:
            raise ValueError(_l("Not a whole number; write digits only, such as 1200.")) from wrong


class DayField(DateField):
    """A calendar day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([each.strip() for each in valuelist])
        except ValueError as wrong:
            raise ValueError(_l("Not a date; write year, month and day, such as 2026-11-23.")) from wrong


class MomentField(DateTimeLocalField):
    """A moment to the minute, as the clock on a wall in Beijing shows it; aware."""

    def __init__(self, label: Any = None, validators: Any = None, **given: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([each.strip() for each in valuelist])
        except ValueError as wrong:
            raise ValueError(_l("Not a moment; write day and time, such as 2026-11-23T14:30.")) from wrong
        if self.data is not None:
            self.data = self.data.replace(tzinfo=CHINA)


def worded(labels: Mapping[str, str]) -> dict[str, Any]:
    """The labels of a vocabulary of the rules, each to be said in the reader's language when it is drawn."""
    return {value: _l(label) for value, label in labels.items()}


def text_field(label: Any, description: Any, longest: int, *validators: Any) -> Any:
    """A line of text, stored tidy, of ``longest`` characters at most."""
    too_long = Length(max=longest, message=_l("At most %(most)s characters.", most=longest))
    return StringField(label, description=description, filters=[tidy], validators=[*validators, too_long])


def passage(label: Any, description: Any, longest: int, *validators: Any) -> Any:
    """Several lines of text, stored tidy, of ``longest`` characters at most."""
    too_long = Length(max=longest, message=_l("At most %(most)s characters.", most=longest))
    return TextAreaField(label, description=description, filters=[tidy], validators=[*validators, too_long])


def day_field(label: Any, description: Any, missing: Any) -> Any:
    """A calendar day that must be given."""
    return DayField(label, description=description, validators=[InputRequired(missing)])


def whole_number(label: Any, description: Any, *validators: Any, least: int = 0) -> Any:
    """A whole number from ``least`` to :data:`MOST`."""
    beyond = _l("A whole number from %(least)s to %(most)s is wanted, such as 1200.", least=least, most=MOST)
    within = NumberRange(least, MOST, message=beyond)
    return WholeNumberField(label, description=description, validators=[*validators, within])
