"""What somebody tells of making: acts in the words of a plant, whoever tells them and in whatever form.

A page, a row of a spreadsheet, a document of a production system and an EPCIS event all become these before anything is
looked up: things are named by the numbers that people know them by, amounts and values stand as they were written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workflows.lineage import Deed, Thing

# How the number of a line of readings begins, which is made of what names the line: agreements.tables.telling.ref_of.
READINGS = "readings:"


@dataclass(frozen=True, slots=True)
class Item:
    """A thing by its number: of a lot, a batch, a serial number, an SSCC, the name of a consignee.

    ``di`` is the device identifier (UDI-DI) that a serial number counts under, empty where it is not told; ``batch``
    the number of the batch that a single device or a part is of, empty for the batch that the act itself is about.
    """

    kind: Thing
    code: str
    di: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Decimal text as it was written, and its unit."""

    number: str
    unit: str


@dataclass(frozen=True, slots=True)
class Value:
    """One reading of a parameter, or one result of an inspection.

    ``name`` is that of the parameter or the characteristic; ``value`` decimal text, or the words of a result that is no
    number.  ``at`` is None for the moment of the act.  ``subject`` is what it was taken from, None for all the act is
    about; ``instrument`` the number of the equipment that it was taken with.
    """

    place: str
    name: str
    value: str
    unit: str = ""
    at: datetime | None = None
    subject: Item | None = None
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One act.  ``place`` says where it stands in what was sent, such as ``row 7``, and is its own within that.

    ``uses`` became part of ``makes``; ``touches`` are what it was done to.  A packing puts ``moves`` into ``package``,
    an unpacking takes them out; a shipment, an arrival or a return carries ``moves`` to or from ``party``.
    ``batch`` is the number of the batch it is about.  ``step`` is a step of its routing by name or position, or what is
    done where the routing has no such step; ``operation`` one of :data:`workflows.making.OPERATIONS`, empty where the
    routing says it.  ``equipment`` and ``area`` are numbers, ``operator`` and ``second`` names or e-mail addresses.
    ``ref`` is the sender's own number of the act: told again under it the same is known, and something else is asked
    about.  ``corrects`` is the ref of the act whose place it takes, with the ``reason``.
    """

    kind: Deed
    place: str
    began_at: datetime
    ended_at: datetime | None = None
    batch: str = ""
    step: str = ""
    operation: str = ""
    equipment: str = ""
    area: str = ""
    operator: str = ""
    second: str = ""
    uses: Sequence[Item] = ()
    makes: Sequence[Item] = ()
    touches: Sequence[Item] = ()
    quantities: Mapping[Item, Quantity] = field(default_factory=dict)
    package: Item | None = None
    moves: Sequence[Item] = ()
    party: Item | None = None
    values: Sequence[Value] = ()
    ref: str = ""
    corrects: str = ""
    reason: str = ""

    @property
    def is_of_a_room(self) -> bool:
        """Whether it is read of a room and of no batch: it stays in the plant's own books, since rivals share rooms."""
        return self.kind is Deed.MONITOR and bool(self.area) and not self.batch

    @property
    def is_a_reading(self) -> bool:
        """Whether it is one line of readings: known again by what was read when, whatever else was sent along."""
        return self.kind is Deed.MONITOR and len(self.values) == 1 and self.ref.startswith(READINGS)
