"""What follows from readings beyond their limits: a warning that both sides see, or a batch that waits."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select

from agreements.inspection_plans import SAMPLED, Verdict
from portal.acting import tell
from portal.db import session
from portal.facts.inspected import inspections_of
from portal.facts.raising import raise_nonconformity
from portal.facts.trends import portal_of
from portal.identity.system import Doer
from portal.lineage.telling import Measured, Named, Telling, Told
from portal.making.books import Books
from portal.records.batch import Batch, Nonconformity
from workflows.judging import Judgement
from workflows.lineage import Deed, Thing, written

WARNED = "batch.warned"
MOST_LINES = 20


def watch_the_readings(telling: Telling, books: Books, *, by: Doer) -> None:
    """For each batch: out of specification opens a nonconformity, out of warning is told to the other side."""
    for number, by_judgement in _beyond(telling, books).items():
        batch = books.batches[number]
        out, warned = by_judgement[Judgement.OUT], by_judgement[Judgement.WARNING]
        for name in dict.fromkeys(each.name for each in out):
            _hold(batch, name, [each for each in out if each.name == name], by=by)
        if warned:
            counts = {name: sum(each.name == name for each in warned) for name in {each.name for each in warned}}
            tell(batch, WARNED, actor=by, told={"warned": dict(sorted(counts.items()))})
    for number, names in _failed_pieces(telling).items():
        _refuse_lots(books.batches[number], names, by=by)


def _beyond(telling: Telling, books: Books) -> dict[str, dict[Judgement, list[Measured]]]:
    """By batch and judgement.  A single device that fails its inspection is sorted out, and holds nothing up."""
    found: dict[str, dict[Judgement, list[Measured]]] = defaultdict(lambda: defaultdict(list))
    for told in telling.deeds:
        for number in _about(told, telling, books):
            for each in _judged(told, telling):
                found[number][each.judgement or Judgement.INSIDE].append(each)
    return found


def _about(told: Told, telling: Telling, books: Books) -> set[str]:
    """The batches that a deed is about; a load is about all those of what it holds."""
    if told.batch is not None:
        return {telling.things[told.batch].code}
    if told.kind is not Deed.STERILISE:
        return set()
    held = (telling.things[each] for each in told.touches)
    return {_batch_of(each, telling, books) for each in held} & set(books.batches)


def _batch_of(held: Named, telling: Telling, books: Books) -> str:
    """The number of the batch that a thing in a load is, or is of."""
    if held.kind == Thing.BATCH:
        return held.code
    return telling.things[held.batch].code if held.batch is not None else books.covered.get(held.code, "")


def _judged(told: Told, telling: Telling) -> Iterator[Measured]:
    for each in told.readings:
        of_one = each.subject is not None and telling.things[each.subject].kind == Thing.UNIT
        if each.judgement in (Judgement.OUT, Judgement.WARNING) and not (told.kind is Deed.INSPECT and of_one):
            yield each


def _failed_pieces(telling: Telling) -> dict[str, set[str]]:
    """By batch the characteristics in which single pieces failed their inspection."""
    found: dict[str, set[str]] = defaultdict(set)
    for told in telling.deeds:
        if told.batch is not None and told.kind is Deed.INSPECT:
            failed = {each.name for each in told.readings if each.judgement is Judgement.OUT}
            if failed:
                found[telling.things[told.batch].code] |= failed
    return found


def _refuse_lots(batch: Batch, names: set[str], *, by: Doer) -> None:
    """A batch that its sample does not accept waits for what is decided about it, like any other nonconformity."""
    known = select(Nonconformity.title).where(Nonconformity.batch_id == batch.id, Nonconformity.title.in_(names))
    new = names - set(session.scalars(known))
    for each in inspections_of([batch])[batch.id] if new else ():
        judged, name = each.judged, each.line.characteristic
        if name in new and each.line.coverage == SAMPLED and judged.verdict is Verdict.REFUSED:
            _raise_once(
                batch, name, f"{judged.failed} / {judged.plan.size}  (Ac {judged.plan.accept})", judged.failed, by=by
            )


def _hold(batch: Batch, name: str, out: list[Measured], *, by: Doer) -> None:
    """One nonconformity for a parameter; while that is open, further readings are part of it."""
    lines = [f"{each.at.isoformat()}  {_value(each)}  ({each.came_from})" for each in out[:MOST_LINES]]
    more = [f"… + {len(out) - MOST_LINES}"] if len(out) > MOST_LINES else []
    pieces = len({each.subject for each in out if each.subject is not None}) or None
    _raise_once(batch, name, "\n".join(lines + more), pieces, by=by)


def _raise_once(batch: Batch, name: str, description: str, pieces: int | None, *, by: Doer) -> None:
    wanted = select(Nonconformity.id).where(
        Nonconformity.batch_id == batch.id, Nonconformity.title == name, Nonconformity.state != "closed"
    )
    if session.scalars(wanted.limit(1)).first() is None:
        raise_nonconformity(batch, title=name, description=description, pieces=pieces, by=portal_of(by))


def _value(each: Measured) -> str:
    return each.said or "" if each.micro is None else f"{written(each.micro)} {each.unit}".strip()
