"""Accepting an invitation: the offer, and the person who comes of it."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import select

from portal import ledger
from portal.db import glance, new_id, now, session, unit_of_work
from portal.identity.factors import Enrolment, enrol_factors
from portal.identity.passwords import remember
from portal.identity.sessions import hash_of
from portal.records.organisation import Organisation
from portal.records.person import Invitation, Person
from portal.tenancy import acting_for, beyond_tenants
from portal.web.telling import passkey_told
from portal.wording import language_now
from workflows.powers import ROLE_NAMES, Role
from workflows.words import N_

LINK_AND_PASSKEY = N_("invitation link and new passkey")
LINK_AND_CODE = N_("invitation link and first one-time code")


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
class Newcomer:
    """Who stands behind the events of joining: the person who is just coming to be."""

    id: UUID
    name: str
    organisation_id: UUID
    organisation_name: str
    role_names: tuple[str, ...]
    proved: str


def offer_of(token: str) -> Offer:
    """The open invitation behind a link; 404 for one that is unknown, used, withdrawn or too old."""
    token_hash = hash_of(token)
    with beyond_tenants("identity: whose invitation is this"), glance() as books:
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


def join(offer: Offer, enrolment: Enrolment, secret_key: str) -> UUID:
    """Make the person and close the invitation; the first code is spent.

    The factors are put down first: a person without any could not come in, factors without a person open nothing.
    Raises :class:`AlreadyKnown` and :class:`portal.identity.factors.AlreadyHeld`.
    """
    with beyond_tenants("identity: does somebody sign in with this address already"), glance() as books:
        if books.scalars(select(Person.id).where(Person.email == offer.email)).first():
            raise AlreadyKnown
    made = enrolment.passkey.handle if enrolment.passkey else new_id()
    enrol_factors(made, enrolment, secret_key)
    with acting_for(offer.organisation_id), unit_of_work():
        invitation = session.get_one(Invitation, offer.invitation_id)
        if invitation.accepted_at or invitation.withdrawn_at:
            abort(404)
        by = Newcomer(
            id=made,
            name=offer.name,
            organisation_id=offer.organisation_id,
            organisation_name=offer.organisation_name,
            role_names=tuple(offer.roles),
            proved=LINK_AND_PASSKEY if enrolment.passkey else LINK_AND_CODE,
        )
        person = Person(
            id=made,
            name=offer.name,
            title=offer.title,
            email=offer.email,
            roles=sorted(offer.roles),
            language=language_now(),
            deactivated_at=None,
        )
        ledger.write(person, "person.joined", by=by, told=passkey_told(enrolment.passkey))
        invitation.accepted_at = now()
        ledger.write(invitation, "invitation.accepted", by=by, told={"person_id": str(made)})
    remember(made)
    return made
