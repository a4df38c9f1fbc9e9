"""Reading and writing the signed texts by which machines prove themselves: one algorithm, our own keys, nothing else.

RFC 7519, 7523, 8725 and 9068.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt

from portal.db import now
from portal.identity.keyring import PublicKey, public_half, signing_key, verifying_keys
from portal.identity.lifetimes import ACCESS, ASSERTION, LARGEST_TOKEN, LEEWAY
from portal.settings import Settings

ALGORITHM = "EdDSA"
ACCESS_TYPE = "at+jwt"
ASSERTION_TYPES = frozenset({"JWT", "client-authentication+jwt"})
AUDIENCE = "portal-api"
HEADERS = frozenset({"alg", "kid", "typ"})  # jku, x5u, jwk, crit and their like are not even read
LONGEST_NAME = 128


class NotGenuine(Exception):
    """The text proves nothing.  Says no more than that to whoever sent it."""


def audience_of_assertions(settings: Settings) -> str:
    """What a client writes as ``aud``: the address of the token door, and nothing beside it."""
    return f"{settings.issuer}/token"


def issue(settings: Settings, *, client_id: UUID, key_id: UUID, scopes: Sequence[str]) -> str:
    """An access token.  ``key_id`` names the client's key that bought it: with the key the token falls, too."""
    key, at = signing_key(settings), now()
    claims = {
        "iss": settings.issuer,
        "aud": AUDIENCE,
        "sub": str(client_id),
        "client_id": str(client_id),
        "client_key": str(key_id),
        "scope": " ".join(scopes),
        "iat": at,
        "nbf": at,
        "exp": at + ACCESS,
        "jti": secrets.token_urlsafe(16),
    }
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": public_half(key).kid, "typ": ACCESS_TYPE})


def read_access_token(text: str, settings: Settings) -> dict[str, Any]:
    """Its claims, or :class:`NotGenuine`."""
    keys = verifying_keys(settings)
    return _read(
        text,
        key_of=keys.get,
        types=frozenset({ACCESS_TYPE}),
        audience=AUDIENCE,
        issuer=settings.issuer,
        required=("exp", "iat", "nbf", "jti", "sub", "aud", "iss", "client_key"),
        longest=ACCESS,
    )


def subject_of_assertion(text: str) -> UUID:
    """Whom an assertion claims to come from; believed only once :func:`read_assertion` has checked it by their key."""
    _refuse_large(text)
    try:
        return UUID(jwt.decode(text, options={"verify_signature": False})["sub"])
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as wrong:
        raise NotGenuine from wrong


def read_assertion(text: str, *, client_id: UUID, keys: Mapping[str, PublicKey], audience: str) -> dict[str, Any]:
    """The claims of a client about itself, signed by one of its ``keys``, or :class:`NotGenuine`."""
    claims = _read(
        text,
        key_of=keys.get,
        types=ASSERTION_TYPES,
        audience=audience,
        issuer=str(client_id),
        required=("exp", "iat", "jti", "sub", "aud", "iss"),
        longest=ASSERTION,
    )
    if claims["sub"] != str(client_id):
        raise NotGenuine
    return claims


def kid_of(text: str) -> str:
    return str(jwt.get_unverified_header(text)["kid"])


def _read(
    text: str,
    *,
    key_of: Callable[[str], PublicKey | None],
    types: frozenset[str],
    audience: str,
    issuer: str,
    required: tuple[str, ...],
    longest: timedelta,
) -> dict[str, Any]:
    _refuse_large(text)
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            _key_for(jwt.get_unverified_header(text), key_of, types).verifying,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": list(required), "strict_aud": True, "enforce_minimum_key_length": True},
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as wrong:
        raise NotGenuine from wrong
    name, lasts = claims["jti"], claims["exp"] - claims["iat"]
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not 0 < lasts <= longest.total_seconds():
        raise NotGenuine
    return claims


def _key_for(header: Mapping[str, Any], key_of: Callable[[str], PublicKey | None], types: frozenset[str]) -> PublicKey:
    kid = header.get("kid")
    known = key_of(kid) if isinstance(kid, str) else None
    if set(header) - HEADERS or header.get("alg") != ALGORITHM or header.get("typ") not in types or known is None:
        raise NotGenuine
    return known


def _refuse_large(text: str) -> None:
    if len(text.encode("utf-8", "replace")) > LARGEST_TOKEN:
        raise NotGenuine
