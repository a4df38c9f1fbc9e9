"""A machine before the door: a key pair, a client of some house, a token, and requests as a program sends them."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.test import TestResponse

from portal import ledger
from portal.db import new_id, now, unit_of_work
from portal.demo.cast import HOUSES
from portal.demo.papers import paper
from portal.founding import Operator
from portal.identity.keyring import public_half
from portal.identity.tokens import audience_of_assertions
from portal.records.machine import Client
from portal.rooms.clients.keeping import add_key
from portal.tenancy import acting_for
from workflows.scopes import WHOLE_HOUSE, Scope

BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PDF = base64.b64encode(paper("a paper")).decode()


@dataclass
class Knocker:
    """A program with a key of its own.  ``token`` is taken when it is first needed."""

    app: Flask
    id: UUID
    key: Ed25519PrivateKey
    language: str = "en"
    taken: list[str] = field(default_factory=list)

    @property
    def kid(self) -> str:
        return public_half(self.key).kid

    @property
    def audience(self) -> str:
        return audience_of_assertions(self.app.config["SETTINGS"])

    def claims(self, **other: Any) -> dict[str, Any]:
        at = now()
        return {
            "iss": str(self.id),
            "sub": str(self.id),
            "aud": self.audience,
            "iat": at,
            "exp": at + timedelta(minutes=4),
            "jti": str(uuid4()),
        } | other

    def assertion(self, headers: Mapping[str, Any] | None = None, **other: Any) -> str:
        claims = {name: value for name, value in self.claims(**other).items() if value is not None}
        return jwt.encode(claims, self.key, "EdDSA", headers={"kid": self.kid, **(headers or {})})

    def ask(self, assertion: str | None = None, **form: str) -> TestResponse:
        given = {
            "grant_type": "client_credentials",
            "client_assertion_type": BY_ASSERTION,
            "client_assertion": assertion or self.assertion(),
        }
        return self.app.test_client().post("/api/v1/token", data=given | form)

    @property
    def token(self) -> str:
        if not self.taken:
            answer = self.ask()
            assert answer.status_code == 200, answer.text
            self.taken.append(answer.json["access_token"])
        return self.taken[0]

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """A request with the token and, where it writes, a new idempotency key unless one is given."""
        given = {"Authorization": f"Bearer {self.token}", "Accept-Language": self.language}
        if method in ("POST", "PATCH"):
            given["Idempotency-Key"] = str(uuid4())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        more: dict[str, Any] = {"json": body} if body is not None else {}
        if isinstance(body, bytes):
            more = {"data": body}
            given["Content-Type"] = "application/octet-stream"
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=given | named, **more)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: bytes, **headers: str) -> TestResponse:
        return self.send("PUT", path, body, **headers)

    def tag(self, path: str) -> str:
        return str(self.get(path).headers["ETag"])


def administrator(world: Any, house: str) -> Operator:
    return Operator(world.person[f"{house}/organisation-administrator"], world.org[house], HOUSES[house].name)


def register(
    app: Flask,
    world: Any,
    house: str,
    *,
    scopes: Iterable[Scope] = tuple(Scope),
    entrustments: Iterable[UUID] | None = None,
    networks: Iterable[str] = (),
) -> Knocker:
    """A client of ``house`` with a key; limited to entrustments it can have no scope over the whole house."""
    key, by, named = Ed25519PrivateKey.generate(), administrator(world, house), entrustments
    allowed = [each for each in scopes if named is None or each not in WHOLE_HOUSE]
    with acting_for(world.org[house]), unit_of_work():
        client = Client(
            id=new_id(),
            name=f"ERP {house}",
            purpose="tries the doors",
            scopes=sorted(allowed),
            entrustments=None if named is None else sorted(map(str, named)),
            networks=list(networks),
            revoked_at=None,
        )
        ledger.write(client, "client.registered", by=by)
        add_key(client, public_half(key), replaces=False, by=by)
        made = client.id
    return Knocker(app, made, key)
