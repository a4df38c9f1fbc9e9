"""A machine of the demonstration world.  The private half of its key is thrown away, so nobody comes in with it."""

import hashlib
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal import ledger
from portal.db import new_id, now, session
from portal.demo.hands import played_by
from portal.identity.keyring import public_half
from portal.records.capture import Capture
from portal.records.machine import Client
from portal.records.named_query import NamedQuery
from portal.rooms.clients.keeping import add_key
from workflows.powers import Role
from workflows.scopes import Scope


def make_client(org: dict[str, UUID], house: str) -> dict[str, UUID]:
    """The manufacturing system of a plant, with one key."""
    with played_by(house, Role.ORGANISATION_ADMINISTRATOR, org) as by:
        client = Client(
            id=new_id(),
            name="MES",
            purpose="制造执行系统：上报批次数据。",
            scopes=sorted((Scope.BATCHES_READ, Scope.BATCHES_PROPOSE, Scope.ENTRUSTMENTS_READ)),
            entrustments=None,
            networks=[],
            revoked_at=None,
        )
        ledger.write(client, "client.registered", by=by)
        key = add_key(client, public_half(Ed25519PrivateKey.generate()), replaces=False, by=by)
        session.add(_gone_through(client))
        session.add(_kept_query(client))
        return {"client": client.id, "client_key": key.id}


def _gone_through(client: Client) -> Capture:
    """A document of events that told nothing which was not known."""
    return Capture(
        id=new_id(),
        client_id=client.id,
        entrustment_id=None,
        media="application/ld+json",
        sha256=hashlib.sha256(b"").hexdigest(),
        events=1,
        whole=True,
        document=None,
        received_at=now(),
        finished_at=now(),
        success=True,
        written=0,
        errors=[],
        warnings=[],
    )


def _kept_query(client: Client) -> NamedQuery:
    asked = {"eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping"]}
    return NamedQuery(id=new_id(), client_id=client.id, name="shipments", asked=asked, made_at=now(), removed_at=None)
