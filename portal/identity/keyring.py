"""Ed25519 keys: those of clients as they hand them over, and the portal's own, which sign its tokens."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from portal.settings import Settings
from workflows.words import N_

KEPT = "api.key"
SIZE = 32


class NotAKey(ValueError):
    """What was handed over is no public Ed25519 key; ``says`` why, for the person who pasted it."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The 32 bytes as base64url, and the thumbprint (RFC 7638) by which they are called."""

    x: str

    @property
    def kid(self) -> str:
        members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": self.x}, separators=(",", ":"), sort_keys=True)
        return base64url(hashlib.sha256(members.encode()).digest())

    @property
    def jwk(self) -> dict[str, str]:
        return {"kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid, "use": "sig", "alg": "EdDSA"}

    @property
    def verifying(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(unbase64url(self.x))


def public_key_in(text: str) -> PublicKey:
    """The key in a JWK or in PEM.  Raises :class:`NotAKey`, above all for a private key."""
    if "PRIVATE" in text:
        raise NotAKey(N_("This is a private key. Keep it where it is, make a new pair, and give the public half only."))
    return _from_pem(text) if "-----BEGIN" in text else _from_jwk(text)


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_seeds(settings)[0])


def verifying_keys(settings: Settings) -> dict[str, PublicKey]:
    """The portal's own keys by name, the signing one first: a token signed before a rotation is still good."""
    keys = [public_half(Ed25519PrivateKey.from_private_bytes(seed)) for seed in _seeds(settings)]
    return {each.kid: each for each in keys}


def public_half(key: Ed25519PrivateKey) -> PublicKey:
    return PublicKey(base64url(key.public_key().public_bytes_raw()))


def rotate(data_dir: Path) -> str:
    """Sign with a new key from now on and keep the one before for verifying; returns the new key's name."""
    kept = data_dir / KEPT
    before = kept.read_text().split()[:1] if kept.exists() else []
    seeds = [base64url(secrets.token_bytes(SIZE)), *before]
    half = kept.with_suffix(".new")
    half.unlink(missing_ok=True)
    _write(half, seeds)
    half.replace(kept)
    return public_half(Ed25519PrivateKey.from_private_bytes(unbase64url(seeds[0]))).kid


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _seeds(settings: Settings) -> list[bytes]:
    """From the setting, or from the data folder; read anew each time, so that a rotation counts at once."""
    given: Sequence[str] = settings.api_keys
    if not given:
        kept = settings.data_dir / KEPT
        if not kept.exists():
            _make(kept)
        given = kept.read_text().split()
    return [unbase64url(each) for each in given]


def _make(kept: Path) -> None:
    """Whoever comes first makes it; the others read what it made."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    half = kept.with_suffix(f".{secrets.token_hex(4)}")
    _write(half, [base64url(secrets.token_bytes(SIZE))])
    try:
        os.link(half, kept)
    except FileExistsError:
        pass
    finally:
        half.unlink()


def _write(path: Path, seeds: Sequence[str]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(seeds))
        file.flush()
        os.fsync(file.fileno())


def _from_pem(text: str) -> PublicKey:
    try:
        key = load_pem_public_key(text.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise NotAKey(N_("The PEM text cannot be read. It begins with -----BEGIN PUBLIC KEY-----.")) from wrong
    if not isinstance(key, Ed25519PublicKey):
        raise NotAKey(N_("This key is of another kind; only Ed25519 is accepted."))
    return PublicKey(base64url(key.public_bytes_raw()))


def _from_jwk(text: str) -> PublicKey:
    try:
        jwk: Any = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise NotAKey(N_("This is neither PEM nor a JSON Web Key.")) from wrong
    if not isinstance(jwk, dict) or "keys" in jwk:
        raise NotAKey(N_("Give one key, not a set of keys."))
    if "d" in jwk:
        raise NotAKey(N_("This is a private key. Keep it where it is, make a new pair, and give the public half only."))
    if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
        raise NotAKey(N_("This key is of another kind; only Ed25519 is accepted."))
    try:
        octets = unbase64url(str(jwk.get("x")))
        Ed25519PublicKey.from_public_bytes(octets)
    except ValueError as wrong:
        raise NotAKey(N_("The value x of the key is not 32 bytes in base64url.")) from wrong
    return PublicKey(base64url(octets))
