"""Races between machines: one idempotency key, one assertion."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app

from portal.db import now
from portal.demo.story import World
from portal.identity.lifetimes import ASSERTION
from tests.api.knocking import Knocker, register
from tests.races.arena import unique
from tests.races.race import Hand, Press, Race
from tests.races.subjects import complete_batches
from tests.stage import sql, stored

CREATED, TAKEN, UNKNOWN = 201, 200, 401


class Machines(Race):
    """Several processes of one plant's system, with one key pair among them."""

    def register(self, world: World) -> None:
        made = register(current_app, world, "hengrui")  # type: ignore[arg-type]  # a proxy of the application
        self.client_id, self.secret = made.id, made.key.private_bytes_raw()

    def knocker(self, app: Any) -> Knocker:
        return Knocker(app, self.client_id, Ed25519PrivateKey.from_private_bytes(self.secret))


class OneKey(Machines):
    """One request under one idempotency key, sent by several processes: one effect, and everybody is told of it."""

    name = "one request under one idempotency key"
    won = CREATED

    def winners(self, parties: int) -> int:
        return parties

    def happens(self, _parties: int) -> int:
        return 1

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        self.register(world)
        return [(batch, unique("key-")) for batch in complete_batches(world, rounds, state="opened")]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        self.by = self.knocker(hand.app)
        self.headers = {"Authorization": f"Bearer {self.by.token}"}

    def body(self, hand: Hand) -> dict[str, Any]:
        return {"title": "Scratches", "description": "Seven plates with scratches.", "pieces": 7}

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        batch, key = subject
        path, body = f"/api/v1/batches/{batch}/nonconformities", self.body(hand)

        def _press() -> tuple[int, str]:
            headers = self.headers | {"Idempotency-Key": key}
            answer = hand.app.test_client().post(path, json=body, headers=headers)
            return answer.status_code, answer.text

        return _press

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        rows = sql("SELECT batch_id, count(*) FROM nonconformity GROUP BY 1")
        found = {UUID(str(about)): int(count) for about, count in rows}
        return [found.get(batch, 0) for batch, _ in subjects]


class OneKeyForTwo(OneKey):
    """Different requests under one key: the first is done, the others are told that the key is another's."""

    name = "different requests under one idempotency key"
    refusals = frozenset({422})

    def winners(self, parties: int) -> int:
        return 1

    def body(self, hand: Hand) -> dict[str, Any]:
        return super().body(hand) | {"title": f"Scratches seen by {hand.place}"}


class OneAssertion(Machines):
    """One assertion, sent by several processes for a token."""

    name = "one assertion used for several tokens"
    won = TAKEN
    refusals = frozenset({UNKNOWN})

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        self.register(world)
        return [None] * rounds

    def ready(self, world: World, stocked: Sequence[Any], parties: int) -> Sequence[Any]:
        by = self.knocker(current_app)
        return [by.assertion(exp=now() + ASSERTION) for _ in stocked]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        self.by = self.knocker(hand.app)

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        return lambda: self.by.ask(subject).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        rows = sql("SELECT jti FROM used_assertion WHERE client_id = :id", id=stored(self.client_id))
        used = [jti[:36] for (jti,) in rows]
        return [used.count(jwt.decode(each, options={"verify_signature": False})["jti"]) for each in subjects]
