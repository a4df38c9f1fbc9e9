"""An authenticator in software: makes passkeys and signs with them as a telephone does, and misbehaves when told to."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Passkey:
    key: ec.EllipticCurvePrivateKey
    handle: str
    count: int = 0


@dataclass
class Authenticator:
    """``name`` and ``origin`` are what the browser fills in; ``verified`` whether finger, face or PIN was given."""

    name: str = "localhost"
    origin: str = "http://localhost"
    verified: bool = True
    counts: bool = True
    passkeys: dict[str, Passkey] = field(default_factory=dict)

    def create(self, options: dict[str, Any], **client: Any) -> str:
        """Answer the options of ``navigator.credentials.create``; ``client`` overrides what the browser says."""
        credential_id = bytes_to_base64url(secrets.token_bytes(32))
        made = Passkey(ec.generate_private_key(ec.SECP256R1()), options["user"]["id"])
        self.passkeys[credential_id] = made
        numbers = made.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        raw = base64url_to_bytes(credential_id)
        attested = bytes(16) + len(raw).to_bytes(2, "big") + raw + encode_cbor(cose)
        data = self._data(made, ATTESTED) + attested
        response = {
            "clientDataJSON": self._client("webauthn.create", options, client),
            "attestationObject": bytes_to_base64url(encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal"],
        }
        return self._answer(credential_id, response)

    def get(self, options: dict[str, Any], credential_id: str = "", **client: Any) -> str:
        """Answer the options of ``navigator.credentials.get`` with a passkey that is wanted, the newest of them."""
        wanted = [each["id"] for each in options.get("allowCredentials") or []]
        held = [each for each in self.passkeys if not wanted or each in wanted]
        chosen = credential_id or held[-1]
        used = self.passkeys[chosen]
        used.count += self.counts
        data = self._data(used)
        client_data = self._client("webauthn.get", options, client)
        signed = data + hashlib.sha256(base64url_to_bytes(client_data)).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(used.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": used.handle,
        }
        return self._answer(chosen, response)

    def _data(self, used: Passkey, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.verified else 0) | more
        return hashlib.sha256(self.name.encode()).digest() + bytes([flags]) + used.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any], client: dict[str, Any]) -> str:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False} | client
        return bytes_to_base64url(json.dumps(told).encode())

    def _answer(self, credential_id: str, response: dict[str, Any]) -> str:
        told = {"id": credential_id, "rawId": credential_id, "type": "public-key", "response": response}
        return json.dumps(told | {"clientExtensionResults": {}})
