"""How people prove who they are: secrets, sessions, intents to sign, and the log of what was refused.

None of these belong to an organisation's books: they are read before anybody knows whose books to open.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Record, Throwaway
from portal.tenancy import Walled


class Secret(Record):
    """A person's password hash (argon2id) and sealed one-time-code key, if they use one; ``id`` is the person's.

    Nobody signs before ``signs_from``, which is set when two others have reset the person's factors.
    """

    __tablename__ = "secret"

    password_hash: Mapped[str]
    totp_sealed: Mapped[str | None]
    totp_last_step: Mapped[int]
    wrong_proofs: Mapped[int]
    locked_until: Mapped[datetime | None]
    signs_from: Mapped[datetime | None]


class Passkey(Record):
    """The public half of a key that never leaves its authenticator.  Keys and ids are base64url without padding.

    No foreign key: whoever joins has their factors a moment before they are a person.
    """

    __tablename__ = "passkey"

    person_id: Mapped[UUID] = mapped_column(index=True)
    credential_id: Mapped[str]
    public_key: Mapped[str]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    transports: Mapped[list[str]]
    added_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("credential_id"),)


class PasskeyChallenge(Throwaway, Record):
    """What an authenticator was asked, for one purpose, for five minutes, once.

    ``about`` binds it: to a session, to a link, or to a browser that nobody has signed in with yet.  ``handle`` is the
    id under which a new passkey knows its person.
    """

    __tablename__ = "passkey_challenge"

    purpose: Mapped[str]
    about: Mapped[str]
    challenge: Mapped[str]
    handle: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("challenge"),)


class RecoveryCode(Record):
    """One of ten codes on paper; only its keyed hash is kept.  It opens the page for a new factor, once."""

    __tablename__ = "recovery_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)


class FactorReset(Record):
    """One person's way back in, which two others open: one proposes, another confirms, neither is the one concerned."""

    __tablename__ = "factor_reset"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str]
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    token_hash: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("proposed_by_id <> person_id", name="proposed_by_another"),
        CheckConstraint(
            "confirmed_by_id IS NULL OR (confirmed_by_id <> person_id AND confirmed_by_id <> proposed_by_id)",
            name="confirmed_by_a_third",
        ),
        CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL) AND (confirmed_at IS NULL) = (token_hash IS NULL) "
            "AND (token_hash IS NULL) = (expires_at IS NULL)",
            name="confirmed_means_dated",
        ),
        CheckConstraint("used_at IS NULL OR confirmed_at IS NOT NULL", name="used_means_confirmed"),
    )


class WebSession(Walled, Record):
    """A signed-in browser; only the SHA-256 of its identifier is kept.

    ``proved`` says how its person came in, ``proved_at`` when they last proved themselves anew.  A session that is
    ``only_for`` something opens that one page and no other.
    """

    __tablename__ = "web_session"

    token_hash: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    signed_in_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    proved: Mapped[str] = mapped_column(server_default="password and one-time code")
    proved_at: Mapped[datetime | None]
    seen_from: Mapped[str | None]
    only_for: Mapped[str | None]

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
