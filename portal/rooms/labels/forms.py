"""What is typed about a run of labels: which, how many, from which serial number; and what became of them."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from agreements.identifiers import Malformed
from portal.db import today
from portal.records.batch import Batch
from portal.records.label_run import COUNTED
from portal.records.trade_item import TradeItem
from portal.rooms.labels.drawing import refuse_unprintable
from portal.rooms.labels.keeping import Wanted
from portal.web import RecordForm
from portal.web.fields import passage, text_field, whole_number
from portal.web.forms import options
from portal.wording import said
from workflows.trade_item import LEVELS

MOST = 100_000


class PrintForm(RecordForm):
    trade_item = SelectField(
        _l("Device identifier"),
        description=_l("The smallest sales unit has the label of the device, a package its own."),
        validators=[InputRequired(_l("Choose the identifier."))],
    )
    quantity = whole_number(
        _l("How many labels"),
        _l("Each of them is accounted for afterwards."),
        InputRequired(_l("Say how many labels, such as 1200.")),
        least=1,
    )
    first_serial = text_field(
        _l("First serial number"),
        _l("Its last digits are counted up from label to label, such as S0001. Empty for labels without one."),
        20,
        Optional(),
    )
    batch: Batch
    items: Sequence[TradeItem] = ()

    def begin(self, batch: Batch, items: Sequence[TradeItem]) -> None:
        self.batch, self.items = batch, items
        self.trade_item.choices = options({str(each.id): f"{each.di} · {said(LEVELS[each.level])}" for each in items})

    @property
    def given(self) -> Wanted:
        return Wanted(self._item(), self.quantity.data or 0, self.first_serial.data or None)

    def validate_quantity(self, field: Any) -> None:
        if field.data and field.data > MOST:
            raise ValidationError(_l("At most %(most)s labels in one run.", most=MOST))

    def validate_first_serial(self, field: Any) -> None:
        if field.data and self._item().level != "unit":
            raise ValidationError(_l("A serial number belongs to the device; a package has none of its own here."))

    def is_printable(self) -> bool:
        """Whether the carrier can be drawn; what stands in the way is said beside the serial number."""
        wanted = self.given
        try:
            refuse_unprintable(wanted.item, self.batch, wanted.first_serial, wanted.quantity, today())
        except Malformed as wrong:
            self.first_serial.errors = [said(wrong.says)]
            return False
        return True

    def _item(self) -> TradeItem:
        return next(each for each in self.items if str(each.id) == self.trade_item.data)


class CountForm(RecordForm):
    used = whole_number(_l("Used on goods"), _l("Labels that went on devices or packages."), Optional())
    spoilt = whole_number(_l("Spoilt"), _l("Misprinted or torn, kept with the batch record or destroyed."), Optional())
    destroyed = whole_number(_l("Destroyed unused"), _l("Good ones that were destroyed."), Optional())
    left_over = whole_number(_l("Left over"), _l("Good ones that went back under lock."), Optional())
    explanation = passage(
        _l("Why the sum differs"),
        _l("Where used, spoilt, destroyed and left do not sum up to what was printed: where the rest is."),
        2000,
        Optional(),
    )

    @property
    def counted(self) -> dict[str, Any]:
        return {name: self[name].data for name in COUNTED} | {"explanation": self.explanation.data or None}


def title_of_count() -> str:
    words: str = gettext("Count the labels")
    return words
