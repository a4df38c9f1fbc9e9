"""GET /scan: one field that finds whatever a code or a number names, and shows what its reader may see."""

from datetime import date
from uuid import UUID

import pytest

from agreements.udi import Agency, Identification, build, build_link
from portal.db import now, session
from portal.demo.cast import HOUSES
from portal.demo.producing import HEAT
from portal.founding import Operator
from portal.lineage.recording import record
from portal.lineage.telling import Telling, Told
from portal.records.batch import Batch
from portal.records.trade_item import TradeItem
from portal.tenancy import acting_for
from tests.browsing import words
from tests.stage import sql, stored
from workflows.lineage import Deed, Thing
from workflows.powers import Role

QUALITY, RIVAL = "chengyue/registrant-quality-manager", "lantai/registrant-quality-manager"
PLANT, STRANGER = "hengrui/plant-clerk", "qihe/registrant-quality-manager"
ON, SSCC = date(2026, 11, 23), "106141412345678908"
GS = "\x1d"


@pytest.fixture
def item(world):
    with acting_for(world.org["hengrui"]):
        return session.get_one(TradeItem, world.trade_item)


@pytest.fixture
def made(world, item, operator):
    """A serialised piece of the batch that is on the market, in a package with its number."""
    with acting_for(world.org["hengrui"]):
        batch = session.get_one(Batch, world.batch["marketing_released"])
        telling = Telling(batch.entrustment_id)
        of = telling.thing(Thing.BATCH, batch.number, record_id=batch.id)
        pieces = telling.units(["SN0001", "SN0002"], item=item.key, batch=of)
        at = now()
        telling.deed(Told(Deed.COMMISSION, at, "1", uses=[of], makes=pieces, batch=of))
        telling.deed(Told(Deed.PACK, at, "2", package=telling.thing(Thing.PACKAGE, SSCC), moves=pieces))
        written = record(telling, by=operator)
        session.commit()
    return batch, written


@pytest.fixture
def operator(world):
    return Operator(world.person[f"hengrui/{Role.PLANT_CLERK}"], world.org["hengrui"], HOUSES["hengrui"].name)


def code_of(item, **more):
    return build(Identification(Agency.GS1, di=item.di, **more), ON)


def scan(browser, code):
    return browser.get("/scan", query_string={"q": code})


def place_of(answer):
    return answer.location.rsplit("/", 1)[-1]


@pytest.mark.parametrize("mark", ["", "]d2", "]Q3", "]C1"])
def test_the_code_of_a_device_leads_straight_to_it(seat, made, item, mark):
    batch, _ = made
    answer = scan(seat(QUALITY), mark + code_of(item, lot=batch.number, serial="SN0001"))

    assert answer.status_code == 302
    page = seat(QUALITY).get(answer.location)
    assert "/traces/" in answer.location
    assert "SN0001" in words(page)


@pytest.mark.parametrize("sign", ["\u241d", "{GS}"])
def test_a_scanner_may_send_a_sign_of_its_own_for_the_separator(seat, made, item, sign):
    batch, _ = made
    code = code_of(item, lot=batch.number, serial="SN0001")
    assert GS in code

    assert scan(seat(QUALITY), code.replace(GS, sign)).location == scan(seat(QUALITY), code).location


def test_print_and_link_and_scan_mean_the_same_device(seat, made, item):
    batch, _ = made
    told = Identification(Agency.GS1, di=item.di, lot=batch.number, serial="SN0002")
    printed = f"(01){item.di}(10){batch.number}(21)SN0002"

    ways = (printed, build(told, ON), build_link(told, "https://x", ON))

    found = {scan(seat(QUALITY), each).location for each in ways}

    assert len(found) == 1
    assert "/traces/" in found.pop()


def test_a_lost_separator_is_shown_as_everything_it_can_mean_and_never_decided(seat, made, item):
    batch, _ = made
    answer = scan(seat(QUALITY), code_of(item, lot=batch.number, serial="SN0001").replace(GS, ""))

    page = words(answer)
    assert answer.status_code == 200
    assert "A separator (FNC1) may be missing" in page
    assert f"(10){batch.number}(21)SN0001" in page
    assert f"(10){batch.number}21SN0001" in page


def test_a_code_that_contradicts_the_record_says_so_and_leads_nowhere_by_itself(seat, made, item):
    answer = scan(seat(QUALITY), code_of(item, lot="ANOTHER", serial="SN0001"))

    assert answer.status_code == 200
    assert f"The code says batch ANOTHER; on record this serial number is of batch {made[0].number}." in words(answer)


