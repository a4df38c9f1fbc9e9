"""What a move of a nonconformity depends on."""

from collections.abc import Sequence
from uuid import UUID

from portal.records.batch import Nonconformity
from workflows.nonconformity import NonconformityFacts


def nonconformity_facts(found: Sequence[Nonconformity], actor_id: UUID) -> dict[UUID, NonconformityFacts]:
    return {
        each.id: NonconformityFacts(
            disposition_given=bool(each.disposition and (each.justification or "").strip()),
            raised_by_actor=each.raised_by_id == actor_id,
        )
        for each in found
    }
