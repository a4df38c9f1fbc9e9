"""The graph of making: what was used for what, what holds what, and who has it, in whole numbers.

A recording is one entry in the books: a page, a request or a file that told of deeds.  Its rows are facts: added, never
changed but for the mark that a later recording sets once (``struck_by``, ``ended_by``).  The recording carries their
hash, and the ledger carries the recording's.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import AT_COMMIT, Kept, Record
from portal.tenancy import Fact, Sharable, Walled
from workflows.lineage import Deed, written

# SQLite numbers rows by themselves only where the type is called so.
NUMBER: Any = BigInteger().with_variant(Integer(), "sqlite")
AT_HOME: Any = literal_column("entrustment_id IS NULL")
STANDING: Any = literal_column("undone_at IS NULL")


def _named_then(column: str) -> Index:
    """What was called so, and when: for windows, which go by what both sides know."""
    there: Any = literal_column(f"{column} IS NOT NULL")
    return Index(f"ix_activity_{column}", column, "began_at", postgresql_where=there, sqlite_where=there)


class Ticket(Walled, Record):
    """A small number, and the public form of it that addresses are made from; it says nothing else."""

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True)  # type: ignore[assignment]
    uid: Mapped[UUID] = mapped_column(unique=True)


class Folio(Kept, Sharable, Record):
    """Whose facts: a house's, and of which entrustment unless they are its own alone.  Facts bear its ``number``."""

    __tablename__ = "folio"

    number: Mapped[int] = mapped_column(BigInteger, unique=True)

    __table_args__ = (
        UniqueConstraint("owner_id", "entrustment_id"),
        Index("uq_folio_at_home", "owner_id", unique=True, postgresql_where=AT_HOME, sqlite_where=AT_HOME),
    )


class Recording(Kept, Sharable, Record):
    """One entry in the books of making: :mod:`portal.lineage.recording`.

    ``facts_hash`` covers its rows: :mod:`portal.lineage.sealing`.  ``origin`` says how it came in, ``origin_ref`` which
    one it was, such as the SHA-256 of a file; the same one is taken once, until it is undone.
    """

    __tablename__ = "recording"

    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    folio: Mapped[int] = mapped_column(ForeignKey(Folio.number, **AT_COMMIT))
    at: Mapped[datetime]
    origin: Mapped[str]
    origin_ref: Mapped[str | None]
    facts: Mapped[int]
    facts_hash: Mapped[str]
    undone_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            Index(
                "uq_recording_taken_once",
                "folio",
                "origin_ref",
                unique=True,
                postgresql_where=STANDING,
                sqlite_where=STANDING,
            ),
            CheckConstraint("facts >= 0", name="counts_its_facts"),
            CheckConstraint("origin IN ('typed', 'file', 'request', 'message')", name="origin_is_known"),
        )


class Node(Fact, Record):
    """A thing or a deed.  ``code`` is its number among those of its kind: lot, batch, serial number, SSCC.

    ``item`` is the trade item (UDI-DI) a serial number counts under, 0 for none; ``batch`` the node of the batch a unit
    or part is of; ``record_id`` the record that tells more of it.
    """

    __tablename__ = "node"

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)  # type: ignore[assignment]
    folio: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[int] = mapped_column(SmallInteger)
    item: Mapped[int] = mapped_column(BigInteger, server_default="0")
    code: Mapped[str]
    batch: Mapped[int | None] = mapped_column(BigInteger)
    record_id: Mapped[UUID | None]

    __table_args__ = (
        Index("uq_node_known_by", "folio", "kind", "item", "code", unique=True),
        Index("ix_node_code", "code"),
        Index("ix_node_record_id", "record_id"),
        CheckConstraint("code <> ''", name="has_a_code"),
    )


class Link(Fact, Record):
    """From what was used to the deed, or from the deed to what it made or touched: one end is always a deed."""

    __tablename__ = "link"

    id = None  # type: ignore[assignment]  # its two ends are its key
    source: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    target: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    folio: Mapped[int] = mapped_column(BigInteger)
    struck_by: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_link_target", "target", "source"),
        CheckConstraint("source <> target", name="goes_somewhere"),
        {"sqlite_with_rowid": False},
    )


