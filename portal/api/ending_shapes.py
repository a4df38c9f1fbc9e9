"""What a machine reads about the end of an entrustment."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Day, Id, Page, Shape
from workflows.words import N_


class EndingLineShape(Shape):
    """One point of the checklist."""

    id: Id
    version: int
    point: str = Field(description=N_("The point, as in the table of points."))
    state: str
    owes: Literal["registrant", "manufacturer"]
    how: str | None = Field(description=N_("How it was settled."))
    kept_by: Literal["registrant", "manufacturer"] | None
    keep_until: Day | None
    settled_at: At | None
    set_aside_because: str | None


class EndingShape(Shape):
    """The checklist of the end of an entrustment, which both sides sign."""

    id: Id
    version: int
    entrustment_id: Id
    state: str
    planned_on: Day
    because: str
    drawn_up_at: At
    signed_at: At | None
    lines: list[EndingLineShape] = Field(description=N_("The points of the checklist."))


class Endings(Page):
    items: list[EndingShape]
