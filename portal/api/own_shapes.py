"""What a machine reads in the own house's books: key people, auditors, hearings, self-inspection reports, products."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Day, Id, Page, Shape
from workflows.words import N_


class AppointmentShape(Shape):
    """An appointment to a key post, with what the law asks of its holder."""

    id: Id
    version: int
    post: str = Field(description=N_("The post, as in the table of key posts."))
    state: str
    person_name: str
    education: str
    professional_title: str
    practice_years: int
    full_time: bool
    is_senior: bool
    clean_record: bool
    of_quality: bool
    is_trained: bool
    small_maker: bool
    qualification: str
    authorises: str | None
    since: Day
    until: Day | None
    appointed_at: At | None
    ended_at: At | None
    withdrawn_at: At | None
    reported_on: Day | None
    report_number: str | None


class Appointments(Page):
    items: list[AppointmentShape]


class AuditorShape(Shape):
    """Why somebody is competent to audit for the house, and until when."""

    id: Id
    version: int
    person_name: str
    outsider_of: str | None = Field(description=N_("For whom somebody from outside works; null for one's own people."))
    basis: str
    granted_on: Day
    valid_until: Day
    retired_on: Day | None
    file_id: Id


class Auditors(Page):
    items: list[AuditorShape]


class HearingShape(Shape):
    """The dispatch record of a hearing of the management representative by the person in charge."""

    id: Id
    version: int
    state: str
    held_on: Day
    appointment_id: Id = Field(description=N_("The appointment of the representative who was heard."))
    present: str
    reported: str
    reviewed: str
    dispatched: str
    signed_at: At | None
    withdrawn_at: At | None


class Hearings(Page):
    items: list[HearingShape]


class SelfInspectionShape(Shape):
    """The yearly self-inspection report, and when it was filed."""

    id: Id
    version: int
    year: int
    state: str
    body_hash: str
    drawn_at: At
    overview: str | None
    changes: str | None
    operation: str | None
    outside: str | None
    signed_at: At | None
    withdrawn_at: At | None
    filed_on: Day | None
    filing_number: str | None


class SelfInspectionWhole(SelfInspectionShape):
    body: str = Field(description=N_("The figures of the year as canonical JSON, a section for each partner."))


class SelfInspections(Page):
    items: list[SelfInspectionShape]


class ProductShape(Shape):
    """A product of the own house, as far as the law asks about it; null is not known."""

    id: Id
    version: int
    name: str
    model: str
    code: str | None
    device_class: Literal["I", "II", "III"] | None
    is_implantable: bool | None
    contains_animal_origin_material: bool | None
    directly_from_animal_tissue: bool | None
    is_allogeneic: bool | None
    contains_allogeneic_material: bool | None
    vascular_site: str | None
    udi_di: str | None
    certificate_id: Id | None = Field(description=N_("Its registration certificate, by its identifier."))


class Products(Page):
    items: list[ProductShape]
