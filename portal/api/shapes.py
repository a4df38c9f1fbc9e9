"""What goes in and out of the API: exact shapes, which take nothing that is not named."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from portal.web.field_names import FIELD_NAMES
from portal.web.fields import MOST
from workflows.words import N_

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
IDENTIFIER = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DIGITS = re.compile(r"[0-9]{1,18}")
# Fields that every record has, and that no history shows.
WORDS = {
    "id": N_("The record's identifier; identifiers sort by time."),
    "version": N_("Grows by one with each change; it is part of the entity tag."),
    "entrustment_id": N_("The entrustment to which it belongs."),
    "audit_id": N_("The audit to which it belongs."),
    "batch_id": N_("The batch to which it belongs."),
    "product_id": N_("The product, by its identifier."),
    "file_id": N_("The file that proves it."),
    "items": N_("The records of this page, oldest first."),
    "next": N_("What to give as after for the next page; null on the last one."),
    "body_hash": N_("SHA-256 over the canonical text."),
}


def _read(pattern: re.Pattern[str], kind: Callable[[str], Any]) -> BeforeValidator:
    """Text becomes the value it stands for; a value that is one already passes, as records have them."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not pattern.fullmatch(value):
            raise ValueError(value)
        return kind(value)

    return BeforeValidator(read)


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 12.0 is the whole number 12."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _describe(schema: dict[str, Any]) -> None:
    for name, property_ in schema.get("properties", {}).items():
        property_.pop("title", None)
        property_.setdefault("description", WORDS.get(name) or FIELD_NAMES.get(name, ""))
    schema.pop("title", None)


class Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", from_attributes=True, json_schema_extra=_describe)


# What a view gives: a shape, and where it matters its status and headers.
Given = Shape | tuple[Shape, int, Mapping[str, str]]
Id = Annotated[UUID, _read(IDENTIFIER, UUID)]
Day = Annotated[date, _read(DAY, date.fromisoformat)]
At = datetime
Whole = Annotated[int, Field(ge=0, le=MOST), BeforeValidator(_whole)]
Least1 = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_whole)]
Digits = Annotated[int, _read(DIGITS, int)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Turn(Shape):
    """Which page of a list is asked for."""

    limit: Digits = Field(50, ge=1, le=200, description=N_("How many records a page holds at most."))
    after: Id | None = Field(None, description=N_("The next of the page before: records that follow it."))


class Page(Shape):
    next: Id | None


class Unmet(Shape):
    """A condition that is not met, as the page of the move would show it."""

    code: str = Field(description=N_("The condition's name; it never changes."))
    met: bool | None = Field(description=N_("false when it is not met, null when that is not known."))
    says: str = Field(description=N_("The condition, in the reader's language."))
    sources: list[str] = Field(description=N_("Where it is written, as lawyers cite it."))
    fact: str | None = Field(description=N_("What is the case instead."))


class Wrong(Shape):
    """Something in the request that cannot be taken."""

    field: str = Field(description=N_("Where it stands in the request; empty for the whole."))
    says: str = Field(description=N_("What is wrong, in the reader's language."))


class ProblemShape(Shape):
    """What went wrong (RFC 9457)."""

    type: str = Field(
        description=N_("The kind of problem; it never changes."), json_schema_extra={"format": "uri-reference"}
    )
    title: str = Field(description=N_("The kind of problem in words."))
    status: int = Field(description=N_("The HTTP status."))
    detail: str = Field(description=N_("What happened here, and what can be done."))
    error: str | None = Field(None, description=N_("At the token door: the code of RFC 6749."))
    findings: list[Unmet] = Field([], description=N_("What is not met, if a rule refused."))
    errors: list[Wrong] = Field([], description=N_("What in the request is wrong, if something is."))
