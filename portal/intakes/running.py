"""Telling of what a file holds, in parts that each are whole: after an interruption it goes on where it had come to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agreements.tables.telling import Fault
from portal import ledger
from portal.db import now, session
from portal.identity.system import Doer
from portal.intakes.looking import Read
from portal.lineage.knowing import folios_of
from portal.making.recording import Outcome, Question, all_in_all, put_on_record
from portal.making.telling_apart import told_before
from portal.records.intake import Intake
from portal.records.lineage import Activity
from workflows.acts import Act
from workflows.intake import MAPPED, RUNNING, TAKEN, WITH_FAULTS
from workflows.words import Said

A_PART = 1_000
# A number told anew by a correction is followed by how often it was corrected.
MOST_CORRECTIONS = 20


def tell_a_part(intake: Intake, found: Read, *, by: Doer) -> bool:
    """Tell of the next part in the caller's transaction; whether there is more.

    The intake says how far it went, in the same transaction: a part that was written is never told again.
    """
    part = found.acts[intake.done : intake.done + A_PART]
    outcome, written = _put(intake, part, by=by)
    stood = _deeds([each.deed for each in outcome.questions])
    if intake.stage == MAPPED:
        intake.stage, intake.rows, intake.known = RUNNING, len(found.acts), found.twice
        intake.faults = [_unreadable(sheet, fault) for sheet, fault in found.faults]
    intake.done += len(part)
    intake.taken += len(outcome.written)
    intake.known += len(outcome.known)
    intake.faults = [*intake.faults, *(_fault(each.place, each.says, found) for each in outcome.faults)]
    intake.questions = [*intake.questions, *(_question(each, found, stood) for each in outcome.questions)]
    intake.recordings = [*intake.recordings, *written]
    if intake.done >= len(found.acts):
        intake.stage = WITH_FAULTS if intake.faults or intake.questions else TAKEN
        intake.ended_at = now()
    ledger.write(intake, "intake.ended" if intake.ended_at else "intake.went-on", by=by)
    return intake.ended_at is None


def as_corrected(acts: Sequence[Act], entrustment_id: UUID | None) -> list[Act]:
    """The acts under the numbers by which they stand: one that was corrected stands under a further one."""
    folios = [each.number for each in folios_of(entrustment_id)]
    if not folios:
        return list(acts)
    further = [_further(act.ref, times) for act in acts for times in range(1, 3)]
    if not (standing := told_before(folios, further)):
        return list(acts)
    return [replace(act, ref=_standing_ref(act.ref, standing)) for act in acts]


def next_ref(ref: str) -> str:
    """The number under which a corrected act is told."""
    named, _, times = ref.partition("~")
    return _further(named, int(times or 0) + 1)


def told_in(intake: Intake, part: str) -> str:
    """What a recording is known by: the file, and which part of it."""
    return f"{intake.sha256}/{part}" if part else intake.sha256


def _further(ref: str, times: int) -> str:
    return f"{ref}~{times}"


def _standing_ref(ref: str, standing: Mapping[str, Any]) -> str:
    for times in range(MOST_CORRECTIONS, 0, -1):
        if (further := _further(ref, times)) in standing:
            return further
    return ref


def books_of(act: Act, intake: Intake) -> UUID | None:
    """Whose books an act is told in: those of the entrustment, but the house's own for what is read of a room."""
    return None if act.is_of_a_room else intake.within_id


def _put(intake: Intake, part: Sequence[Act], *, by: Doer) -> tuple[Outcome, list[str]]:
    """What became of the acts, and the ids of the recordings that were written."""
    origin_ref = told_in(intake, str(intake.done) if intake.done else "")
    found: list[Outcome] = []
    for books in (intake.within_id, None):
        acts = as_corrected([each for each in part if books_of(each, intake) == books], books)
        if acts:
            found.append(put_on_record(acts, entrustment_id=books, by=by, origin="file", origin_ref=origin_ref))
    return all_in_all(found), [str(each.recorded.recording.id) for each in found if each.recorded]


def _unreadable(sheet: int, fault: Fault) -> dict[str, Any]:
    return {"place": fault.place, "sheet": sheet, "rows": [fault.row], "says": fault.says.as_data()}


def _fault(place: str, says: Said, found: Read) -> dict[str, Any]:
    sheet, rows = found.rows.get(place, (0, []))
    return {"place": place, "sheet": sheet, "rows": rows, "says": says.as_data()}


def _question(asked: Question, found: Read, stood: Mapping[int, Activity]) -> dict[str, Any]:
    sheet, rows = found.rows.get(asked.place, (0, []))
    deed = stood.get(asked.deed)
    return {
        "place": asked.place,
        "sheet": sheet,
        "rows": rows,
        "says": asked.says.as_data(),
        "ref": asked.act.ref,
        "stands": _written(deed) if deed else {},
        "told": _told(asked.act),
        "answer": None,
        "reason": None,
    }


def _deeds(numbers: Sequence[int]) -> dict[int, Activity]:
    wanted = select(Activity).where(Activity.id.in_([each for each in numbers if each]))
    return {each.id: each for each in session.scalars(wanted)}


def _written(deed: Activity) -> dict[str, str]:
    """What stands, in the words in which it was told."""
    said = {
        "began_at": deed.began_at.isoformat(),
        "ended_at": deed.ended_at.isoformat() if deed.ended_at else "",
        "equipment": deed.equipment or "",
        "area": deed.area or "",
        "operator": deed.operator or "",
        "second": deed.second or "",
    }
    return {name: text for name, text in said.items() if text}


def _told(act: Act) -> dict[str, str]:
    said = {
        "began_at": act.began_at.isoformat(),
        "ended_at": act.ended_at.isoformat() if act.ended_at else "",
        "equipment": act.equipment,
        "area": act.area,
        "operator": act.operator,
        "second": act.second,
        "uses": ", ".join(each.code for each in act.uses),
        "values": ", ".join(f"{each.name} {each.value} {each.unit}".strip() for each in act.values),
    }
    return {name: text for name, text in said.items() if text}
