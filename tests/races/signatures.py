"""Races for a signature: both releases, one intent, one agreement, one activation."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from portal.demo.cast import PASSWORD
from portal.demo.story import World
from portal.records.agreement import Agreement
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from tests.races.entrusting import offered_agreements, reported_entrustments
from tests.races.race import Hand, Press, Race
from tests.races.subjects import (
    authenticator,
    colleagues,
    complete_batches,
    intents,
    released_by_the_plant,
    signed,
    signed_in,
    told_of,
    unspend,
)
from workflows.powers import Role


def proof_was_right(*_: Any) -> None:
    """Stands where password and code are judged, in races about something else: they are judged before and apart."""


RELIEVED = {"portal.web.proving.prove": "tests.races.signatures.proof_was_right"}


class Release(Race):
    """Several people of one house release one batch, each by the whole ceremony."""

    house: ClassVar[str]
    role: ClassVar[Role]
    move: ClassVar[str]
    event: ClassVar[str]

    def subjects(self, world: World, rounds: int) -> list[UUID]:
        raise NotImplementedError

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        people = colleagues(world, self.house, self.role, parties)
        return [(batch, people) for batch in self.subjects(world, rounds)]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        self.person = subjects[0][1][hand.place]
        sid, by = signed_in(self.person, hand.world.org[self.house])
        hand.sit(sid=sid)
        self.intents = intents(by, Batch, [batch for batch, _ in subjects], self.move)
        self.shows = authenticator(self.person)

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        unspend(self.person)
        path = f"/batches/{subject[0]}/{self.move.replace('_', '-')}"
        fields = {"intent": self.intents[number], "password": PASSWORD, "code": self.shows.now()}
        return lambda: hand.post(path, **fields).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        batches = [batch for batch, _ in subjects]
        return map(max, told_of(batches, self.event), signed(batches, self.move))


class ProductionRelease(Release):
    name = "production release of one batch by several people"
    house, role = "hengrui", Role.MANUFACTURER_RELEASE_PERSON
    move, event = "release_production", "batch.production-released"

    def subjects(self, world: World, rounds: int) -> list[UUID]:
        return complete_batches(world, rounds)


class MarketingRelease(Release):
    name = "marketing release of one batch by several people"
    house, role = "chengyue", Role.REGISTRANT_RELEASE_PERSON
    move, event = "release_marketing", "batch.marketing-released"

    def subjects(self, world: World, rounds: int) -> list[UUID]:
        return released_by_the_plant(world, rounds)


class OneIntent(Race):
    """One person, one session, one intent, sent several times at once."""

    name = "one signing intent sent several times"
    relieved = RELIEVED

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return complete_batches(world, rounds)

    def ready(self, world: World, stocked: Sequence[Any], parties: int) -> Sequence[Any]:
        sid, by = signed_in(world.person["hengrui/manufacturer-release-person"], world.org["hengrui"])
        meant = intents(by, Batch, stocked, "release_production")
        return [(batch, sid, intent) for batch, intent in zip(stocked, meant, strict=True)]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        hand.sit(sid=subjects[0][1])

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        batch, _, intent = subject
        fields = {"intent": intent, "password": PASSWORD, "code": "000000"}
        return lambda: hand.post(f"/batches/{batch}/release-production", **fields).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        return signed([batch for batch, *_ in subjects], "release_production")


class SameSideSigns(Race):
    """Several representatives of the registrant sign one agreement that lies on the table."""

    name = "one agreement signed by one side several times"
    relieved = RELIEVED
    role = Role.MANAGEMENT_REPRESENTATIVE

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        people = colleagues(world, "chengyue", self.role, parties)
        return [(agreement, people) for agreement in offered_agreements(world, rounds)]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        sid, by = signed_in(subjects[0][1][hand.place], hand.world.org["chengyue"])
        hand.sit(sid=sid)
        self.intents = intents(by, Agreement, [each for each, _ in subjects], "registrant_signs")

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        path = f"/agreements/{subject[0]}/registrant-signs"
        fields = {"intent": self.intents[number], "password": PASSWORD, "code": "000000"}
        return lambda: hand.post(path, **fields).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        return told_of([each for each, _ in subjects], "agreement.signed")


class BothSidesSign(Race):
    """Registrant and manufacturer sign one agreement at once; whoever comes second reads it again and countersigns."""

    name = "one agreement signed by both sides at once"
    relieved = RELIEVED
    sizes = (2,)
    sides = ("registrant", "manufacturer")

    def winners(self, _parties: int) -> int:
        return 2

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return offered_agreements(world, rounds)

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        self.side, house = self.sides[hand.place], ("chengyue", "hengrui")[hand.place]
        person = hand.world.person[f"{house}/{Role.MANAGEMENT_REPRESENTATIVE}"]
        sid, self.by = signed_in(person, hand.world.org[house])
        hand.sit(sid=sid)
        self.intents = intents(self.by, Agreement, subjects, f"{self.side}_signs")

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        def _press() -> int:
            first = self._prove(hand, subject, "signs", self.intents[number])
            if first != 409:
                return first
            (again,) = intents(self.by, Agreement, [subject], f"{self.side}_countersigns")
            return self._prove(hand, subject, "countersigns", again)

        return _press

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        return told_of(subjects, "agreement.signed")

    def _prove(self, hand: Hand, agreement: UUID, how: str, intent: str) -> int:
        fields = {"intent": intent, "password": PASSWORD, "code": "000000"}
        status: int = hand.post(f"/agreements/{agreement}/{self.side}-{how}", **fields).status_code
        return status


class Activation(Race):
    """Several representatives activate one entrustment that both sides have reported."""

    name = "one entrustment activated by several people"
    relieved = RELIEVED
    role = Role.MANAGEMENT_REPRESENTATIVE

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        people = colleagues(world, "chengyue", self.role, parties)
        return [(each, people) for each in reported_entrustments(world, rounds)]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        sid, by = signed_in(subjects[0][1][hand.place], hand.world.org["chengyue"])
        hand.sit(sid=sid)
        self.intents = intents(by, Entrustment, [each for each, _ in subjects], "activate")

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        path = f"/entrustments/{subject[0]}/activate"
        fields = {"intent": self.intents[number], "password": PASSWORD, "code": "000000"}
        return lambda: hand.post(path, **fields).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        return told_of([each for each, _ in subjects], "entrustment.activated")
