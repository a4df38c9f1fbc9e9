"""What a move of a definition depends on: its lines, its day, the version before it and the change that asks for it."""

from typing import Any

from sqlalchemy import Select, case, distinct, func, or_, select
from sqlalchemy.orm import aliased

from portal.db import session, today
from portal.records.change import Change
from portal.records.definition import (
    Definition,
    DefinitionInspection,
    DefinitionMaterial,
    DefinitionParameter,
    DefinitionStep,
)
from workflows.change import BINDING
from workflows.definition import CRITICAL, INSPECTED, DefinitionFacts

_Before, _Asking, _Permitting = aliased(Definition), aliased(Change), aliased(Change)


def definition_facts(definition: Definition) -> DefinitionFacts:
    wanted = with_what_they_rest_on(select(*definition_columns()).select_from(Definition))
    return facts_of(*session.execute(wanted.where(Definition.id == definition.id)).one())


def definition_columns() -> tuple[Any, ...]:
    """What a query selects of each definition for :func:`facts_of`, in one row."""
    put_off = (_Permitting.effective_on > _Before.effective_on, _Permitting.effective_on)
    permitted = or_(_Before.change_id.is_(None), _Permitting.state.in_(BINDING))
    before = (_Before.number, case(put_off, else_=_Before.effective_on), permitted)
    asking = (_Asking.number, _Asking.state.in_(BINDING), _Asking.effective_on)
    steps = select(func.count(DefinitionStep.id)).where(*_standing(DefinitionStep))
    materials = select(func.count(DefinitionMaterial.id)).where(*_standing(DefinitionMaterial))
    stages = select(func.count(distinct(DefinitionInspection.stage))).where(*_standing(DefinitionInspection))
    limited = select(DefinitionParameter.id).where(
        DefinitionParameter.step_id == DefinitionStep.id, DefinitionParameter.struck_at.is_(None)
    )
    bare = (*_standing(DefinitionStep), DefinitionStep.kind.in_(CRITICAL), ~limited.exists())
    first = select(DefinitionStep.name).where(*bare).order_by(DefinitionStep.position).limit(1)
    counted = (steps, materials, stages, select(func.count(DefinitionStep.id)).where(*bare), first)
    return Definition, *before, *asking, *(each.correlate(Definition).scalar_subquery() for each in counted)


def with_what_they_rest_on(wanted: Select[Any]) -> Select[Any]:
    """The query with the version before each definition and the change that asks for either joined to it."""
    before = wanted.outerjoin(_Before, _Before.id == Definition.follows_id)
    before = before.outerjoin(_Permitting, _Permitting.id == _Before.change_id)
    return before.outerjoin(_Asking, _Asking.id == Definition.change_id)


def facts_of(definition: Definition, *row: Any) -> DefinitionFacts:
    """The facts of one definition from its row of such a query."""
    before, since, permitted, change, decided, change_from, steps, materials, stages, bare, first_bare = row
    day = definition.effective_on
    return DefinitionFacts(
        entrustment_is_open=not definition.entrustment.where.final,
        steps=steps,
        bare=bare,
        first_bare=first_bare or "",
        materials=materials,
        uninspected=len(INSPECTED) - stages,
        versions_stated=bool(definition.label_version and definition.instructions_version),
        effective_on=_iso(day),
        effective_ahead=day is not None and day >= today(),
        follows=f"V{before}" if before else "",
        follows_from=_iso(since),
        follows_permitted=permitted,
        change=change or "",
        change_decided=bool(decided),
        change_from=_iso(change_from),
    )


def _standing(kind: Any) -> tuple[Any, ...]:
    return kind.definition_id == Definition.id, kind.struck_at.is_(None)


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""
