"""The ceremony of signing: what was shown, what is meant, how it is proved, and binding the three."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from portal.canonical import plain
from portal.db import aside, now, session
from portal.identity import Actor
from portal.identity.assertions import challenge_of, kept
from portal.identity.passkeys import Answer
from portal.ledger import row_hash
from portal.records.agreement import Signature
from portal.records.proof import SecurityEvent, SignIntent
from portal.tenancy import beyond_tenants
from workflows.engine import Side, Transition

LASTS = timedelta(minutes=5)


class NoPerson(Exception):
    """A machine wanted to sign."""


class Spent(Exception):
    """The intent is unknown, somebody else's, used, too old, or for another version: nothing was signed."""


class Barred(Exception):
    """Two others reset this person's factors less than a day ago: nothing is signed before ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"no signature before {until.isoformat()}")
        self.until = until


@dataclass(frozen=True, slots=True)
class Shown:
    """What lay before the signer: the record, the version, and the hash of both."""

    kind: str
    id: UUID
    version: int
    record_hash: str

    @classmethod
    def of(cls, subject: Any) -> "Shown":
        return cls(subject.__tablename__, subject.id, subject.version, row_hash(subject))


def may_sign(actor: Actor) -> None:
    """Raises :class:`Barred`."""
    if actor.signs_from and actor.signs_from > now():
        raise Barred(actor.signs_from)


def intend(actor: Actor, shown: Shown, move: str, reason: str | None) -> UUID:
    """Note what somebody is about to sign; the note is good for five minutes and one use.

    Only a person in a session of theirs can sign; the foreign keys of the table say so as well.  Raises
    :class:`NoPerson` for a machine.
    """
    if actor.is_machine:
        raise NoPerson
    intent = SignIntent(
        person_id=actor.id,
        session_id=actor.session_id,
        subject_kind=shown.kind,
        subject_id=shown.id,
        subject_version=shown.version,
        move=move,
        record_hash=shown.record_hash,
        reason=reason,
        expires_at=now() + LASTS,
        used_at=None,
    )
    session.add(intent)
    session.flush()
    return intent.id


def intended(actor: Actor, intent_id: UUID, shown: Shown, move: str) -> SignIntent:
    """The open intent of this person, in this session, for exactly what is shown now; raises :class:`Spent`."""
    intent = session.get(SignIntent, intent_id)
    if intent is None or (intent.person_id, intent.session_id) != (actor.id, actor.session_id):
        raise Spent
    same = (intent.subject_id, intent.subject_version, intent.record_hash, intent.move) == (
        shown.id,
        shown.version,
        shown.record_hash,
        move,
    )
    if not same or intent.used_at is not None or intent.expires_at < now():
        raise Spent
    return intent


def intent_told(intent: SignIntent, meaning: str) -> dict[str, Any]:
    """The intent as a passkey signs it: what is signed, by whom, in which session, meaning what, and until when."""
    told: dict[str, Any] = plain(
        {
            "intent": intent.id,
            "person": intent.person_id,
            "session": intent.session_id,
            "subject": {
                "kind": intent.subject_kind,
                "id": intent.subject_id,
                "version": intent.subject_version,
            },
            "move": intent.move,
            "record_hash": intent.record_hash,
            "meaning": meaning,
            "reason": intent.reason,
            "expires": intent.expires_at,
        }
    )
    return told


def question_of(intent: SignIntent, meaning: str) -> bytes:
    """What the passkey is asked to sign: the hash of the intent, and so of the record."""
    return challenge_of(intent_told(intent, meaning))


def attested(intent: SignIntent, meaning: str, answer: Answer | None) -> Mapping[str, Any] | None:
    """The passkey's assertion as it is kept with the signature, None where a code was the proof.

    Raises :class:`Spent` if the passkey signed anything but this very intent.
    """
    if answer is None:
        return None
    told = intent_told(intent, meaning)
    if answer.person_id != intent.person_id or answer.challenge != challenge_of(told):
        raise Spent
    return kept(answer, told)


def bind(actor: Actor, intent: SignIntent, subject: Any, move: Transition[Any], side: Side | None) -> Signature:
    """Spend the intent and make the signature, inside the transaction of the move; raises :class:`Spent`.

    Only one of two requests with the same intent finds it unspent.
    """
    may_sign(actor)
    spent = session.execute(
        update(SignIntent)
        .where(SignIntent.id == intent.id, SignIntent.used_at.is_(None), SignIntent.expires_at >= now())
        .values(used_at=now())
        .execution_options(synchronize_session=False)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE always counts its rows
        raise Spent
    return Signature(
        entrustment_id=getattr(subject, "entrustment_id", None),
        subject_kind=intent.subject_kind,
        subject_id=intent.subject_id,
        subject_version=intent.subject_version,
        move=move.name,
        meaning=move.signature or "",
        record_hash=intent.record_hash,
        person_id=actor.id,
        person_name=actor.name,
        person_title=actor.title,
        organisation_name=actor.organisation_name,
        side=side or "",
        reason=intent.reason,
        proved=actor.proved,
        signed_at=now(),
    )


def log_refusal(actor: Actor | None, event: str, about: str) -> None:
    """Keep what was refused, in a transaction of its own; the caller's has been rolled back."""
    with beyond_tenants("identity: keep what was refused"), aside() as books:
        books.add(
            SecurityEvent(
                at=now(),
                event=event,
                person_id=actor.id if actor else None,
                organisation_id=actor.organisation_id if actor else None,
                about=about[:500],
            )
        )
