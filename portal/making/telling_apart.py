"""Knowing an act again: told before identically it is known; told otherwise under the same number it is asked about."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.records.lineage import Activity
from workflows.acts import Act, Item, Quantity, Value

# Where an act stood, and what it takes the place of, is no part of what was done.
_SAYS_NOTHING = ("place", "ref", "corrects", "reason")
_SAYING: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    kind: attrgetter(*(each.name for each in fields(kind) if each.name not in _SAYS_NOTHING))
    for kind in (Act, Item, Quantity, Value)
}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Before:
    """What stands under a number already: the deed, and the hash of what was told."""

    deed: int
    told: str


def ref_of(act: Act) -> str:
    """The teller's own number of the act; where there is none, a hash of what makes it that act and no other."""
    if act.ref:
        return act.ref
    things = [sorted(map(_name, each)) for each in (act.uses, act.makes, act.touches, act.moves)]
    apart = [act.kind.value, act.batch, act.step, act.equipment, _plain(act.began_at), *things]
    return f"sha256:{_hash([*apart, _name(act.package), _name(act.party)])}"


def told_of(act: Act) -> str:
    """The hash of all that an act says, but for where it stood in what was sent."""
    return _hash(_plain(act))


def told_before(folios: Sequence[int], refs: Iterable[str]) -> Mapping[str, Before]:
    """What stands in these folios under any of these numbers."""
    found: dict[str, Before] = {}
    for some in in_turn(sorted(set(refs))):
        wanted = select(Activity.ref, Activity.id, Activity.told).where(
            Activity.folio.in_(folios), Activity.ref.in_(some), Activity.struck_by.is_(None)
        )
        found |= {ref: Before(deed, told) for ref, deed, told in session.execute(wanted) if ref and told}
    return found


def _name(item: Item | None) -> list[Any]:
    return [] if item is None else [item.kind.value, item.code, item.di]


def _hash(told: Any) -> str:
    return hashlib.sha256(_encode(told).encode()).hexdigest()


def _plain(told: Any) -> Any:
    """As JSON writes it.  Asked of each value that is told, so it goes by the type alone."""
    kind = type(told)
    if kind is str or told is None:
        return told
    if said := _SAYING.get(kind):
        return [each if type(each) is str else _plain(each) for each in said(told)]
    if kind is datetime:
        return told.astimezone(UTC).isoformat()
    if isinstance(told, int):
        return int(told)
    if isinstance(told, Mapping):
        return sorted([_plain(key), _plain(value)] for key, value in told.items())
    return [_plain(each) for each in told]
