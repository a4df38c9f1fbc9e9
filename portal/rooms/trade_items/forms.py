"""What the registrant types about a device identifier."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from agreements.identifiers import Malformed, gtin_problem, normalise
from agreements.udi import Agency, Identification, read
from portal.db import today
from portal.facts import Ground
from portal.records.trade_item import TradeItem
from portal.rooms.trade_items.entering import Entered
from portal.web import ProductForm
from portal.web.fields import text_field, whole_number, worded
from portal.web.forms import options
from portal.wording import said
from workflows.trade_item import AGENCIES, LEVELS

ORDER = list(LEVELS)


class EnterForm(ProductForm):
    """One identifier of one product; a package says what it holds, and how many."""

    agency = SelectField(
        _l("Issuing agency"),
        choices=options(worded(AGENCIES)),
        validators=[InputRequired(_l("Choose the agency."))],
    )
    di = text_field(
        _l("Device identifier (UDI-DI)"),
        _l("As it stands in the national database: 14 digits of GS1, 25 characters of MA, or the whole code of AHM."),
        100,
        DataRequired(_l("Give the device identifier, such as 06901234567892.")),
    )
    level = SelectField(
        _l("Level of packaging"),
        choices=options(worded(LEVELS)),
        validators=[InputRequired(_l("Choose the level."))],
    )
    is_primary = BooleanField(
        _l("The product goes by it"),
        description=_l("The identifier of the smallest sales unit, which the registration file and the batches name."),
    )
    holds = SelectField(
        _l("One package holds"),
        description=_l("The identifier of the next smaller package; empty for the smallest sales unit."),
    )
    holds_count = whole_number(_l("How many of them"), _l("In one package."), Optional(), least=1)
    known: Sequence[TradeItem] = ()

    def begin(self, ground: Ground, known: Sequence[TradeItem]) -> None:
        self.offer(ground)
        self.known = known
        held = {str(each.id): f"{each.di} · {said(LEVELS[each.level])} · {each.product_name}" for each in known}
        self.holds.choices = options({"": gettext("Nothing: it is the smallest sales unit")} | held)

    @property
    def given(self) -> Entered:
        return Entered(
            product_id=UUID(self.product_id.data),
            agency=self.agency.data,
            di=normalise(self.di.data or ""),
            level=self.level.data,
            is_primary=self.is_primary.data,
            holds=self._held(),
            holds_count=self.holds_count.data,
        )

    def validate_di(self, field: Any) -> None:
        if problem := _problem(self.agency.data, normalise(field.data or "")):
            raise ValidationError(problem)
        if any((each.agency, each.di) == (self.agency.data, normalise(field.data)) for each in self.known):
            raise ValidationError(_l("This identifier is on record already. Each level of packaging has its own."))

    def validate_is_primary(self, field: Any) -> None:
        if field.data and self.level.data != "unit":
            raise ValidationError(_l("A product goes by the identifier of its smallest sales unit."))
        if field.data and any(each.is_primary and str(each.product_id) == self.product_id.data for each in self.known):
            raise ValidationError(_l("The product goes by another identifier; give that one up first."))

    def validate_holds(self, _field: Any) -> None:
        held = self._held()
        if (self.level.data == "unit") == (held is not None):
            raise ValidationError(
                _l("The smallest sales unit holds nothing, and every package says what it holds: correct one of them.")
            )
        if held and ORDER.index(held.level) >= ORDER.index(self.level.data):
            raise ValidationError(_l("A package holds smaller ones."))
        if held and str(held.product_id) != self.product_id.data:
            raise ValidationError(_l("A package holds the same product."))
        if held and self.holds_count.data is None:
            raise ValidationError(_l("Say how many lie in one package."))

    def refuse_taken(self) -> None:
        self.di.errors = [gettext("Somebody entered it at this very moment; look at the list.")]

    def _held(self) -> TradeItem | None:
        return next((each for each in self.known if str(each.id) == self.holds.data), None)


def _problem(agency: str, di: str) -> str | None:
    """What is wrong with a device identifier of the agency, said to the reader."""
    if agency == Agency.GS1:
        problem = gtin_problem(di)
        return said(problem) if problem else None
    try:
        told = read(di, today())
    except Malformed as wrong:
        return said(wrong.says)
    alone = Identification(Agency(agency), unread=di) if agency == Agency.AHM else Identification(Agency.MA, di=di)
    return None if told == alone else gettext("This is not a device identifier of that agency, or more than that.")
