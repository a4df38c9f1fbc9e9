"""What a registrant says of its product."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from agreements.identifiers import code_problem, gtin_problem, normalise
from portal.records.evidence import RegistrationCertificate
from portal.records.product import Product
from portal.rooms.products.attributes import (
    ATTRIBUTES,
    DEVICE_CLASSES,
    UNKNOWN,
    VASCULAR_ASKS,
    VASCULAR_SAYS,
    VASCULAR_SITES,
)
from portal.web import RecordForm, answer_of, options, three_way, three_way_of, tidy
from portal.wording import said
from workflows.words import Said


def _asked(name: str) -> RadioField:
    return three_way(_l(ATTRIBUTES[name].asks), _l(ATTRIBUTES[name].says))


def _one_of(label: Any, description: Any, choices: Mapping[str, str]) -> RadioField:
    return RadioField(
        label,
        description=description,
        choices=options({value: _l(text) for value, text in choices.items()}),
        validators=[InputRequired(_l("Choose one; not known yet is an answer too."))],
    )


def _number(text: str | None) -> str | None:
    return normalise(text) if text else text


class ProductForm(RecordForm):
    name = StringField(
        _l("Name"),
        description=_l("As on the registration certificate, for example Metal locking bone plate."),
        filters=[tidy],
        validators=[
            DataRequired(_l("Give the name, as on the certificate.")),
            Length(max=200, message=_l("Use at most %(max)d characters.")),
        ],
    )
    model = StringField(
        _l("Model or specification"),
        description=_l("For example LP-3.5, 6 holes. Leave empty when the certificate covers one model only."),
        filters=[tidy],
        validators=[Length(max=200, message=_l("Use at most %(max)d characters."))],
    )
    code = StringField(
        _l("Classification code"),
        description=_l(
            "All three levels of the 2017 classification catalogue, for example 13-01-01. Leave empty while it is not "
            "known; the verdict then asks for it."
        ),
        filters=[_number],
        validators=[Length(max=20, message=_l("Use at most %(max)d characters."))],
    )
    device_class = _one_of(
        _l("Device class"),
        _l("As on the certificate. The scope of a production licence is given by code and class."),
        DEVICE_CLASSES,
    )
    is_implantable = _asked("is_implantable")
    contains_animal_origin_material = _asked("contains_animal_origin_material")
    directly_from_animal_tissue = _asked("directly_from_animal_tissue")
    is_allogeneic = _asked("is_allogeneic")
    contains_allogeneic_material = _asked("contains_allogeneic_material")
    vascular_site = _one_of(_l(VASCULAR_ASKS), _l(VASCULAR_SAYS), VASCULAR_SITES)
    udi_di = StringField(
        _l("Device identifier (UDI-DI)"),
        description=_l("Fourteen digits of GS1, as in the national UDI database, for example 06901234567892."),
        filters=[_number],
        validators=[Length(max=40, message=_l("Use at most %(max)d characters."))],
    )
    certificate_id = SelectField(
        _l("Registration certificate"),
        description=_l("One of your own certificates. Its number goes wherever the product is shown."),
        validate_choice=True,
    )

    certificates: Mapping[str, RegistrationCertificate] = {}

    @classmethod
    def asking(cls, certificates: Iterable[RegistrationCertificate], product: Product | None = None) -> "ProductForm":
        """The form with one's own ``certificates`` to choose from, filled from ``product`` when there is one."""
        form: ProductForm = cls.over(_as_typed(product)) if product else cls()
        form.certificates = {str(each.id): each for each in certificates}
        labels = {key: f"{each.number} {each.product_name}" for key, each in form.certificates.items()}
        form.certificate_id.choices = options({"": gettext("None yet")} | labels)
        return form

    def validate_code(self, field: Field) -> None:
        if field.data:
            _refuse(code_problem(field.data, shortest=3))

    def validate_udi_di(self, field: Field) -> None:
        if field.data:
            _refuse(gtin_problem(field.data))

    def validate_directly_from_animal_tissue(self, field: Field) -> None:
        if answer_of(field.data) and answer_of(self.contains_animal_origin_material.data or UNKNOWN) is False:
            raise ValidationError(gettext("What is taken from animal tissue also contains material of animal origin."))

    def validate_is_allogeneic(self, field: Field) -> None:
        if answer_of(field.data) and answer_of(self.contains_allogeneic_material.data or UNKNOWN) is False:
            raise ValidationError(gettext("What is allogeneic also contains allogeneic material."))

    def validate_certificate_id(self, field: Field) -> None:
        chosen = self.certificates.get(field.data)
        stated = _known(self.device_class.data)
        if chosen and stated and chosen.device_class != stated:
            given = {"number": chosen.number, "found": chosen.device_class, "stated": stated}
            raise ValidationError(
                gettext("%(number)s is for class %(found)s, but class %(stated)s is chosen.", **given)
            )

    def write_to(self, product: Product) -> None:
        product.name, product.model = self.name.data or "", self.model.data or ""
        product.code, product.udi_di = self.code.data or None, self.udi_di.data or None
        product.device_class, product.vascular_site = _known(self.device_class.data), _known(self.vascular_site.data)
        product.certificate_id = UUID(self.certificate_id.data) if self.certificate_id.data else None
        for name in ATTRIBUTES:
            setattr(product, name, answer_of(self[name].data))


def _as_typed(product: Product) -> SimpleNamespace:
    """The product as its form shows it: unknown is a choice, nothing is an empty box."""
    return SimpleNamespace(
        version=product.version,
        name=product.name,
        model=product.model,
        code=product.code or "",
        udi_di=product.udi_di or "",
        device_class=product.device_class or UNKNOWN,
        vascular_site=product.vascular_site or UNKNOWN,
        certificate_id=str(product.certificate_id or ""),
        **{name: three_way_of(getattr(product, name)) for name in ATTRIBUTES},
    )


def _known(choice: str | None) -> str | None:
    return None if choice in (None, UNKNOWN) else choice


def _refuse(problem: Said | None) -> None:
    if problem:
        raise ValidationError(said(problem))
