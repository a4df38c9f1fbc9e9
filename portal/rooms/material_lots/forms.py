"""What people type about a lot: its receipt, where it lies, its certificates and the results of its inspection."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from agreements.clocks import months_after
from portal.db import today
from portal.lineage.receiving import MOST
from portal.records.material import Material
from portal.records.material_lot import LotResult, MaterialLot
from portal.records.supplier import Supplier
from portal.web import RecordForm
from portal.web.fields import DayField, day_field, passage, text_field, worded
from portal.web.forms import options
from portal.wording import day, said
from workflows.criterion import Criterion, NotMeasured
from workflows.material import CERTIFICATES
from workflows.part_acceptance import NO_PIECE, piece_code
from workflows.units import Immeasurable, quantity_in
from workflows.words import Said

MOST_TAGS = 200
MOST_PIECES = 5000
# No blank in it: a piece is called by its lot and its number, with a dot between blanks.
SERIAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z./_-]{0,39}")


class ReceiptForm(RecordForm):
    """What stands on the delivery; ``material`` and ``supplier`` are chosen once, when the lot is received."""

    number = text_field(
        _l("Lot number"),
        _l("Your own number of the lot, such as ML-2611-004."),
        60,
        DataRequired(_l("Give the number, such as ML-2611-004.")),
    )
    material = SelectField(_l("Material"), validators=[InputRequired(_l("Choose the material."))])
    supplier = SelectField(_l("Supplier"), validators=[InputRequired(_l("Choose the supplier."))])
    supplier_lot = text_field(
        _l("The supplier's lot"),
        _l("As on the delivery and on the certificate, such as the heat number."),
        100,
        DataRequired(_l("Give the supplier's lot or heat number.")),
    )
    made_by = text_field(_l("Made by"), _l("Only where somebody else made it than who delivered it."), 200)
    received_on = day_field(_l("Received on"), "", _l("Give the day, such as 2026-11-23."))
    made_on = DayField(_l("Made on"), validators=[Optional()])
    expires_on = DayField(
        _l("Expired from"),
        description=_l("As on the label; on that day it counts as expired. Empty: counted from the shelf life."),
        validators=[Optional()],
    )
    quantity = text_field(
        _l("Quantity"), _l("As much as was received, such as 120.5."), 20, DataRequired(_l("Give the quantity."))
    )
    unit = text_field(_l("Unit"), _l("As on the delivery, such as kg."), 20, DataRequired(_l("Give the unit.")))
    storage = text_field(
        _l("Where it lies"), _l("Such as: quarantine area, shelf Q2."), 200, DataRequired(_l("Say where it lies."))
    )
    rfid = passage(_l("RFID numbers"), _l("EPC of its tags, one in a line."), 20000)
    serials = passage(
        _l("Serial numbers of the pieces"),
        _l(
            "One in a line, where each piece bears one; as many as the quantity. From then on each piece is used by its"
            " number."
        ),
        200000,
    )

    materials: Mapping[str, Material] = {}
    suppliers: Mapping[str, Supplier] = {}

    @classmethod
    def amending(cls, lot: MaterialLot, **given: Any) -> "ReceiptForm":
        """The form over a lot that was received already."""
        filled = {
            "material": str(lot.material_id),
            "supplier": str(lot.supplier_id),
            "quantity": lot.stated_quantity,
            "unit": lot.stated_unit,
            "rfid": "\n".join(lot.tags),
            "serials": "\n".join(lot.serials or ()),
        }
        form: ReceiptForm = cls.over(lot, **given)
        form.offer([lot.material], [lot.supplier])
        if not form.is_submitted():
            for name, value in filled.items():
                form[name].data = value
        return form

    def offer(self, materials: Iterable[Material], suppliers: Iterable[Supplier]) -> None:
        self.materials = {str(each.id): each for each in materials}
        self.suppliers = {str(each.id): each for each in suppliers}
        named = {key: f"{each.code} {each.name} ({each.unit})" for key, each in self.materials.items()}
        called = {key: f"{each.number} {each.name}" for key, each in self.suppliers.items()}
        self.material.choices = options({"": _l("Choose the material")} | named)
        self.supplier.choices = options({"": _l("Choose the supplier")} | called)

    def validate(self, extra_validators: Any = None) -> bool:
        """Of what expires the day is given, or follows from the day it was made."""
        sound = super().validate(extra_validators)
        chosen = self.materials.get(self.material.data or "")
        if chosen and chosen.shelf_months and not self.expires_on.data and not self.made_on.data:
            says = gettext("This material expires: give the day, or the day it was made.")
            self.expires_on.errors = [*self.expires_on.errors, says]
            return False
        return bool(sound)

    def validate_received_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))

    def validate_made_on(self, field: Field) -> None:
        if field.data and self.received_on.data and field.data > self.received_on.data:
            raise ValidationError(gettext("It was not received before it was made."))

    def validate_expires_on(self, field: Field) -> None:
        made = self.made_on.data
        if field.data and made and field.data <= made:
            raise ValidationError(gettext("It does not expire before it was made."))
        chosen = self.materials.get(self.material.data or "")
        latest = self._latest(chosen) if chosen else None
        if field.data and latest and field.data > latest:
            raise ValidationError(gettext("From the day it was made, its shelf life ends on %(day)s.", day=day(latest)))

    def validate_unit(self, _field: Field) -> None:
        chosen = self.materials.get(self.material.data or "")
        if chosen and self.quantity.data:
            try:
                found = quantity_in(self.quantity.data, self.unit.data or "", chosen.unit)
            except Immeasurable as wrong:
                raise ValidationError(said(wrong.says)) from wrong
            if Decimal(found) > MOST:
                raise ValidationError(gettext("So much of %(unit)s cannot be counted.", unit=chosen.unit))

    def validate_rfid(self, field: Field) -> None:
        _refuse_tags(field)

    def validate_serials(self, field: Field) -> None:
        _refuse_serials(field)
        chosen = self.materials.get(self.material.data or "")
        if chosen is None or not (count := len(_tags(field.data))):
            return
        try:
            whole = quantity_in(self.quantity.data or "", self.unit.data or "", chosen.unit)
        except Immeasurable:
            return  # said at the unit
        if whole != str(count):
            says = gettext("The quantity is %(quantity)s; these are %(count)s numbers.", quantity=whole, count=count)
            raise ValidationError(says)

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, by the names of the record's columns; the quantity in the unit of the material."""
        material = self.materials[self.material.data]
        return {
            "number": self.number.data,
            "supplier_lot": self.supplier_lot.data,
            "made_by": self.made_by.data or None,
            "received_on": self.received_on.data,
            "made_on": self.made_on.data,
            "expires_on": self.expires_on.data or self._latest(material),
            "quantity": quantity_in(self.quantity.data or "", self.unit.data or "", material.unit),
            "unit": material.unit,
            "stated_quantity": self.quantity.data,
            "stated_unit": self.unit.data,
            "storage": self.storage.data,
            "tags": _tags(self.rfid.data),
            "serials": _tags(self.serials.data) or None,
        }

    def _latest(self, material: Material) -> date | None:
        """The day on which its shelf life ends, counted from the day it was made."""
        if material.shelf_months is None or self.made_on.data is None:
            return None
        return months_after(self.made_on.data, material.shelf_months)


