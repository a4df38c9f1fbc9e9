"""What a machine reads about the residents at a site."""

from pydantic import Field

from portal.api.shapes import At, Day, Id, Page, Shape
from workflows.words import N_


class PostingShape(Shape):
    """A posting: somebody of the registrant works at the manufacturer's site."""

    id: Id
    version: int
    entrustment_id: Id
    state: str
    person_name: str
    person_title: str
    site_name: str
    since: Day
    until: Day
    key_links: list[str]
    duties: str
    posted_at: At | None
    ended_at: At | None


class Postings(Page):
    items: list[PostingShape]


class PostingExceptionShape(Shape):
    """An exception from posting: days without a resident, and why."""

    id: Id
    version: int
    entrustment_id: Id
    state: str
    since: Day
    until: Day
    because: str
    measures: str
    granted_at: At | None
    ended_at: At | None


class PostingExceptions(Page):
    items: list[PostingExceptionShape]


class DailyReportShape(Shape):
    """The report of a resident about one day."""

    id: Id
    version: int
    entrustment_id: Id
    posting_id: Id = Field(description=N_("The posting of whoever wrote it."))
    state: str
    day: Day
    key_links: list[str]
    batches: list[str]
    remarks: str | None
    handover: str | None
    signed_at: At | None


class ObservationShape(Shape):
    """Something that a resident observed."""

    id: Id
    version: int
    batch_id: Id | None
    says: str
    noted_at: At
    nonconformity_id: Id | None = Field(description=N_("The nonconformity that was raised from it."))


class DailyReportWhole(DailyReportShape):
    observations: list[ObservationShape] = Field(description=N_("What was observed on that day."))


class DailyReports(Page):
    items: list[DailyReportShape]


class HoldPointShape(Shape):
    """A hold point: a batch, or a step of it, waits for the resident."""

    id: Id
    version: int
    entrustment_id: Id
    batch_id: Id
    state: str
    step: str | None
    because: str
    lifted_at: At | None
    withdrawn_at: At | None


class HoldPoints(Page):
    items: list[HoldPointShape]
