"""How an organisation and its first people come to be, before anybody can sign in."""

from dataclasses import dataclass
from uuid import UUID

import pyotp
from flask import current_app
from sqlalchemy import select

from agreements.identifiers import normalise_uscc, uscc_problem
from portal import docket, ledger
from portal.db import new_id, now, session, unit_of_work
from portal.identity.passwords import judge, remember
from portal.identity.proving import new_secret
from portal.records.ledger import ORGANISATION
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.tenancy import acting_for
from workflows.powers import Power, Role
from workflows.words import N_


class NotFounded(ValueError):
    """The organisation cannot be entered as given; the message says why."""


class TooEasy(ValueError):
    """The password would be guessed; the message says why."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever runs the installation, when there is nobody else yet to write down."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    name: str = N_("operator")
    proved: str = N_("command line")
    role_names: tuple[str, ...] = (N_("operator"),)
    powers: frozenset[Power] = frozenset()


def found_organisation(
    *, name: str, uscc: str, province: str, domicile: str, registrant: bool, manufacturer: bool, authority: bool
) -> UUID:
    """Enter an organisation and open its own ledger stream; returns its id.  Raises :class:`NotFounded`."""
    code = normalise_uscc(uscc)
    if problem := uscc_problem(code):
        raise NotFounded(str(problem))
    made = new_id()
    with acting_for(made), unit_of_work():
        if session.scalars(select(Organisation).where(Organisation.uscc == code)).first():
            raise NotFounded(f"An organisation with the code {code} is already entered.")
        ledger.open_stream(session(), ORGANISATION, made)
        organisation = Organisation(
            id=made,
            owner_id=made,
            name=name,
            uscc=code,
            province=province,
            domicile=domicile,
            is_registrant=registrant,
            is_manufacturer=manufacturer,
            is_authority=authority,
        )
        at, event = now(), "organisation.founded"
        begun = docket.follow(organisation, event, at=at, by_id=made)
        ledger.write(organisation, event, by=Operator(made, made, name), also=begun, at=at)
    return made


def enrol(
    organisation_id: UUID,
    *,
    name: str,
    title: str,
    email: str,
    roles: tuple[Role, ...],
    language: str,
    password: str,
    totp_key: str | None = None,
) -> UUID:
    """Enter a person with password and one-time-code key, as the operator's command does; returns the id.

    Raises :class:`TooEasy` for a password that nobody could choose either.
    """
    made = new_id()
    with acting_for(organisation_id), unit_of_work():
        organisation = session.get_one(Organisation, organisation_id)
        if missing := judge(password, [email, name, organisation.name]):
            raise TooEasy(" ".join(map(str, missing)))
        person = Person(
            id=made,
            name=name,
            title=title,
            email=email.strip().lower(),
            roles=sorted(roles),
            language=language,
            deactivated_at=None,
        )
        ledger.write(person, "person.enrolled", by=Operator(made, organisation_id, organisation.name))
        secret_key = current_app.config["SETTINGS"].secret_key
        session.add(new_secret(made, password, totp_key or pyotp.random_base32(), secret_key))
    remember(made)
    return made
