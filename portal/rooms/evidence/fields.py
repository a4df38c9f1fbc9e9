"""What the forms of evidence are built from, and the form that they all are."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.db import today
from portal.records.evidence import Evidence
from portal.records.organisation import Site
from portal.web import RecordForm, options, tidy
from portal.wording import cite, said
from workflows.engine import Source
from workflows.words import Said

LONGEST_VALIDITY = 5  # years, of a licence and of a certificate alike


class DayField(DateField):
    """A day, refused in words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as wrong:
            raise ValueError(gettext("This is not a day of the calendar. Example: 2026-11-26.")) from wrong


def text(label: Any, description: Any = "", *, missing: Any = None, longest: int = 200) -> StringField:
    return StringField(label, description=description, filters=[tidy], validators=_said_and_short(missing, longest))


def passage(label: Any, description: Any = "", *, missing: Any = None, longest: int = 2000) -> TextAreaField:
    return TextAreaField(label, description=description, filters=[tidy], validators=_said_and_short(missing, longest))


def day(label: Any, description: Any = "", *, required: bool = True) -> DayField:
    asked = DataRequired(_l("Write a day, for example 2026-11-26.")) if required else Optional()
    return DayField(label, description=description, validators=[asked])


def one_of(label: Any, description: Any, choices: Mapping[str, str]) -> RadioField:
    return RadioField(
        label,
        description=description,
        choices=options({value: _l(words) for value, words in choices.items()}),
        validators=[InputRequired(_l("Choose one."))],
    )


def proof() -> FileField:
    return FileField(
        _l("File"),
        description=_l("The paper itself, as PDF or picture; it proves what stands above."),
        validators=[FileRequired(_l("Choose the file that proves it, for example a scan as PDF."))],
    )


def refuse(problem: Said | None) -> None:
    if problem:
        raise ValidationError(said(problem))


class EvidenceForm(RecordForm):
    """``copied`` are the fields that record and form share as they are; ``looks`` says how some are drawn.

    Each form declares its ``file`` itself, as its last field.
    """

    copied: ClassVar[tuple[str, ...]] = ()
    recalled: ClassVar[frozenset[str]] = frozenset()
    looks: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    file: FileField

    @classmethod
    def asking(cls, sites: Iterable[Site], record: Evidence | None = None) -> "EvidenceForm":
        """The form, filled from ``record`` when there is one; then a file already proves it and may stay."""
        form: EvidenceForm = cls.over(SimpleNamespace(version=record.version, **cls.typed(record))) if record else cls()
        if record:
            form.file.validators, form.file.flags.required = [], False
            form.file.description = _l("Only if there is a newer paper. The one it replaces stays in the history.")
        form.offer(sites)
        return form

    @classmethod
    def typed(cls, record: Any) -> dict[str, Any]:
        return {name: getattr(record, name) for name in cls.copied}

    def offer(self, sites: Iterable[Site]) -> None:
        """Fill in what can be chosen; most forms offer nothing."""

    def write_to(self, record: Any) -> None:
        for name in self.copied:
            setattr(record, name, self[name].data)

    def refuse_file(self, says: str) -> None:
        self.file.errors = [says]

    def ask_for_file_again(self) -> None:
        """A browser drops a chosen file when the page comes back; say so instead of losing it in silence."""
        if self.file.data and not self.file.errors:
            self.refuse_file(gettext("Choose the file again: a browser does not keep it when the page comes back."))


def not_in_future(_: EvidenceForm, field: Field) -> None:
    if field.data and field.data > today():
        raise ValidationError(gettext("This day has not come yet; today is %(today)s.", today=today().isoformat()))


def in_order(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise ValidationError(gettext("This is before the first day, %(first)s.", first=first.isoformat()))


def within_five_years(first: date | None, last: date | None, source: Source) -> None:
    if not first or not last:
        return
    latest = first.replace(
        year=first.year + LONGEST_VALIDITY, day=min(first.day, 28) if first.month == 2 else first.day
    )
    if last > latest:
        given = {"latest": latest.isoformat(), "source": cite(source)}
        raise ValidationError(gettext("It is valid for five years at most, so until %(latest)s (%(source)s).", **given))


def _said_and_short(missing: Any, longest: int) -> list[Any]:
    short = Length(max=longest, message=_l("Use at most %(max)d characters."))
    return [DataRequired(missing), short] if missing else [short]
