"""The results of a batch: how it stands with each inspection that has a plan, and which pieces do not conform."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from portal.api.desk import desk
from portal.api.finding import find_within
from portal.api.shapes import Given, Shape
from portal.facts.failing import pieces_failing_of
from portal.facts.inspected import Inspection, inspections_of
from portal.records.batch import Batch
from workflows.scopes import Scope
from workflows.words import N_


class InspectionShape(Shape):
    """What an inspection asks of the batch and what came of it; all but its definition follows from the results."""

    stage: str
    characteristic: str
    criterion: str
    coverage: Literal["every_piece", "sampled"]
    level: str | None = Field(description=N_("Inspection level of GB/T 2828.1."))
    aql: str | None = Field(description=N_("Acceptance quality limit, in percent."))
    severity: Literal["normal", "tightened", "reduced"] | None = Field(
        description=N_("As it follows from the lots before; null where every piece is inspected.")
    )
    sampling_ended: bool = Field(
        description=N_("Too many lots were not accepted: every piece is inspected until the cause is put right.")
    )
    letter: str = Field(description=N_("Code letter of the plan, empty where every piece is inspected."))
    lot_size: int = Field(description=N_("Pieces of the lot."))
    wanted: int = Field(description=N_("Pieces to inspect."))
    accept: int = Field(description=N_("Acceptance number."))
    reject: int = Field(description=N_("Rejection number."))
    inspected: int = Field(description=N_("Pieces inspected so far."))
    failed: int = Field(description=N_("Pieces inspected that did not conform at first."))
    unsettled: int = Field(description=N_("Of these, those that neither conform to this day nor are taken out."))
    verdict: Literal["accepted", "refused", "open"]
    accepted_by: Literal["sample", "every_piece", "disposition"] | None


class FailingShape(Shape):
    """A piece that does not conform and is neither packed nor shipped."""

    serial_number: str = Field(description=N_("Its serial number."))
    characteristics: list[str]


class Results(Shape):
    inspections: list[InspectionShape] = Field(description=N_("The inspections with a plan."))
    pieces: list[FailingShape] = Field(description=N_("The pieces that do not conform."))


@desk.door("/batches/<uuid:batch_id>/results", Scope.BATCHES_READ, gives=Results)
def read_results(batch_id: UUID) -> Given:
    """Read how a batch stands with its inspections."""
    batch = find_within(Batch, batch_id)
    return Results(
        inspections=[_shape(each) for each in inspections_of([batch])[batch.id]],
        pieces=[
            FailingShape(serial_number=each.code, characteristics=list(each.names))
            for each in pieces_failing_of(batch.id)
        ],
    )


def _shape(found: Inspection) -> InspectionShape:
    line, lot, judged = found.line, found.lot, found.judged
    return InspectionShape.model_validate(
        {name: getattr(line, name) for name in ("stage", "characteristic", "criterion", "coverage", "level", "aql")}
        | {
            "severity": judged.severity and judged.severity.value,
            "sampling_ended": judged.ended,
            "letter": judged.plan.letter,
            "lot_size": lot.size,
            "wanted": judged.plan.size,
            "accept": judged.plan.accept,
            "reject": judged.plan.reject,
            "inspected": lot.inspected,
            "failed": len(lot.failing),
            "unsettled": lot.unsettled,
            "verdict": judged.verdict.value,
            "accepted_by": judged.by and judged.by.value,
        }
    )
