"""Races about who somebody is: one code, one invitation."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyotp

from portal import ledger
from portal.db import new_id, now, session
from portal.demo.cast import HOUSES, PASSWORD
from portal.demo.hands import played_by
from portal.demo.story import World
from portal.identity.proving import STEP
from portal.identity.sessions import hash_of
from portal.records.batch import Batch
from portal.records.person import Invitation
from portal.rooms.people.offers import LASTS
from portal.rooms.sessions.joining import offer_of
from portal.web.enrolling import key_for
from tests.races.arena import unique
from tests.races.race import Hand, Press, Race
from tests.races.subjects import authenticator, complete_batches, intents, signed, signed_in, unspend
from tests.stage import sql, stored
from workflows.powers import Role

NO_LIMIT = 10**9
WHO = Role.MANUFACTURER_RELEASE_PERSON


class OneCode(Race):
    """The code that an authenticator shows, used by several at once; the first hand looks at it for all."""

    # Too many wrong tries within a minute are a matter of their own, and a loser's try is a wrong one.
    relieved = {"portal.identity.proving.WRONG_BEFORE_LOCK": "tests.races.identities.NO_LIMIT"}
    refusals = frozenset({422})

    def look(self, hand: Hand) -> None:
        if hand.place == 0:
            unspend(self.person)
            hand.shared.value = int(now().timestamp()) // STEP

    def code(self, hand: Hand) -> str:
        code: str = self.shows.generate_otp(hand.shared.value)
        return code

    def enter(self, hand: Hand) -> int:
        fields = {"email": HOUSES["hengrui"].email(WHO), "password": PASSWORD, "code": self.code(hand)}
        status: int = hand.post("/sign-in", **fields).status_code
        return status


class SignInCode(OneCode):
    name = "one code used to sign in several times"

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return [None] * rounds

    def ready(self, world: World, stocked: Sequence[Any], parties: int) -> Sequence[Any]:
        self.before = begun(world)
        return stocked

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        self.person = hand.world.person[f"hengrui/{WHO}"]
        self.shows = authenticator(self.person)

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        self.look(hand)
        hand.sit()
        return lambda: self.enter(hand)

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        """Sessions begun: all rounds are of one person, so each is told its share, and the last what is left."""
        return shares(begun(world) - self.before, len(subjects))


def begun(world: World) -> int:
    """How many sessions the one who signs in has begun."""
    found = sql("SELECT count(*) FROM web_session WHERE person_id = :id", id=stored(world.person[f"hengrui/{WHO}"]))
    return int(found[0][0])


def shares(happened: int, rounds: int) -> list[int]:
    """What happened in all, where no round can be told from another: one each, and the last is told what is left."""
    return [1] * (rounds - 1) + [happened - rounds + 1]


class CodeToEnterAndToSign(OneCode):
    """Every second hand signs in with the code, the others sign a batch with it."""

    name = "one code used to sign in and to sign"
    refusals = frozenset({409, 422})  # the code was used, or the batch has been released meanwhile

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return complete_batches(world, rounds)

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        self.person = hand.world.person[f"hengrui/{WHO}"]
        self.shows = authenticator(self.person)
        if hand.place % 2:
            sid, by = signed_in(self.person, hand.world.org["hengrui"])
            hand.sit(sid=sid)
            self.intents = intents(by, Batch, subjects, "release_production")

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        self.look(hand)
        if hand.place % 2 == 0:
            hand.sit()
            return lambda: self.enter(hand)
        path, fields = f"/batches/{subject}/release-production", {"intent": self.intents[number], "password": PASSWORD}
        return lambda: hand.post(path, **fields, code=self.code(hand)).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        """A batch signed at most once; where it was not, somebody signed in, and the answers say so."""
        return [max(1, each) for each in signed(subjects, "release_production")]


class OneInvitation(Race):
    """Several browsers accept one invitation, each with a password and a key of its own."""

    name = "one invitation accepted several times"
    refusals = frozenset({404, 409, 422})  # the link opens nothing any more, or the address has been taken

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        tokens = [unique("token-") for _ in range(rounds)]
        with played_by("chengyue", Role.ORGANISATION_ADMINISTRATOR, world.org) as by:
            made = [
                Invitation(
                    id=new_id(),
                    name="Newcomer",
                    title="Engineer",
                    email=f"{unique('new-')}@chengyue.example",
                    roles=[Role.REGISTRANT_QUALITY_MANAGER],
                    token_hash=hash_of(token),
                    invited_by_id=by.id,
                    expires_at=now() + LASTS,
                    accepted_at=None,
                    withdrawn_at=None,
                )
                for token in tokens
            ]
            with session.no_autoflush:
                ledger.write(made[0], "invitation.sent", by=by, also=made[1:])
            return [(token, each.email) for token, each in zip(tokens, made, strict=True)]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        hand.sit()

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        token, _ = subject
        key = key_for(offer_of(token).token_hash, None)
        password = f"a sentence of hand {hand.place} alone"
        code = _first_code(key.text)
        fields = {"sealed_key": key.sealed, "password": password, "repeated": password, "code": code}
        return lambda: hand.post(f"/invitations/{token}", **fields).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        found = dict(sql("SELECT email, count(*) FROM person GROUP BY 1"))
        return [int(found.get(email, 0)) for _, email in subjects]


def _first_code(key: str) -> str:
    return pyotp.TOTP(key, interval=STEP).now()
