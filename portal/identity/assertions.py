"""What a passkey signed, kept so that anybody can check it years later with nothing but the record itself."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_authenticator_data,
    parse_client_data_json,
    verify_signature,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import ClientDataType

from portal.identity.passkeys import Answer


def challenge_of(intent: Mapping[str, Any]) -> bytes:
    """SHA-256 over the canonical JSON (RFC 8785) of what somebody is about to sign."""
    return hashlib.sha256(rfc8785.dumps(dict(intent))).digest()


def kept(answer: Answer, intent: Mapping[str, Any]) -> dict[str, Any]:
    """The assertion as the ledger keeps it: what was meant, and what the authenticator made of it, in base64url."""
    return {
        "intent": dict(intent),
        "host": answer.host,
        "credential_id": answer.credential_id,
        "public_key": answer.public_key,
        "authenticator_data": answer.authenticator_data,
        "client_data": answer.client_data,
        "signature": answer.signature,
    }


def fault_in(assertion: Mapping[str, Any]) -> str | None:
    """What is wrong with a kept assertion, or None if its key signed its intent, verified and at its own host.

    Whether the key is the signer's, and the intent that of the record, the caller compares.
    """
    try:
        client_data = base64url_to_bytes(assertion["client_data"])
        authenticator_data = base64url_to_bytes(assertion["authenticator_data"])
        told, seen = parse_client_data_json(client_data), parse_authenticator_data(authenticator_data)
        key = decode_credential_public_key(base64url_to_bytes(assertion["public_key"]))
        if told.type != ClientDataType.WEBAUTHN_GET or told.challenge != challenge_of(assertion["intent"]):
            return "it answers another question"
        if seen.rp_id_hash != hashlib.sha256(assertion["host"].encode()).digest():
            return "it was made for another host"
        if not (seen.flags.up and seen.flags.uv):
            return "nobody was verified when it was made"
        verify_signature(
            public_key=decoded_public_key_to_cryptography(key),
            signature_alg=key.alg,
            signature=base64url_to_bytes(assertion["signature"]),
            data=authenticator_data + hashlib.sha256(client_data).digest(),
        )
    except InvalidSignature:
        return "its key did not make this signature"
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        return "it cannot be read"
    return None
