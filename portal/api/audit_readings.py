"""What a machine reads of audits and their findings."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Day, Id, Page, Shape, Turn
from workflows.words import N_


class PointAnswer(Shape):
    """The answer to one point of the checklist."""

    point: str
    result: Literal["met", "not_met", "not_applicable"]
    note: str


class AuditShape(Shape):
    """An audit of the entrusted manufacturer or of a supplier."""

    id: Id
    version: int
    entrustment_id: Id
    number: str
    state: str
    kind: str
    mode: str
    counts_as_yearly: bool = Field(description=N_("Whether it is the audit owed each year; a desk review never is."))
    held_by: str
    supplier: str | None
    supplied: str | None
    stands_for_registrant: bool = Field(
        description=N_("False where a key item's supplier was audited by the manufacturer alone.")
    )
    site: str
    address: str
    scope: str
    starts_on: Day
    ends_on: Day
    arrived_on: Day | None
    left_on: Day | None
    opened_at: At | None
    concluded_at: At | None
    reported_at: At | None
    acknowledged_at: At | None
    cancelled_at: At | None


class AuditWhole(AuditShape):
    points: list[str]
    answers: list[PointAnswer]
    opening: str | None
    closing: str | None
    conclusion: str | None


class Audits(Page):
    items: list[AuditShape]


class FindingShape(Shape):
    """A finding of an audit, and what is done about it."""

    id: Id
    version: int
    entrustment_id: Id
    audit_id: Id
    number: str
    state: str
    point: str | None
    grade: Literal["critical", "major", "minor", "observation"]
    title: str
    description: str
    raised_at: At
    cause: str | None
    action: str | None
    action_owner: str | None
    due_on: Day | None
    answered_at: At | None
    accepted_at: At | None
    evidence: str | None
    file_id: Id | None
    closed_at: At | None


class Findings(Page):
    items: list[FindingShape]


class FindingTurn(Turn):
    audit_id: Id | None = Field(None, description=N_("Only those of this audit."))


class PlannedShape(Shape):
    """An audit as it stands in the programme of its year."""

    number: str
    kind: str
    mode: str
    yearly: bool
    starts_on: Day
    ends_on: Day


class ProgrammeShape(Shape):
    """What the registrant audits in a year."""

    id: Id
    version: int
    entrustment_id: Id
    year: int
    state: str
    entries: list[PlannedShape]
    approved_at: At | None


class Programmes(Page):
    items: list[ProgrammeShape]
