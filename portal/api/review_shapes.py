"""What a machine reads about the yearly review of an agreement."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Day, Id, Page, Shape
from workflows.words import N_

Aspect = Literal["suitable", "adequate", "effective", "matches"]


class JudgementShape(Shape):
    """What one side judged of a clause."""

    lacks: list[Aspect] = Field(description=N_("What the clause is not; empty where it holds."))
    remark: str


class ReviewLineShape(Shape):
    """A clause under review."""

    clause_id: str = Field(description=N_("The clause, by its identifier."))
    kept: dict[str, int] = Field(description=N_("The duties of the clause, counted by how they stand."))
    registrant: JudgementShape | None
    manufacturer: JudgementShape | None
    amend: str = Field(description=N_("What both sides will amend."))


class ReviewShape(Shape):
    """A yearly review of the quality agreement, with a line for each clause."""

    id: Id
    version: int
    entrustment_id: Id
    agreement_id: Id = Field(description=N_("The agreement that is reviewed."))
    number: str
    state: str
    since: Day
    until: Day
    lines: list[ReviewLineShape] = Field(description=N_("A line for each agreed clause."))
    signed_at: At | None
    dropped_at: At | None


class Reviews(Page):
    items: list[ReviewShape]
