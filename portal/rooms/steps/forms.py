"""What is typed about one step: when, on what, by whom, of which lots, and what its parameters read."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional

from portal.db import now
from portal.records.definition import DefinitionParameter, DefinitionStep
from portal.records.equipment import Area, Equipment
from portal.records.material_lot import MaterialLot
from portal.web import RecordForm
from portal.web.fields import MomentField, passage, text_field, worded
from portal.web.forms import options
from workflows.acts import Act, Item, Quantity, Value
from workflows.lineage import Deed, Thing
from workflows.making import OPERATIONS

NOTHING = ""
LOTS = ("1", "2", "3")
HERE = "form"


class StepForm(RecordForm):
    """The fields of every step; :func:`form_for` adds one for each parameter of the routing."""

    parameters: Sequence[DefinitionParameter] = ()

    began_at = MomentField(_l("Work began at"), validators=[InputRequired(_l("Say when it began."))])
    ended_at = MomentField(_l("Work ended at"), validators=[Optional()])
    operation = SelectField(_l("Operation"), validators=[InputRequired(_l("Choose the operation."))])
    equipment = SelectField(_l("Equipment"), validators=[Optional()])
    area = SelectField(_l("Room"), validators=[Optional()])
    operator = text_field(
        _l("Operator"), _l("Name, or e-mail address in the portal."), 100, InputRequired(_l("Say who did it."))
    )
    second = text_field(
        _l("Second person"), _l("Where the step has to be watched: name or e-mail address."), 100, Optional()
    )
    lot_1 = SelectField(_l("Lot used"), validators=[Optional()])
    quantity_1 = text_field(_l("How much of it"), _l("A decimal number, in the unit of the lot."), 20, Optional())
    lot_2 = SelectField(_l("Second lot"), validators=[Optional()])
    quantity_2 = text_field(_l("How much of it"), "", 20, Optional())
    lot_3 = SelectField(_l("Third lot"), validators=[Optional()])
    quantity_3 = text_field(_l("How much of it"), "", 20, Optional())

    def offer(self, equipment: Sequence[Equipment], areas: Sequence[Area], lots: Sequence[MaterialLot]) -> None:
        nothing = {NOTHING: gettext("None")}
        self.lots = {each.number: each for each in lots}
        if "operation" in self:
            self.operation.choices = options({NOTHING: gettext("Choose one"), **worded(OPERATIONS)})
        self.equipment.choices = options(nothing | {each.number: f"{each.number} · {each.name}" for each in equipment})
        self.area.choices = options(nothing | {each.number: f"{each.number} · {each.name}" for each in areas})
        of_lots = {each.number: f"{each.number} · {each.material.name} · {each.unit}" for each in lots}
        for name in LOTS:
            self[f"lot_{name}"].choices = options(nothing | of_lots)

    def act(self, batch: str, step: str) -> Act:
        """As it was typed; nothing is looked up here."""
        used = [
            (Item(Thing.LOT, self[f"lot_{name}"].data), Quantity(self[f"quantity_{name}"].data or "", self._unit(name)))
            for name in LOTS
            if self[f"lot_{name}"].data
        ]
        return Act(
            Deed.STEP,
            HERE,
            self.began_at.data or now(),
            self.ended_at.data,
            batch=batch,
            step=step,
            operation=self.operation.data if "operation" in self else "",
            equipment=self.equipment.data or "",
            area=self.area.data or "",
            operator=self.operator.data or "",
            second=self.second.data or "",
            uses=[item for item, _ in used],
            quantities={item: quantity for item, quantity in used if quantity.number},
            values=[
                Value(name, each.name, self[name].data, each.unit)
                for name, each in zip(self.parameter_fields, self.parameters, strict=True)
                if self[name].data
            ],
        )

    @property
    def parameter_fields(self) -> list[str]:
        return [f"parameter_{place}" for place in range(len(self.parameters))]

    def _unit(self, name: str) -> str:
        lot = self.lots.get(self[f"lot_{name}"].data)
        return lot.unit if lot else ""


class UndoForm(RecordForm):
    reason = passage(
        _l("Why it is taken back"),
        _l("It stays readable; nothing follows from it any more."),
        2000,
        InputRequired(_l("Say why it is taken back.")),
    )


def form_for(step: DefinitionStep | None) -> StepForm:
    """A form with one field for each parameter that the routing lays down for the step."""
    parameters = [each for each in step.parameters if each.struck_at is None] if step else []
    fields: Mapping[str, Any] = {
        f"parameter_{place}": text_field(f"{each.name} ({each.unit})", _limits(each), 20, Optional())
        for place, each in enumerate(parameters)
    }
    kind = type("StepFormOfRouting", (StepForm,), {**fields, "parameters": parameters})
    form: StepForm = kind()
    if step is not None and step.operation:  # the definition says it, so nobody is asked
        del form.operation
    return form


def _limits(line: DefinitionParameter) -> str:
    words: str = gettext("Specification: %(limits)s", limits=line.specified)
    return words
