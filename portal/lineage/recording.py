"""Writing what was told into the graph: judged, numbered, hashed, and told of in the ledger, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal import ledger
from portal.lineage import knowing
from portal.lineage.correcting import struck_by
from portal.lineage.disclosing import disclose
from portal.lineage.entering import Rows, open_entry
from portal.lineage.judging import faults, standing
from portal.lineage.marking import locked
from portal.lineage.numbering import node_number
from portal.lineage.packing import Packing
from portal.lineage.telling import Handle, Measured, Telling, Told
from portal.records.batch import Batch
from portal.records.lineage import Recording
from workflows.lineage import JUDGEMENTS, Deed, Impossible

ABOUT = ("step_id", "equipment_id", "equipment", "area_id", "area", "operator_id", "operator", "second_id", "second")


class Unrecordable(ValueError):
    """What was told cannot have happened: each fault with its place.  Nothing was written."""

    def __init__(self, found: Sequence[Impossible]) -> None:
        super().__init__("; ".join(map(str, found)))
        self.faults = found


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the recording, and under which numbers its things and deeds stand."""

    recording: Recording
    nodes: Mapping[Handle, int]
    deeds: Sequence[int]


def record(telling: Telling, *, by: ledger.Author, batches: Iterable[Batch] = ()) -> Recorded:
    """Write what was told; the ``batches`` that it is about answer for it from now on.

    Raises :class:`Unrecordable` with every fault, and then nothing is written.
    """
    nodes = knowing.known_nodes(telling)
    locked(nodes[each] for told in telling.deeds for each in (*told.amounts, *told.moved) if each in nodes)
    if found := list(faults(telling, nodes, standing(telling, nodes))):
        raise Unrecordable(found)
    nodes |= telling.known
    entry = open_entry(telling.entrustment_id)
    numbers, deeds = _numbered(telling, nodes, entry.ticket.number)
    rows, marks = _rows(telling, entry.folio, nodes, numbers, deeds)
    recording = entry.write(
        rows,
        marks,
        by=by,
        batches=batches,
        origin=telling.origin,
        origin_ref=telling.origin_ref,
        told=_told(telling),
    )
    disclose(telling, entry.folio, rows["link"], set(nodes.values()))
    return Recorded(recording, numbers, deeds)


def _numbered(telling: Telling, nodes: Mapping[Handle, int], recording: int) -> tuple[dict[Handle, int], list[int]]:
    """The number of every thing, those that are new after those that were known, and of every deed."""
    new = [handle for handle in range(len(telling.things)) if handle not in nodes]
    deeds = [node_number(recording, place) for place in range(1, len(telling.deeds) + 1)]
    first = len(deeds) + 1
    fresh = {handle: node_number(recording, place) for place, handle in enumerate(new, start=first)}
    return dict(nodes) | fresh, deeds


def _rows(
    telling: Telling, folio: int, known: Mapping[Handle, int], numbers: Mapping[Handle, int], deeds: Sequence[int]
) -> tuple[Rows, Rows]:
    """What is written, by table; and of the marks that are set on what stands the same."""
    rows: Rows = defaultdict(list)
    marks = struck_by(zip((each.corrects for each in telling.deeds), deeds, strict=True))
    packing = Packing(known[each] for told in telling.deeds for each in told.moved if each in known)
    for told, deed in zip(telling.deeds, deeds, strict=True):
        rows["node"].append((deed, folio, told.kind.value, 0, str(deed), None, None))
        rows["reading"] += [_reading(each, deed, place, folio, numbers) for place, each in enumerate(told.readings)]
        rows["activity"].append(_activity(told, deed, folio, numbers))
        rows["link"] += [(numbers[each], deed, folio) for each in told.uses]
        rows["link"] += [(deed, numbers[each], folio) for each in (*told.makes, *told.touches)]
        rows["portion"] += [
            (numbers[each], deed, folio, -1 if each in told.uses else 1, amount.micro, amount.unit)
            for each, amount in told.amounts.items()
        ]
        moves = [numbers[each] for each in told.moves]
        if told.kind == Deed.PACK and told.package is not None:
            package = numbers[told.package]
            rows["containment"] += [(child, deed, package, folio) for child in moves]
            packing.pack(package, moves, deed)
        elif told.kind == Deed.UNPACK:
            marks["containment"] += [(child, put_in, deed) for child, put_in in packing.unpack(moves)]
        else:
            rows["movement"] += [(each, deed, folio) for each in packing.with_contents(moves)]
    for handle, named in enumerate(telling.things):
        if handle not in known:
            batch = None if named.batch is None else numbers[named.batch]
            rows["node"].append(
                (numbers[handle], folio, named.kind.value, named.item, named.code, batch, named.record_id)
            )
    return rows, marks


def _activity(told: Told, deed: int, folio: int, numbers: Mapping[Handle, int]) -> tuple[Any, ...]:
    about = dict(told.about)
    label = about.pop("label", None)
    done = [about.pop(each, None) for each in ABOUT]
    if about:
        raise TypeError(f"a deed has no {sorted(about)}")
    batch, party = (None if each is None else numbers[each] for each in (told.batch, told.party))
    moments = (told.began_at, told.ended_at)
    origin = (told.corrects, told.reason, told.place, told.ref, told.told)
    return (deed, folio, told.kind.value, *moments, label, batch, *done, party, *origin)


def _reading(told: Measured, deed: int, place: int, folio: int, numbers: Mapping[Handle, int]) -> tuple[Any, ...]:
    subject = None if told.subject is None else numbers[told.subject]
    what = (told.line_id, told.name, told.unit, subject, told.at, told.micro, told.said, JUDGEMENTS[told.judgement])
    return (deed, place, folio, *what, told.instrument_id, told.instrument, told.came_from)


def _told(telling: Telling) -> dict[str, Any]:
    """What the ledger says of a recording beside the hash of its facts: how many deeds of each kind."""
    counts: dict[str, int] = defaultdict(int)
    for told in telling.deeds:
        counts[told.kind.name.lower()] += 1
    return {"deeds": dict(sorted(counts.items())), "things": len(telling.things)}
