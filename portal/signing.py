"""The ceremony of signing: what was shown, what is meant, how it is proved, and binding the three."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from portal.db import aside, now, session
from portal.identity import Actor
from portal.ledger import row_hash
from portal.records.agreement import Signature
from portal.records.proof import SecurityEvent, SignIntent
from portal.tenancy import beyond_tenants
from workflows.engine import Side, Transition

LASTS = timedelta(minutes=5)


class Spent(Exception):
    """The intent is unknown, somebody else's, used, too old, or for another version: nothing was signed."""


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


def intend(actor: Actor, shown: Shown, move: str, reason: str | None) -> UUID:
    """Note what somebody is about to sign; the note is good for five minutes and one use."""
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


def bind(actor: Actor, intent: SignIntent, subject: Any, move: Transition[Any], side: Side | None) -> Signature:
    """Spend the intent and make the signature, inside the transaction of the move; raises :class:`Spent`.

    Only one of two requests with the same intent finds it unspent.
    """
    spent = session.execute(
        update(SignIntent)
        .where(SignIntent.id == intent.id, SignIntent.used_at.is_(None), SignIntent.expires_at >= now())
        .values(used_at=now())
        .execution_options(synchronize_session=False)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE always counts its rows
        raise Spent
    return Signature(
        entrustment_id=subject.entrustment_id,
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
