"""Accepting an invitation: the offer, a new one-time-code key, and the person who comes of it."""

from dataclasses import dataclass
from uuid import UUID

import pyotp
import segno
from flask import abort, current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from portal import ledger
from portal.db import glance, new_id, now, session, unit_of_work
from portal.identity.proving import STEP, new_secret, step_of
from portal.identity.sessions import hash_of
from portal.records.organisation import Organisation
from portal.records.person import Invitation, Person
from portal.tenancy import acting_for, beyond_tenants
from portal.wording import language_now
from workflows.powers import ROLE_NAMES, Role
from workflows.words import N_

A_KEY_LASTS = 60 * 60


class AlreadyKnown(Exception):
    """Somebody signs in with the invited address already."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An open invitation, as far as the one who holds its link may know it."""

    invitation_id: UUID
    organisation_id: UUID
    organisation_name: str
    name: str
    title: str
    email: str
    roles: tuple[Role, ...]
    token_hash: str

    @property
    def role_labels(self) -> list[str]:
        return [ROLE_NAMES[role] for role in self.roles]


@dataclass(frozen=True, slots=True)
class EnrolmentKey:
    """A new one-time-code key.  ``sealed`` is the key, signed and bound to one invitation, as the form carries it."""

    text: str
    sealed: str

    @property
    def in_fours(self) -> str:
        return " ".join(self.text[at : at + 4] for at in range(0, len(self.text), 4))

    def step_of(self, digits: str) -> int | None:
        return step_of(pyotp.TOTP(self.text, interval=STEP), digits)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who stands behind the events of joining: the person who is just coming to be."""

    id: UUID
    name: str
    organisation_id: UUID
    organisation_name: str
    role_names: tuple[str, ...]
    proved: str = N_("invitation link and first one-time code")


def offer_of(token: str) -> Offer:
    """The open invitation behind a link; 404 for one that is unknown, used, withdrawn or too old."""
    token_hash = hash_of(token)
    with beyond_tenants("sessions: whose invitation is this"), glance() as books:
        found = books.execute(
            select(Invitation, Organisation)
            .join(Organisation, Organisation.id == Invitation.owner_id)
            .where(Invitation.token_hash == token_hash, Invitation.expires_at > now())
            .where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        ).first()
    if found is None:
        abort(404)
    invitation, organisation = found
    return Offer(
        invitation_id=invitation.id,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        name=invitation.name,
        title=invitation.title,
        email=invitation.email,
        roles=tuple(map(Role, invitation.roles)),
        token_hash=token_hash,
    )


def key_for(offer: Offer, sealed: str | None) -> EnrolmentKey:
    """The key that this form was drawn with, if the seal is whole, of this offer and fresh; else a new one."""
    seal = URLSafeTimedSerializer(current_app.config["SETTINGS"].secret_key, salt="enrolment-key")
    try:
        key, about = seal.loads(sealed or "", max_age=A_KEY_LASTS)
    except (BadSignature, ValueError):
        key, about = "", ""
    if not key or about != offer.token_hash:
        key = pyotp.random_base32()
        return EnrolmentKey(key, str(seal.dumps([key, offer.token_hash])))
    return EnrolmentKey(str(key), str(sealed))


def qr_code(offer: Offer, key: EnrolmentKey) -> str:
    """The key as an image that an authenticator scans, as a ``data:`` address."""
    uri = pyotp.TOTP(key.text, interval=STEP).provisioning_uri(name=offer.email, issuer_name="Weituo")
    image: str = segno.make(uri, error="m").svg_data_uri(scale=4, border=4, light="white")
    return image


def join(offer: Offer, key: EnrolmentKey, password: str, step: int, secret_key: str) -> UUID:
    """Make the person and close the invitation; the first code is spent.  Raises :class:`AlreadyKnown`."""
    made = new_id()
    with acting_for(offer.organisation_id), unit_of_work():
        with beyond_tenants("sessions: does somebody sign in with this address already"):
            if session.scalars(select(Person.id).where(Person.email == offer.email)).first():
                raise AlreadyKnown
        invitation = session.get_one(Invitation, offer.invitation_id)
        if invitation.accepted_at or invitation.withdrawn_at:
            abort(404)
        by = Newcomer(made, offer.name, offer.organisation_id, offer.organisation_name, tuple(offer.roles))
        person = Person(
            id=made,
            name=offer.name,
            title=offer.title,
            email=offer.email,
            roles=sorted(offer.roles),
            language=language_now(),
            deactivated_at=None,
        )
        ledger.write(person, "person.joined", by=by)
        invitation.accepted_at = now()
        ledger.write(invitation, "invitation.accepted", by=by, told={"person_id": str(made)})
        secret = new_secret(made, password, key.text, secret_key)
        secret.totp_last_step = step
        session.add(secret)
    return made
