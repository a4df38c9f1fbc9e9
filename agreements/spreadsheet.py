"""A spreadsheet of products, checked row by row against the prohibited catalogues.

Pure part of ``portal eligibility check FILE.csv``.  A row that cannot be read is named with its column; no other row is
lost, not even behind a quotation mark that nobody closed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast, get_args

from agreements.catalogue import NoCatalogue, RuleResult, catalogue_on
from agreements.csv_table import BadCell, BadRow, rows_under
from agreements.evidence import DeviceClass, Product, VascularSite
from agreements.identifiers import code_problem
from workflows.words import N_

Value = TypeVar("Value")

ATTRIBUTES = (
    "is_implantable",
    "contains_animal_origin_material",
    "directly_from_animal_tissue",
    "is_allogeneic",
    "contains_allogeneic_material",
)
COLUMNS = ("product", "code", "device_class", *ATTRIBUTES, "vascular_site", "on")


@dataclass(frozen=True, slots=True)
class Row:
    """``data`` is plain JSON: product, verdict, catalogue, rules (id, met, why) and questions, in English."""

    number: int
    data: Mapping[str, Any]


def check_rows(lines: Iterable[str]) -> Iterator[Row | BadRow]:
    """Yield one :class:`Row` or :class:`BadRow` for each row, as :func:`agreements.csv_table.rows_under` reads them."""
    for row in rows_under(COLUMNS, lines):
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            yield Row(row.number, _checked(row.by_column))
        except BadCell as bad:
            yield bad.in_row(row.number)


def _checked(cells: Mapping[str, str]) -> dict[str, Any]:
    if not cells["product"]:
        raise BadCell("product", N_("The product has no name. Example: %(example)s."), example="Vena cava filter VF-2")
    attributes: dict[str, Any] = {name: _read(name, cells, _truth) for name in ATTRIBUTES}
    product = Product(
        name=cells["product"],
        code=_read("code", cells, _code),
        device_class=_read("device_class", cells, _device_class),
        vascular_site=_read("vascular_site", cells, _vascular_site),
        **attributes,
    )
    try:
        catalogue = catalogue_on(_day(cells["on"]))
    except NoCatalogue as unknown:
        raise BadCell("on", unknown.says.says, **unknown.says.values) from unknown
    result = catalogue.evaluate(product)
    return {
        "product": product.name,
        "verdict": result.verdict,
        "catalogue": result.catalogue_id,
        "rules": [_rule(rule) for rule in result.rules],
        "questions": [f"{question.code}: {question.says}" for question in result.questions],
    }


def _rule(rule: RuleResult) -> dict[str, str]:
    note = rule.note
    return {
        "id": rule.id,
        "met": {True: "true", False: "false", None: "unknown"}[rule.met],
        "why": f"{rule.why} {note}" if note else str(rule.why),
    }


def _read(column: str, cells: Mapping[str, str], reader: Callable[[str, str], Value]) -> Value | None:
    text = unicodedata.normalize("NFKC", cells[column]).strip()
    return None if text.lower() in ("", "unknown") else reader(column, text)


def _truth(column: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise BadCell(column, N_("Write true, false or unknown, not “%(found)s”."), found=text)
    return text.lower() == "true"


def _code(column: str, text: str) -> str:
    if problem := code_problem(text):
        raise BadCell(column, problem.says, **problem.values)
    return text


def _device_class(column: str, text: str) -> DeviceClass:
    classes: dict[str, DeviceClass] = {"I": "I", "II": "II", "III": "III", "1": "I", "2": "II", "3": "III"}
    if text.upper() not in classes:
        raise BadCell(column, N_("Write I, II, III or unknown, not “%(found)s”."), found=text)
    return classes[text.upper()]


def _vascular_site(column: str, text: str) -> VascularSite:
    if text.lower() not in get_args(VascularSite):
        says = N_("Write peripheral, coronary, intracranial, other or unknown, not “%(found)s”.")
        raise BadCell(column, says, found=text)
    return cast("VascularSite", text.lower())


def _day(text: str) -> date:
    says = N_("Write a day as year-month-day, for example %(example)s, not “%(found)s”.")
    found = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found):
        raise BadCell("on", says, example="2026-05-01", found=text)
    try:
        return date.fromisoformat(found)
    except ValueError:
        raise BadCell("on", N_("There is no day %(found)s. Example: 2026-05-01."), found=text) from None
