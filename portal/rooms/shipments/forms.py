"""What a plant types or scans when it packs, ships, learns of an arrival, or gets something back."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from agreements.identifiers import Malformed
from portal.db import now
from portal.making.recording import Fault
from portal.rooms.shipments.naming import Unreadable, next_sscc, package_of, things_in
from portal.web import RecordForm
from portal.web.fields import MomentField, passage, text_field, worded
from portal.web.forms import options
from portal.wording import said
from workflows.acts import Act, Item
from workflows.lineage import DEEDS, Deed, Thing

LONGEST = 200_000
PREFIX = re.compile(r"[0-9]{4,12}", re.ASCII)
PACKING = {each.name.lower(): DEEDS[each] for each in (Deed.PACK, Deed.UNPACK)}
MOVING = {each.name.lower(): DEEDS[each] for each in (Deed.SHIP, Deed.ARRIVE, Deed.RETURN)}


class ActForm(RecordForm):
    """What both forms ask: which things, and when."""

    things = passage(
        _l("Devices and packages"),
        _l("One in a line: scan the code of the label, or type the serial number or the number of the package."),
        LONGEST,
        DataRequired(_l("Name at least one device or package.")),
    )
    at = MomentField(
        _l("When"),
        description=_l("As the clock in Beijing shows it; empty means this moment."),
        validators=[Optional()],
    )
    named: Sequence[Item] = ()

    def validate_things(self, field: Any) -> None:
        try:
            self.named = things_in(field.data or "")
        except Unreadable as wrong:
            raise ValidationError(" ".join(wrong.lines)) from wrong

    def validate_at(self, field: Any) -> None:
        if field.data and field.data > now():
            raise ValidationError(_l("It lies in the future."))

    def refuse(self, faults: Sequence[Fault]) -> None:
        """Say beside the things why nothing was written."""
        self.things.errors = [said(each.says) for each in faults] + [gettext("Nothing was written.")]

    @property
    def moment(self) -> datetime:
        return self.at.data or now()


class PackingForm(ActForm):
    deed = SelectField(_l("Act"), choices=options(worded(PACKING)))
    package = text_field(
        _l("Package"),
        _l("Its number, such as an SSCC of 18 digits; left empty to have one made from the prefix below."),
        60,
    )
    prefix = text_field(
        _l("GS1 company prefix"),
        _l("4 to 12 digits, as GS1 gave them to your house; only to have a number made."),
        12,
    )
    item: Item | None = None

    def validate_package(self, field: Any) -> None:
        if not field.data:
            if self.deed.data == "unpack":
                raise ValidationError(_l("Name the package that it is taken out of."))
            return
        try:
            self.item = package_of(field.data)
        except Malformed as wrong:
            raise ValidationError(said(wrong.says)) from wrong

    def validate_prefix(self, field: Any) -> None:
        if self.package.data or self.deed.data == "unpack":
            return
        if not PREFIX.fullmatch(field.data or ""):
            raise ValidationError(_l("Give the package's number, or a prefix of 4 to 12 digits to make one from."))

    @property
    def act(self) -> Act:
        package = self.item or Item(Thing.PACKAGE, next_sscc(self.prefix.data or ""))
        return Act(Deed[self.deed.data.upper()], package.code, self.moment, package=package, moves=self.named)


class MovingForm(ActForm):
    deed = SelectField(_l("Act"), choices=options(worded(MOVING)))
    party = text_field(
        _l("Consignee"),
        _l("The hospital or distributor, written as before; of a return, who sent it back."),
        200,
        InputRequired(_l("Name the consignee.")),
    )

    @property
    def act(self) -> Act:
        party = Item(Thing.PARTY, self.party.data or "")
        return Act(Deed[self.deed.data.upper()], party.code, self.moment, moves=self.named, party=party)
