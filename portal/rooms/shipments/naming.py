"""What was typed or scanned, line by line, as the things that an act names; and a number for a new package."""

from collections.abc import Iterator

from flask_babel import gettext
from sqlalchemy import select

from agreements.identifiers import Malformed
from agreements.udi import check_digit, is_code, read, sscc_problem, without_symbology
from portal.db import session, today
from portal.lineage import naming
from portal.records.lineage import Node
from portal.wording import said
from workflows.acts import Item
from workflows.lineage import Thing
from workflows.words import N_, Said

SSCC_DIGITS = 18


class Unreadable(ValueError):
    """Lines that name nothing, each with its number and why."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


def things_in(text: str) -> list[Item]:
    """The things that are named, one a line.  Raises :class:`Unreadable` with every line that cannot be read.

    No ``splitlines``: that would break a code at its separator.
    """
    found: dict[Item, int] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.replace("\r", "").split("\n"), start=1):
        if not line.strip(" \t"):
            continue
        try:
            item = thing_of(line)
        except Malformed as problem:
            wrong.append(_at(number, said(problem.says)))
            continue
        if item in found:
            wrong.append(
                _at(number, gettext("%(code)s stands in line %(first)s already.", code=item.code, first=found[item]))
            )
        found.setdefault(item, number)
    if wrong:
        raise Unreadable(wrong)
    return list(found)


def thing_of(line: str) -> Item:
    """A single device or a package, by the code of its label or by its number.  Raises Malformed."""
    if is_code(line):
        told = read(line, today())
        if told.sscc:
            return Item(Thing.PACKAGE, told.sscc)
        if told.serial:
            return Item(Thing.UNIT, told.serial, di=told.di or "", batch=told.lot or "")
        raise Malformed(Said(N_("This code names no single device and no package: a serial number is missing.")))
    code = without_symbology(line.strip(" \t"))
    if len(code) == SSCC_DIGITS and code.isdigit() and sscc_problem(code) is None:
        return Item(Thing.PACKAGE, code)
    is_package = any(each.kind == Thing.PACKAGE for each in naming.called(code))
    return Item(Thing.PACKAGE if is_package else Thing.UNIT, code)


def package_of(typed: str) -> Item:
    """The package that is named.  Raises Malformed: eighteen digits are an SSCC, whose last one is checked."""
    if is_code(typed):
        told = read(typed, today())
        if not told.sscc:
            raise Malformed(Said(N_("This code is not that of a package (SSCC).")))
        return Item(Thing.PACKAGE, told.sscc)
    code = typed.strip()
    if len(code) == SSCC_DIGITS and code.isdigit() and (problem := sscc_problem(code)):
        raise Malformed(problem)
    return Item(Thing.PACKAGE, code)


def next_sscc(prefix: str) -> str:
    """A number for a package under the house's own GS1 company prefix: the one after the last that it has given."""
    begins = f"0{prefix}"
    wanted = select(Node.code).where(Node.code.startswith(begins), Node.kind == Thing.PACKAGE.value)
    digits = SSCC_DIGITS - 1 - len(begins)
    given = [int(code[len(begins) : -1]) for code in session.scalars(wanted) if len(code) == SSCC_DIGITS]
    body = f"{begins}{max(given, default=0) + 1:0{digits}}"
    return body + check_digit(body)


def parties(entrustment_folios: Iterator[int]) -> list[str]:
    """The consignees that goods went to before, as they were written then."""
    wanted = select(Node.code).where(Node.folio.in_(list(entrustment_folios)), Node.kind == Thing.PARTY.value)
    return sorted(set(session.scalars(wanted)))


def _at(number: int, says: str) -> str:
    words: str = gettext("Line %(number)s: %(says)s", number=number, says=says)
    return words
