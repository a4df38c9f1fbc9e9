"""What the manufacturer types when it proposes a source."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import DataRequired, InputRequired

from portal.records.definition import DefinitionMaterial
from portal.records.supplier import Supplier
from portal.web import RecordForm
from portal.web.fields import passage, worded
from portal.web.forms import options
from workflows.audit import SUPPLIES

LONGEST = 4000


class SourceForm(RecordForm):
    material = SelectField(
        _l("Material"),
        description=_l("As a version of the definition asks for it; later versions take the source along."),
        validators=[InputRequired(_l("Choose the material."))],
    )
    supplier = SelectField(
        _l("Supplier"),
        description=_l("One of your approved suppliers. The registrant sees its name, country and USCC."),
        validators=[InputRequired(_l("Choose the supplier."))],
    )
    supplied = SelectField(
        _l("What the supplier delivers"),
        description=_l("For the first four the registrant audits the supplier before it approves."),
        choices=options({"": _l("Choose one of these")} | worded(SUPPLIES)),
        validators=[InputRequired(_l("Choose what the supplier delivers."))],
    )
    basis = passage(
        _l("Why it is fit"),
        _l("Evaluation, samples, validation; so that the registrant can decide."),
        LONGEST,
        DataRequired(_l("Say why the supplier is fit for this material.")),
    )

    def offer(self, materials: Iterable[DefinitionMaterial], suppliers: Iterable[Supplier]) -> None:
        self.materials: Mapping[str, DefinitionMaterial] = {str(each.id): each for each in materials}
        self.suppliers: Mapping[str, Supplier] = {str(each.id): each for each in suppliers}
        lines = {
            key: f"{each.definition.product_name} {each.definition.called}: {each.code} {each.name}"
            for key, each in self.materials.items()
        }
        names: dict[str, Any] = {key: f"{each.number} {each.name}" for key, each in self.suppliers.items()}
        self.material.choices = options({"": _l("Choose the material")} | lines)
        self.supplier.choices = options({"": _l("Choose the supplier")} | names)
