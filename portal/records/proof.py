"""How people prove who they are: secrets, sessions, intents to sign, and the log of what was refused.

None of these belong to an organisation's books: they are read before anybody knows whose books to open.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Record
from portal.tenancy import Walled


class Secret(Record):
    """A person's password hash (argon2id) and sealed one-time-code key; ``id`` is the person's."""

    __tablename__ = "secret"

    password_hash: Mapped[str]
    totp_sealed: Mapped[str]
    totp_last_step: Mapped[int]
    wrong_proofs: Mapped[int]
    locked_until: Mapped[datetime | None]


class WebSession(Walled, Record):
    """A signed-in browser; only the SHA-256 of its identifier is kept."""

    __tablename__ = "web_session"

    token_hash: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    signed_in_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("token_hash"),)


class SignIntent(Walled, Record):
    """What somebody is about to sign: one move of one version of one record, for five minutes, once."""

    __tablename__ = "sign_intent"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("web_session.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    subject_version: Mapped[int]
    move: Mapped[str]
    record_hash: Mapped[str]
    reason: Mapped[str | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SecurityEvent(Walled, Record):
    """What was refused, and to whom: written in a transaction of its own so that it stays."""

    __tablename__ = "security_event"

    at: Mapped[datetime]
    event: Mapped[str]
    person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    about: Mapped[str]
