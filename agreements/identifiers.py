"""Numbers that Chinese authorities print: read exactly, refused with what is wrong and an example.

Patterns and their confidence: ``agreements/data/identifiers.json``.  Full-width letters, digits and brackets are read
as their half-width twins, spaces are dropped.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from agreements.provinces import PROVINCES
from agreements.reading import table
from workflows.words import N_, Said

# The check-digit algorithm of GB 32100-2015 and the licence-number pattern were recalled, not read in their standards.
USCC_CONFIDENCE = "RECALLED"
LICENCE_NUMBER_CONFIDENCE = "RECALLED"

EXAMPLE_LICENCE = "苏药监械生产许20240123号"
EXAMPLE_PRODUCTION = "苏苏药监械生产备20240045号"
EXAMPLE_CERTIFICATE = "国械注准20233130456"
EXAMPLE_FILING = "苏苏械备20240123"
EXAMPLE_CODE = "13-07-02"
EXAMPLE_GTIN = "06901234567892"

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_SUBCATALOGUES = frozenset(row["code"] for row in table("classification_subcatalogues")["subcatalogues"])
_PROVINCE = "[" + "".join(province.abbreviation for province in PROVINCES) + "]"
_CITY = "[\u4e00-\u9fa5]"


class Malformed(ValueError):
    """A number that cannot be read; ``says`` names what is wrong and shows a good one."""

    def __init__(self, says: Said) -> None:
        super().__init__(str(says))
        self.says = says


@dataclass(frozen=True, slots=True)
class LicenceNumber:
    """``province`` is the abbreviation; a class I production filing may carry a city character after it."""

    province: str
    city: str
    kind: Literal["licence", "filing"]
    year: int
    serial: str
    older_spelling: bool = False

    def __str__(self) -> str:
        word = "备" if self.kind == "filing" else "许"
        older = "食" if self.older_spelling else ""
        return f"{self.province}{self.city}{older}药监械生产{word}{self.year}{self.serial}号"


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """Order 47 Art. 115.  ``category`` may be of the catalogue before 2018: never derive the 2017 code from it."""

    origin: str
    kind: Literal["准", "进", "许"]
    year: int
    device_class: Literal["II", "III"]
    category: str
    serial: str

    def __str__(self) -> str:
        return f"{self.origin}械注{self.kind}{self.year}{len(self.device_class)}{self.category}{self.serial}"


@dataclass(frozen=True, slots=True)
class FilingNumber:
    """Order 47 Art. 116: a class I product filing.  ``origin`` is 国 for imported products."""

    origin: str
    city: str
    year: int
    serial: str

    def __str__(self) -> str:
        return f"{self.origin}{self.city}械备{self.year}{self.serial}"


def normalise(text: str) -> str:
    """Half-width, without any space: for comparing what two papers print."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def normalise_uscc(text: str) -> str:
    return normalise(text).replace("-", "").upper()


