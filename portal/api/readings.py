"""What a machine reads: each record as the API shows it."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Day, Digits, Id, Page, Shape, Turn
from workflows.words import N_


class House(Shape):
    """An organisation, as in the public register."""

    id: Id
    name: str
    uscc: str


class EntrustmentShape(Shape):
    """An entrustment: a registrant has its products made by a manufacturer at one site."""

    id: Id
    version: int
    number: str
    state: str
    registrant: House = Field(description=N_("The registrant."))
    manufacturer: House = Field(description=N_("The entrusted manufacturer."))
    activated_at: At | None
    ended_at: At | None


class ShownProduct(Shape):
    """A product that is shown in the entrustment; batches of it may be opened."""

    product_id: Id
    name: str


class EntrustmentWhole(EntrustmentShape):
    products: list[ShownProduct] = Field(description=N_("The products that are shown in it."))


class Entrustments(Page):
    items: list[EntrustmentShape]


class BatchShape(Shape):
    """A batch.  Quantities are whole pieces."""

    id: Id
    version: int
    entrustment_id: Id
    number: str
    stage: str
    state: str
    product_id: Id
    product_name: str
    started_on: Day
    finished_on: Day | None
    expires_on: Day | None
    steps_planned: int
    steps_done: int
    planned: int
    put_in: int | None
    passed: int | None
    scrapped: int | None
    sampled: int | None
    label_version: str | None
    instructions_version: str | None
    udi_di: str | None
    definition_id: Id | None = Field(description=N_("The definition that the batch is made under."))
    production_released_at: At | None
    marketing_released_at: At | None
    rejected_at: At | None


class Batches(Page):
    items: list[BatchShape]


class BatchTurn(Turn):
    entrustment_id: Id | None = Field(None, description=N_("Only those of this entrustment."))
    state: (
        Literal["opened", "recorded", "production_released", "marketing_released", "trial_concluded", "rejected"] | None
    ) = Field(None, description=N_("Only those in this state."))


class PaperShape(Shape):
    """A paper of a batch record."""

    id: Id
    version: int
    batch_id: Id
    kind: str
    title: str
    result: str
    signed_by: str
    dated_on: Day
    replaced_at: At | None
    file_id: Id | None


class Papers(Page):
    items: list[PaperShape]


class NonconformityShape(Shape):
    """A nonconformity: something that is not as it should be, and what was decided about it."""

    id: Id
    version: int
    entrustment_id: Id
    batch_id: Id
    number: str
    state: str
    title: str
    description: str
    pieces: int | None
    serial_numbers: list[str] | None = Field(description=N_("The pieces that it is about, where they are told apart."))
    disposition: str | None
    justification: str | None
    raised_at: At
    closed_at: At | None


class Nonconformities(Page):
    items: list[NonconformityShape]


class DefectNoticeShape(Shape):
    """A notice of a defect found after shipment; its product is stopped until it is settled."""

    id: Id
    version: int
    entrustment_id: Id
    number: str
    state: str
    product_id: Id
    product_name: str
    batches: list[str]
    what: str
    found_at: At
    found_by: str
    notified_at: At
    received_at: At | None
    outcome: str | None
    reason: str | None
    settled_at: At | None


class DefectNotices(Page):
    items: list[DefectNoticeShape]


class NonconformityTurn(Turn):
    batch_id: Id | None = Field(None, description=N_("Only those of this batch."))


class OfEntrustment(Turn):
    entrustment_id: Id | None = Field(None, description=N_("Only those of this entrustment."))


class AgreementShape(Shape):
    """A quality agreement or an entrustment agreement, and where it stands."""

    id: Id
    version: int
    entrustment_id: Id
    kind: str
    state: str
    offered: int | None
    offered_hash: str | None = Field(description=N_("SHA-256 over the text of the version on the table."))
    wished_until: Day
    ends_on: Day | None
    ends_because: str | None
    signed_at: At | None
    ended_at: At | None


class Agreements(Page):
    items: list[AgreementShape]


class CapaActionShape(Shape):
    """One step of a plan of corrective action."""

    id: Id
    version: int
    state: str
    kind: str
    what: str
    owes: Literal["registrant", "manufacturer"]
    owner_name: str
    due_on: Day
    evidence: str | None
    done_at: At | None


class CapaShape(Shape):
    """A corrective and preventive action, with its plan and what its effect was."""

    id: Id
    version: int
    entrustment_id: Id
    number: str
    state: str
    title: str
    problem: str
    trigger: str
    joint: bool
    nonconformity_id: Id | None
    earlier_id: Id | None
    cause: str | None
    criterion: str | None
    check_after: int | None
    check_within: int | None
    check_on: Day | None
    check_by: Day | None = Field(description=N_("The last day on which its effect is judged in time."))
    result: str | None
    opened_at: At
    approved_at: At | None
    carried_out_on: Day | None
    concluded_at: At | None
    actions: list[CapaActionShape] = Field(description=N_("The steps of its plan."))


class Capas(Page):
    items: list[CapaShape]


class ChangeAssessmentShape(Shape):
    """What one side says that a change does; nothing where it leaves that to the other side."""

    side: Literal["registrant", "manufacturer"]
    registration: str | None
    quality_system: str | None
    validation: str | None
    suppliers: str | None
    stock: str | None
    assessed_by_name: str
    assessed_at: At


class ChangeShape(Shape):
    """A change: what it is, what both sides say of it, the registrant's verdict, and from which day it holds."""

    id: Id
    version: int
    entrustment_id: Id
    number: str
    state: str
    kind: str
    title: str
    description: str | None
    side: Literal["registrant", "manufacturer"] = Field(description=N_("Whose change it is."))
    known: bool = Field(description=N_("What it is about has happened already."))
    product_id: Id | None = Field(description=N_("The only product it is about; nothing for every product."))
    verdict: Literal["registration_change", "filing", "none"] | None
    verdict_reason: str | None
    effective_on: Day | None = Field(
        description=N_("Batches whose production starts on or after this day are made under it, once it is approved.")
    )
    registration_evidence: str | None
    registration_file_id: Id | None = Field(description=N_("The file that proves it."))
    validation_evidence: str | None
    validation_file_id: Id | None = Field(description=N_("The file that proves it."))
    opened_at: At
    approved_at: At | None
    implemented_at: At | None
    refused_at: At | None
    assessments: list[ChangeAssessmentShape] = Field(description=N_("What each side says that it does."))


