"""Sessions on the server's side: the browser holds a random token, the database its hash."""

import hashlib
import secrets
from uuid import UUID

from sqlalchemy import update

from portal.db import aside, now, session
from portal.records.proof import WebSession
from portal.settings import Settings
from portal.tenancy import beyond_tenants


def cookie_name(settings: Settings) -> str:
    """``__Host-`` binds the cookie to this host over https; plain http in development cannot carry it."""
    return "__Host-sid" if settings.over_https else "sid"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(person_id: UUID) -> str:
    """Start a session and return its token, 256 random bits, which is not kept anywhere."""
    token = secrets.token_urlsafe(32)
    with beyond_tenants("identity: begin a session"), aside() as books:
        books.add(
            WebSession(token_hash=hash_of(token), person_id=person_id, signed_in_at=now(), seen_at=now(), ended_at=None)
        )
    return token


def end_session(session_id: UUID) -> None:
    with beyond_tenants("identity: end a session"), aside() as books:
        books.execute(update(WebSession).where(WebSession.id == session_id).values(ended_at=now()))


def end_sessions_of(person_id: UUID) -> None:
    """End every session of a person in the caller's own transaction, as when they are deactivated."""
    session.execute(
        update(WebSession)
        .where(WebSession.person_id == person_id, WebSession.ended_at.is_(None))
        .values(ended_at=now())
        .execution_options(synchronize_session=False)
    )
