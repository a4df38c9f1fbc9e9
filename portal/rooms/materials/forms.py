"""What people type about a material, with a row for each characteristic that is inspected on receipt."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, FormField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Optional

from portal.records.material import Material
from portal.web import RecordForm
from portal.web.fields import passage, text_field, whole_number, worded
from portal.web.forms import options
from workflows.criterion import KINDS
from workflows.limits import exact
from workflows.material import CERTIFICATES

LONGEST, SPARE, MOST = 4000, 3, 40
LONGEST_SHELF = 600


class CriterionForm(Form):
    """One characteristic; a row of which nothing is written is none."""

    characteristic = text_field(_l("Characteristic"), _l("Such as: chemical composition, diameter."), 200)
    method = text_field(_l("Method"), _l("Standard or instruction, such as GB/T 228.1."), 200)
    kind = SelectField(
        _l("What is written down"), choices=options({"": _l("Choose one of these")} | worded(KINDS)), default=""
    )
    low = text_field(_l("At least"), _l("Of a number, such as 12.00."), 20)
    high = text_field(_l("At most"), _l("Of a number, such as 12.10."), 20)
    unit = text_field(_l("Unit"), _l("Of a number, such as mm."), 20)
    text = text_field(_l("Wanted word"), _l("Of a word, such as: conforms. Upper and lower case are the same."), 200)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whatever is written of a characteristic asks for the rest of it."""
        sound = super().validate(extra_validators)
        if not any(each.data for each in self):
            return sound
        wrong = {name: says for name, says in self._lacking() if says}
        for name, says in wrong.items():
            self[name].errors = [*self[name].errors, says]
        return sound and not wrong

    def _lacking(self) -> list[tuple[str, str]]:
        found = [
            ("characteristic", "" if self.characteristic.data else gettext("Say what is inspected.")),
            ("kind", "" if self.kind.data else gettext("Choose whether a number or a word is written down.")),
        ]
        if self.kind.data == "text":
            return [*found, ("text", "" if self.text.data else gettext("Give the word that is wanted."))]
        if self.kind.data == "number":
            found += [(name, _no_decimal(self[name].data)) for name in ("low", "high") if self[name].data]
            if not self.low.data and not self.high.data:
                found.append(("low", gettext("Give at least one limit.")))
            elif not any(says for _, says in found) and self.low.data and self.high.data:
                disordered = exact(self.high.data) < exact(self.low.data)
                found.append(("high", gettext("It lies below the lower limit.") if disordered else ""))
        return found


class MaterialForm(RecordForm):
    code = text_field(
        _l("Item code"), _l("Such as RM-TI-012."), 60, DataRequired(_l("Give the item code, such as RM-TI-012."))
    )
    name = text_field(_l("Material"), _l("Such as: titanium alloy bar."), 100, DataRequired(_l("Name the material.")))
    specification = text_field(
        _l("Standard, grade and size"),
        _l("Standard or drawing, grade and size, such as GB/T 13810 TC4ELI, 12 mm."),
        200,
        DataRequired(_l("Say what the material must be.")),
    )
    unit = text_field(
        _l("Unit"),
        _l("In which its quantity is counted, such as kg, m, pieces."),
        20,
        DataRequired(_l("Give the unit, such as kg.")),
    )
    is_key = BooleanField(_l("Key material: the product's safety or performance hangs on it"))
    certificates = SelectMultipleField(
        _l("Certificates that each lot must bring"), choices=options(worded(CERTIFICATES)), validators=[Optional()]
    )
    shelf_months = whole_number(
        _l("Shelf life in months"), _l("From the day it was made. Empty: it does not expire."), Optional(), least=1
    )
    receipt = passage(
        _l("How a lot is inspected on receipt"),
        _l("Sampling, instruction, and who does it."),
        LONGEST,
        DataRequired(_l("Say how a lot is inspected.")),
    )

    @classmethod
    def asking(cls, material: Material | None = None) -> Any:
        """The form with a row for each characteristic, and some empty ones below."""
        lines = [each.as_data for each in material.criteria] if material else []
        rows = min(len(lines) + SPARE, MOST)
        fields = {f"criterion-{at}": FormField(CriterionForm) for at in range(rows)}
        filled: dict[str, Any] = {f"criterion-{at}": each for at, each in enumerate(lines)}
        columns = ("code", "name", "specification", "unit", "is_key", "certificates", "shelf_months", "receipt")
        if material:
            filled |= {name: getattr(material, name) for name in columns}
        form = type("FormOfMaterial", (cls,), dict(fields))(data=filled)
        form.lines, form.columns = list(fields), columns
        if material and not form.is_submitted():
            form.seen_version.data = str(material.version)
        return form

    @property
    def rows(self) -> list[Any]:
        return [self[name].form for name in self.lines]

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, by the names of the record's columns."""
        typed = [each.data for each in self.rows]
        inspected = [{name: value or "" for name, value in each.items()} for each in typed if each["characteristic"]]
        return {name: self[name].data for name in self.columns} | {"inspected": inspected}


def _no_decimal(text: str) -> str:
    try:
        exact(text)
    except ValueError:
        wrong: str = gettext("Not a decimal number; write digits and a full stop, such as 12.50.")
        return wrong
    return ""