class Changes(Page):
    items: list[ChangeShape]


class DutyShape(Shape):
    """A duty: who owes what by when, what began it, and how it stands now."""

    id: Id
    version: int
    entrustment_id: Id | None = Field(description=N_("Nothing where the organisation owes it in no entrustment."))
    rule: str = Field(description=N_("The kind of duty, as in the table of duty rules."))
    owes: Literal["registrant", "manufacturer", "both", "house"]
    standing: Literal["owed", "met", "late", "breached", "lapsed"] = Field(description=N_("How it stands now."))
    about_kind: str
    about_id: Id
    happening: str | None = Field(description=N_("What happened, where a person began the duty."))
    started_at: At
    due_at: At | None = Field(
        description=N_("The first moment that is too late; nothing where nobody counts the days.")
    )
    provisional: bool = Field(description=N_("A year on the way has no published working days yet."))
    met_at: At | None
    evidence: str | None
    lapsed_at: At | None


class Duties(Page):
    items: list[DutyShape]


class VerdictShape(Shape):
    """An eligibility verdict: whether a product may be entrusted, as judged on a day."""

    id: Id
    version: int
    entrustment_id: Id
    product_id: Id
    product_name: str
    reached_on: Day
    reached_at: At
    because: str
    answer: str
    favourable: bool
    body_hash: str


class VerdictWhole(VerdictShape):
    body: str = Field(description=N_("The whole verdict as canonical JSON: inputs, rules, findings."))


class Verdicts(Page):
    items: list[VerdictShape]


class EventShape(Shape):
    """An event of the ledger; its hash covers the text and the hash before it."""

    id: Id
    seq: int = Field(description=N_("Its number in its stream."))
    at: At = Field(description=N_("When it happened."))
    event: str = Field(description=N_("What happened."))
    subject_kind: str = Field(description=N_("The kind of record it is about."))
    subject_id: Id = Field(description=N_("The record it is about."))
    previous_hash: str = Field(description=N_("The hash of the event before."))
    hash: str = Field(description=N_("SHA-256 of this event."))
    text: str = Field(description=N_("The event as canonical JSON (RFC 8785)."))


class Events(Shape):
    items: list[EventShape] = Field(description=N_("The events of this page, oldest first."))
    next: int | None = Field(description=N_("What to give as after_seq for the next page; null on the last one."))


class EventTurn(Shape):
    limit: Digits = Field(50, ge=1, le=200, description=N_("How many records a page holds at most."))
    after_seq: Digits = Field(0, ge=0, le=2**31 - 1, description=N_("Events that follow the one of this number."))