def test_an_unknown_serial_number_is_said_to_be_unknown_beside_its_batch_and_product(seat, made, item):
    page = scan(seat(QUALITY), code_of(item, lot=made[0].number, serial="SN9999"))

    assert "No single device with the serial number SN9999" in words(page)
    assert f"/batches/{made[0].id}" in page.text
    assert f"/device-identifiers/{item.id}" in page.text


def test_the_number_of_a_package_leads_to_what_lies_in_it(seat, made):
    for code in (f"00{SSCC}", f"(00){SSCC}", SSCC, f"]C100{SSCC}"):
        answer = scan(seat(QUALITY), code)
        assert answer.status_code == 302, code
        assert SSCC in seat(QUALITY).get(answer.location).text


def test_a_device_identifier_alone_leads_to_the_product_and_a_batch_to_its_record(seat, made, item):
    assert place_of(scan(seat(QUALITY), code_of(item))) == str(item.id)
    assert place_of(scan(seat(QUALITY), code_of(item, lot=made[0].number))) == str(made[0].id)


def test_serial_batch_and_lot_numbers_are_found_as_they_are_typed(seat, made):
    assert "/traces/" in scan(seat(PLANT), "SN0001").location
    assert place_of(scan(seat(PLANT), made[0].number)) == str(made[0].id)
    assert "/traces/" in scan(seat(PLANT), HEAT).location
    assert place_of(scan(seat(PLANT), "]C0" + made[0].number)) == str(made[0].id)


def test_our_own_record_numbers_are_looked_for_among_all_records(seat, world):
    answer = scan(seat(PLANT), "SP-001")

    assert answer.location.endswith("/find?q=SP-001")
    assert seat(PLANT).get(answer.location).location.endswith(str(world.supplier))
    assert scan(seat(PLANT), "ML-2611-002").location.endswith(str(world.lot_in_quarantine))


def test_a_code_that_cannot_be_read_says_where_and_why(seat):
    page = words(scan(seat(PLANT), "(01)06901234567893"))

    assert "The last digit of (01) does not fit the others" in page
    assert "Nothing that you may see is on record under this code." in page


def test_a_code_of_the_agency_ma_is_read_too(seat, world):
    assert "MA.156.M0.100000.0ABC0010" in words(scan(seat(PLANT), "MA.156.M0.100000.0ABC0010.LX1"))


@pytest.mark.parametrize("who", [RIVAL, STRANGER])
def test_whoever_takes_no_part_finds_nothing_not_even_the_product(seat, made, item, who):
    batch, _ = made
    for code in (code_of(item, lot=batch.number, serial="SN0001"), f"00{SSCC}", code_of(item)):
        answer = scan(seat(who), code)
        assert answer.status_code == 200
        main = answer.text.partition("<main")[2]
        assert str(item.id) not in main
        assert str(batch.id) not in main
        assert "/traces/" not in main


def test_a_stranger_gets_the_same_page_for_what_is_and_for_what_is_not(seat, made, item):
    codes = (code_of(item, serial=each) for each in ("SN0001", "SN7777"))
    known, unknown = (scan(seat(STRANGER), each).text.partition("<main")[2] for each in codes)

    assert known.replace("SN0001", "SN7777") == unknown


def test_the_trace_field_hands_a_code_on_to_be_read(seat, made, item):
    code = code_of(item, lot=made[0].number, serial="SN0001")

    handed = seat(QUALITY).get("/traces", query_string={"q": code})

    assert handed.status_code == 302
    assert seat(QUALITY).get(handed.location).location == scan(seat(QUALITY), code).location


def test_each_page_has_the_field_at_its_head_with_a_key_and_a_name(seat):
    head = seat(PLANT).get("/").text.partition("<main")[0]

    assert 'action="/scan"' in head
    assert 'accesskey="s"' in head
    assert "Find a record or scan a UDI" in head


def test_only_the_scan_page_may_look_through_the_camera(seat):
    page, other = seat(PLANT).get("/scan"), seat(PLANT).get("/traces")

    assert "camera=(self)" in page.headers["Permissions-Policy"]
    assert "'wasm-unsafe-eval'" in page.headers["Content-Security-Policy"]
    assert "camera=()" in other.headers["Permissions-Policy"]
    assert "wasm" not in other.headers["Content-Security-Policy"]


def test_a_device_of_another_product_with_the_same_serial_number_is_not_meant(seat, made, item, world):
    assert [row[0] for row in sql("SELECT item FROM node WHERE code = 'SN0001'")] == [item.key]
    other = sql("SELECT di FROM trade_item WHERE id <> :id AND agency = 'gs1'", id=stored(UUID(str(item.id))))
    assert other

    for (di,) in other:
        answer = scan(seat(QUALITY), build(Identification(Agency.GS1, di=di, serial="SN0001"), ON))
        assert answer.status_code == 200
        assert "/traces/" not in answer.text.partition("<main")[2]
