"""What the pages about a definition are drawn with."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext

from portal.facts import ground_of
from portal.records.definition import PARTS, Definition
from portal.records.entrustment import Entrustment
from portal.rooms.definitions.differing import Difference
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.web.history import changed_of
from workflows.defining import AMEND, STRIKE, WRITE_INSPECTION, WRITE_MATERIAL, WRITE_PARAMETER, WRITE_STEP
from workflows.definition import INSPECTED, STEP_KINDS

Crumb = tuple[str, str | None]
DEEDS = {
    "definitions.edit": AMEND,
    "definitions.steps": WRITE_STEP,
    "definitions.parameters": WRITE_PARAMETER,
    "definitions.materials": WRITE_MATERIAL,
    "definitions.inspections": WRITE_INSPECTION,
    "definitions.strike": STRIKE,
}


def inside(entrustment: Entrustment, *more: Crumb) -> dict[str, Any]:
    """Breadcrumb of a page about the definitions of ``entrustment``."""
    here = crumb(gettext("Product and process definition"), "definitions.listing", entrustment_id=entrustment.id)
    return {"crumbs": [home_crumb(), here, *more], "between": between(entrustment, ground_of(entrustment))}


def place(definition: Definition, *more: Crumb) -> dict[str, Any]:
    """What every page about ``definition`` is drawn with."""
    here = crumb(f"{definition.called} {definition.product_name}", "definitions.show", definition_id=definition.id)
    label = gettext("Definition %(number)s of %(product)s", number=definition.called, product=definition.product_name)
    words = {"step_kinds": STEP_KINDS, "inspected": INSPECTED, "within": within}
    return inside(definition.entrustment, here, *more) | {"identity": identity_of(definition, label)} | words


def within(low: str | None, high: str | None, unit: str) -> str:
    """A range of one parameter, as it is written on a drawing; nothing where neither end is given."""
    if low is None and high is None:
        return ""
    ends = f"{low} – {high}" if low is not None and high is not None else f"≥ {low}" if high is None else f"≤ {high}"
    return f"{ends} {unit}" if unit != "1" else ends


def called(part: str, line: Any) -> str:
    """A line in one line, by what it is known by."""
    words: str
    match part:
        case "steps":
            words = gettext("Step %(position)s, %(name)s", position=line.position, name=line.name)
        case "parameters":
            words = gettext("Step %(position)s, parameter %(name)s", position=line.step.position, name=line.name)
        case "materials":
            words = gettext("Material %(code)s, %(name)s", code=line.code, name=line.name)
        case _:
            words = gettext("Inspection of %(characteristic)s", characteristic=line.characteristic)
    return words


def lines_called(definition: Definition) -> dict[UUID, str]:
    """Every line that counts, part by part."""
    return {line.id: called(part, line) for part in PARTS for line in definition.standing(part)}


def told(found: Sequence[Difference]) -> list[tuple[str, str, list[tuple[str, str | None, str | None]]]]:
    """Each difference as (which line, how it differs, its fields with what they were and became)."""
    return [
        (
            called(each.part, each.line) if each.line is not None else gettext("Label and identifier"),
            each.how,
            changed_of([_as_data(each, *field) for field in each.fields]),
        )
        for each in found
    ]


def _as_data(each: Difference, field: str, was: Any, became: Any) -> Mapping[str, Any]:
    kind = each.line.__tablename__ if each.line is not None else Definition.__tablename__
    return {"kind": kind, "field": field, "was": was, "became": became}
