"""Lines of readings that follow each other, as one act: of one batch, at one step, on one machine, within the hour."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import attrgetter

from workflows.acts import READINGS, Act

MOST = 1_000
SPAN = timedelta(hours=1)
_alike = attrgetter("batch", "step", "operation", "equipment", "area", "operator", "second", "corrects")


@dataclass(frozen=True, slots=True)
class Together:
    """An act, and the acts that were told for it: itself, or the lines that it is made of."""

    act: Act
    told: Sequence[Act]


def together(acts: Sequence[Act], apart: Collection[str] = ()) -> Iterator[Together]:
    """The acts in their order; those at the places ``apart`` stay by themselves."""
    lines: list[Act] = []
    for act in acts:
        if lines and not _goes_on(lines, act, apart):
            yield _one(lines)
            lines = []
        lines.append(act)
    if lines:
        yield _one(lines)


def _goes_on(lines: Sequence[Act], act: Act, apart: Collection[str]) -> bool:
    first = lines[0]
    return (
        first.is_a_reading
        and act.is_a_reading
        and not act.corrects
        and len(lines) < MOST
        and abs(act.began_at - first.began_at) < SPAN
        and _alike(first) == _alike(act)
        and act.place not in apart
        and first.place not in apart
    )


def _one(lines: Sequence[Act]) -> Together:
    if len(lines) == 1:
        return Together(lines[0], lines)
    began, ended = (bound(each.began_at for each in lines) for bound in (min, max))
    refs = hashlib.sha256("".join(each.ref for each in lines).encode()).hexdigest()
    act = replace(
        lines[0],
        began_at=began,
        ended_at=ended if ended > began else None,
        touches=tuple(dict.fromkeys(each for line in lines for each in line.touches)),
        values=tuple(line.values[0] for line in lines),
        ref=f"{READINGS}{refs[:40]}",
    )
    return Together(act, lines)
