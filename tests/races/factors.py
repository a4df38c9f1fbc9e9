"""Races about the other ways in: one recovery code, one answer of a passkey, and the last place of a limit."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app

from portal.db import aside, now
from portal.demo.cast import HOUSES, PASSWORD
from portal.demo.story import World
from portal.identity import passkeys, recovery
from portal.identity.passkeys import HOLDS, Host, proof_options
from portal.limits import MINUTE, Limit, Throttled, _about, spend
from portal.records.proof import Passkey, PasskeyChallenge, RecoveryCode
from portal.rooms.sessions.routes import ENTER
from portal.tenancy import beyond_tenants
from tests.authenticator import Authenticator
from tests.races.arena import unique
from tests.races.identities import WHO, begun, shares
from tests.races.race import WON, Hand, Press, Race
from tests.stage import sql

TOO_OFTEN = 429
HERE = Host("localhost", "http://localhost")


class RecoveryCodeUsed(Race):
    """One recovery code typed into several browsers, all of which know the password."""

    name = "one recovery code used several times"
    refusals = frozenset({422})

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        person, codes = world.person[f"hengrui/{WHO}"], [unique("code") for _ in range(rounds)]
        key = current_app.config["SETTINGS"].secret_key
        with beyond_tenants("test: more codes than ten"), aside() as books:
            for code in codes:
                made = RecoveryCode(person_id=person, code_hash=recovery._hash(person, code, key), made_at=now())
                books.add(made)
        return codes

    def ready(self, world: World, stocked: Sequence[Any], parties: int) -> Sequence[Any]:
        self.before = begun(world)
        return stocked

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        """Each round is somebody who has just opened the page."""

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        hand.sit()
        fields = {"email": HOUSES["hengrui"].email(WHO), "password": PASSWORD, "code": subject}
        return lambda: hand.post("/sign-in/recovery", **fields).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        return shares(begun(world) - self.before, len(subjects))


class PasskeyAnswer(Race):
    """One answer to one question, sent several times, by a passkey that does not count: nothing else gives it away."""

    name = "one answer of a passkey sent several times"
    refusals = frozenset({422})

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        """A passkey, kept in software, which answers every question."""
        person = world.person[f"hengrui/{WHO}"]
        self.authenticator = Authenticator(counts=False)
        asked = passkeys.ask_for_new(HERE, "test", "a passkey", handle=person, name="who signs in")
        fresh = passkeys.made(self.authenticator.create(json.loads(asked)), HERE, "test", "a passkey")
        with beyond_tenants("test: a passkey"), aside() as books:
            books.add(
                Passkey(
                    person_id=person,
                    credential_id=fresh.credential_id,
                    public_key=fresh.public_key,
                    sign_count=0,
                    name="in software",
                    transports=[],
                    added_at=now(),
                )
            )
        return [None] * rounds

    def ready(self, world: World, stocked: Sequence[Any], parties: int) -> Sequence[Any]:
        """A question for each round, asked of a browser of its own, and what the passkey answered."""
        self.before, browsers = begun(world), [unique("browser-") for _ in stocked]
        challenges = [passkeys.generate_challenge() for _ in stocked]
        with beyond_tenants("test: questions"), aside() as books:
            for browser, challenge in zip(browsers, challenges, strict=True):
                text = passkeys.bytes_to_base64url(challenge)
                books.add(PasskeyChallenge(purpose=ENTER, about=browser, challenge=text, expires_at=now() + HOLDS))
        asked = [json.loads(proof_options(HERE, each)) for each in challenges]
        return [(browser, self.authenticator.get(each)) for browser, each in zip(browsers, asked, strict=True)]

    def __getstate__(self) -> dict[str, Any]:
        """The authenticator stays with the referee."""
        return {name: value for name, value in self.__dict__.items() if name != "authenticator"}

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        """Each round is in a browser of its own."""

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        browser, answer = subject
        hand.sit()
        with hand.client.session_transaction() as kept:
            kept["browser"] = browser
        fields = {"email": HOUSES["hengrui"].email(WHO), "password": PASSWORD, "passkey": answer}
        return lambda: hand.post("/sign-in", **fields).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        return shares(begun(world) - self.before, len(subjects))


class LastPlace(Race):
    """A limit of so many, wanted by more at once than it has places."""

    name = "last place of one limit"
    refusals = frozenset({TOO_OFTEN})

    def winners(self, parties: int) -> int:
        return max(1, parties // 2 - 1)

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return [unique("key-") for _ in range(rounds)]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        self.limit = self._limit(hand.parties)

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        def _press() -> int:
            with hand.app.app_context():
                try:
                    spend(self.limit, subject)
                except Throttled:
                    return TOO_OFTEN
            return WON

        return _press

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        counted = dict(sql("SELECT about, count FROM tally WHERE limit_name = 'raced'"))
        return [int(counted.get(_about(self._limit(parties), key), 0)) for key in subjects]

    def _limit(self, parties: int) -> Limit:
        return Limit("raced", self.winners(parties), 60 * MINUTE)
