"""What an eligibility verdict is made from: product, parties, licences, inspections and other dated evidence.

None always means "not known" or "not supplied", never "no".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from agreements.plain import as_plain, from_plain

DeviceClass = Literal["I", "II", "III"]
VascularSite = Literal["peripheral", "coronary", "intracranial", "other"]
InspectionResult = Literal["passed", "passed-after-rectification", "failed"]


@dataclass(frozen=True, slots=True)
class Product:
    """A product and the attributes the prohibited catalogue asks about.

    ``code`` is the 2017 classification code, ``NN-NN-NN`` or only its first level ``NN-NN``.  ``is_implantable``
    follows Order 15: placed by surgery and there for 30 days or more, or absorbed.  ``directly_from_animal_tissue``
    is narrower than ``contains_animal_origin_material``; keep both.
    """

    name: str
    code: str | None = None
    device_class: DeviceClass | None = None
    is_implantable: bool | None = None
    contains_animal_origin_material: bool | None = None
    directly_from_animal_tissue: bool | None = None
    is_allogeneic: bool | None = None
    contains_allogeneic_material: bool | None = None
    vascular_site: VascularSite | None = None
    certificate_number: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """``province`` is the abbreviation that licences use, such as 苏."""

    name: str
    uscc: str
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A registration certificate (class II, III) or filing (class I, which has no end: ``valid_until`` None)."""

    number: str
    device_class: DeviceClass | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    address: str | None = None
    remark: str | None = None
    registrant_name: str | None = None


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """One line of a production scope: ``13``, ``13-07`` or ``13-07-02``, and the class it is licensed for."""

    code_prefix: str
    device_class: DeviceClass


@dataclass(frozen=True, slots=True)
class Licence:
    """A production licence (class II, III) or production filing (class I).  ``sites`` are its production addresses."""

    number: str
    scope: tuple[ScopeLine, ...] = ()
    sites: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    address: str | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A quality-system inspection by an authority.  ``valid_until`` None: no end was stated."""

    on: date
    result: InspectionResult
    scope: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class CreditStatement:
    """The manufacturer's statement of its credit (信用情况说明); ``on`` is its date."""

    on: date


@dataclass(frozen=True, slots=True)
class CreditCheck:
    """The registrant's look into public regulator data.  ``note`` weighs what was found."""

    on: date
    adverse: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Functions:
    """Who heads each function of the registrant; a person or a post, None when nobody is named.

    ``entrust_only`` False says that the registrant also produces itself; then 2024-38 (1) does not ask for them.
    """

    technology: str | None = None
    production: str | None = None
    quality: str | None = None
    adverse_events: str | None = None
    after_sales: str | None = None
    quality_independent: bool | None = None
    full_time_quality_staff: int | None = None
    entrust_only: bool | None = None


@dataclass(frozen=True, slots=True)
class Residents:
    """How many people the registrant will post at the site, or the reason why none."""

    posted: int = 0
    exception: str | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a verdict depends on.  ``answers`` maps an entry of the code-less catalogue to what a person said."""

    on: date
    registrant: Party
    manufacturer: Party
    product: Product
    certificate: Certificate | None = None
    licence: Licence | None = None
    site: Site | None = None
    inspection: Inspection | None = None
    credit_statement: CreditStatement | None = None
    credit_check: CreditCheck | None = None
    functions: Functions | None = None
    residents: Residents | None = None
    answers: Mapping[str, bool] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON types; :meth:`from_data` gives an equal value back."""
        data: dict[str, Any] = as_plain(self)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Inputs":
        """Raise :class:`ValueError` naming the first thing that does not fit."""
        return from_plain(cls, data)
