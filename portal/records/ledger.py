"""The ledger: streams of events, each chained to the one before; added to, never changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Record
from portal.tenancy import Walled

ORGANISATION, ENTRUSTMENT = "organisation", "entrustment"


class LedgerStream(Walled, Record):
    """One chain: of an entrustment, which both parties share, or of one organisation's own books."""

    __tablename__ = "ledger_stream"

    kind: Mapped[str]
    about_id: Mapped[UUID]
    head_seq: Mapped[int]
    head_hash: Mapped[str]

    __table_args__ = (UniqueConstraint("kind", "about_id"),)


class LedgerEvent(Walled, Record):
    """One event.  ``body`` is the canonical JSON (RFC 8785) that ``hash`` covers; the columns repeat it for finding.

    Who may read it follows from the stream; rooms ask through portal.ledger, never this table.
    """

    __tablename__ = "ledger_event"

    stream_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_stream.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    event: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (UniqueConstraint("stream_id", "seq"),)
