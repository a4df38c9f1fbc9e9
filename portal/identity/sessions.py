"""Sessions on the server's side: the browser holds a random token, the database its hash."""

import hashlib
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from portal.db import aside, glance, now
from portal.records.proof import WebSession
from portal.tenancy import beyond_tenants
from workflows.words import N_

PASSWORD_AND_CODE = N_("password and one-time code")
PASSWORD_AND_PASSKEY = N_("password and passkey")
PASSWORD_AND_RECOVERY = N_("password and recovery code")
COOKIE = "sid"
# The one page that a session opens which was begun with a recovery code.
A_NEW_FACTOR = "a new factor"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(
    person_id: UUID, *, proved: str = PASSWORD_AND_CODE, seen_from: str | None = None, only_for: str | None = None
) -> str:
    """Start a session and return its token, 256 random bits, which is not kept anywhere."""
    token = secrets.token_urlsafe(32)
    with beyond_tenants("identity: begin a session"), aside() as books:
        books.add(
            WebSession(
                token_hash=hash_of(token),
                person_id=person_id,
                signed_in_at=now(),
                seen_at=now(),
                ended_at=None,
                proved=proved,
                proved_at=None,
                seen_from=seen_from,
                only_for=only_for,
            )
        )
    return token


def renew_session(session_id: UUID, *, proved_at: datetime | None = None) -> str | None:
    """Give a living session a new token and return it; the old one opens nothing.  None if the session has ended."""
    token = secrets.token_urlsafe(32)
    changed = {"token_hash": hash_of(token), "seen_at": now()} | ({"proved_at": proved_at} if proved_at else {})
    with beyond_tenants("identity: renew a session"), aside() as books:
        renewed = books.execute(
            update(WebSession).where(WebSession.id == session_id, WebSession.ended_at.is_(None)).values(**changed)
        )
    return token if renewed.rowcount == 1 else None  # type: ignore[attr-defined]  # an UPDATE always counts its rows


def end_session(session_id: UUID) -> None:
    with beyond_tenants("identity: end a session"), aside() as books:
        books.execute(update(WebSession).where(WebSession.id == session_id).values(ended_at=now()))


def end_other_sessions(person_id: UUID, kept_id: UUID) -> None:
    """End every session of a person but the one they sit in, because they ask for it."""
    with beyond_tenants("identity: end the other sessions of a person"), aside() as books:
        end_sessions(books, person_id, goes_on=kept_id)


def end_one_of(person_id: UUID, session_id: UUID) -> bool:
    """End one session of this person; False if they have no such session that still lives."""
    with beyond_tenants("identity: end one of one's own sessions"), aside() as books:
        ended = books.execute(
            update(WebSession)
            .where(WebSession.person_id == person_id, WebSession.id == session_id, WebSession.ended_at.is_(None))
            .values(ended_at=now())
        )
    return bool(ended.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE always counts its rows


def living_sessions_of(person_id: UUID, since: datetime) -> list[WebSession]:
    """The sessions that are open and have been used after ``since``, the newest first."""
    with beyond_tenants("identity: one's own sessions"), glance() as books:
        found = books.scalars(
            select(WebSession)
            .where(WebSession.person_id == person_id, WebSession.ended_at.is_(None), WebSession.seen_at > since)
            .order_by(WebSession.seen_at.desc())
        )
        return list(found)


def end_sessions(books: Session | scoped_session[Any], person_id: UUID, *, goes_on: UUID | None = None) -> None:
    """Within the caller's transaction, with whatever ends them: every session of a person but the one that goes on."""
    others = [WebSession.person_id == person_id, WebSession.ended_at.is_(None)]
    if goes_on is not None:
        others.append(WebSession.id != goes_on)
    books.execute(update(WebSession).where(*others).values(ended_at=now()).execution_options(synchronize_session=False))
