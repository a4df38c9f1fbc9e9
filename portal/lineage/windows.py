"""Everything that passed a machine, a room, an operator, a reading or a load between two moments."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, union

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.records.definition import DefinitionInspection, DefinitionParameter
from portal.records.lineage import Activity, Containment, Folio, Link, Movement, Node, Reading
from workflows.lineage import Deed

PLACES = ("equipment", "area", "operator", "reading", "load")


@dataclass(frozen=True, slots=True)
class Window:
    """``since`` and ``until`` are both within it; of the rest each that is given narrows it further.

    Equipment and room go by their number, an operator by the name that was told, a second person too; ``reading`` is
    the name of a parameter or a characteristic of a definition; ``load`` the teller's own number of the act.
    """

    since: datetime
    until: datetime
    equipment: str = ""
    area: str = ""
    operator: str = ""
    reading: str = ""
    load: str = ""


def asked(window: Window, within: Collection[UUID] | None = None) -> Select[int]:
    """The question for the deeds that were under way then, as far as the reader sees them; what was corrected is out.

    ``within`` limits it to these entrustments.  Nothing is asked of the database here but which readings are meant.
    """
    wanted = select(Activity.id).where(Activity.struck_by.is_(None), *_conditions(window))
    if within is not None:
        wanted = wanted.where(Activity.folio.in_(select(Folio.number).where(Folio.entrustment_id.in_(within))))
    return wanted


def deeds_of(window: Window, within: Collection[UUID] | None = None) -> list[int]:
    """The numbers of those deeds, as they were done."""
    return list(session.scalars(asked(window, within).order_by(Activity.began_at, Activity.id)))


def passed_through(deeds: Select[int]) -> Select[int]:
    """The question for the things that these deeds made, touched, packed or moved: what passed there."""
    return select(
        union(
            select(Link.target.label("thing")).where(Link.source.in_(deeds), Link.struck_by.is_(None)),
            select(Movement.node).where(Movement.activity.in_(deeds), Movement.struck_by.is_(None)),
            select(Containment.child).where(Containment.activity.in_(deeds)),
        )
        .subquery()
        .c.thing
    )


def things_of(deeds: Collection[int]) -> dict[int, list[Node]]:
    """By deed the things that it made, touched, packed or moved, as they were told of."""
    found: dict[int, list[Node]] = {}
    for some in in_turn(deeds):
        links = (
            select(Link.source, Link.target).where(Link.source.in_(some), Link.struck_by.is_(None)),
            select(Movement.activity, Movement.node).where(Movement.activity.in_(some), Movement.struck_by.is_(None)),
            select(Containment.activity, Containment.child).where(Containment.activity.in_(some)),
        )
        pairs = [(deed, node) for each in links for deed, node in session.execute(each)]
        nodes: dict[int, Node] = {}
        for many in in_turn({node for _, node in pairs}):
            nodes |= {each.id: each for each in session.scalars(select(Node).where(Node.id.in_(many)))}
        for deed, node in sorted(pairs):
            if node in nodes and nodes[node].kind < Deed.RECEIVE:
                found.setdefault(deed, []).append(nodes[node])
    return found


def _conditions(window: Window) -> Iterator[Any]:
    yield Activity.began_at <= window.until
    yield func.coalesce(Activity.ended_at, Activity.began_at) >= window.since
    if window.equipment:
        yield Activity.equipment == window.equipment
    if window.area:
        yield Activity.area == window.area
    if window.operator:
        yield or_(Activity.operator == window.operator, Activity.second == window.operator)
    if window.load:
        yield Activity.ref == window.load
    if window.reading:
        yield Activity.id.in_(
            select(Reading.activity).where(
                Reading.line_id.in_(_lines(window.reading)),
                Reading.at.between(window.since, window.until),
                Reading.struck_by.is_(None),
            )
        )


def _lines(name: str) -> list[UUID]:
    """The lines of definitions, in any version that the reader sees, by which readings of this name are judged."""
    parameters = select(DefinitionParameter.id).where(DefinitionParameter.name == name)
    inspections = select(DefinitionInspection.id).where(DefinitionInspection.characteristic == name)
    return [*session.scalars(parameters), *session.scalars(inspections)]
