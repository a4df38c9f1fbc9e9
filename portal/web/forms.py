"""What forms share: the version somebody was looking at, and three-way answers."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from portal.acting import Stale
from portal.facts import Ground

UNKNOWN, YES, NO = "unknown", "yes", "no"
_ANSWERS = {YES: True, NO: False, UNKNOWN: None}


class RecordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form over a record that somebody else may change meanwhile.

    Draw it with ``obj=record``; on sending, ``refuse_stale(record)`` raises :class:`Stale` if the record moved on.
    """

    seen_version = HiddenField()

    @classmethod
    def over(cls, record: Any, **given: Any) -> Any:
        """The form as filled from ``record``, remembering the version shown."""
        form = cls(obj=record, **given)
        if not form.is_submitted():
            form.seen_version.data = str(record.version)
        return form

    def refuse_stale(self, record: Any) -> None:
        if self.seen_version.data != str(record.version):
            raise Stale


class ProductForm(RecordForm):
    """A form about one product of an entrustment, chosen once, when the record begins."""

    product_id = SelectField(
        _l("Product"),
        description=_l("One of the products of this entrustment."),
        validators=[InputRequired(_l("Choose the product."))],
    )

    def offer(self, ground: Ground) -> None:
        self.product_id.choices = options({"": _l("Choose the product")} | ground.product_names)


def three_way(label: Any, description: Any = "") -> RadioField:
    """Yes, no, or not known yet: unknown is a value of its own and nothing is preselected."""
    return RadioField(
        label,
        description=description,
        choices=options({YES: _l("Yes"), NO: _l("No"), UNKNOWN: _l("Not known yet")}),
        validators=[InputRequired(_l("Choose yes, no or not known yet."))],
    )


def options(labels: Mapping[str, Any]) -> list[Any]:
    """What can be chosen in a select or radio field: from each value to its label."""
    return [SelectChoice(value, label) for value, label in labels.items()]


def tidy(text: str | None) -> str | None:
    """A field's filter: text as it is stored: NFC, without blanks around it, without NUL."""
    return unicodedata.normalize("NFC", text.replace("\0", "")).strip() if text else text


def answer_of(value: str) -> bool | None:
    return _ANSWERS[value]


def three_way_of(value: bool | None) -> str:
    """How :func:`three_way` shows a stored answer."""
    return UNKNOWN if value is None else YES if value else NO
