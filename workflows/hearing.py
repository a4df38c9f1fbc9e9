"""Who hears of what: whoever can make the next move, and the other side where nothing is left for it to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.engine import OTHER, Lifecycle, Side
from workflows.powers import Power

MOVE, HAPPENED = "move", "happened"
PARTIES = (Side.REGISTRANT, Side.MANUFACTURER)

# What the other side hears of even where no move of it follows, and whose business it is there.
HEARD: Mapping[str, Power] = {
    "agreement_review.dropped": Power.AGREEMENT_DRAFT,
    "agreement_review.signed": Power.AGREEMENT_DRAFT,
    "agreement.signed": Power.AGREEMENT_DRAFT,
    "agreement.withdrawn": Power.AGREEMENT_DRAFT,
    "approved_source.approved": Power.MATERIAL_KEEP,
    "approved_source.refused": Power.MATERIAL_KEEP,
    "approved_source.reinstated": Power.MATERIAL_KEEP,
    "approved_source.suspended": Power.MATERIAL_KEEP,
    "approved_source.withdrawn": Power.MATERIAL_KEEP,
    "audit.acknowledged": Power.AUDIT_KEEP,
    "audit.cancelled": Power.AUDIT_ANSWER,
    "audit.planned": Power.AUDIT_ANSWER,
    "audit.team-confirmed": Power.AUDIT_ANSWER,
    "audit_finding.accepted": Power.AUDIT_ANSWER,
    "audit_finding.closed": Power.AUDIT_ANSWER,
    "batch.marketing-refused": Power.BATCH_RELEASE_PRODUCTION,
    "batch.marketing-released": Power.BATCH_RELEASE_PRODUCTION,
    "batch.rejected": Power.BATCH_REVIEW,
    "batch.trial-concluded": Power.BATCH_REVIEW,
    "batch.warned": Power.BATCH_REVIEW,
    "capa.found-effective": Power.CAPA_KEEP,
    "capa.found-ineffective": Power.CAPA_KEEP,
    "change.implemented": Power.CHANGE_KEEP,
    "change.refused": Power.CHANGE_KEEP,
    "defect_notice.received": Power.DEFECT_NOTIFY,
    "defect_notice.settled": Power.DEFECT_NOTIFY,
    "definition.approved": Power.DEFINITION_KEEP,
    "definition.signed": Power.DEFINITION_KEEP,
    "definition.taken-back": Power.DEFINITION_KEEP,
    "definition.withdrawn": Power.DEFINITION_KEEP,
    "ending.signed": Power.ENTRUSTMENT_DECIDE,
    "entrustment.activated": Power.ENTRUSTMENT_DECIDE,
    "entrustment.ended": Power.ENTRUSTMENT_DECIDE,
    "entrustment.proposed": Power.ENTRUSTMENT_DECIDE,
    "entrustment.resumed": Power.ENTRUSTMENT_DECIDE,
    "entrustment.suspended": Power.ENTRUSTMENT_DECIDE,
    "hold_point.lifted": Power.BATCH_RELEASE_PRODUCTION,
    "hold_point.set": Power.BATCH_RELEASE_PRODUCTION,
    "hold_point.withdrawn": Power.BATCH_RELEASE_PRODUCTION,
    "meeting.amended": Power.AGREEMENT_DRAFT,
    "meeting.called": Power.AGREEMENT_DRAFT,
    "meeting.cancelled": Power.AGREEMENT_DRAFT,
    "meeting.left-unsigned": Power.AGREEMENT_DRAFT,
    "meeting.signed": Power.AGREEMENT_DRAFT,
    "nonconformity.closed": Power.NONCONFORMITY_CLOSE,
    "posting.ended": Power.ENTRUSTMENT_DECIDE,
    "posting.posted": Power.ENTRUSTMENT_DECIDE,
    "posting_exception.ended": Power.ENTRUSTMENT_DECIDE,
    "posting_exception.granted": Power.ENTRUSTMENT_DECIDE,
    "transfer.ended": Power.TRANSFER_KEEP,
    "transfer.signed": Power.TRANSFER_KEEP,
    "transfer.taken-back": Power.TRANSFER_KEEP,
    "transfer.withdrawn": Power.TRANSFER_KEEP,
    "transfer_gap.closed": Power.TRANSFER_KEEP,
}


@dataclass(frozen=True, slots=True)
class Hearing:
    """On one side, the holders of ``power`` are told: of a move that is theirs now, or of an event."""

    side: Side
    power: Power
    kind: str
    detail: str


def hearings(
    event: str, lifecycle: Lifecycle[Any] | None, state: str, *, about: Any, side: Side, powers: frozenset[Power]
) -> Iterator[Hearing]:
    """Who is told that somebody with ``powers`` on ``side`` did this; ``lifecycle`` is None where nothing moved.

    ``about`` is the record, which knows which moves there are for it.  Nobody is told of a move that whoever acted has
    in hand themselves.
    """
    told: set[Side] = set()
    for move in lifecycle.transitions if lifecycle else ():
        if state not in move.sources or not lifecycle or not lifecycle.leads_on(move) or not move.is_for(about):
            continue
        for theirs in (move.side,) if move.side else PARTIES:
            if theirs is not side or move.power not in powers:
                told.add(theirs)
                yield Hearing(theirs, move.power, MOVE, move.name)
    if event in HEARD and OTHER[side] not in told:
        yield Hearing(OTHER[side], HEARD[event], HAPPENED, event)
