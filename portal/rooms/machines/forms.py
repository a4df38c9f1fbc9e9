"""What people type about equipment: what it is and serves, a calibration or validation with its certificate."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation, ValidationError

from portal.db import today
from portal.web import RecordForm
from portal.web.fields import DayField, day_field, passage, text_field, worded
from portal.web.forms import options
from workflows.equipment import EQUIPMENT_KINDS
from workflows.making import OPERATIONS
from workflows.proving import DUE_AGAIN, PROOFS

NOWHERE = ""
PASSED, FAILED = "passed", "failed"
LONGEST = 2000


class EquipmentForm(RecordForm):
    number = text_field(
        _l("Number"), _l("As on its plate, for example EQ-014."), 40, DataRequired(_l("Give the number on its plate."))
    )
    name = text_field(_l("Name"), _l("Such as: CNC lathe."), 100, DataRequired(_l("Name it.")))
    kind = RadioField(
        _l("Kind"), choices=options(worded(EQUIPMENT_KINDS)), validators=[InputRequired(_l("Choose what it is."))]
    )
    maker = text_field(_l("Maker"), "", 100)
    model = text_field(_l("Model"), "", 100)
    place = text_field(
        _l("Where it stands"), _l("So that an inspector finds it."), 200, DataRequired(_l("Say where it stands."))
    )
    area = SelectField(_l("Room"), validators=[Optional()])
    since_on = day_field(
        _l("In use since"),
        _l("It may lie before today: steps of earlier days are then recorded too, as far as the proofs reach."),
        _l("Give the day, such as 2026-11-23."),
    )
    operations = SelectMultipleField(
        _l("Operations it serves"),
        description=_l("A step of any other operation that names it is refused."),
        choices=options(worded(OPERATIONS)),
        validators=[DataRequired(_l("Choose at least one operation."))],
    )
    needs_calibration = BooleanField(
        _l("Has to be calibrated"), description=_l("A measuring instrument always has to be.")
    )
    needs_validation = BooleanField(
        _l("Has to be validated (IQ, OQ, PQ)"),
        description=_l("Where the result of its process cannot be seen on the piece afterwards."),
    )

    numbers: frozenset[str] = frozenset()

    def offer(self, rooms: dict[str, str], numbers: frozenset[str]) -> None:
        """``rooms`` by their ids; ``numbers`` are those that other equipment of the house has."""
        self.area.choices = options({NOWHERE: gettext("In no room on record")} | rooms)
        self.numbers = numbers

    @property
    def given(self) -> dict[str, Any]:
        apart = {"csrf_token", "seen_version", "area"}
        return {name: value for name, value in self.data.items() if name not in apart}

    def validate_since_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))

    def validate_number(self, field: Field) -> None:
        if field.data in self.numbers:
            raise ValidationError(gettext("Other equipment of the house has this number."))

    def validate_needs_calibration(self, field: Field) -> None:
        if self.kind.data == "instrument" and not field.data:
            raise ValidationError(gettext("A measuring instrument has to be calibrated."))


class ProofForm(RecordForm):
    kind = SelectField(
        _l("Kind of proof"),
        choices=options({"": _l("Choose the kind")} | worded(PROOFS)),
        validators=[InputRequired(_l("Choose the kind."))],
    )
    done_on = day_field(_l("Done on"), "", _l("Give the day, such as 2026-11-23."))
    result = RadioField(
        _l("Result"),
        choices=options({PASSED: _l("Passed"), FAILED: _l("Not passed")}),
        validators=[InputRequired(_l("Choose the result."))],
    )
    due_on = DayField(
        _l("Due again by"), description=_l("The last day on which it counts; asked of calibrations and of the PQ.")
    )
    done_by = text_field(
        _l("Carried out by"), _l("The laboratory or the department."), 200, DataRequired(_l("Say who did it."))
    )
    certificate = text_field(
        _l("Number of the certificate or report"),
        "",
        100,
        DataRequired(_l("Give the number, so that one can find it.")),
    )
    remark = passage(_l("Remark"), _l("Deviations found, points measured, limits of use."), LONGEST)
    file = FileField(
        _l("Certificate or report"),
        description=_l("PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT."),
        validators=[FileRequired(_l("Choose the file that proves it."))],
    )

    @property
    def given(self) -> dict[str, Any]:
        kept = ("kind", "done_on", "due_on", "done_by", "certificate")
        return {name: self.data[name] for name in kept} | {
            "passed": self.result.data == PASSED,
            "remark": self.remark.data or "",
        }

    def validate_done_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))

    def validate_due_on(self, field: Field) -> None:
        if not field.raw_data or not field.raw_data[0].strip():
            field.errors = []
            if self.kind.data in DUE_AGAIN:
                raise StopValidation(gettext("Give the day by which it is due again."))
        elif field.data and self.done_on.data and field.data < self.done_on.data:
            raise ValidationError(gettext("The last day does not come before the first."))


class StrikeForm(RecordForm):
    reason = passage(
        _l("Reason"), _l("For example: entered for the wrong machine."), LONGEST, DataRequired(_l("Say why."))
    )
