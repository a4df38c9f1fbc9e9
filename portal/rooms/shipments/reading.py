"""Where things are: what lies in what, what moved last, who told of it and how."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from portal.db import session
from portal.lineage.knowing import folios_of, packages_of
from portal.lineage.numbering import addresses, recording_of
from portal.records.lineage import Activity, Containment, Movement, Node, Recording
from portal.records.organisation import Organisation
from workflows.lineage import DEEDS, MOVING, Deed, Thing
from workflows.words import N_

LATEST = 100
SHOWN = 500
ORIGINS = {
    "typed": N_("typed on a page"),
    "file": N_("from a file"),
    "request": N_("told by a machine"),
    "message": N_("from a message"),
}
# What a movement says about who has the thing now.
HELD = {
    Deed.SHIP: N_("Sent there; that it arrived is not on record."),
    Deed.ARRIVE: N_("It arrived there."),
    Deed.RETURN: N_("It came back from there."),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement: what it was, when, to or from whom, and how it is known."""

    deed: str
    says: str
    at: datetime
    party: str | None
    party_address: UUID | None
    told_by: str
    told_at: datetime | None
    origin: str
    is_return: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """What lies directly in a package, as far as it is shown, and how much there is."""

    things: Sequence[tuple[Node, UUID]]
    count: int


def packages_in(entrustment_id: UUID) -> list[tuple[Node, UUID, int]]:
    """The latest packages of an entrustment, each with how much lies directly in it."""
    folios = [each.number for each in folios_of(entrustment_id)]
    wanted = select(Node).where(Node.folio.in_(folios), Node.kind == Thing.PACKAGE.value)
    nodes = list(session.scalars(wanted.order_by(Node.id.desc()).limit(LATEST)))
    where, counts = addresses(each.id for each in nodes), _counts([each.id for each in nodes])
    return [(each, where[each.id], counts.get(each.id, 0)) for each in nodes]


def moved_in(entrustment_id: UUID) -> list[Moved]:
    """The latest shipments, arrivals and returns of an entrustment."""
    folios = [each.number for each in folios_of(entrustment_id)]
    kinds = [each.value for each in MOVING]
    wanted = select(Activity).where(Activity.folio.in_(folios), Activity.kind.in_(kinds))
    return _told(list(session.scalars(wanted.order_by(Activity.began_at.desc(), Activity.id.desc()).limit(LATEST))))


def moves_of(node: Node) -> list[Moved]:
    """What moved this very thing, the latest first; what was corrected since is left out."""
    wanted = (
        select(Activity)
        .join(Movement, Movement.activity == Activity.id)
        .where(Movement.node == node.id, Movement.struck_by.is_(None))
        .order_by(Activity.began_at.desc(), Activity.id.desc())
        .limit(LATEST)
    )
    return _told(list(session.scalars(wanted)))


def inside(node: Node) -> Inside:
    if node.kind != Thing.PACKAGE:
        return Inside((), 0)
    wanted = (
        select(Node)
        .join(Containment, Containment.child == Node.id)
        .where(Containment.parent == node.id, Containment.ended_by.is_(None))
        .order_by(Node.kind.desc(), Node.code)
        .limit(SHOWN)
    )
    nodes = list(session.scalars(wanted))
    where = addresses(each.id for each in nodes)
    return Inside([(each, where[each.id]) for each in nodes], _counts([node.id]).get(node.id, 0))


def lies_in(node: Node) -> list[tuple[Node, UUID]]:
    """The packages around it, from the nearest outward."""
    around: list[int] = []
    here = packages_of([node.id])
    while (parent := next(iter(here.values()), None)) is not None and parent not in around:
        around.append(parent)
        here = packages_of([parent])
    nodes = {each.id: each for each in session.scalars(select(Node).where(Node.id.in_(around)))}
    where = addresses(nodes)
    return [(nodes[each], where[each]) for each in around if each in nodes]


def _counts(packages: Collection[int]) -> dict[int, int]:
    wanted = (
        select(Containment.parent, func.count())
        .where(Containment.parent.in_(packages), Containment.ended_by.is_(None))
        .group_by(Containment.parent)
    )
    return {parent: int(count) for parent, count in session.execute(wanted)}


def _told(deeds: Sequence[Activity]) -> list[Moved]:
    parties = {each.party for each in deeds if each.party}
    nodes = {each.id: each for each in session.scalars(select(Node).where(Node.id.in_(parties)))}
    where = addresses(nodes)
    numbers = {recording_of(each.id) for each in deeds}
    books = {each.number: each for each in session.scalars(select(Recording).where(Recording.number.in_(numbers)))}
    owners = {each.owner_id for each in books.values()}
    houses = {each.id: each.name for each in session.scalars(select(Organisation).where(Organisation.id.in_(owners)))}
    return [_moved(each, nodes, where, books.get(recording_of(each.id)), houses) for each in deeds]


def _moved(
    deed: Activity,
    nodes: dict[int, Node],
    where: dict[int, UUID],
    told: Recording | None,
    houses: dict[UUID, str],
) -> Moved:
    kind, party = Deed(deed.kind), nodes.get(deed.party or 0)
    return Moved(
        deed=DEEDS[kind],
        says=HELD[kind],
        at=deed.began_at,
        party=party.code if party else None,
        party_address=where.get(party.id) if party else None,
        told_by=houses.get(told.owner_id, "") if told else "",
        told_at=told.at if told else None,
        origin=ORIGINS[told.origin] if told else "",
        is_return=kind is Deed.RETURN,
    )