class StorageForm(RecordForm):
    storage = text_field(
        _l("Where it lies"), _l("Such as: accepted stock, shelf A4."), 200, DataRequired(_l("Say where it lies."))
    )
    rfid = passage(_l("RFID numbers"), _l("EPC of its tags, one in a line."), 20000)

    @classmethod
    def of(cls, lot: MaterialLot) -> "StorageForm":
        form: StorageForm = cls.over(lot)
        if not form.is_submitted():
            form.rfid.data = "\n".join(lot.tags)
        return form

    def validate_rfid(self, field: Field) -> None:
        _refuse_tags(field)

    @property
    def given(self) -> dict[str, Any]:
        return {"storage": self.storage.data, "tags": _tags(self.rfid.data)}


class CertificateForm(RecordForm):
    kind = SelectField(
        _l("Kind of certificate"),
        choices=options({"": _l("Choose one of these")} | worded(CERTIFICATES)),
        validators=[InputRequired(_l("Choose one of these."))],
    )
    number = text_field(
        _l("Number of the certificate"), _l("As printed on it."), 100, DataRequired(_l("Give its number."))
    )
    issuer = text_field(_l("Who issued it"), "", 200, DataRequired(_l("Say who issued it.")))
    issued_on = day_field(_l("Issued on"), "", _l("Give the day, such as 2026-11-23."))
    file = FileField(
        _l("File"),
        description=_l("A scan or an export: PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT."),
        validators=[FileRequired(_l("Choose the file."))],
    )

    def validate_issued_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))

    @property
    def given(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("kind", "number", "issuer", "issued_on")}


