"""The machine behind a request: how it buys a token, and how it is recognised by one."""

from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.db import aside, glance, now, session
from portal.identity.actor import Actor
from portal.identity.keyring import PublicKey
from portal.identity.lifetimes import ANSWERS, REMEMBERED
from portal.identity.tokens import (
    NotGenuine,
    audience_of_assertions,
    issue,
    kid_of,
    read_access_token,
    read_assertion,
    subject_of_assertion,
)
from portal.records.machine import Client, ClientKey, RememberedAnswer, UsedAssertion
from portal.records.organisation import Organisation
from portal.settings import Settings
from portal.tenancy import beyond_tenants
from workflows.powers import Power
from workflows.scopes import Scope, powers_in
from workflows.words import N_

MACHINE_TOKEN = N_("machine token")
MACHINE = N_("machine")


@dataclass(frozen=True, slots=True)
class Machine(Actor):
    """A client of the API, as every other part sees whoever acts.  It has no session, so it can sign nothing.

    ``entrustments`` are those it is limited to; None means all of its organisation.
    """

    scopes: frozenset[Scope] = frozenset()
    entrustments: frozenset[UUID] | None = None
    is_machine: ClassVar[bool] = True

    @property
    def powers(self) -> frozenset[Power]:
        return powers_in(self.scopes)

    @property
    def role_names(self) -> list[str]:
        return [MACHINE]

    @property
    def role_labels(self) -> list[str]:
        return [MACHINE]


@dataclass(frozen=True, slots=True)
class Bought:
    """An access token and what it is good for."""

    token: str
    scopes: tuple[str, ...]
    client_id: UUID


def buy_token(assertion: str, wanted: frozenset[str] | None, *, address: str, settings: Settings) -> Bought:
    """Give a token for an assertion of a client (private_key_jwt), which is then spent.  Raises :class:`NotGenuine`.

    ``wanted`` narrows the scopes; asking for one that the client does not have gives none.
    """
    client_id = subject_of_assertion(assertion)
    with beyond_tenants("identity: which machine asks for a token"), glance() as books:
        client, _, keys = _known(books, client_id)
    if client is None or not _comes_from(client, address):
        raise NotGenuine
    named = {each.kid: PublicKey(each.public_key) for each in keys}
    audience = audience_of_assertions(settings)
    claims = read_assertion(assertion, client_id=client_id, keys=named, audience=audience)
    _spend(client_id, claims["jti"])
    granted = tuple(each for each in client.scopes if wanted is None or each in wanted)
    key = next(each for each in keys if each.kid == kid_of(assertion))
    token = issue(settings, client_id=client_id, key_id=key.id, scopes=granted)
    return Bought(token, granted, client_id)


def recognise_machine(token: str, *, address: str, settings: Settings) -> Machine:
    """The machine whose token this is.  Raises :class:`NotGenuine`.

    Client, key, organisation and scopes are read anew each time: what is revoked or narrowed counts at once.
    """
    claims = read_access_token(token, settings)
    try:
        client_id, key_id = UUID(claims["sub"]), UUID(claims["client_key"])
        granted = frozenset(str(claims.get("scope", "")).split())
    except (ValueError, AttributeError) as wrong:
        raise NotGenuine from wrong
    with beyond_tenants("identity: whose token is this"), glance() as books:
        client, organisation, keys = _known(books, client_id)
    if client is None or organisation is None or organisation.is_authority or not _comes_from(client, address):
        raise NotGenuine
    if key_id not in {each.id for each in keys}:
        raise NotGenuine
    return _machine(client, organisation, granted)


def machine_behind(client_id: UUID) -> Machine:
    """The machine that something was taken from earlier, as it may act now, in its own house's books.

    Raises :class:`NotGenuine` where it may act no more.
    """
    client = session.get(Client, client_id)
    organisation = session.get(Organisation, client.owner_id) if client else None
    if client is None or organisation is None or client.revoked_at is not None:
        raise NotGenuine
    return _machine(client, organisation, frozenset(client.scopes))


def _machine(client: Client, organisation: Organisation, granted: frozenset[str]) -> Machine:
    return Machine(
        id=client.id,
        name=client.name,
        title="",
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        is_authority=False,
        roles=frozenset(),
        session_id=client.id,
        signed_in_at=now(),
        language="",
        proved=MACHINE_TOKEN,
        province=organisation.province,
        scopes=frozenset(Scope(each) for each in client.scopes if each in granted),
        entrustments=frozenset(map(UUID, client.entrustments)) if client.entrustments is not None else None,
    )


def _known(books: Session, client_id: UUID) -> tuple[Client | None, Organisation | None, list[ClientKey]]:
    """The client with its house and the keys that count now; none of them once it is revoked."""
    found = books.execute(_living(), {"key": client_id}).all()
    keys = [key for *_, key in found if key.counts]
    return (found[0][0], found[0][1], keys) if keys else (None, None, [])


@cache
def _living() -> Select[*tuple[Any, ...]]:
    """A client that was not revoked.  Asked with every request, so put together once."""
    return (
        select(Client, Organisation, ClientKey)
        .join(Organisation, Organisation.id == Client.owner_id)
        .join(ClientKey, ClientKey.client_id == Client.id)
        .where(Client.id == bindparam("key"), Client.revoked_at.is_(None), ClientKey.revoked_at.is_(None))
    )


def _comes_from(client: Client, address: str) -> bool:
    return not client.networks or any(ip_address(address) in ip_network(each) for each in client.networks)


def _spend(client_id: UUID, jti: str) -> None:
    """Write the assertion down as used; of two requests with the same one, the database lets one through."""
    try:
        with beyond_tenants("identity: an assertion is spent"), aside() as books:
            books.execute(delete(UsedAssertion).where(UsedAssertion.good_until < now()))
            books.add(UsedAssertion(client_id=client_id, jti=jti, good_until=now() + REMEMBERED))
            books.flush()
    except IntegrityError as spent:
        raise NotGenuine from spent
    with beyond_tenants("identity: forget what machines were answered long ago"), aside() as books:
        books.execute(delete(RememberedAnswer).where(RememberedAnswer.asked_at < now() - ANSWERS))
