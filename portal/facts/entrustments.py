"""What a move of an entrustment depends on."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from portal.db import session, today
from portal.facts.endings import Closing, closing_columns, ended_by_law
from portal.facts.ground import Ground, grounds
from portal.records.entrustment import Entrustment, Exhibit
from workflows.entrustment import EntrustmentFacts


def entrustment_facts(
    entrustments: Sequence[Entrustment],
    known: dict[UUID, Ground] | None = None,
    closings: Mapping[UUID, Closing] | None = None,
) -> dict[UUID, EntrustmentFacts]:
    """The facts of each, in five queries whatever their number; ``closings`` say how far each is from its end."""
    ground = known or grounds(entrustments)
    near = closings if closings is not None else _closings(entrustments)
    return {each.id: _facts(each, ground[each.id], near.get(each.id, Closing())) for each in entrustments}


def _closings(entrustments: Sequence[Entrustment]) -> dict[UUID, Closing]:
    wanted = select(Entrustment.id, *closing_columns()).where(Entrustment.id.in_([each.id for each in entrustments]))
    return {about: Closing(*found) for about, *found in session.execute(wanted)}


def _facts(entrustment: Entrustment, ground: Ground, closing: Closing) -> EntrustmentFacts:
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
        open_batches=closing.open_batches,
        was_active=entrustment.activated_at is not None,
        ended_by_law=ended_by_law(ground),
        checklist=closing.checklist,
        unsettled=closing.unsettled,
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
