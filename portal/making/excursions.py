"""What follows from readings beyond their limits: a warning that both sides see, or a batch that waits."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select

from portal.acting import tell
from portal.db import session
from portal.facts.raising import raise_nonconformity
from portal.facts.trends import portal_of
from portal.identity.system import Doer
from portal.lineage.telling import Measured, Telling, Told
from portal.making.books import Books
from portal.records.batch import Batch, Nonconformity
from workflows.judging import Judgement
from workflows.lineage import Deed, Thing, written

WARNED = "batch.warned"
MOST_LINES = 20


def watch_the_readings(telling: Telling, books: Books, *, by: Doer) -> None:
    """For each batch: out of specification opens a nonconformity, out of warning is told to the other side."""
    for number, by_judgement in _beyond(telling).items():
        batch = books.batches[number]
        out, warned = by_judgement[Judgement.OUT], by_judgement[Judgement.WARNING]
        for name in dict.fromkeys(each.name for each in out):
            _hold(batch, name, [each for each in out if each.name == name], by=by)
        if warned:
            counts = {name: sum(each.name == name for each in warned) for name in {each.name for each in warned}}
            tell(batch, WARNED, actor=by, told={"warned": dict(sorted(counts.items()))})


def _beyond(telling: Telling) -> dict[str, dict[Judgement, list[Measured]]]:
    """By batch and judgement.  A single device that fails its inspection is sorted out, and holds nothing up."""
    found: dict[str, dict[Judgement, list[Measured]]] = defaultdict(lambda: defaultdict(list))
    for told in telling.deeds:
        if told.batch is not None:
            for each in _judged(told, telling):
                found[telling.things[told.batch].code][each.judgement or Judgement.INSIDE].append(each)
    return found


def _judged(told: Told, telling: Telling) -> Iterator[Measured]:
    for each in told.readings:
        of_one = each.subject is not None and telling.things[each.subject].kind == Thing.UNIT
        if each.judgement in (Judgement.OUT, Judgement.WARNING) and not (told.kind is Deed.INSPECT and of_one):
            yield each


def _hold(batch: Batch, name: str, out: list[Measured], *, by: Doer) -> None:
    """One nonconformity for a parameter; while that is open, further readings are part of it."""
    wanted = select(Nonconformity.id).where(
        Nonconformity.batch_id == batch.id, Nonconformity.title == name, Nonconformity.state != "closed"
    )
    if session.scalars(wanted.limit(1)).first() is not None:
        return
    lines = [f"{each.at.isoformat()}  {_value(each)}  ({each.came_from})" for each in out[:MOST_LINES]]
    more = [f"… + {len(out) - MOST_LINES}"] if len(out) > MOST_LINES else []
    pieces = len({each.subject for each in out if each.subject is not None}) or None
    raise_nonconformity(batch, title=name, description="\n".join(lines + more), pieces=pieces, by=portal_of(by))


def _value(each: Measured) -> str:
    return each.said or "" if each.micro is None else f"{written(each.micro)} {each.unit}".strip()
