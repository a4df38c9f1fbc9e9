"""Whether what is told can have happened: against the clock, what is left, what lies where and what is no more."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from portal.db import now
from portal.lineage import knowing
from portal.lineage.correcting import followed
from portal.lineage.telling import Handle, Telling, Told
from workflows.lineage import (
    ENDING,
    MOVING,
    Amount,
    Deed,
    Impossible,
    refuse_more_than_is_left,
    written,
)
from workflows.words import N_, Said


@dataclass
class Standing:
    """How things stand as one deed of a telling follows another, by handle.

    ``resting`` are the things that a deed about to be corrected made and that went on since, by the number of the deed.
    """

    left: dict[Handle, Amount]
    package: dict[Handle, Handle]
    made: set[Handle]
    ended: set[Handle]
    resting: Mapping[int, Mapping[Handle, str]]
    at: datetime = field(default_factory=now)


def standing(telling: Telling, nodes: Mapping[Handle, int]) -> Standing:
    """How things stand before the telling, as far as it is about them, and without what it corrects."""
    wrong = {told.corrects for told in telling.deeds if told.corrects is not None}
    handles = {node: handle for handle, node in nodes.items()}
    consumed = {nodes[each] for told in telling.deeds for each in told.amounts if each in nodes}
    units = {
        nodes[each] for told in telling.deeds if told.kind == Deed.COMMISSION for each in told.makes if each in nodes
    }
    used = {nodes[each] for told in telling.deeds for each in told.uses if each in nodes}
    moved = {nodes[each] for told in telling.deeds for each in told.moved if each in nodes}
    return Standing(
        left={handles[node]: left for node, left in knowing.amounts_left(consumed, wrong).items()},
        package=_around(handles, telling, moved, wrong),
        made={handles[node] for node in knowing.commissioned(units, wrong)},
        ended={handles[node] for node in knowing.ended(moved | used, wrong)},
        resting=_resting(handles, telling, wrong),
    )


def faults(telling: Telling, nodes: Mapping[Handle, int], before: Standing) -> Iterator[Impossible]:
    """Each deed that cannot have happened, as they follow each other; a deed without fault changes ``before``."""
    foreign = _foreign(telling, nodes)
    for told in telling.deeds:
        try:
            _refuse(telling, told, before, foreign)
        except Impossible as fault:
            yield fault
        else:
            _follow(told, before)


def _refuse(telling: Telling, told: Told, before: Standing, foreign: set[Handle]) -> None:
    def called(handle: Handle) -> dict[str, str | int]:
        return {"code": telling.things[handle].code}

    if max(told.began_at, told.ended_at or told.began_at) > before.at:
        raise Impossible(told.place, Said(N_("It lies in the future.")))
    _refuse_cutting(telling, told, before)
    for handle in (*told.uses, *told.makes, *told.touches):
        if handle in foreign:
            raise Impossible(told.place, Said(N_("%(code)s belongs to other work, not to this."), called(handle)))
    for handle in told.uses:
        if handle in told.amounts and handle in before.left:
            refuse_more_than_is_left(told.place, telling.things[handle].code, told.amounts[handle], before.left[handle])
    if told.kind == Deed.COMMISSION and (twice := [each for each in told.makes if each in before.made]):
        raise Impossible(told.place, Said(N_("The serial number %(code)s has been given already."), called(twice[0])))
    for handle in (*told.uses, *told.moves):
        if handle in before.ended and told.kind != Deed.RETURN:
            raise Impossible(told.place, Said(N_("%(code)s was rejected and goes no further."), called(handle)))
    _refuse_packing(telling, told, before)


def _refuse_cutting(telling: Telling, told: Told, before: Standing) -> None:
    """A correction still leads to all that went on since, or its chain would be cut."""
    done = {*told.makes, *told.touches, *told.moved}
    lost = [code for handle, code in before.resting.get(told.corrects or 0, {}).items() if handle not in done]
    if lost:
        says = N_("%(code)s went on since: the correction has to be about it too, or what followed is corrected first.")
        raise Impossible(told.place, Said(says, {"code": lost[0]}))
    for handle in told.makes if told.corrects is not None else ():
        made, left = told.amounts.get(handle), before.left.get(handle)
        if made is not None and left is not None and made.micro + left.micro < 0:
            used: dict[str, str | int] = {"code": telling.things[handle].code, "used": written(-left.micro)}
            says = N_("Of %(code)s %(used)s %(unit)s were used already, more than this leaves.")
            raise Impossible(told.place, Said(says, used | {"unit": left.unit}))


def _refuse_packing(telling: Telling, told: Told, before: Standing) -> None:
    if told.kind not in MOVING | {Deed.PACK, Deed.UNPACK}:
        return
    outside = set(_outward(told.package, before)) if told.package is not None else set()
    for handle in told.moves:
        values: dict[str, str | int] = {"code": telling.things[handle].code}
        lies_in = before.package.get(handle)
        if told.kind == Deed.UNPACK:
            if lies_in != told.package:
                raise Impossible(told.place, Said(N_("%(code)s does not lie in this package."), values))
            continue
        if told.kind == Deed.PACK and handle in outside:
            raise Impossible(told.place, Said(N_("%(code)s cannot lie in itself."), values))
        if lies_in is not None and not (told.kind in MOVING and lies_in in told.moves):
            values["package"] = telling.things[lies_in].code
            raise Impossible(
                told.place,
                Said(N_("%(code)s lies in %(package)s: unpack it first, or name the package."), values),
            )


def _follow(told: Told, before: Standing) -> None:
    for handle, amount in told.amounts.items():
        sign = -1 if handle in told.uses else 1
        had = before.left.get(handle, Amount(0, amount.unit) if sign == 1 else None)
        if had is not None:
            before.left[handle] = replace(had, micro=had.micro + sign * amount.micro)
    if told.kind == Deed.COMMISSION:
        before.made.update(told.makes)
    if told.kind == Deed.PACK and told.package is not None:
        before.package.update(dict.fromkeys(told.moves, told.package))
    if told.kind == Deed.UNPACK:
        for handle in told.moves:
            before.package.pop(handle, None)
    if told.kind in ENDING:
        before.ended.update(told.touches)


def _foreign(telling: Telling, nodes: Mapping[Handle, int]) -> set[Handle]:
    """What is of other work: nothing is made of it here, and nothing done to it."""
    common = {each.number for each in knowing.folios_of(telling.entrustment_id)}
    allowed = {True: common | {each.number for each in knowing.folios_of(None)}, False: common}
    used = {each for told in telling.deeds for each in told.uses if each in nodes}
    done = {each for told in telling.deeds for each in (*told.makes, *told.touches) if each in nodes}
    facts = knowing.kinds_and_folios({nodes[each] for each in used | done})
    return {
        each
        for each in used | done
        if nodes[each] not in facts or facts[nodes[each]][1] not in allowed[each not in done]
    }


def _resting(handles: dict[int, Handle], telling: Telling, wrong: Collection[int]) -> dict[int, dict[Handle, str]]:
    """What went on since a deed that is to be corrected; a thing that nobody named gets a handle."""
    found: dict[int, dict[Handle, str]] = {}
    for deed in wrong:
        facts = knowing.kinds_and_folios(followed([deed]))
        found[deed] = {}
        for node, (_, _, code) in facts.items():
            if node not in handles:
                handles[node] = telling.node(node, code)
            found[deed][handles[node]] = code
    return found


def _around(
    handles: dict[int, Handle], telling: Telling, moved: set[int], wrong: Collection[int]
) -> dict[Handle, Handle]:
    """What lies in what, outward from each thing that is moved; a package that nobody named gets a handle."""
    found: dict[Handle, Handle] = {}
    while moved:
        inside = knowing.packages_of(moved, wrong)
        unnamed = knowing.kinds_and_folios(set(inside.values()) - handles.keys())
        for child, parent in inside.items():
            if parent not in handles:
                handles[parent] = telling.node(parent, unnamed[parent][2])
            found[handles[child]] = handles[parent]
        moved = set(inside.values()) - {node for node, handle in handles.items() if handle in found}
    return found


def _outward(handle: Handle, before: Standing) -> Iterator[Handle]:
    seen: set[Handle] = set()
    walk: Handle | None = handle
    while walk is not None and walk not in seen:
        yield walk
        seen.add(walk)
        walk = before.package.get(walk)
