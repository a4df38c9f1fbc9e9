"""The two papers an authority prints: production licence and registration certificate."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectMultipleField
from wtforms.validators import InputRequired, ValidationError

from agreements.identifiers import (
    EXAMPLE_CERTIFICATE,
    EXAMPLE_LICENCE,
    EXAMPLE_PRODUCTION,
    CertificateNumber,
    LicenceNumber,
    Malformed,
    code_problem,
    parse_certificate_number,
    parse_licence_number,
    parse_production_filing,
)
from agreements.reading import table
from portal.records.organisation import Site
from portal.rooms.evidence.fields import EvidenceForm, day, in_order, one_of, passage, proof, text, within_five_years
from portal.web import options
from portal.wording import said
from workflows.engine import Source
from workflows.words import N_

LICENCE_LASTS = Source("ORDER-53", "14")
CERTIFICATE_LASTS = Source("ORDER-47", "58")
MARKS = table("identifiers")["certificate_entrustment_marks"]
CERTIFIED_CLASSES = {"II": N_("Class II"), "III": N_("Class III")}

_SCOPE_LINE = re.compile(r"(\S+)\s+(I{1,3})")
_FILED = frozenset({"I"})
_LICENSED = frozenset({"II", "III"})

Read = TypeVar("Read")


class LicenceForm(EvidenceForm):
    copied = ("valid_from", "valid_until")
    recalled = frozenset({"number"})
    looks = {"number": {"width": "m"}, "scope": {"rows": 5}, "sites": {"look": "list"}}

    number = text(
        _l("Number"),
        _l(
            "As printed, for example %(licence)s; for class I the filing, %(filing)s.",
            licence=EXAMPLE_LICENCE,
            filing=EXAMPLE_PRODUCTION,
        ),
        missing=_l("Give the number as printed on the licence."),
    )
    scope = passage(
        _l("Production scope"),
        _l("One line for each code and class, for example 13-07 III."),
        missing=_l("Write at least one line, for example 13-07 III."),
        longest=8000,
    )
    sites = SelectMultipleField(
        _l("Production addresses"),
        description=_l(
            "Those of your sites that the licence names. A missing site is first added to your organisation."
        ),
        validators=[InputRequired(_l("Choose at least one of your sites."))],
    )
    valid_from = day(_l("Valid from"))
    valid_until = day(_l("Valid until"), _l("The last day, as printed."))
    file = proof()

    def offer(self, sites: Iterable[Site]) -> None:
        """One's own sites, and what the licence names already even if that site has moved since."""
        known = {site.address: f"{site.name}, {site.address}" for site in sites}
        self.sites.choices = options({each: each for each in self.sites.object_data or ()} | known)

    @classmethod
    def typed(cls, record: Any) -> dict[str, Any]:
        scope = "\n".join(f"{each['code']} {each['class']}" for each in record.scope)
        return {**super().typed(record), "number": record.number, "scope": scope, "sites": record.sites}

    def validate_number(self, field: Field) -> None:
        read_or_refuse(read_licence, field.data)

    def validate_scope(self, field: Field) -> None:
        filed = _filed(self.number.data or "")
        for place, line in _lines(field.data):
            found = _SCOPE_LINE.fullmatch(line)
            if not found:
                given = {"line": place, "found": line}
                raise ValidationError(
                    gettext("Line %(line)s is not a code and a class: %(found)s. Example: 13-07 III.", **given)
                )
            if problem := code_problem(found[1], shortest=1):
                raise ValidationError(gettext("Line %(line)s: %(problem)s", line=place, problem=said(problem)))
            if filed is not None and found[2] not in (_FILED if filed else _LICENSED):
                raise ValidationError(
                    gettext("Line %(line)s: a licence is for class II and III, a filing for class I.", line=place)
                )

    def validate_valid_until(self, field: Field) -> None:
        in_order(self.valid_from.data, field.data)
        if not _filed(self.number.data or ""):
            within_five_years(self.valid_from.data, field.data, LICENCE_LASTS)

    def write_to(self, record: Any) -> None:
        super().write_to(record)
        record.number, record.sites = str(read_licence(self.number.data or "")), list(self.sites.data or [])
        found = (line.split() for _, line in _lines(self.scope.data or ""))
        record.scope = [{"code": code, "class": device_class} for code, device_class in found]


class CertificateForm(EvidenceForm):
    copied = ("product_name", "registrant_name", "device_class", "address", "remark", "valid_from", "valid_until")
    looks = {"number": {"width": "m"}, "address": {"rows": 3}, "remark": {"rows": 3}}

    number = text(
        _l("Number"),
        _l("As printed, for example %(example)s.", example=EXAMPLE_CERTIFICATE),
        missing=_l("Give the number as printed on the certificate."),
    )
    product_name = text(_l("Product name"), _l("As printed."), missing=_l("Give the product's name as printed."))
    registrant_name = text(
        _l("Registrant"),
        _l("The name as printed; it is compared with the name of your organisation."),
        missing=_l("Give the registrant's name as printed."),
    )
    device_class = one_of(_l("Device class"), _l("It also stands in the number, after the year."), CERTIFIED_CLASSES)
    address = passage(
        _l("Production address"),
        _l(
            "As printed, one address a line. An entrusted one ends with %(mark)s: Announcement 2024 No. 38 (13).",
            mark=MARKS["address_suffix"],
        ),
    )
    remark = passage(_l("Remark"), _l("As printed. It names the partner: %(remark)s", remark=MARKS["remark"]))
    valid_from = day(_l("Valid from"))
    valid_until = day(_l("Valid until"), _l("The last day, as printed."))
    file = proof()

    @classmethod
    def typed(cls, record: Any) -> dict[str, Any]:
        return {**super().typed(record), "number": record.number}

    def validate_number(self, field: Field) -> None:
        read_or_refuse(parse_certificate_number, field.data)

    def validate_device_class(self, field: Field) -> None:
        read = read_certificate(self.number.data or "")
        if read and read.device_class != field.data:
            raise ValidationError(gettext("The number is one of class %(found)s.", found=read.device_class))

    def validate_valid_until(self, field: Field) -> None:
        in_order(self.valid_from.data, field.data)
        within_five_years(self.valid_from.data, field.data, CERTIFICATE_LASTS)

    def write_to(self, record: Any) -> None:
        super().write_to(record)
        record.number = str(parse_certificate_number(self.number.data or ""))


def read_licence(number: str) -> LicenceNumber:
    """A licence number, or a filing number of class I.  Raises Malformed in the words for a licence."""
    try:
        return parse_production_filing(number)
    except Malformed:
        return parse_licence_number(number)


def read_certificate(number: str) -> CertificateNumber | None:
    """The parts of the number; None when it cannot be read."""
    try:
        return parse_certificate_number(number)
    except Malformed:
        return None


def read_or_refuse(read: Callable[[str], Read], number: str) -> Read:
    try:
        return read(number)
    except Malformed as wrong:
        raise ValidationError(said(wrong.says)) from wrong


def _filed(number: str) -> bool | None:
    """Whether it is a class I filing rather than a licence; None when it cannot be read."""
    try:
        return read_licence(number).kind == "filing"
    except Malformed:
        return None


def _lines(scope: str) -> list[tuple[int, str]]:
    """The lines that say something, each with its number on the page."""
    lines = enumerate(unicodedata.normalize("NFKC", scope).splitlines(), start=1)
    return [(place, line.strip()) for place, line in lines if line.strip()]
