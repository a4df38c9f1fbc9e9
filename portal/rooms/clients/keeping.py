"""What an administrator does to a machine of the organisation; each of it is told in the client's history."""

from portal import ledger
from portal.db import new_id, now, session
from portal.identity import Actor
from portal.identity.keyring import PublicKey
from portal.identity.lifetimes import KEY_OVERLAP
from portal.records.machine import Client, ClientKey

MOST_KEYS = 2


class TooManyKeys(ValueError):
    """Two keys count already; one has to be revoked first."""


def add_key(client: Client, found: PublicKey, *, replaces: bool, by: Actor) -> ClientKey:
    """Register a key; with ``replaces`` those in use count for 24 hours more.  Raises :class:`TooManyKeys`."""
    with session.no_autoflush:
        others = client.active_keys
        if len(others) >= MOST_KEYS:
            raise TooManyKeys
        key = ClientKey(
            id=new_id(),
            client_id=client.id,
            kid=found.kid,
            public_key=found.x,
            valid_until=None,
            revoked_at=None,
        )
        ending = [each for each in others if replaces and each.valid_until is None]
        for each in ending:
            each.valid_until = now() + KEY_OVERLAP
    event = "client.key-replaced" if ending else "client.key-registered"
    told = {"key": found.kid, "replaced": [each.kid for each in ending]}
    ledger.write(client, event, by=by, also=[key, *ending], told=told)
    return key


def revoke_key(key: ClientKey, reason: str, *, by: Actor) -> None:
    """From the next request on, neither it nor a token that it bought opens anything."""
    client = key.client
    key.revoked_at = now()
    ledger.write(client, "client.key-revoked", by=by, also=[key], reason=reason, told={"key": key.kid})


def revoke(client: Client, reason: str, *, by: Actor) -> None:
    client.revoked_at = now()
    ledger.write(client, "client.revoked", by=by, reason=reason)
