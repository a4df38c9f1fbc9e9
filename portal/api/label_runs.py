"""Runs of labels: read, each with what became of its labels."""

from pydantic import Field

from portal.api.readings import NonconformityTurn
from portal.api.shapes import At, Id, Page, Shape
from portal.api.shelves import shelve
from portal.records.label_run import LabelRun
from workflows.scopes import Scope
from workflows.words import N_


class LabelRunShape(Shape):
    """Labels printed for a batch, and what became of each of them."""

    id: Id
    version: int
    entrustment_id: Id
    state: str
    number: str
    batch_id: Id
    trade_item_id: Id = Field(description=N_("The device identifier on them."))
    label_version: str | None
    quantity: int = Field(description=N_("How many were printed."))
    first_serial: str | None = Field(description=N_("Counted up from label to label."))
    used: int | None
    spoilt: int | None
    destroyed: int | None
    left_over: int | None
    explanation: str | None = Field(description=N_("Why the sum differs from what was printed."))
    printed_at: At
    reconciled_at: At | None


class LabelRuns(Page):
    items: list[LabelRunShape]


shelve(
    LabelRun,
    "/label-runs",
    Scope.BATCHES_READ,
    many=("label_runs", LabelRuns, "List runs of labels."),
    one=("label_run", LabelRunShape, "Read a run of labels."),
    turn=NonconformityTurn,
)
