"""An invitation: a link that is shown once and opens the door for seven days."""

import secrets
from datetime import timedelta
from math import ceil
from typing import Any

from flask import g
from sqlalchemy import select

from portal import ledger
from portal.db import new_id, now, session
from portal.identity.sessions import hash_of
from portal.limits import LINK, Throttled
from portal.records.person import Invitation
from workflows.engine import State, Tone
from workflows.words import N_

LASTS = timedelta(days=7)
OPEN = State("open", N_("Not accepted yet"), Tone.ACTIVE)
ACCEPTED = State("accepted", N_("Accepted"), Tone.GOOD, final=True)
EXPIRED = State("expired", N_("Expired"), Tone.WARN, final=True)
WITHDRAWN = State("withdrawn", N_("Withdrawn"), Tone.QUIET, final=True)


def invite(*, name: str, title: str, email: str, roles: list[str]) -> tuple[Invitation, str]:
    """Make the invitation and return it with the token of its link, which is not kept anywhere.

    Raises ``Throttled`` for an address that was sent as many links lately as one person should get.
    """
    _refuse_many(email)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        id=new_id(),
        name=name,
        title=title,
        email=email,
        roles=roles,
        token_hash=hash_of(token),
        invited_by_id=g.actor.id,
        expires_at=now() + LASTS,
        accepted_at=None,
        withdrawn_at=None,
    )
    ledger.write(invitation, "invitation.sent", by=g.actor)
    return invitation, token


def _refuse_many(email: str) -> None:
    """The invitations themselves are the count: they are in these books whether accepted, withdrawn or open."""
    span = timedelta(seconds=LINK.seconds)
    made: Any = select(Invitation.expires_at).where(Invitation.email == email)
    lately = session.scalars(made.where(Invitation.expires_at > now() + LASTS - span)).all()
    if len(lately) >= LINK.most:
        raise Throttled(ceil((min(lately) - LASTS + span - now()).total_seconds()))


def standing_of(invitation: Invitation) -> State:
    if invitation.accepted_at:
        return ACCEPTED
    if invitation.withdrawn_at:
        return WITHDRAWN
    return EXPIRED if invitation.expires_at <= now() else OPEN


def is_open(invitation: Invitation) -> bool:
    return standing_of(invitation) is OPEN
