"""Proving that what was signed with a passkey was signed by that person's passkey, with nothing but the record."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from portal.identity.assertions import fault_in
from portal.identity.sessions import PASSWORD_AND_PASSKEY
from portal.records.agreement import Signature
from portal.records.ledger import LedgerEvent
from portal.verifying import Found, Trouble

Keys = dict[tuple[str, str], str]


def verify_signatures(connection: Connection) -> Iterator[Found]:
    """Check every assertion that the ledger keeps, and that no signature of a passkey is without one.

    Works on the stored rows alone: give it a connection that may read all of them.
    """
    keys, attested = _keys(connection), set()
    events = LedgerEvent.__table__
    asserting = select(events).where(events.c.body.contains('"assertion":')).order_by(events.c.stream_id, events.c.seq)
    for event in connection.execute(asserting).mappings():
        place = f"event {event['id']}, {event['event']} of {event['subject_kind']} {event['subject_id']}"
        fault = _fault(event["body"], keys)
        if fault:
            yield Found(Trouble.SIGNATURE_BAD, f"{place}: {fault}")
        else:
            attested.add(event["id"])
    signed = Signature.__table__
    by_passkey = select(signed.c.id, signed.c.last_event_id).where(signed.c.proved == PASSWORD_AND_PASSKEY)
    for signature_id, event_id in connection.execute(by_passkey):
        if event_id not in attested:
            yield Found(Trouble.SIGNATURE_BAD, f"signature {signature_id}: no passkey is known to have made it")


def _keys(connection: Connection) -> Keys:
    """Whose key is whose, as the ledger told when each was added: person and credential, and its public half."""
    events = LedgerEvent.__table__
    telling = select(events.c.body).where(events.c.subject_kind == "person", events.c.body.contains('"public_key":'))
    keys: Keys = {}
    for body in connection.scalars(telling):
        try:
            told = json.loads(body)
            key = told["told"]["passkey"]
            keys.setdefault((told["subject"]["id"], key["credential_id"]), key["public_key"])
        except (ValueError, KeyError, TypeError):
            continue
    return keys


def _fault(body: str, keys: Keys) -> str | None:
    try:
        told = json.loads(body)
        signatures = [each for each in told["told"]["signature"] if "assertion" in each]
        return next((fault for each in signatures if (fault := _fault_of(told, each, keys))), None)
    except (ValueError, KeyError, TypeError):
        return "its assertion cannot be read"


def _fault_of(told: Mapping[str, Any], signature: Mapping[str, Any], keys: Keys) -> str | None:
    assertion = signature["assertion"]
    intent, subject = assertion["intent"], told["subject"]
    meant = (
        intent["person"],
        intent["subject"]["kind"],
        intent["subject"]["id"],
        intent["subject"]["version"],
        intent["move"],
        intent["record_hash"],
        intent["meaning"],
        intent["reason"],
    )
    written = (
        told["actor"]["id"],
        subject["kind"],
        subject["id"],
        signature["version"],
        told["told"]["move"],
        signature["record_hash"],
        signature["meaning"],
        told["reason"],
    )
    if meant != written:
        return "the passkey signed something else than what is written"
    if keys.get((intent["person"], assertion["credential_id"])) != assertion["public_key"]:
        return "the key is not known as the signer's"
    return fault_in(assertion)
