"""A table of the pieces of a lot, each with its verdict: which are rejected and why, and where each stood."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agreements.reading import table
from agreements.tables.cells import Line, Sheet, Unreadable
from agreements.tables.heads import found_head, is_head, named_alike
from agreements.tables.opening import opened
from agreements.tables.reading import Unclear, word
from workflows.criterion import folded
from workflows.words import N_, Said

GOOD = frozenset({"合格", "符合", "接收", "pass", "passed", "ok", "accepted", "conforms"})
BAD = frozenset({"不合格", "不符合", "拒收", "fail", "failed", "ng", "rejected", "does not conform"})
_FIELDS = ("serial", "result", "reason")


@dataclass(frozen=True, slots=True)
class Piece:
    """``reason`` is empty for a piece that conforms."""

    place: str
    serial: str
    reason: str = ""


@dataclass
class Pieces:
    """``faults`` are the rows that could not be read, each with its place."""

    told: list[Piece] = field(default_factory=list)
    faults: list[tuple[str, Said]] = field(default_factory=list)


def pieces_in(content: bytes) -> Pieces:
    """Read every sheet that names a column of serial numbers.  Raises :class:`Unreadable` where none does."""
    found, seen = Pieces(), False
    for sheet in opened(content):
        lines = list(sheet.lines)
        head = found_head(lines)
        names: Mapping[str, list[str]] = table("sheet_headers")["names"]
        at = {each: place for each in _FIELDS if (place := named_alike(head, names[each])) is not None} if head else {}
        if head is None or not {"serial", "result"} <= at.keys():
            continue
        seen = True
        for line in lines:
            if line.number > head.row and not is_head(head, line):
                _read(found, sheet, line, at)
    if not seen:
        raise Unreadable(Said(N_("No sheet has a column of serial numbers and one of results. Name them in one row.")))
    return found


def _read(found: Pieces, sheet: Sheet, line: Line, at: Mapping[str, int]) -> None:
    if line.fault is not None:
        found.faults.append((sheet.at(line.number), line.fault))
        return
    said: dict[str, str] = {}
    for name, column in at.items():
        try:
            said[name] = word(line.cells[column]) if column < len(line.cells) else ""
        except Unclear as unclear:
            found.faults.append((sheet.at(line.number, column), unclear.says))
            return
    where, verdict = sheet.at(line.number, at["result"]), folded(said["result"])
    if not said["serial"]:
        found.faults.append((sheet.at(line.number, at["serial"]), Said(N_("Which piece is it? Write its number."))))
    elif verdict in GOOD:
        found.told.append(Piece(sheet.at(line.number), said["serial"]))
    elif verdict not in BAD:
        says = N_("“%(found)s” is no verdict. Write 合格 or 不合格, pass or fail.")
        found.faults.append((where, Said(says, {"found": said["result"]})))
    elif not said.get("reason"):
        found.faults.append((sheet.at(line.number), Said(N_("Why is it rejected? Write the reason."))))
    else:
        found.told.append(Piece(sheet.at(line.number), said["serial"], said["reason"]))
