"""What a move of an entrustment depends on."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from portal.db import session, today
from portal.facts.ground import Ground, grounds
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment, Exhibit
from workflows.batch import BATCH
from workflows.entrustment import EntrustmentFacts

UNDERWAY = [state.name for state in BATCH.states if not state.final]


def entrustment_facts(
    entrustments: Sequence[Entrustment],
    known: dict[UUID, Ground] | None = None,
    underway: Mapping[UUID, int] | None = None,
) -> dict[UUID, EntrustmentFacts]:
    """The facts of each, in five queries whatever their number; ``underway`` counts the open batches of each."""
    ground = known or grounds(entrustments)
    counted = underway if underway is not None else _counted(entrustments)
    return {each.id: _facts(each, ground[each.id], counted.get(each.id, 0)) for each in entrustments}


def _counted(entrustments: Sequence[Entrustment]) -> dict[UUID, int]:
    counted = session.execute(
        select(Batch.entrustment_id, func.count())
        .where(Batch.entrustment_id.in_([each.id for each in entrustments]), Batch.state.in_(UNDERWAY))
        .group_by(Batch.entrustment_id)
    )
    return dict(counted.all())


def _facts(entrustment: Entrustment, ground: Ground, open_batches: int) -> EntrustmentFacts:
    quality, entrusting = ground.agreement("quality"), ground.agreement("entrustment")
    return EntrustmentFacts(
        products=len(ground.products),
        favourable_today=sum(ground.favourable_today(each) for each in ground.products),
        accepted_by_manufacturer=ground.latest("site") is not None and ground.latest("licence") is not None,
        quality_agreement_signed=quality is not None and quality.state == "signed",
        entrustment_agreement_signed=entrusting is not None and entrusting.state == "signed",
        agreements_in_force_today=ground.both_in_force(today()),
        reported_by_registrant=entrustment.registrant_reported_on is not None,
        reported_by_manufacturer=entrustment.manufacturer_reported_on is not None,
        certificate_marked=_every([_marked(ground, each) for each in ground.products]),
        implantable=_any([each.facts.get("is_implantable") for each in ground.products]),
        residents_settled=bool(entrustment.residents_planned or entrustment.residents_exception),
        open_batches=open_batches,
    )


def _marked(ground: Ground, product: Exhibit) -> bool | None:
    findings = ground.judged(product, today()).findings
    return _every([each.met for each in findings if each.group == "certificate-marks"])


def _every(answers: Sequence[bool | None]) -> bool | None:
    """Three-valued AND; nothing to ask is unknown."""
    if False in answers:
        return False
    return None if not answers or None in answers else True


def _any(answers: Sequence[bool | None]) -> bool | None:
    """Three-valued OR; nothing to ask is unknown."""
    if True in answers:
        return True
    return None if not answers or None in answers else False
