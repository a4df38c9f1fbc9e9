"""Opening a batch: production starts, if everything it needs is in order on that day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal.acting import begin
from portal.db import new_id, session, today
from portal.facts import Ground, opening_facts
from portal.facts.standstill import Making, making_of
from portal.facts.trade_items import primary_of
from portal.identity import Actor
from portal.records.batch import Batch, BatchDefinition
from portal.tenancy import side_in
from workflows.engine import Decision, Side, weigh_opening
from workflows.opening import OPEN, OpeningFacts
from workflows.stages import COMMERCIAL


class NumberTaken(ValueError):
    """Another batch of the entrustment bears this number."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a batch before it is made.  ``planned`` is in whole pieces."""

    number: str
    product_id: UUID
    started_on: date
    expires_on: date | None
    steps_planned: int
    planned: int
    udi_di: str | None
    stage: str = COMMERCIAL


def open_batch(ground: Ground, given: Opening, *, actor: Actor) -> Batch:
    """Open the batch, or raise :class:`NumberTaken`, or :class:`portal.acting.Refused` with every unmet condition."""
    if _is_taken(ground, given.number):
        raise NumberTaken(given.number)
    product = ground.product(given.product_id)
    batch = Batch(
        id=new_id(),
        entrustment_id=ground.entrustment.id,
        number=given.number,
        stage=given.stage,
        product_id=given.product_id,
        product_name=product.facts["name"] if product else "",
        started_on=given.started_on,
        expires_on=given.expires_on,
        steps_planned=given.steps_planned,
        steps_done=0,
        planned=given.planned,
        udi_di=given.udi_di or _identifier(ground, given.product_id),
    )
    decision = decide_opening(making_of(ground), given.product_id, given.started_on, stage=given.stage, actor=actor)
    begin(batch, decision, actor=actor, also=_bound(batch, ground), side=_side(ground))
    return batch


def decide_opening(
    making: Making, product_id: UUID, starts_on: date, *, actor: Actor, stage: str = COMMERCIAL
) -> Decision[OpeningFacts]:
    """Whether production of this product may start on ``starts_on``, and if not, why not."""
    ground = making.ground
    facts = opening_facts(making, ground.product(product_id), starts_on, stage)
    return weigh_opening(OPEN, facts, powers=actor.powers, side=_side(ground), on=today())


def _bound(batch: Batch, ground: Ground) -> list[BatchDefinition]:
    """The link to the version that holds on the first day of the batch; a trial may do without one."""
    definition = ground.definition_of(batch.product_id, batch.started_on)
    if definition is None:
        return []
    batch.binding = BatchDefinition(id=new_id(), entrustment_id=batch.entrustment_id, definition_id=definition.id)
    return [batch.binding]


def _identifier(ground: Ground, product_id: UUID) -> str | None:
    """What the registrant keeps in use for the product, where nobody typed another."""
    primary = primary_of(ground.entrustment.id, product_id)
    return primary.di if primary else None


def _side(ground: Ground) -> Side | None:
    return side_in(ground.entrustment.id)


def _is_taken(ground: Ground, number: str) -> bool:
    same = select(Batch.id).where(Batch.entrustment_id == ground.entrustment.id, Batch.number == number)
    return session.scalars(same).first() is not None
