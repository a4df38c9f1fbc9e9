"""Where a house's own record is seen because the lot behind it led there: in which entrustments, in which batches."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.db import Record, session
from portal.records.lineage import Disclosure, Folio, Link, Node
from portal.tenancy import SharableUpstream, Upstream, current_tenant
from workflows.lineage import Thing

MOST = 20
# What was made of a batch is not followed: there may be a million of it.
_BEYOND = (Thing.BATCH.value, Thing.UNIT.value, Thing.PACKAGE.value, Thing.PARTY.value)


def is_anothers(record: Any) -> bool:
    """Whether it stands in another house's own books, and is seen for what its lot led to."""
    if not isinstance(record, Upstream | SharableUpstream) or record.owner_id == current_tenant():
        return False
    return getattr(record, "entrustment_id", None) is None


def shown_in(record: Any) -> list[UUID]:
    """The entrustments of the reader that the lot behind another house's record led to; none for its own record."""
    if not is_anothers(record):
        return []
    wanted = (
        select(Folio.entrustment_id)
        .join(Disclosure, Disclosure.folio == Folio.number)
        .join(Node, Node.id == Disclosure.node)
        .where(Node.record_id.in_(_lots_behind(record)), Node.kind == Thing.LOT.value)
        .distinct()
    )
    return sorted(each for each in session.scalars(wanted) if each is not None)


def node_of(lot_id: UUID) -> Node | None:
    """The lot as the graph knows it, the latest where it was renumbered; None where nothing was told of it yet."""
    wanted = select(Node).where(Node.record_id == lot_id, Node.kind == Thing.LOT.value)
    return session.scalars(wanted.order_by(Node.id.desc())).first()


def batches_of(node: Node) -> Sequence[Node]:
    """The batches that a lot went into, as far as the reader sees them: the first twenty."""
    found = select(Node.id.label("node"), Node.kind.label("kind")).where(Node.id == node.id)
    led = found.cte("led", recursive=True)
    after = (
        select(Node.id, Node.kind)
        .select_from(led)
        .join(Link, Link.source == led.c.node)
        .join(Node, Node.id == Link.target)
        .where(Link.struck_by.is_(None), led.c.kind.not_in(_BEYOND))
    )
    led = led.union(after)
    wanted = select(Node).join(led, Node.id == led.c.node).where(Node.kind == Thing.BATCH.value)
    return session.scalars(wanted.order_by(Node.id).limit(MOST)).all()


def _lots_behind(record: Any) -> Any:
    behind = record.behind
    if behind.table is None:
        return [getattr(record, behind.lot)]
    kinds = {each.class_.__tablename__: each.class_ for each in Record.registry.mappers}
    through: Any = kinds[behind.table]
    return select(getattr(through, behind.lot)).where(
        through.owner_id == record.owner_id, getattr(through, behind.column) == record.id
    )