class ResultForm(RecordForm):
    characteristic = SelectField(_l("Characteristic"), validators=[InputRequired(_l("Choose the characteristic."))])
    measured = text_field(
        _l("What the inspection found"),
        _l("The number in the unit of the criterion, or the word. Upper and lower case are the same."),
        200,
        DataRequired(_l("Write down what was found.")),
    )
    instrument = text_field(
        _l("With which instrument"),
        _l("Its number, such as MI-014; or by eye."),
        100,
        DataRequired(_l("Name the instrument, or say that it was done by eye.")),
    )
    inspected_on = day_field(_l("Day of the inspection"), "", _l("Give the day, such as 2026-11-23."))
    inspected_by = text_field(_l("Inspector of the lot"), "", 100, DataRequired(_l("Name who inspected.")))
    piece = text_field(
        _l("Serial number of the piece"), _l("Where one piece alone was looked at; empty for the lot."), 60, Optional()
    )
    reason = passage(
        _l("Why it replaces the result before"),
        _l("Only where there is one; that stays on record."),
        2000,
    )

    criteria: Mapping[str, Criterion] = {}
    before: Mapping[str, LotResult] = {}
    received_on: date | None = None
    pieces: Container[str] = ()

    @classmethod
    def of(cls, lot: MaterialLot, **given: Any) -> "ResultForm":
        form: ResultForm = cls.over(lot, **given)
        form.criteria = {each.characteristic: each for each in lot.criteria}
        form.before, form.received_on, form.pieces = lot.standing_results, lot.received_on, frozenset(lot.serials or ())
        if not lot.serials:
            del form.piece
        named = {name: f"{name}: {each.wanted}" for name, each in form.criteria.items()}
        form.characteristic.choices = options({"": _l("Choose the characteristic")} | named)
        return form

    @property
    def criterion(self) -> Criterion:
        return self.criteria[self.characteristic.data]

    def validate_measured(self, field: Field) -> None:
        chosen = self.criteria.get(self.characteristic.data or "")
        if chosen and field.data:
            try:
                chosen.is_met_by(field.data)
            except NotMeasured as wrong:
                says = gettext("Not a decimal number; write digits and a full stop, such as 12.50.")
                raise ValidationError(says) from wrong

    def validate_inspected_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))
        if field.data and self.received_on and field.data < self.received_on:
            raise ValidationError(gettext("The lot came on %(day)s; give a later day.", day=day(self.received_on)))

    def validate_piece(self, field: Field) -> None:
        if field.data and field.data not in self.pieces:
            raise ValidationError(said(Said(NO_PIECE, {"serial": field.data[:40]})))

    def validate_reason(self, field: Field) -> None:
        told = self.characteristic.data or ""
        if (piece_code(told, self.looked_at) if self.looked_at else told) in self.before and not field.data:
            raise ValidationError(gettext("There is a result already; say why this one takes its place."))

    @property
    def given(self) -> dict[str, Any]:
        told = {name: self[name].data for name in ("measured", "instrument", "inspected_on", "inspected_by")}
        return told | {"piece": self.looked_at or None}

    @property
    def looked_at(self) -> str:
        return (self.piece.data or "").strip() if "piece" in self else ""


class StrikeForm(RecordForm):
    certificate = SelectField(_l("Certificate of the lot"), validators=[InputRequired(_l("Choose the certificate."))])
    reason = passage(_l("Reason"), "", 2000, DataRequired(_l("Say why.")))

    @classmethod
    def of(cls, lot: MaterialLot) -> "StrikeForm":
        form: StrikeForm = cls.over(lot)
        named = {str(each.id): f"{each.number} {each.issuer}" for each in lot.standing_certificates}
        form.certificate.choices = options({"": _l("Choose the certificate")} | named)
        return form


def _tags(text: str | None) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in (text or "").splitlines() if each.strip()))


def _refuse_serials(field: Field) -> None:
    found = [each.strip() for each in (field.data or "").splitlines() if each.strip()]
    if len(found) > MOST_PIECES:
        raise ValidationError(gettext("At most %(most)s numbers.", most=MOST_PIECES))
    if twice := next((each for each, count in Counter(found).items() if count > 1), None):
        raise ValidationError(gettext("The serial number %(code)s is told twice.", code=twice[:40]))
    if wrong := next((each for each in found if not SERIAL.fullmatch(each)), None):
        raise ValidationError(gettext("%(serial)s is no serial number of a piece.", serial=wrong[:40]))


def _refuse_tags(field: Field) -> None:
    found = _tags(field.data)
    if len(found) > MOST_TAGS:
        raise ValidationError(gettext("At most %(most)s numbers.", most=MOST_TAGS))
    if wrong := next((each for each in found if not each.isascii() or len(each) > 100 or " " in each), None):
        raise ValidationError(gettext("%(tag)s is no number of a tag.", tag=wrong[:40]))
