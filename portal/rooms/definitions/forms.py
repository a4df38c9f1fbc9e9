"""What people type about a definition: its day and label, its steps, parameters, materials and inspections."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, Regexp, ValidationError

from agreements.inspection_plans import COVERAGES, SAMPLED
from agreements.sampling import AQLS, LEVELS, may_count_pieces
from portal.db import today
from portal.records.change import Change
from portal.records.definition import Definition, DefinitionStep, Line
from portal.web import RecordForm
from portal.web.fields import DayField, passage, text_field, whole_number, worded
from portal.web.forms import options
from portal.wording import day, said
from workflows.definition import INSPECTED, STEP_KINDS
from workflows.grades import GRADES, UNGRADED
from workflows.limits import LIMITS, Disordered, exact, refuse_disorder
from workflows.making import OPERATIONS

LONGEST = 2000
CLEAN = {each: label for each, label in GRADES.items() if each != UNGRADED}
_LIMIT = worded(LIMITS)


def _decimal(label: Any, description: Any, *validators: Any) -> Any:
    return text_field(label, description, 20, *validators, _is_exact)


def _is_exact(_form: Any, field: Field) -> None:
    try:
        exact(field.data)
    except ValueError as wrong:
        raise ValidationError(_l("Not a decimal number; write digits and a full stop, such as 12.50.")) from wrong


class HeadForm(RecordForm):
    """What stands above the lines; the first version needs no change, so it is asked for none."""

    effective_on = DayField(
        _l("It holds from"),
        description=_l("A batch is made under the version that holds on its first day."),
        validators=[Optional()],
    )
    label_version = text_field(_l("Label version"), _l("Such as LB-35-05."), 60)
    instructions_version = text_field(_l("Version of the instructions for use"), _l("Such as IFU-35-03."), 60)
    udi_di = text_field(
        _l("Device identifier (UDI-DI)"),
        _l("As printed on the label, without the production identifier, such as 06900000001233."),
        50,
        Optional(),
        Regexp(
            r"^[0-9A-Za-z./()-]{6,50}$", message=_l("Letters, digits, full stop and hyphen, such as 06900000001233.")
        ),
    )
    change_id = SelectField(
        _l("The change that asks for it"),
        description=_l("The version is approved once the registrant has decided on that change."),
    )
    before: Definition | None

    @classmethod
    def of(cls, definition: Definition, changes: Sequence[Change]) -> "HeadForm":
        form: HeadForm = cls.over(definition)
        form.before = definition.follows
        if form.before is None:
            del form.change_id
        else:
            named = {str(each.id): f"{each.number} {each.title}" for each in changes}
            form.change_id.choices = options({"": _l("None is named yet")} | named)
            form.change_id.data = form.change_id.data or ""
        return form

    def validate_effective_on(self, field: Field) -> None:
        if field.data and field.data < today():
            raise ValidationError(
                gettext(
                    "This day is past: no version holds before it is approved. The first is %(day)s.", day=day(today())
                )
            )
        since = (self.before.holds_from or self.before.effective_on) if self.before else None
        if field.data and since and field.data <= since:
            raise ValidationError(
                gettext("The version before it holds from %(day)s; give a later day.", day=day(since))
            )

    @property
    def given(self) -> dict[str, Any]:
        text = {name: self[name].data or None for name in ("label_version", "instructions_version", "udi_di")}
        named = {"change_id": UUID(self.change_id.data) if self.change_id.data else None} if "change_id" in self else {}
        return {"effective_on": self.effective_on.data} | text | named


class LineForm(RecordForm):
    """A line of a version: a new one, or one that is there already.  ``known_by`` is the field by which it is known."""

    known_by: str

    @classmethod
    def on(cls, definition: Definition, line: Line | None) -> Any:
        """The form over ``line``, or an empty one."""
        form = cls.over(line) if line is not None else cls()
        form.offer(definition, line)
        return form

    def offer(self, definition: Definition, line: Line | None) -> None:
        """Fill in what can be chosen, and what is likely."""

    def given(self, _definition: Definition) -> dict[str, Any]:
        kept = (each for each in self if each.name not in ("seen_version", "csrf_token"))
        return {each.name: each.data for each in kept}

    def refuse_doubled(self) -> None:
        says = gettext("Another line of this version is known by the same; give another, or change that one.")
        self[self.known_by].errors = [says]


class StepForm(LineForm):
    known_by = "position"
    position = whole_number(
        _l("Step number"),
        _l("Its place in the routing: 10, 20, 30 leave room for steps in between."),
        InputRequired(_l("Give the step number, such as 10.")),
        least=1,
    )
    name = text_field(_l("Step"), _l("Such as: passivation."), 100, DataRequired(_l("Name the step.")))
    kind = SelectField(
        _l("Kind of process"),
        description=_l("Key: what decides the quality. Special: whose result no later inspection fully verifies."),
        choices=options({"": _l("Choose the kind of process")} | worded(STEP_KINDS)),
        validators=[InputRequired(_l("Choose the kind of process."))],
    )
    reference = text_field(
        _l("Work instruction"),
        _l("Its number, such as WI-35-012."),
        100,
        DataRequired(_l("Give its number, such as WI-35-012.")),
    )
    edition = text_field(_l("Its version"), _l("Such as B/2."), 60, DataRequired(_l("Give its version, such as B/2.")))
    operation = SelectField(
        _l("Operation"),
        description=_l("By it operators are authorised and equipment is chosen."),
        choices=options({"": _l("Left to the plant, each time")} | worded(OPERATIONS)),
        validators=[Optional()],
    )
    grade = SelectField(
        _l("The room must be at least"),
        choices=options(
            {"": _l("Any room will do")} | worded({each: GRADES[each] for each in GRADES if each != UNGRADED})
        ),
        validators=[Optional()],
    )

    def offer(self, definition: Definition, line: Line | None) -> None:
        if line is None and not self.is_submitted():
            last = max((each.position for each in definition.standing("steps")), default=0)
            self.position.data = last // 10 * 10 + 10


class ParameterForm(LineForm):
    """Of the four limits one specification limit is enough; those that are given rise.  A parameter keeps its step."""

    known_by = "name"
    of: DefinitionStep | None = None
    step = SelectField(_l("Step"), validators=[InputRequired(_l("Choose the step."))])
    name = text_field(_l("Parameter"), _l("Such as: bath temperature."), 100, DataRequired(_l("Name the parameter.")))
    unit = text_field(
        _l("Unit"), _l("Such as °C, min, N."), 20, DataRequired(_l("Give the unit; 1 for a plain number."))
    )
    specification_low = _decimal(
        _LIMIT["specification_low"], _l("Below it the batch does not conform. Such as 20.0."), Optional()
    )
    warning_low = _decimal(_LIMIT["warning_low"], _l("Below it somebody looks into it."), Optional())
    warning_high = _decimal(_LIMIT["warning_high"], _l("Above it somebody looks into it."), Optional())
    specification_high = _decimal(_LIMIT["specification_high"], _l("Above it the batch does not conform."), Optional())

    def offer(self, definition: Definition, line: Any) -> None:
        if line is not None:
            self.of = line.step
            del self.step
            return
        named = {str(each.id): f"{each.position} {each.name}" for each in definition.standing("steps")}
        self.step.choices = options({"": _l("Choose the step")} | named)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """The limits are compared once each of them is a number."""
        if not super().validate(extra_validators):
            return False
        try:
            refuse_disorder(self.limits)
        except Disordered as wrong:
            self[wrong.field].errors = [said(wrong.says)]
            return False
        return True

    @property
    def limits(self) -> dict[str, str | None]:
        return {name: self[name].data or None for name in LIMITS}

    def given(self, definition: Definition) -> dict[str, Any]:
        steps = definition.standing("steps")
        step = self.of or next(each for each in steps if str(each.id) == self.step.data)
        return super().given(definition) | self.limits | {"step": step}


class MaterialForm(LineForm):
    known_by = "code"
    name = text_field(_l("Material"), _l("Such as: titanium alloy bar."), 100, DataRequired(_l("Name the material.")))
    code = text_field(
        _l("Item code"), _l("Such as RM-TI-012."), 60, DataRequired(_l("Give the item code, such as RM-TI-012."))
    )
    specification = text_field(
        _l("Standard, grade and size"),
        _l("Standard or drawing, grade and size, such as GB/T 13810 TC4ELI, 12 mm."),
        200,
        DataRequired(_l("Say what the material must be.")),
    )
    quantity = _decimal(
        _l("Quantity for one piece"), _l("Such as 0.12."), InputRequired(_l("Give the quantity, such as 0.12."))
    )
    unit = text_field(_l("Unit"), _l("Such as kg, m, pieces."), 20, DataRequired(_l("Give the unit, such as kg.")))
    is_key = BooleanField(_l("Key material: the product's safety or performance hangs on it"))


class InspectionForm(LineForm):
    known_by = "characteristic"
    stage = SelectField(
        _l("Kind of inspection"),
        choices=options({"": _l("Choose the inspection")} | worded(INSPECTED)),
        validators=[InputRequired(_l("Choose the inspection."))],
    )
    characteristic = text_field(
        _l("Characteristic"), _l("Such as: surface roughness."), 200, DataRequired(_l("Say what is inspected."))
    )
    method = passage(
        _l("Method"),
        _l("Standard or instruction, and the equipment."),
        LONGEST,
        DataRequired(_l("Say how it is inspected.")),
    )
    criterion = passage(
        _l("Acceptance criterion"),
        _l("Such as: Ra at most 0.4 µm."),
        LONGEST,
        DataRequired(_l("Say what is accepted.")),
    )
    sampling = text_field(
        _l("Sampling"),
        _l("Such as: GB/T 2828.1, level II, AQL 1.0; or every piece."),
        200,
        DataRequired(_l("Say on how many.")),
    )
    coverage = SelectField(
        _l("The portal judges the results by"),
        description=_l("What a lot of material is inspected by stands with the material."),
        choices=options({"": _l("Nothing: the words alone say it")} | worded(COVERAGES)),
        validators=[Optional()],
    )
    level = SelectField(
        _l("Inspection level"),
        description=_l("For a sample; unless there is a reason, level II."),
        choices=options({"": _l("None")} | {each: each for each in LEVELS}),
        validators=[Optional()],
    )
    aql = SelectField(
        _l("Acceptance quality limit (AQL), in percent"),
        description=_l("For a sample. Sample and acceptance number follow from the lot and from the lots before it."),
        choices=options({"": _l("None")} | {each: each for each in AQLS if may_count_pieces(each)}),
        validators=[Optional()],
    )
    may_be_reduced = BooleanField(_l("After many good lots the inspection may be reduced, as the standard says"))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """A sample needs level and AQL, and nothing else takes them."""
        if not super().validate(extra_validators):
            return False
        if self.coverage.data and self.stage.data == "incoming":
            self.coverage.errors = [gettext("Incoming lots are judged by what stands with their material.")]
        for field in (self.level, self.aql):
            if self.coverage.data == SAMPLED and not field.data:
                field.errors = [gettext("A sample needs it; choose one.")]
            elif self.coverage.data != SAMPLED and field.data:
                field.errors = [gettext("Only a sample has it; choose “A sample under GB/T 2828.1”, or none.")]
        return not self.errors

    def given(self, definition: Definition) -> dict[str, Any]:
        """Only a sample can be reduced."""
        told = super().given(definition)
        return told | {"may_be_reduced": told["may_be_reduced"] and told["coverage"] == SAMPLED}


class StrikeForm(RecordForm):
    line = SelectField(_l("Line"), validators=[InputRequired(_l("Choose the line."))])

    @classmethod
    def choosing(cls, definition: Definition, called: Mapping[UUID, str]) -> Any:
        form = cls.over(definition)
        form.line.choices = options({"": _l("Choose the line")} | {str(each): name for each, name in called.items()})
        return form


# The fields that hold a number, a unit or a version.
SHORT = ("position", "edition", "unit", "quantity", "level", "aql", *LIMITS)
FORMS: Mapping[str, type[LineForm]] = {
    "steps": StepForm,
    "parameters": ParameterForm,
    "materials": MaterialForm,
    "inspections": InspectionForm,
}
