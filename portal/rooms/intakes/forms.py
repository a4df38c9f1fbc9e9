"""What is said of a file: whose work it is about, what its columns mean, how a contradiction is settled."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from agreements.tables.heads import with_unit
from agreements.tables.mapping import NOTHING, Column, Mapped
from agreements.tables.sorts import SORTS, VALUES
from portal.checking.kinds import ending_of
from portal.intakes.receiving import READ
from portal.intakes.settling import CORRECT, KEEP
from portal.records.entrustment import Entrustment
from portal.web import RecordForm
from portal.web.fields import passage
from portal.web.forms import options
from portal.wording import said

LONGEST = 2000


class SendForm(RecordForm):
    entrustment = SelectField(
        _l("Entrustment"),
        description=_l("The one that the rows are about. Rows about others are told as faults."),
        validators=[InputRequired(_l("Choose the entrustment."))],
    )
    file = FileField(
        _l("File"),
        description=_l("CSV, XLSX or B2MML, as your own systems write it; the names may stand in any row."),
        validators=[FileRequired(_l("Choose the file, .csv, .xlsx or .xml."))],
    )

    def validate_file(self, field: Any) -> None:
        if field.data and ending_of(field.data.filename or "") not in READ:
            raise ValidationError(_l("Choose a file that ends in .csv, .txt, .xlsx or .xml."))

    def offer(self, entrustments: Sequence[Entrustment]) -> None:
        labels = {str(each.id): f"{each.number} · {each.registrant.name}" for each in entrustments}
        self.entrustment.choices = options({"": _l("Choose the entrustment")} | labels)


class ColumnsForm(RecordForm):
    """One field for each column of a sheet; made for the sheet by :func:`columns_form`."""

    sort = HiddenField(validators=[InputRequired(_l("Say what the sheet holds."))])
    heads: Sequence[str] = ()

    @property
    def mapped(self) -> Mapped:
        if self.sort.data == NOTHING:
            return Mapped(NOTHING, tuple(Column(head, "") for head in self.heads))
        return Mapped(self.sort.data or "", tuple(self._column(place, head) for place, head in enumerate(self.heads)))

    @property
    def asked(self) -> list[Any]:
        """The fields of the columns that have a name."""
        return [self[name_of(place)] for place, head in enumerate(self.heads) if head]

    def is_readable(self) -> bool:
        """Whether rows could be read by it; what is lacking is told with the form."""
        if self.sort.data not in (*SORTS, NOTHING):
            self.form_errors.append(gettext("Say what the sheet holds."))
            return False
        self.form_errors += [said(each) for each in self.mapped.faults()]
        return not self.form_errors

    def _column(self, place: int, head: str) -> Column:
        field = self[name_of(place)].data if head else ""
        name, unit = with_unit(head)
        return Column(head, field or "", name if field == VALUES else "", unit if field in UNITED else "")


UNITED = (VALUES, "value", "lot_quantity")


def columns_form(heads: Sequence[str], mapped: Mapped) -> ColumnsForm:
    """The form for these columns, filled with what is proposed or was confirmed before."""
    sort = SORTS.get(mapped.sort)
    labels: dict[str, Any] = {"": _l("Leave it out")}
    if sort:
        labels |= {each.name: _l(each.label) for each in sort.fields}
    if sort and sort.wide:
        labels[VALUES] = _l("Its values, each of what the column is called")
    fields: dict[str, Any] = {
        name_of(place): SelectField(head, choices=options(labels)) for place, head in enumerate(heads) if head
    }
    made = type("ColumnsOfASheet", (ColumnsForm,), fields)
    filled = {name_of(place): each.field for place, each in enumerate(mapped.columns)}
    form: ColumnsForm = made(data={"sort": mapped.sort, **filled})
    form.heads = heads
    return form


def name_of(place: int) -> str:
    return f"column_{place}"


class AnswerForm(RecordForm):
    question = HiddenField()
    answer = RadioField(
        _l("What counts"),
        choices=options({KEEP: _l("Keep what stands"), CORRECT: _l("Correct it: the row is right")}),
        validators=[InputRequired(_l("Choose one."))],
    )
    reason = passage(
        _l("Reason"),
        _l("Why it counts; it stays with the record."),
        LONGEST,
        DataRequired(_l("Give the reason.")),
    )


class TakeBackForm(RecordForm):
    reason = passage(
        _l("Reason"),
        _l("Why the file is taken back; it stays with the record."),
        LONGEST,
        DataRequired(_l("Give the reason.")),
    )


class TakeUpForm(RecordForm):
    reason = passage(
        _l("Reason"),
        _l("What was mended; it stays with the record."),
        LONGEST,
        DataRequired(_l("Give the reason.")),
    )


class GiveUpForm(RecordForm):
    reason = passage(
        _l("Reason"),
        _l("Why nobody is to read on; it stays with the record."),
        LONGEST,
        DataRequired(_l("Give the reason.")),
    )
