"""What a move of a hold point depends on."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from portal.db import today
from portal.facts.supervision import Supervision, supervisions
from portal.records.hold_point import HoldPoint
from workflows.hold_point import HoldFacts


def hold_facts(
    found: Sequence[HoldPoint], actor_id: UUID, known: Mapping[UUID, Supervision] | None = None
) -> dict[UUID, HoldFacts]:
    """The facts of each, in one query whatever their number; in none where the supervision is known."""
    watched = known or supervisions({each.entrustment_id for each in found})
    return {
        each.id: HoldFacts(
            is_resident_here=any(
                posting.person_id == actor_id for posting in watched[each.entrustment_id].residents_on(today())
            ),
            set_by_actor=each.set_by_id == actor_id,
        )
        for each in found
    }
