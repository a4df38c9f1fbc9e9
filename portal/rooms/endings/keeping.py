"""Drawing the checklist up, and writing how a point was settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from agreements.ending import ENDING_POINTS
from portal import ledger
from portal.acting import start
from portal.db import new_id, now, session
from portal.identity import Actor
from portal.records.ending import Ending, EndingLine
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from workflows.ending import DRAW_UP, ENDING_LINE, WRITE_LINE
from workflows.words import Said


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a point was settled; the last two where it is about records."""

    how: str
    kept_by: str | None = None
    keep_until: date | None = None


def draw_up(entrustment: Entrustment, planned_on: date, because: str, *, by: Actor) -> Ending:
    with session.no_autoflush:
        ending = Ending(
            id=new_id(),
            entrustment_id=entrustment.id,
            planned_on=planned_on,
            because=because,
            drawn_up_by_id=by.id,
            drawn_up_at=now(),
        )
        ending.lines = [
            EndingLine(
                id=new_id(),
                entrustment_id=entrustment.id,
                ending_id=ending.id,
                point=each.id,
                owes=each.owes,
                found=[],
                state=ENDING_LINE.initial,
            )
            for each in ENDING_POINTS.values()
        ]
        ending.bind_lines()
    start(ending, DRAW_UP.event, actor=by, also=list(ending.lines))
    return ending


def write(line: EndingLine, settled: Settlement, file: StoredFile | None, known: Sequence[Said], *, by: Actor) -> None:
    """``known`` is what the records know of the point now; it is signed with the rest."""
    also: list[Any] = []
    with session.no_autoflush:
        line.how, line.kept_by, line.keep_until = settled.how, settled.kept_by, settled.keep_until
        line.found = [each.as_data() for each in known]
        if file:
            line.file, line.file_id = file, file.id
            also.append(file)
        if not line.asks.follows:
            line.ending.bind_lines()
            also.append(line.ending)
    ledger.write(line, WRITE_LINE.event, by=by, also=also)
