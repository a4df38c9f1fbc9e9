"""What a machine reads of the plant: equipment with what proves it, rooms, authorisations of operators."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Day, Id, Page, Shape
from workflows.words import N_


class EquipmentShape(Shape):
    """A machine or a measuring instrument, what it serves, and what has to be proven before it is used."""

    id: Id
    version: int
    state: str
    number: str
    name: str
    kind: Literal["machine", "instrument"]
    maker: str
    model: str
    place: str
    area_id: Id | None = Field(description=N_("The room in which it stands, where it is on record."))
    operations: list[str] = Field(description=N_("The operations that it serves."))
    needs_calibration: bool
    needs_validation: bool
    since_on: Day = Field(description=N_("From which day on it counts as used."))
    since_at: At | None = Field(description=N_("When it was last put into service."))
    until_at: At | None = Field(description=N_("When it went out of service."))


class EquipmentList(Page):
    items: list[EquipmentShape]


class EquipmentProofShape(Shape):
    """A calibration, or a part of a validation; one that was entered in error is struck out and counts no more."""

    id: Id
    version: int
    equipment_id: Id
    kind: Literal["calibration", "iq", "oq", "pq"]
    done_on: Day
    due_on: Day | None = Field(description=N_("The last day on which it counts; null where it does not end."))
    passed: bool
    done_by: str
    certificate: str
    remark: str
    file_id: Id
    struck_on: Day | None
    struck_because: str | None


class EquipmentProofs(Page):
    items: list[EquipmentProofShape]


class AreaShape(Shape):
    """A room of the plant on the map of a licensed site, with its clean-room grade."""

    id: Id
    version: int
    state: str
    number: str
    name: str
    site: str
    map_place: str
    grade: str = Field(description=N_("The clean-room grade; none where it is not a clean room."))
    file_id: Id | None
    since_on: Day
    since_at: At | None
    until_at: At | None


class Areas(Page):
    items: list[AreaShape]


class AuthorisationShape(Shape):
    """For which operations an operator is trained and authorised, and until when."""

    id: Id
    version: int
    state: str
    person_name: str
    person_id: Id | None = Field(description=N_("Whose account of the house it is, if the operator has one."))
    operations: list[str]
    equipment_ids: list[str] = Field(description=N_("Only on this equipment; empty for all."))
    trainer: str
    trained_on: Day
    training: str
    since: Day
    until: Day
    granted_at: At | None
    ended_at: At | None
    withdrawn_at: At | None


class Authorisations(Page):
    items: list[AuthorisationShape]
