"""The numbers of the graph: which recording a row belongs to, and the address of a node.

A node's number is its recording's number and its place within that recording.  A link, whose one end is a deed, belongs
to the recording of the deed, which is the later of its two ends: whatever a deed uses was there before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.db import new_id, session
from portal.records.lineage import Ticket

PLACES = 24
_PLACE = (1 << PLACES) - 1


class TooMany(ValueError):
    """More in one recording than a recording holds: sixteen million."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A number of its own, and its public form."""

    number: int
    uid: UUID


def take_ticket() -> Taken:
    """The next number.  Taken after what is used was read, so that it is larger than the number of any of that."""
    uid, connection = UUID(int=new_id().int & ~_PLACE), session.connection()
    if connection.dialect.name == "postgresql":
        said = connection.exec_driver_sql("INSERT INTO ticket (uid) VALUES (%s) RETURNING id", (uid,))
        return Taken(said.scalar_one(), uid)
    return Taken(connection.exec_driver_sql("INSERT INTO ticket (uid) VALUES (?)", (uid.hex,)).lastrowid, uid)


def node_number(recording: int, place: int) -> int:
    if place > _PLACE:
        raise TooMany(place)
    return recording << PLACES | place


def recording_of(*ends: int) -> int:
    """The number of the recording that wrote a node, or a row between these nodes."""
    return max(ends) >> PLACES


def addresses(nodes: Iterable[int]) -> dict[int, UUID]:
    """The public ids of nodes: as unguessable as the recording's own."""
    wanted = set(nodes)
    tickets = select(Ticket.id, Ticket.uid).where(Ticket.id.in_({recording_of(each) for each in wanted}))
    uids = {number: uid.int for number, uid in session.execute(tickets)}
    return {each: UUID(int=uids[recording_of(each)] | (each & _PLACE)) for each in wanted}


def node_at(address: UUID) -> int | None:
    """The number of the node with this public id; whether there is one, and whose it is, the graph says."""
    recording = session.scalar(select(Ticket.id).where(Ticket.uid == UUID(int=address.int & ~_PLACE)))
    return None if recording is None else node_number(recording, address.int & _PLACE)
