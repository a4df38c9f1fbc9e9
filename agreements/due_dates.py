"""A spreadsheet of deadlines that began, each answered with the moment it ends.

Pure part of ``portal duties due FILE.csv``.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from agreements.csv_table import BadCell, BadRow, rows_under
from agreements.deadlines import Deadline, deadline
from workflows.words import N_

COLUMNS = ("rule", "start")


@dataclass(frozen=True, slots=True)
class Answer:
    """``data`` is plain JSON: rule, start, due (None where the law counts nothing), unit, provisional and source."""

    number: int
    data: Mapping[str, str | bool | None]


def due_rows(lines: Iterable[str]) -> Iterator[Answer | BadRow]:
    """Yield one :class:`Answer` or :class:`BadRow` a row, as :func:`agreements.csv_table.rows_under` reads them."""
    for row in rows_under(COLUMNS, lines):
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            yield Answer(row.number, _answered(_rule(row.by_column["rule"]), _moment(row.by_column["start"])))
        except BadCell as bad:
            yield bad.in_row(row.number)


def _answered(rule: Deadline, start: datetime) -> dict[str, str | bool | None]:
    try:
        due = rule.due(start)
    except (OverflowError, ValueError):
        raise BadCell("start", N_("The deadline would end outside the years 1 to 9999.")) from None
    return {
        "rule": rule.id,
        "start": start.isoformat(),
        "due": due.at.isoformat() if due else None,
        "unit": rule.unit,
        "provisional": bool(due and due.provisional),
        "source": rule.source,
    }


def _rule(text: str) -> Deadline:
    found = unicodedata.normalize("NFKC", text).upper()
    try:
        return deadline(found)
    except KeyError:
        says = N_("There is no deadline “%(found)s”. The ids stand in agreements/data/deadlines.json, such as AE-01.")
        raise BadCell("rule", says, found=text) from None


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(unicodedata.normalize("NFKC", text))
    except ValueError:
        says = N_("Write a moment with its zone, for example %(example)s, not “%(found)s”.")
        raise BadCell("start", says, example=_EXAMPLE, found=text) from None
    if found.tzinfo is None:
        says = N_("The moment “%(found)s” has no zone, so its days are unknown. Example: %(example)s.")
        raise BadCell("start", says, example=_EXAMPLE, found=text)
    return found


_EXAMPLE = "2026-05-01T09:30:00+08:00"
