"""Taking a recording back: all it told is struck, as long as nothing rests on it; the old stays readable."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal import ledger
from portal.db import now, session
from portal.lineage.correcting import followed, standing_of
from portal.lineage.entering import Rows, open_entry
from portal.lineage.marking import locked
from portal.lineage.numbering import PLACES, node_number
from portal.records.batch import Batch
from portal.records.lineage import Activity, Containment, Node, Recording
from workflows.lineage import DEEDS, Deed
from workflows.words import N_, Said

UNDONE = "recording.undone"


class Irrevocable(ValueError):
    """The recording cannot be taken back; ``reasons`` say what rests on it, the first few of them."""

    def __init__(self, reasons: Sequence[Said]) -> None:
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = reasons


MOST_REASONS = 20


def undo(recording: Recording, *, by: ledger.Author, reason: str) -> Recording:
    """Strike all that a recording told, in a new one.  Raises :class:`Irrevocable`, and then nothing is written."""
    deeds = deeds_of(recording)
    locked([each.id for each in deeds])
    if reasons := in_the_way(recording, deeds):
        raise Irrevocable(reasons)
    entry = open_entry(recording.entrustment_id)
    deed = node_number(entry.ticket.number, 1)
    numbers = [each.id for each in deeds]
    opened = _unpacked_by(numbers)
    rows: Rows = {
        "node": [(deed, entry.folio, Deed.CORRECT.value, 0, str(deed), None, None)],
        "activity": [_undoing(deed, entry.folio, reason)],
        "containment": [(child, deed, parent, entry.folio) for child, parent in opened],
    }
    marks = {table: [(*key, deed) for key in keys] for table, keys in standing_of(numbers).items()}
    told = {"undoes": str(recording.id), "deeds": len(numbers)}
    undoing = entry.write(rows, marks, by=by, batches=_batches_of(deeds), told=told)
    recording.undone_at = now()
    ledger.write(recording, UNDONE, by=by, reason=reason)
    return undoing


def in_the_way(recording: Recording, deeds: Sequence[Activity] | None = None) -> list[Said]:
    """What rests on a recording, so that it can no more be taken back; the first few of it."""
    if recording.undone_at is not None:
        return [Said(N_("It was taken back already."))]
    known = deeds_of(recording) if deeds is None else deeds
    reasons: list[Said] = []
    if any(each.corrects is not None for each in known):
        reasons.append(Said(N_("It corrects what was told before: correct that once more instead.")))
    rests = followed([each.id for each in known]) if known else {}
    first = dict(sorted(rests.items())[:MOST_REASONS])
    codes = {each.id: each.code for each in session.scalars(select(Node).where(Node.id.in_(first)))}
    later = {each.id: each for each in session.scalars(select(Activity).where(Activity.id.in_(first.values())))}
    for node, deed in first.items():
        if node in codes and deed in later:
            says = N_("%(code)s went on since, to: %(deed)s.")
            reasons.append(Said(says, {"code": codes[node], "deed": Said(DEEDS[Deed(later[deed].kind)])}))
    if rests and not reasons:
        reasons.append(Said(N_("Something rests on it.")))
    return reasons


def deeds_of(recording: Recording) -> list[Activity]:
    first, last = recording.number << PLACES, (recording.number + 1) << PLACES
    wanted = select(Activity).where(Activity.id > first, Activity.id < last, Activity.struck_by.is_(None))
    return list(session.scalars(wanted.order_by(Activity.id)))


def _unpacked_by(deeds: Sequence[int]) -> list[tuple[int, int]]:
    """What these deeds took out of a package, and out of which: it lies in there again."""
    wanted = select(Containment.child, Containment.parent).where(Containment.ended_by.in_(deeds))
    return [(child, parent) for child, parent in session.execute(wanted)]


def _batches_of(deeds: Sequence[Activity]) -> list[Batch]:
    """The batches that these deeds were about, as far as they have a record."""
    numbers = {each.batch for each in deeds if each.batch is not None}
    records = select(Node.record_id).where(Node.id.in_(numbers), Node.record_id.is_not(None))
    return list(session.scalars(select(Batch).where(Batch.id.in_(session.scalars(records).all()))).unique())


def _undoing(deed: int, folio: int, reason: str) -> tuple[Any, ...]:
    row = dict.fromkeys(column.name for column in Activity.__table__.c if column.name != "struck_by")
    row |= {"id": deed, "folio": folio, "kind": Deed.CORRECT.value, "began_at": now(), "reason": reason}
    return tuple(row.values())
