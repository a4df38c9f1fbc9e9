"""One thing that the record shows for a point of a focus list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.rooms.authority.standing import Standing
from workflows.engine import Source


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing the record shows: its tone if it can be good or bad, and the page that proves it.

    ``sources`` ask for such a record, where that is more than the list itself says.
    """

    text: str
    tone: str | None = None
    url: str | None = None
    sources: tuple[Source, ...] = ()


Showing = Callable[[Standing], Iterator[Shown]]


def tone(good: bool | None) -> str:
    return "warn" if good is None else "good" if good else "bad"
