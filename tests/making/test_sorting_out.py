"""A piece that failed an inspection is neither packed nor shipped: GMP 2025 art. 104(4)."""

from datetime import timedelta

import pytest

from portal.db import now
from tests.breaking import break_in
from tests.stage import sql, stored
from workflows.acts import Act, Item, Value
from workflows.lineage import Deed, Thing

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
AT = now() - timedelta(hours=3)
GOOD, BAD = (Item(Thing.UNIT, each) for each in ("Q-1", "Q-2"))
BOX, CARTON = (Item(Thing.PACKAGE, each) for each in ("XB-1", "XC-1"))
HOSPITAL = Item(Thing.PARTY, "市第一医院")
TURNER = "车工甲（演示）"


@pytest.fixture
def acts(batch):
    """Acts about the batch in production, each a minute after the one before."""

    class Acts:
        minutes = 0

        def at(self):
            self.minutes += 1
            return AT + timedelta(minutes=self.minutes)

        def result(self, piece, value="合格", place="row 2"):
            values = (Value(f"{place}, D", "外观与标识", value, subject=piece),)
            return Act(Deed.INSPECT, place, self.at(), batch=batch("opened"), operator=TURNER, values=values)

        def rework(self, *pieces, place="row 3"):
            people = {"operator": "清洗工甲（演示）", "second": "清洗工乙（演示）"}
            of = {"batch": batch("opened"), "operation": "cleaning"}
            return Act(Deed.REWORK, place, self.at(), **of, **people, touches=pieces)

        def pack(self, *moves, into=BOX, place="row 9"):
            return Act(Deed.PACK, place, self.at(), package=into, moves=moves)

        def ship(self, *moves, place="row 10"):
            return Act(Deed.SHIP, place, self.at(), moves=moves, party=HOSPITAL)

    return Acts()


@pytest.fixture
def made(tell, batch):
    assert tell(Act(Deed.COMMISSION, "row 1", AT, batch=batch("opened"), makes=(GOOD, BAD))).written


def refused(outcome, place, piece):
    (fault,) = outcome.faults
    assert fault.place == place
    assert f"{piece.code} does not conform: 外观与标识" in str(fault.says)


def test_a_piece_that_failed_is_not_packed_and_its_sibling_is(tell, made, acts):
    tell(acts.result(BAD, "有划痕"), acts.result(GOOD, place="row 4"))

    refused(tell(acts.pack(GOOD, BAD)), "row 9", BAD)
    assert tell(acts.pack(GOOD)).written


@SQLITE
def test_a_second_result_alone_clears_nothing_and_one_after_a_rework_does(tell, made, acts):
    tell(acts.result(BAD, "有划痕"))
    tell(acts.result(BAD, place="row 5"))
    refused(tell(acts.pack(BAD)), "row 9", BAD)

    tell(acts.rework(BAD))
    refused(tell(acts.pack(BAD)), "row 9", BAD)
    assert tell(acts.result(BAD, place="row 6")).written

    assert tell(acts.pack(BAD)).written


@SQLITE
def test_what_one_file_tells_of_inspection_and_packing_is_judged_in_its_order(tell, made, acts):
    outcome = tell(acts.result(BAD, "有划痕"), acts.pack(BAD))
    refused(outcome, "row 9", BAD)
    assert outcome.written == ["row 2"]

    fresh = (acts.rework(BAD), acts.result(BAD, place="row 6"), acts.pack(BAD, place="row 12"))
    assert tell(*fresh).written == ["row 3", "row 6", "row 12"]


def test_what_failed_after_it_was_packed_is_not_shipped_in_whatever_box(tell, made, acts, world):
    break_in("batch")
    released = "UPDATE batch SET state = :to, marketing_released_at = :at, production_released_at = :at WHERE id = :id"
    tell(acts.pack(GOOD, BAD), acts.pack(BOX, into=CARTON, place="row 8"))
    tell(acts.result(BAD, "有划痕"))
    sql(released, to="marketing_released", at=str(AT), id=stored(world.batch["opened"]))

    refused(tell(acts.ship(CARTON)), "row 10", BAD)

    sql("UPDATE reading SET struck_by = 1 WHERE judgement = 3")
    assert tell(acts.ship(CARTON)).written


@SQLITE
def test_a_piece_passes_once_the_registrant_closed_a_nonconformity_that_names_it(tell, made, acts, world):
    tell(acts.result(BAD, "有划痕"))
    break_in("nonconformity")
    closed = (
        "UPDATE nonconformity SET batch_id = :batch, state = 'closed', disposition = :disposition, "
        "closed_at = :at, serial_numbers = :serials WHERE id = (SELECT min(id) FROM nonconformity)"
    )
    told = {"batch": stored(world.batch["opened"]), "at": str(acts.at()).replace("+00:00", "")}
    for disposition, serials in (("concession", '["Q-1"]'), ("scrap", '["Q-2"]')):
        sql(closed, **told, disposition=disposition, serials=serials)
        refused(tell(acts.pack(BAD)), "row 9", BAD)
    sql(closed, **told, disposition="concession", serials='["Q-2"]')
    assert tell(acts.pack(BAD)).written
