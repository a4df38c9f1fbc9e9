"""Putting a definition on record: a version begun as a copy, its day and label, its lines."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal import ledger
from portal.acting import Refused, begin
from portal.db import new_id, now, session, today
from portal.facts import Ground
from portal.identity import Actor
from portal.records.definition import (
    Definition,
    DefinitionInspection,
    DefinitionMaterial,
    DefinitionParameter,
    DefinitionStep,
    Line,
)
from portal.tenancy import side_in
from workflows.defining import (
    AMEND,
    OPEN_DEFINITION,
    STRIKE,
    WRITE_INSPECTION,
    WRITE_MATERIAL,
    WRITE_PARAMETER,
    WRITE_STEP,
)
from workflows.engine import Decision, Transition, weigh_opening
from workflows.limits import exact, refuse_disorder

KINDS: Mapping[str, tuple[Any, Transition[str]]] = {
    "steps": (DefinitionStep, WRITE_STEP),
    "parameters": (DefinitionParameter, WRITE_PARAMETER),
    "materials": (DefinitionMaterial, WRITE_MATERIAL),
    "inspections": (DefinitionInspection, WRITE_INSPECTION),
}
HEAD = ("label_version", "instructions_version", "udi_di")


class Doubled(ValueError):
    """Another line of the version is known by the same."""


def open_definition(ground: Ground, product_id: UUID, *, by: Actor) -> Definition:
    """Begin the next version, or raise :class:`portal.acting.Refused` while another one of the product is drafted.

    It copies the version approved last of those that are permitted; where none was approved, the one given up last.
    """
    product, about = ground.product(product_id), ground.entrustment.id
    versions = _versions(about, product_id)
    approved = next((each for each in versions if each.holds_from), None)
    definition = Definition(
        id=new_id(),
        entrustment_id=about,
        number=len(versions) + 1,
        product_id=product_id,
        product_name=product.facts["name"] if product else "",
        follows_id=approved.id if approved else None,
        opened_by_id=by.id,
        opened_at=now(),
    )
    with session.no_autoflush:
        lines = _copied(approved or next(iter(versions), None), definition)
        definition.bind_contents()
    decision = decide_opening(about, product_id, actor=by)
    try:
        with session.begin_nested():
            begin(definition, decision, actor=by, also=lines, side=side_in(about))
    except IntegrityError as beaten:  # somebody drafted another at this very moment: now it is there to be seen
        decision = decide_opening(about, product_id, actor=by)
        if decision.allowed:
            raise
        raise Refused(decision) from beaten
    return definition


def decide_opening(entrustment_id: UUID, product_id: UUID, *, actor: Actor) -> Decision[bool]:
    same = (Definition.entrustment_id == entrustment_id, Definition.product_id == product_id)
    drafted = session.scalar(select(func.count(Definition.id)).where(*same, Definition.drafted()))
    side = side_in(entrustment_id)
    return weigh_opening(OPEN_DEFINITION, bool(drafted), powers=actor.powers, side=side, on=today())


def amend(definition: Definition, given: Mapping[str, Any], *, by: Actor) -> bool:
    """False when nothing differs from what is on record."""
    if all(getattr(definition, name) == value for name, value in given.items()):
        return False
    for name, value in given.items():
        setattr(definition, name, value)
    ledger.write(definition, AMEND.event, by=by)
    return True


def write(definition: Definition, part: str, given: Mapping[str, Any], *, line: Any = None, by: Actor) -> bool:
    """Add a line to a part, or make ``line`` say what is given; False when it says so already.

    A parameter is given its ``step``, and stays with it.  Raises :class:`Doubled` where another line is known by the
    same, :class:`workflows.limits.Disordered` for limits that do not rise, :class:`ValueError` for what is no decimal.
    """
    kind, deed = KINDS[part]
    _refuse(definition, part, given, line)
    with session.no_autoflush:
        if line is None:
            line = _added(definition, part, given)
        elif line.written == (written := _written(kind, given)):
            return False
        else:
            for name, value in written.items():
                setattr(line, name, value)
        definition.bind_contents()
    above = [given["step"]] if "step" in given else []
    ledger.write(line, deed.event, by=by, also=[*above, definition])
    return True


def lay_down(definition: Definition, lines: Iterable[tuple[str, Mapping[str, Any]]], *, by: Actor) -> None:
    """Add many lines, each given with its part, as one entry of the ledger; raises what :func:`write` raises.

    A parameter is given its ``step`` by number.
    """
    added = []
    with session.no_autoflush:
        for part, told in lines:
            known = {each.position: each for each in definition.standing("steps")}
            given = {**told, "step": known[told["step"]]} if "step" in told else told
            _refuse(definition, part, given, None)
            added.append(_added(definition, part, given))
        definition.bind_contents()
    ledger.write(definition, AMEND.event, by=by, also=added)


def strike(definition: Definition, line: Line, *, by: Actor) -> None:
    with session.no_autoflush:
        line.struck_at = now()
        definition.bind_contents()
    ledger.write(line, STRIKE.event, by=by, also=[definition])


def _versions(entrustment_id: UUID, product_id: UUID) -> list[Definition]:
    """Every version of the product's definition, the latest first."""
    wanted = select(Definition).where(Definition.entrustment_id == entrustment_id, Definition.product_id == product_id)
    return list(session.scalars(wanted.options(Definition.with_change()).order_by(Definition.number.desc())))


def _copied(source: Definition | None, definition: Definition) -> list[Line]:
    """The lines of ``source``, written again for the new version; its label and identifier come along."""
    if source is None:
        return []
    for name in HEAD:
        setattr(definition, name, getattr(source, name))
    copies: list[Line] = []
    steps: dict[Any, Line] = {}
    for part in KINDS:
        for line in source.standing(part):
            of_step = {"step": steps[line.step.key]} if part == "parameters" else {}
            copies.append(copy := _added(definition, part, line.written | of_step))
            if part == "steps":
                steps[line.key] = copy
    return copies


def _added(definition: Definition, part: str, given: Mapping[str, Any]) -> Line:
    kind, _ = KINDS[part]
    step = given.get("step")
    line: Line = kind(id=new_id(), entrustment_id=definition.entrustment_id, **_written(kind, given))
    (step.parameters if step else getattr(definition, part)).append(line)
    return line


def _written(kind: type[Line], given: Mapping[str, Any]) -> dict[str, Any]:
    """What may be left out and is empty holds nothing."""
    needed = {name: given[name] for name in kind.WRITTEN}
    return needed | {name: given.get(name) or None for name in kind.OPTIONAL}


def _refuse(definition: Definition, part: str, given: Mapping[str, Any], line: Line | None) -> None:
    """Whoever writes it, by form or not: limits rise, amounts are decimals, and no line is there twice."""
    if part == "parameters":
        refuse_disorder(given)
    if part == "materials":
        exact(given["quantity"])
    kind, _ = KINDS[part]
    key = (*(given["step"].key if "step" in given else ()), *(given[name] for name in kind.KEY))
    if any(each is not line and each.key == key for each in definition.standing(part)):
        raise Doubled(part)
