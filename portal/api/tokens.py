"""The door where a machine buys a token, and the keys by which anybody can check one.  RFC 6749 4.4, 7523, 7517."""

from typing import Literal

from flask import current_app, request
from pydantic import Field

from portal.api.desk import desk
from portal.api.doors import FORM
from portal.api.problems import Trouble
from portal.api.shapes import Given, Shape
from portal.identity.keyring import verifying_keys
from portal.identity.lifetimes import ACCESS
from portal.identity.machines import buy_token
from portal.identity.tokens import NotGenuine
from portal.signing import log_refusal
from workflows.words import N_

BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenRequest(Shape):
    """What a client sends for a token, as a form."""

    grant_type: Literal["client_credentials"] = Field(description=N_("Always client_credentials."))
    client_assertion_type: Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"] = Field(
        description=N_("Says that the assertion is a signed token (RFC 7523).")
    )
    client_assertion: str = Field(
        min_length=1, description=N_("A token that the client signed with its own key; it works once.")
    )
    scope: str | None = Field(
        None, max_length=500, description=N_("Fewer scopes than the client has, separated by blanks.")
    )
    client_id: str | None = Field(None, max_length=100, description=N_("Not needed: the assertion names the client."))


class TokenShape(Shape):
    """A token, good for fifteen minutes."""

    access_token: str = Field(description=N_("To be sent as Authorization: Bearer."))
    token_type: Literal["Bearer"] = Field(description=N_("Always Bearer."))
    expires_in: int = Field(description=N_("Seconds until it is good no more."))
    scope: str = Field(description=N_("What it allows, separated by blanks."))


class PublicKeyShape(Shape):
    """A public key of the portal (RFC 8037)."""

    kty: Literal["OKP"] = Field(description=N_("Kind of key."))
    crv: Literal["Ed25519"] = Field(description=N_("Curve."))
    x: str = Field(description=N_("The key in base64url."))
    kid: str = Field(description=N_("Its name: its thumbprint (RFC 7638)."))
    use: Literal["sig"] = Field(description=N_("For signatures."))
    alg: Literal["EdDSA"] = Field(description=N_("The only algorithm."))


class KeySet(Shape):
    """The keys with which the portal signs tokens, the present one first."""

    keys: list[PublicKeyShape] = Field(description=N_("The keys."))


@desk.door("/token", None, method="POST", gives=TokenShape, takes=FORM)
def take_a_token(form: TokenRequest) -> Given:
    """Take a token.

    The assertion is signed with EdDSA by a key of the client. Its claims are iss and sub (the client's identifier), aud
    (exactly the address of this door), exp (at most five minutes on), iat and a jti that was never used before.
    """
    wanted = frozenset(form.scope.split()) if form.scope is not None else None
    settings = current_app.config["SETTINGS"]
    try:
        bought = buy_token(form.client_assertion, wanted, address=request.remote_addr or "", settings=settings)
    except NotGenuine as refused:
        log_refusal(None, "token.refused", request.remote_addr or "")
        raise Trouble(
            "unauthenticated", error="invalid_client", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
        ) from refused
    if wanted is not None and not wanted <= set(bought.scopes):
        raise Trouble("invalid", error="invalid_scope", errors=[("scope", " ".join(sorted(wanted)))])
    lasts = int(ACCESS.total_seconds())
    answer = TokenShape(
        access_token=bought.token,
        token_type="Bearer",  # noqa: S106  not a secret but its kind
        expires_in=lasts,
        scope=" ".join(bought.scopes),
    )
    return answer, 200, {"Pragma": "no-cache"}


@desk.door("/jwks", None, gives=KeySet, tag="token")
def read_keys() -> Given:
    """Read the portal's public keys."""
    keys = [PublicKeyShape.model_validate(each.jwk) for each in verifying_keys(current_app.config["SETTINGS"]).values()]
    return KeySet(keys=keys)