class Activity(Fact, Record):
    """What a deed was: when, at which step, on which equipment, in which room, by whom, to whom.

    Equipment, area and operators are named as they were called then; the ids lead to their records.  ``corrects`` is
    the deed that this one takes the place of.  ``ref`` is the teller's own number of it, ``told`` the hash of what was
    told under that, so that the same told again is known and something else is asked about.
    """

    __tablename__ = "activity"

    id: Mapped[int] = mapped_column(NUMBER, ForeignKey("node.id"), primary_key=True, autoincrement=False)  # type: ignore[assignment]
    folio: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[int] = mapped_column(SmallInteger)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    label: Mapped[str | None]
    batch: Mapped[int | None] = mapped_column(BigInteger)
    step_id: Mapped[UUID | None]
    equipment_id: Mapped[UUID | None]
    equipment: Mapped[str | None]
    area_id: Mapped[UUID | None]
    area: Mapped[str | None]
    operator_id: Mapped[UUID | None]
    operator: Mapped[str | None]
    second_id: Mapped[UUID | None]
    second: Mapped[str | None]
    party: Mapped[int | None] = mapped_column(BigInteger)
    corrects: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    place: Mapped[str | None]
    ref: Mapped[str | None]
    told: Mapped[str | None]
    struck_by: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_activity_batch", "batch", "began_at"),
        Index("ix_activity_equipment_id", "equipment_id", "began_at"),
        Index("ix_activity_area_id", "area_id", "began_at"),
        Index("ix_activity_operator_id", "operator_id", "began_at"),
        *(_named_then(each) for each in ("equipment", "area", "operator", "second")),
        Index("ix_activity_party", "party"),
        Index("ix_activity_corrects", "corrects"),
        Index("ix_activity_ref", "folio", "ref"),
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="ends_after_it_begins"),
        CheckConstraint(f"kind >= {Deed.RECEIVE.value}", name="is_a_deed"),
    )


class Portion(Fact, Record):
    """How much of a thing a deed used (``way`` -1) or made (1): ``micro`` millionths of ``unit``."""

    __tablename__ = "portion"

    id = None  # type: ignore[assignment]
    node: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    activity: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    folio: Mapped[int] = mapped_column(BigInteger)
    way: Mapped[int] = mapped_column(SmallInteger)
    micro: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str]
    struck_by: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_portion_activity", "activity"),
        CheckConstraint("way IN (-1, 1)", name="goes_in_or_out"),
        CheckConstraint("micro > 0", name="is_something"),
    )


class Containment(Fact, Record):
    """What lies in which package, from the deed that packed it until the one that unpacked it."""

    __tablename__ = "containment"

    id = None  # type: ignore[assignment]
    child: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    activity: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    parent: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"))
    folio: Mapped[int] = mapped_column(BigInteger)
    ended_by: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_containment_parent", "parent", "child"),
        Index("ix_containment_activity", "activity"),
        CheckConstraint("child <> parent", name="not_in_itself"),
    )


class Movement(Fact, Record):
    """Which unit or package a shipment, an arrival or a return took along; the activity says when and to whom."""

    __tablename__ = "movement"

    id = None  # type: ignore[assignment]
    node: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    activity: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    folio: Mapped[int] = mapped_column(BigInteger)
    struck_by: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_movement_activity", "activity", "node"), {"sqlite_with_rowid": False})


class Reading(Fact, Record):
    """A reading of a parameter, or a result of an inspection, that a deed brought, and its judgement.

    It is ``micro`` millionths of ``unit``, or what was ``said``.  ``subject`` is the thing it was taken from, None for
    all that the deed is about.  ``line_id`` leads to the parameter or inspection of the definition it was judged by,
    None where there is none; ``judgement`` is one of :data:`workflows.lineage.JUDGEMENTS`.
    """

    __tablename__ = "reading"

    id = None  # type: ignore[assignment]
    activity: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    folio: Mapped[int] = mapped_column(BigInteger)
    line_id: Mapped[UUID | None]
    name: Mapped[str]
    unit: Mapped[str]
    subject: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("node.id"))
    at: Mapped[datetime]
    micro: Mapped[int | None] = mapped_column(BigInteger)
    said: Mapped[str | None]
    judgement: Mapped[int] = mapped_column(SmallInteger)
    instrument_id: Mapped[UUID | None]
    instrument: Mapped[str | None]
    came_from: Mapped[str]
    struck_by: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def value(self) -> str:
        """As it was read, without its unit."""
        return self.said or "" if self.micro is None else written(self.micro)

    __table_args__ = (
        Index("ix_reading_line_id", "line_id", "at"),
        Index("ix_reading_subject", "subject"),
        CheckConstraint("(micro IS NULL) <> (said IS NULL)", name="says_one_thing"),
        CheckConstraint("judgement BETWEEN 0 AND 3", name="judgement_is_known"),
    )


class Disclosure(Fact, Record):
    """A node of a house's own that lies upstream of common work: who takes part in that sees it, and what led to it."""

    __tablename__ = "disclosure"

    id = None  # type: ignore[assignment]
    node: Mapped[int] = mapped_column(BigInteger, ForeignKey("node.id"), primary_key=True, autoincrement=False)
    folio: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)

    __table_args__ = ({"sqlite_with_rowid": False},)
