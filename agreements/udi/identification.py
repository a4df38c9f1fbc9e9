"""What the code of a device or a package says, whoever issued it."""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from agreements.identifiers import Malformed
from workflows.words import N_, Said


class Agency(StrEnum):
    """The three issuing agencies of Chinese UDI (发码机构)."""

    GS1 = "gs1"
    MA = "ma"
    AHM = "ahm"


class Ambiguous(Malformed):
    """A code from which a separator may be missing; ``readings`` are all it can mean, for a person to choose from.

    The one that holds if nothing is missing comes first.  ``are_all`` is false where more than the listed are possible.
    """

    def __init__(self, readings: tuple["Identification", ...], printed: str, *, are_all: bool = True) -> None:
        says = N_(
            "A separator (FNC1) may be missing in this code: it is not read by guessing. It can mean: %(readings)s."
        )
        super().__init__(Said(says, {"readings": printed}))
        self.readings = readings
        self.are_all = are_all


@dataclass(frozen=True, slots=True, order=True)
class PrintedDay:
    """A day as a code carries it: GS1 may leave the day out (00), which is kept as None and not filled in."""

    year: int
    month: int
    day: int | None

    @classmethod
    def of(cls, day: date) -> "PrintedDay":
        return cls(day.year, day.month, day.day)

    @property
    def last(self) -> date:
        """The last day it can mean: a use-by without its day lasts to the end of the month (GS1 3.4.7, RECALLED)."""
        return date(self.year, self.month, self.day or calendar.monthrange(self.year, self.month)[1])

    @property
    def first(self) -> date:
        return date(self.year, self.month, self.day or 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}" + ("" if self.day is None else f"-{self.day:02}")


@dataclass(frozen=True, slots=True)
class Identification:
    """One code, read.  Nothing is derived: what the code does not carry is None.

    ``di`` is absent from a pure logistic unit, which has its ``sscc``; ``contents`` and ``count`` are the GTIN of what
    lies in it and how many.  ``valid_until`` (有效期) and ``expires_on`` (失效期) are two data of the agency MA; GS1
    has the latter.  ``others`` are GS1 elements that no field here holds, as application identifier and value.
    ``unread`` is a code whose agency is known and whose parts are not.
    """

    agency: Agency
    di: str | None = None
    lot: str | None = None
    serial: str | None = None
    made_on: PrintedDay | None = None
    expires_on: PrintedDay | None = None
    best_before: PrintedDay | None = None
    valid_until: PrintedDay | None = None
    sterilisation_lot: str | None = None
    additional: str | None = None
    sscc: str | None = None
    contents: str | None = None
    count: int | None = None
    others: tuple[tuple[str, str], ...] = ()
    unread: str | None = None
