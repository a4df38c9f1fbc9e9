"""What a machine reads about design transfers."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Day, Id, Page, Shape
from workflows.words import N_


class TransferItemShape(Shape):
    """One thing that is handed over, in one version; each side confirms it."""

    id: Id
    version: int
    kind: str
    title: str
    reference: str
    edition: str
    file_id: Id | None
    given_by_name: str | None
    given_at: At | None
    received_by_name: str | None
    received_at: At | None
    struck_at: At | None


class TransferTrainingShape(Shape):
    """Who was trained in what, by whom, and how it was judged."""

    id: Id
    version: int
    topic: str
    trained_on: Day
    trainer: str
    trained: str
    assessment: str


class TransferTrialShape(Shape):
    """One step that was tried out on one batch; of the trials of a step the latest counts."""

    id: Id
    version: int
    batch_id: Id
    step: str
    result: Literal["passed", "failed"]
    findings: str
    tried_by_name: str
    tried_at: At


class TransferGapShape(Shape):
    """What is still missing, which side closes it, and by when."""

    id: Id
    version: int
    state: str
    what: str = Field(description=N_("What is missing."))
    owes: Literal["registrant", "manufacturer"]
    owner_name: str
    due_on: Day
    blocking: bool
    resolution: str | None
    closed_at: At | None


class TransferShape(Shape):
    """The design transfer of one product: list, training, trials and gaps."""

    id: Id
    version: int
    entrustment_id: Id
    number: str
    state: str
    product_id: Id
    product_name: str
    scope: str = Field(description=N_("What is transferred."))
    method: str
    steps: list[str]
    opened_at: At
    handed_over_at: At | None
    trialled_at: At | None
    signed_at: At | None
    ended_at: At | None
    items: list[TransferItemShape] = Field(description=N_("What is handed over, struck items too."))
    trainings: list[TransferTrainingShape] = Field(description=N_("Who was trained."))
    trials: list[TransferTrialShape] = Field(description=N_("What was tried out."))
    gaps: list[TransferGapShape] = Field(description=N_("What is or was missing."))


class Transfers(Page):
    items: list[TransferShape]
