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
from agreements.csv_records import Record, records
from agreements.evidence import DeviceClass, Product, VascularSite
from agreements.identifiers import code_problem
from workflows.words import N_, Said

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


@dataclass(frozen=True, slots=True)
class BadRow:
    """``number`` counts as a spreadsheet does, the header being row 1.  ``column`` None: the file has no header."""

    number: int
    column: str | None
    says: Said

    def __str__(self) -> str:
        place = f"row {self.number}, column {self.column}" if self.column else f"row {self.number}"
        return f"{place}: {self.says}"


def check_rows(lines: Iterable[str]) -> Iterator[Row | BadRow]:
    """Yield one :class:`Row` or :class:`BadRow` for each row of a CSV file after its header; blank lines are passed.

    A wrong header (a column missing, unknown or twice) is told as row 1, and no row is read.  Open the file with
    ``encoding="utf-8", errors="surrogateescape", newline=""``: bytes that are not UTF-8 then cost only their own row.
    """
    rows = records(lines, cells=len(COLUMNS))
    header = next(rows, None)
    names = [_cleaned(cell).lower() for cell in header.cells or ()] if header and header.number == 1 else []
    if faults := list(_header_faults(names)):
        yield from faults
        return
    for record in rows:
        try:
            yield Row(record.number, _checked(_cells(record, names)))
        except _Bad as bad:
            yield BadRow(record.number, bad.column, bad.says)


class _Bad(ValueError):
    def __init__(self, column: str | None, says: str, **values: str | int) -> None:
        super().__init__(says)
        self.column = column
        self.says = Said(says, values)


def _header_faults(names: list[str]) -> Iterator[BadRow]:
    if not any(names):
        yield BadRow(
            1, None, Said(N_("The file has no header. Expected: %(columns)s."), {"columns": ",".join(COLUMNS)})
        )
        return
    for name in dict.fromkeys(names):
        shown = name[:40] or "(empty)"
        if name not in COLUMNS:
            says = N_("There is no such column. Expected: %(columns)s.")
            yield BadRow(1, shown, Said(says, {"columns": ",".join(COLUMNS)}))
        elif names.count(name) > 1:
            yield BadRow(1, shown, Said(N_("The column stands there twice.")))
    for name in COLUMNS:
        if name not in names:
            yield BadRow(1, name, Said(N_("The column is missing.")))


def _cells(record: Record, names: list[str]) -> dict[str, str]:
    if record.cells is None:
        broken = names[min(record.broken_at, len(names) - 1)]
        raise _Bad(broken, N_('A quotation mark is open or misplaced, or the text too long. Example: "a ""b"" c".'))
    if len(record.cells) > len(names):
        raise _Bad(
            names[-1],
            N_("The row has %(count)s cells and the header %(expected)s. Put a text with a comma in quotation marks."),
            count=len(record.cells),
            expected=len(names),
        )
    for name, cell in zip(names, record.cells, strict=False):
        if any("\udc80" <= letter <= "\udcff" for letter in cell):
            raise _Bad(name, N_("The cell is not UTF-8. Save the file as CSV UTF-8."))
        if "\0" in cell:
            raise _Bad(name, N_("The cell contains a NUL character. Save the file as CSV UTF-8."))
    if len(record.cells) < len(names):
        raise _Bad(names[len(record.cells)], N_("The row ends before this cell; leave an unknown cell empty instead."))
    return {name: _cleaned(cell) for name, cell in zip(names, record.cells, strict=True)}


def _checked(cells: Mapping[str, str]) -> dict[str, Any]:
    if not cells["product"]:
        raise _Bad("product", N_("The product has no name. Example: %(example)s."), example="Vena cava filter VF-2")
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
        raise _Bad("on", unknown.says.says, **unknown.says.values) from unknown
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
        raise _Bad(column, N_("Write true, false or unknown, not “%(found)s”."), found=text)
    return text.lower() == "true"


def _code(column: str, text: str) -> str:
    if problem := code_problem(text):
        raise _Bad(column, problem.says, **problem.values)
    return text


def _device_class(column: str, text: str) -> DeviceClass:
    classes: dict[str, DeviceClass] = {"I": "I", "II": "II", "III": "III", "1": "I", "2": "II", "3": "III"}
    if text.upper() not in classes:
        raise _Bad(column, N_("Write I, II, III or unknown, not “%(found)s”."), found=text)
    return classes[text.upper()]


def _vascular_site(column: str, text: str) -> VascularSite:
    if text.lower() not in get_args(VascularSite):
        says = N_("Write peripheral, coronary, intracranial, other or unknown, not “%(found)s”.")
        raise _Bad(column, says, found=text)
    return cast("VascularSite", text.lower())


def _day(text: str) -> date:
    says = N_("Write a day as year-month-day, for example %(example)s, not “%(found)s”.")
    found = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", found):
        raise _Bad("on", says, example="2026-05-01", found=text)
    try:
        return date.fromisoformat(found)
    except ValueError:
        raise _Bad("on", N_("There is no day %(found)s. Example: 2026-05-01."), found=text) from None


def _cleaned(cell: str) -> str:
    return cell.strip().strip("\ufeff\u200b").strip()
