"""Races for a record: a page gone stale, a number given twice, the head of the ledger, a draft begun twice."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from portal import ledger
from portal.db import new_id, session, today
from portal.demo.story import World
from portal.records.batch import Batch
from portal.tenancy import acting_for
from portal.web.once import _seal
from tests.races.arena import unique
from tests.races.entrusting import entrustments_without_agreements
from tests.races.race import WON, Hand, Press, Race
from tests.races.subjects import complete_batches, signed_in
from tests.stage import sql, stored
from workflows.powers import Role


class StalePages(Race):
    """Several clerks saw the same version of a batch and each writes another label version."""

    name = "one batch amended from stale pages"

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return complete_batches(world, rounds, state="opened")

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        sid, _ = signed_in(hand.world.person[f"hengrui/{Role.PLANT_CLERK}"], hand.world.org["hengrui"])
        hand.sit(sid=sid)

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        with acting_for(hand.world.org["hengrui"]):
            batch = session.get_one(Batch, subject)
            fields = {
                name: "" if (value := getattr(batch, name)) is None else str(value)
                for name in ("finished_on", "expires_on", "steps_done", "put_in", "passed", "scrapped", "sampled")
            }
            fields |= {"seen_version": str(batch.version), "udi_di": batch.udi_di or "", "instructions_version": "3"}
            session.rollback()
        fields |= {"label_version": f"hand {hand.place}", "reason": "The label was printed anew."}
        return lambda: hand.post(f"/batches/{subject}/edit", **fields).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        return [count - 1 if count else 0 for count in _versions(subjects)]


class OneNumber(Race):
    """Several clerks open a batch under one number."""

    name = "one batch number opened several times"
    refusals = frozenset({409, 422})

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return [unique("N-") for _ in range(rounds)]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        sid, _ = signed_in(hand.world.person[f"hengrui/{Role.PLANT_CLERK}"], hand.world.org["hengrui"])
        hand.sit(sid=sid)

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        fields = {
            "number": subject,
            "product_id": str(hand.world.product),
            "started_on": today().isoformat(),
            "expires_on": (today() + timedelta(days=900)).isoformat(),
            "planned": "1200",
            "stage": "commercial",
            "steps_planned": "17",
        }
        return lambda: hand.post(f"/entrustments/{hand.world.entrustment}/batches/open", **fields).status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        found = dict(sql("SELECT number, count(*) FROM batch GROUP BY 1"))
        return [int(found.get(number, 0)) for number in subjects]


class OneDraft(Race):
    """Both sides begin to draw up the same agreement."""

    name = "one agreement begun several times"

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return entrustments_without_agreements(world, rounds)

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        house, role = (
            ("hengrui", Role.MANUFACTURER_QUALITY_MANAGER)
            if hand.place % 2
            else ("chengyue", Role.REGISTRANT_QUALITY_MANAGER)
        )
        sid, _ = signed_in(hand.world.person[f"{house}/{role}"], hand.world.org[house])
        hand.sit(sid=sid)

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        return lambda: hand.post(f"/entrustments/{subject}/agreements", kind="quality").status_code

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        rows = sql("SELECT entrustment_id, count(*) FROM agreement GROUP BY 1")
        found = {UUID(str(about)): count for about, count in rows}
        return [int(found.get(each, 0)) for each in subjects]


class OneForm(Race):
    """One form, sent several times at once by one browser: everybody is led to the one thing it made."""

    name = "one form sent several times"

    def winners(self, parties: int) -> int:
        return parties

    def happens(self, _parties: int) -> int:
        return 1

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return complete_batches(world, rounds, state="opened")

    def ready(self, world: World, stocked: Sequence[Any], parties: int) -> Sequence[Any]:
        person = world.person[f"hengrui/{Role.PLANT_CLERK}"]
        sid, _ = signed_in(person, world.org["hengrui"])
        return [(batch, sid, str(_seal().dumps([str(new_id()), str(person)]))) for batch in stocked]

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        hand.sit(sid=subjects[0][1])

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        batch, _, once = subject
        fields = {"title": "Scratches", "description": "Seven plates with scratches.", "pieces": "7", "once": once}

        def _press() -> tuple[int, str]:
            answer = hand.post(f"/batches/{batch}/nonconformities/new", **fields)
            return answer.status_code, answer.headers.get("Location", "")

        return _press

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        rows = sql("SELECT batch_id, count(*) FROM nonconformity GROUP BY 1")
        found = {UUID(str(about)): int(count) for about, count in rows}
        return [found.get(batch, 0) for batch, *_ in subjects]


class LedgerHead(Race):
    """Everybody writes to one stream at once: all of them succeed, one after the other."""

    name = "head of one ledger stream"

    def winners(self, parties: int) -> int:
        return parties

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        return [None] * rounds

    def ready(self, world: World, stocked: Sequence[Any], parties: int) -> Sequence[Any]:
        self.before = _head(world.entrustment)
        return stocked

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        _, self.by = signed_in(hand.world.person[f"shanghai/{Role.AUTHORITY_INSPECTOR}"], hand.world.org["shanghai"])

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        def _press() -> int:
            entrustment = hand.world.entrustment
            with acting_for(hand.world.org["shanghai"], person_id=self.by.id, read_only=True):
                ledger.witness(
                    "entrustment.read",
                    by=self.by,
                    subject=("entrustment", entrustment),
                    entrustment_id=entrustment,
                    owner_id=hand.world.org["chengyue"],
                )
            return WON

        return _press

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        """How far the head came: each round is told its share, and the last what is left."""
        written = _head(world.entrustment) - self.before
        return [parties] * (len(subjects) - 1) + [written - parties * (len(subjects) - 1)]


def _head(entrustment_id: UUID) -> int:
    found = sql("SELECT head_seq FROM ledger_stream WHERE about_id = :id", id=stored(entrustment_id))
    return int(found[0][0])


def _versions(batches: Sequence[UUID]) -> list[int]:
    found = {UUID(str(each)): int(version) for each, version in sql("SELECT id, version FROM batch")}
    return [found[each] for each in batches]