def uscc_check_character(first_seventeen: str) -> str:
    """The 18th character of a unified social credit code, GB 32100-2015 (RECALLED).  Raises ValueError outside it."""
    total = sum(_ALPHABET.index(each) * weight for each, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def uscc_problem(text: str) -> Said | None:
    """Say what is wrong with a unified social credit code, or None when it can be right."""
    uscc = normalise_uscc(text)
    values: dict[str, str | int] = {"example": "91320594MA1MYWTQ2" + uscc_check_character("91320594MA1MYWTQ2")}
    if len(uscc) != 18:
        values["count"] = len(uscc)
        return Said(N_("A unified social credit code has 18 characters, not %(count)s. Example: %(example)s."), values)
    if not re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", uscc):
        return Said(N_("Places 3 to 8 are digits, and I, O, S, V, Z are never used. Example: %(example)s."), values)
    if uscc[17] != uscc_check_character(uscc[:17]):
        return Said(N_("The last character does not fit the others; look for a slip. Example: %(example)s."), values)
    return None


def parse_licence_number(text: str) -> LicenceNumber:
    """Read 苏药监械生产许20240123号, or the older spelling with 食药监.  Raises :class:`Malformed`."""
    found = re.fullmatch(rf"({_PROVINCE})(食?)药监械生产许([0-9]{{4}})([0-9]{{4}})号?", normalise(text))
    if not found:
        raise _unreadable(N_("This is not a production licence number. Example: %(example)s."), EXAMPLE_LICENCE)
    province, older, year, serial = found.groups()
    return LicenceNumber(province, "", "licence", _year(year, EXAMPLE_LICENCE), serial, bool(older))


def parse_production_filing(text: str) -> LicenceNumber:
    """Read a class I production filing number such as 苏苏药监械生产备20240045号.  Raises Malformed."""
    found = re.fullmatch(rf"({_PROVINCE})({_CITY}??)(食?)药监械生产备([0-9]{{4}})([0-9]{{4}})号?", normalise(text))
    if not found:
        raise _unreadable(N_("This is not a production filing number. Example: %(example)s."), EXAMPLE_PRODUCTION)
    province, city, older, year, serial = found.groups()
    return LicenceNumber(province, city, "filing", _year(year, EXAMPLE_PRODUCTION), serial, bool(older))


def parse_certificate_number(text: str) -> CertificateNumber:
    """Read a registration certificate number, for example 国械注准20233130456.  Raises Malformed."""
    found = re.fullmatch(rf"(国|{_PROVINCE})械注([准进许])([0-9]{{4}})([23])([0-9]{{2}})([0-9]{{4}})", normalise(text))
    if not found:
        raise _unreadable(N_("This is not a certificate number. Example: %(example)s."), EXAMPLE_CERTIFICATE)
    origin, kind, year, digit, category, serial = found.groups()
    if origin != "国" and (kind != "准" or digit != "2"):
        raise _unreadable(
            N_("A province registers only domestic class II; other certificates begin with 国. Example: %(example)s."),
            EXAMPLE_CERTIFICATE,
        )
    if origin == "国" and kind == "准" and digit != "3":
        raise _unreadable(
            N_("Domestic class II is registered by a province, so the number begins with it. Example: %(example)s."),
            "苏械注准20242140123",
        )
    kinds: dict[str, Literal["准", "进", "许"]] = {"准": "准", "进": "进", "许": "许"}
    device_class: Literal["II", "III"] = "II" if digit == "2" else "III"
    return CertificateNumber(origin, kinds[kind], _year(year, EXAMPLE_CERTIFICATE), device_class, category, serial)


def parse_class_one_filing(text: str) -> FilingNumber:
    """Read a class I product filing number, for example 苏苏械备20240123.  Raises Malformed."""
    found = re.fullmatch(rf"(国|{_PROVINCE}{_CITY}?)械备([0-9]{{4}})([0-9]{{4}})号?", normalise(text))
    if not found:
        raise _unreadable(N_("This is not a class I filing number. Example: %(example)s."), EXAMPLE_FILING)
    place, year, serial = found.groups()
    return FilingNumber(place[0], place[1:], _year(year, EXAMPLE_FILING), serial)


def code_problem(text: str, *, shortest: int = 2) -> Said | None:
    """Say what is wrong with a 2017 classification code, or None.

    ``shortest`` is the fewest levels that will do: 1 for a scope line (13), 2 for a product (13-07), 3 for a full code.
    Only the sub-catalogue is checked against the table, because the table of second-level codes has gaps.
    """
    code = normalise(text)
    if not re.fullmatch(r"[0-9]{2}(-[0-9]{2}){0,2}", code) or code.count("-") + 1 < shortest:
        return Said(N_("A classification code looks like %(example)s."), {"example": EXAMPLE_CODE})
    if code[:2] not in _SUBCATALOGUES:
        return Said(
            N_("The classification catalogue has sub-catalogues 01 to 22, not %(found)s. Example: %(example)s."),
            {"found": code[:2], "example": EXAMPLE_CODE},
        )
    if "00" in code.split("-"):
        return Said(N_("No level of a classification code is 00. Example: %(example)s."), {"example": EXAMPLE_CODE})
    return None


def gtin_problem(text: str) -> Said | None:
    """Say what is wrong with a GTIN-14, the GS1 form of a UDI-DI, or None.  GS1 General Specifications 7.9."""
    digits, example = normalise(text), {"example": EXAMPLE_GTIN}
    if re.fullmatch(r"[0-9]{13}", digits):
        return Said(N_("These are 13 digits; put a 0 in front of them. Example: %(example)s."), example)
    if not re.fullmatch(r"[0-9]{14}", digits):
        return Said(N_("A device identifier of GS1 has 14 digits and nothing else. Example: %(example)s."), example)
    if sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(digits)) % 10:
        return Said(N_("The last digit does not fit the others; look for a slip. Example: %(example)s."), example)
    return None


def marked_as_entrusted(address: str) -> bool:
    """Whether one of the addresses ends with （委托生产）, in full- or half-width brackets.  2024-38 (13)."""
    parts = re.split(r"[;\n]", unicodedata.normalize("NFKC", address))
    return any(normalise(part).removesuffix("。").endswith("(委托生产)") for part in parts)


def parse_remark(text: str) -> tuple[str, str] | None:
    """Name and credit code of the first partner that a certificate's remark names.  2024-38 (13)."""
    return next(iter(parse_remarks(text)), None)


def parse_remarks(text: str) -> tuple[tuple[str, str], ...]:
    """Every partner of a remark 受托生产企业：X公司；统一社会信用代码：..., as written, codes normalised."""
    pattern = r"受托生产企业\s*[:：]\s*(.+?)\s*[;；]\s*统一社会信用代码\s*[:：]\s*([0-9A-Za-z０-９Ａ-Ｚａ-ｚ]{18})"
    return tuple((name, normalise_uscc(uscc)) for name, uscc in re.findall(pattern, text))


def _year(digits: str, example: str) -> int:
    if not 1990 <= int(digits) <= 2099:
        raise _unreadable(N_("The number carries no plausible year. Example: %(example)s."), example)
    return int(digits)


def _unreadable(says: str, example: str) -> Malformed:
    return Malformed(Said(says, {"example": example}))
