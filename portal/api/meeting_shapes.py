"""What a machine reads about a meeting of the two management representatives."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from portal.api.shapes import At, Day, Id, Page, Shape
from workflows.words import N_

Party = Literal["registrant", "manufacturer"]


class AttendanceShape(Shape):
    """Who was there of one side, as it said."""

    said_for: Day = Field(description=N_("The day for which it was said."))
    speaker: Literal["representative", "deputy", "neither"] = Field(description=N_("Who spoke for the side."))
    name: str
    letter: str = Field(description=N_("The paper by which the deputy was appointed."))
    why: str = Field(description=N_("Why neither of them was there."))
    others: list[str] = Field(description=N_("Who else was there, by name."))


# A side that has said nothing yet keeps an empty entry.
There = Annotated[AttendanceShape | None, BeforeValidator(lambda found: found or None)]


class DecidedShape(Shape):
    """Something that was decided, with whose it is and by when."""

    text: str
    side: Party = Field(description=N_("The side whose it is."))
    owner: str = Field(description=N_("The person by name."))
    due_on: Day


class DecisionShape(DecidedShape):
    """A decision of this meeting."""

    answers: str = Field(description=N_("The indicator that it answers, by its identifier; empty where none."))


class CarriedShape(DecidedShape):
    """A decision of an earlier meeting that was still open."""

    meeting: str = Field(description=N_("The number of the meeting that decided it."))
    done: bool | None = Field(description=N_("Whether it is done; null until somebody says so."))
    remark: str


class FigureShape(Shape):
    """An indicator as it was judged."""

    indicator: str = Field(description=N_("The indicator, by its identifier."))
    figure: dict[str, int] = Field(description=N_("The part, the whole it is a part of, and of duties those too late."))
    target: str = Field(description=N_("The target that was agreed."))
    verdict: Literal["", "met", "not_met", "not_judged"]
    remark: str


class MeetingShape(Shape):
    """A meeting of the two management representatives."""

    id: Id
    version: int
    entrustment_id: Id
    number: str
    state: str
    meets_on: Day
    way: Literal["in_person", "by_call"]
    place: str
    agenda: str
    reviews_indicators: bool = Field(description=N_("Whether the indicators were reviewed at it."))
    registrant_there: There = Field(description=N_("Who was there of the registrant; null until it says so."))
    manufacturer_there: There = Field(description=N_("Who was there of the manufacturer; null until it says so."))
    carried: list[CarriedShape] = Field(description=N_("Decisions of earlier meetings that were still open."))
    minutes: str | None
    decisions: list[DecisionShape]
    since: Day | None = Field(description=N_("The first day from which the figures are counted."))
    figures: list[FigureShape] = Field(description=N_("The indicators as they were judged."))
    held_at: At | None
    signed_at: At | None
    left_at: At | None
    cancelled_at: At | None


class Meetings(Page):
    items: list[MeetingShape]
