"""/entrustments/<id>/device-identifiers and /device-identifiers/<id>: what a product is labelled with, by level."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.db import session, today
from portal.records.batch import Batch
from portal.records.trade_item import TradeItem, draw_key
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.stage import sql, stored
from workflows.releasing import UDI_IN_USE
from workflows.trade_item import TRADE_ITEM

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
OTHER, BOX, CARTON = "06901234567892", "16901234567899", "26901234567896"
MA = "MA.156.M0.100000.0ABC0010"


@pytest.fixture
def door(world):
    return f"/entrustments/{world.entrustment}/device-identifiers/new"


@pytest.fixture
def typed(world):
    plain = {"product_id": str(world.product), "agency": "gs1", "di": OTHER, "level": "unit", "holds": ""}
    return lambda **given: plain | {"holds_count": ""} | given


@pytest.fixture
def items(as_org, world):
    """The identifiers of the plate's entrustment, by what they are."""

    def _items():
        with desk.books(as_org):
            found = session.scalars(select(TradeItem).where(TradeItem.entrustment_id == world.entrustment)).unique()
            return {each.di: each for each in found}

    return _items


def test_the_registrant_enters_one_and_takes_it_into_use_with_the_receipt_of_the_upload(
    seat, as_org, door, typed, items, world
):
    answer = seat(desk.QUALITY).post(door, **typed())
    place = answer.headers["Location"]
    assert answer.status_code == 302
    assert (items()[OTHER].state, items()[OTHER].since) == ("entered", None)

    assert seat(desk.QUALITY).post(f"{place}/take-into-use", reason="").status_code == 422
    assert seat(desk.QUALITY).post(f"{place}/take-into-use", reason="Receipt 7 of today").status_code == 302

    assert (items()[OTHER].state, items()[OTHER].since) == ("in_use", today())
    assert desk.events_of(as_org, items()[OTHER]) == ["trade_item.taken-into-use", "trade_item.entered"]
    assert "Receipt 7 of today" in words(seat(desk.CLERK).get(place))
    assert OTHER in words(seat(desk.CLERK).get(f"/entrustments/{world.entrustment}/device-identifiers"))
    assert seat(desk.CLERK).get(f"/find?q={OTHER}").headers["Location"].endswith(place)


@SQLITE
def test_a_package_says_what_it_holds_and_waits_for_that_to_be_in_use(seat, door, typed, items, world):
    unit = items()[next(iter(items()))]
    seat(desk.QUALITY).post(door, **typed(di=OTHER))
    other = str(items()[OTHER].id)
    box = seat(desk.QUALITY).post(door, **typed(di=BOX, level="box", holds=other, holds_count="10"))
    place = box.headers["Location"]

    early = seat(desk.QUALITY).get(f"{place}/take-into-use")
    assert early.status_code == 409
    assert TRADE_ITEM.transition("take_into_use").checks[0].says in words(early)
    held = seat(desk.QUALITY).get(f"/device-identifiers/{other}/give-up")
    assert held.status_code == 409
    assert "Packages that hold it: 1." in words(held)
    assert (items()[BOX].holds_id, items()[BOX].holds_count) == (items()[OTHER].id, 10)
    assert unit.key != items()[BOX].key


@SQLITE
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"di": "06901234567893"}, "The last digit does not fit the others"),
        ({"di": "6901234567892"}, "put a 0 in front"),
        ({"di": ""}, "Give the device identifier"),
        ({"agency": "ma", "di": OTHER}, "no"),
        ({"agency": "ma", "di": MA + ".LA1"}, "or more than that"),
        ({"agency": "ahm", "di": OTHER}, "no"),
        ({"level": "box"}, "every package says what it holds"),
        ({"level": "box", "is_primary": "y"}, "identifier of its smallest sales unit"),
        ({"is_primary": "y"}, "goes by another identifier"),
        ({"holds": "unit", "holds_count": "2"}, "every package says what it holds"),
        ({"level": "box", "holds": "unit"}, "Say how many"),
        ({"level": "box", "holds": "unit", "holds_count": "0"}, "whole number"),
        ({"level": "box", "holds": "box", "holds_count": "2"}, "holds smaller ones"),
        ({"di": "own"}, "on record already"),
        ({"level": "crate"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_is_written(seat, door, typed, items, given, says):
    known = {each.level: each for each in items().values()}
    if given.get("holds"):
        given = given | {"holds": str(known[given["holds"]].id)}
    if given.get("di") == "own":
        given = given | {"di": known["unit"].di}

    answer = seat(desk.QUALITY).post(door, **typed(**given))

    assert answer.status_code == 422
    assert says in words(answer)
    assert len(items()) == 2


@SQLITE
@pytest.mark.parametrize(("agency", "di"), [("ma", MA), ("ahm", "AHM1234567890")])
def test_the_other_agencies_are_taken_as_far_as_is_known_how_they_write(seat, door, typed, items, agency, di):
    assert seat(desk.QUALITY).post(door, **typed(agency=agency, di=di)).status_code == 302
    assert items()[di].agency == agency


@SQLITE
def test_a_changed_identifier_is_a_new_record_beside_the_one_given_up(seat, door, typed, items):
    box = next(each for each in items().values() if each.level == "box")
    assert seat(desk.QUALITY).post(f"/device-identifiers/{box.id}/give-up", reason="New packaging").status_code == 302

    again = typed(di=box.di, level="box", holds=str(box.holds_id), holds_count="20")
    assert seat(desk.QUALITY).post(door, **again).status_code == 302
    rows = sql("SELECT state FROM trade_item WHERE di = :di ORDER BY id", di=box.di)
    assert [state for (state,) in rows] == ["given_up", "entered"]


@SQLITE
def test_only_the_registrant_enters_and_moves_one(seat, door, typed, items):
    unit = next(each for each in items().values() if each.level == "unit")

    assert seat(desk.PLANT_QUALITY).get(door).status_code == 403
    assert seat(desk.PLANT_QUALITY).get(f"/device-identifiers/{unit.id}/give-up").status_code == 409
    assert seat(desk.CLERK).get(f"/device-identifiers/{unit.id}").status_code == 200
    assert seat("lantai/registrant-quality-manager").get(f"/device-identifiers/{unit.id}").status_code == 404


def test_two_that_are_not_given_up_never_bear_one_identifier(as_org, world, items):
    """Behind the form the database refuses it too."""
    unit = next(each for each in items().values() if each.level == "unit")
    break_in("trade_item")
    row = dict(sql("SELECT * FROM trade_item WHERE id = :id", id=stored(unit.id))[0]._mapping)
    row |= {"id": stored(world.batch["opened"]), "key": draw_key(), "is_primary": False}

    with pytest.raises(IntegrityError):
        sql(f"INSERT INTO trade_item ({', '.join(row)}) VALUES ({', '.join(f':{each}' for each in row)})", **row)


@SQLITE
def test_a_batch_takes_the_identifier_in_use_and_waits_at_its_release_with_any_other(seat, as_org, world, items):
    unit = next(each for each in items().values() if each.level == "unit")
    batch = world.batch["production_released"]
    with desk.books(as_org):
        assert session.get_one(Batch, batch).udi_di == unit.di
    break_in("batch")
    sql("UPDATE batch SET udi_di = :other WHERE id = :id", other=OTHER, id=stored(batch))

    answer = seat(desk.RELEASE).get(f"/batches/{batch}/release-marketing")

    assert answer.status_code == 409
    assert desk.names(words(answer), UDI_IN_USE)
