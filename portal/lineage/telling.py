"""Telling of deeds: what happened, to which things, before anything of it is written.

A thing is named by a handle, a small number that holds within one telling; :mod:`portal.lineage.recording` finds out
which of them the graph knows already.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from workflows.judging import Judgement
from workflows.lineage import CONSUMING, MOVING, Amount, Deed, Impossible, Thing, refuse_own_making
from workflows.words import N_, Said

Handle = int


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as it is told of.  ``at_home`` looks for it among the house's own things, outside the entrustment."""

    kind: Thing
    code: str
    item: int = 0
    batch: Handle | None = None
    record_id: UUID | None = None
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A reading or a result: ``micro`` millionths of ``unit``, or what was ``said``; ``came_from`` where it stood."""

    name: str
    at: datetime
    judgement: Judgement | None
    came_from: str
    unit: str = ""
    micro: int | None = None
    said: str | None = None
    subject: Handle | None = None
    line_id: UUID | None = None
    instrument_id: UUID | None = None
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One deed.

    ``uses`` became part of ``makes``; ``touches`` are what it was done to without making one thing of another.
    ``amounts`` says how much of a thing was used, or made.  A packing puts ``moves`` into ``package``, an unpacking
    takes them out; a shipment carries them, with all they hold, to ``party``.  ``corrects`` is the number of the deed
    whose place it takes.  ``place`` is where it stands in what was sent.  ``about`` holds the columns of
    :class:`portal.records.lineage.Activity` that say how it was done.
    """

    kind: Deed
    began_at: datetime
    place: str
    uses: Sequence[Handle] = ()
    makes: Sequence[Handle] = ()
    touches: Sequence[Handle] = ()
    amounts: Mapping[Handle, Amount] = field(default_factory=dict)
    package: Handle | None = None
    moves: Sequence[Handle] = ()
    party: Handle | None = None
    batch: Handle | None = None
    ended_at: datetime | None = None
    corrects: int | None = None
    reason: str | None = None
    readings: Sequence[Measured] = ()
    ref: str | None = None
    told: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def moved(self) -> tuple[Handle, ...]:
        """What it moves, and the package that this is about."""
        return (*self.moves, *(() if self.package is None else (self.package,)))


@dataclass
class Telling:
    """What one page, request or file tells of, in the books of an entrustment or of the house alone."""

    entrustment_id: UUID | None
    origin: str = "typed"
    origin_ref: str | None = None
    things: list[Named] = field(default_factory=list)
    known: dict[Handle, int] = field(default_factory=dict)
    deeds: list[Told] = field(default_factory=list)
    _handles: dict[tuple[Thing, int, str, bool], Handle] = field(default_factory=dict)

    def thing(
        self,
        kind: Thing,
        code: str,
        *,
        item: int = 0,
        batch: Handle | None = None,
        record_id: UUID | None = None,
        at_home: bool = False,
    ) -> Handle:
        """The handle of a thing; the same one for the same name."""
        key = (kind, item, code, at_home)
        if key not in self._handles:
            self._handles[key] = len(self.things)
            self.things.append(Named(kind, code, item, batch, record_id, at_home))
        return self._handles[key]

    def units(self, codes: Iterable[str], *, item: int, batch: Handle | None) -> list[Handle]:
        """Handles of many serial numbers.  Raises :class:`Impossible` where one is told twice."""
        handles = []
        for code in codes:
            before = len(self.things)
            handle = self.thing(Thing.UNIT, code, item=item, batch=batch)
            if handle < before:
                raise Impossible(code, Said(N_("The serial number %(code)s is told twice."), {"code": code}))
            handles.append(handle)
        return handles

    def node(self, number: int, code: str = "") -> Handle:
        """The handle of a thing that the graph is known to hold, and what it is called in a refusal."""
        found = next((handle for handle, known in self.known.items() if known == number), None)
        if found is None:
            found = len(self.things)
            self.things.append(Named(Thing.LOT, code))
            self.known[found] = number
        return found

    def deed(self, told: Told) -> None:
        """Add a deed.  Raises :class:`Impossible` where it cannot be as it is told."""
        if told.uses and told.kind not in CONSUMING:
            raise Impossible(told.place, Said(N_("This kind of act uses nothing up.")))
        if told.moves and told.kind not in MOVING | {Deed.PACK, Deed.UNPACK}:
            raise Impossible(told.place, Said(N_("This kind of act moves nothing.")))
        if told.ended_at is not None and told.ended_at < told.began_at:
            raise Impossible(told.place, Said(N_("It ends before it begins.")))
        refuse_own_making(told.place, (self._called(each) for each in told.uses), map(self._called, told.makes))
        self.deeds.append(told)

    def _called(self, handle: Handle) -> str:
        return self.things[handle].code or str(self.known[handle])
