"""GET /entrustments/<id>/shipments, packing, shipments/new, /whereabouts/<id>: what lies where, and who had it last."""

import re

import pytest

from agreements.udi import Agency, Identification, build, check_digit, sscc_problem
from portal.db import session, today
from portal.records.trade_item import TradeItem
from portal.tenancy import acting_for
from tests.browsing import words
from tests.stage import sql, stored

CLERK, QUALITY, RIVAL = (
    "hengrui/plant-clerk",
    "chengyue/registrant-quality-manager",
    "lantai/registrant-quality-manager",
)
SSCC = "106141412345678908"
HOSPITAL = "江苏示例医院"


@pytest.fixture
def hub(world):
    return f"/entrustments/{world.entrustment}/shipments"


@pytest.fixture
def packing(world):
    return f"/entrustments/{world.entrustment}/packing"


@pytest.fixture
def batch(world):
    return sql("SELECT number FROM batch WHERE id = :id", id=stored(world.batch["marketing_released"]))[0][0]


@pytest.fixture
def kept(world):
    """A batch that is released by the plant and not yet for marketing: its pieces never left."""
    return sql("SELECT number FROM batch WHERE id = :id", id=stored(world.batch["production_released"]))[0][0]


def pack(clerk, packing, *things, **given):
    return clerk.post(packing, deed="pack", things="\n".join(things), **given)


def whereabouts(browser, code):
    trace = browser.get("/traces", query_string={"q": code}).location
    return browser.get(trace.replace("/traces/", "/whereabouts/"))


def test_pieces_are_packed_and_the_package_tells_what_lies_in_it(seat, packing, hub, kept):
    clerk = seat(CLERK)
    answer = pack(clerk, packing, f"{kept}0001", f"{kept}0002", package=SSCC)

    assert answer.status_code == 302, words(answer)
    assert SSCC in clerk.get(hub).text
    page = whereabouts(clerk, SSCC)
    assert f"{kept}0001" in page.text
    assert "2 things" in words(page)
    assert SSCC in whereabouts(clerk, f"{kept}0001").text


def test_a_number_is_made_from_the_prefix_of_the_house_and_counts_up(seat, packing, kept):
    clerk = seat(CLERK)
    assert pack(clerk, packing, f"{kept}0001", prefix="6901234").status_code == 302
    assert pack(clerk, packing, f"{kept}0002", prefix="6901234").status_code == 302

    made = sorted(code for (code,) in sql("SELECT code FROM node WHERE kind = 6 AND code LIKE '06901234%'"))
    assert [sscc_problem(each) for each in made] == [None, None]
    assert [int(each[8:17]) for each in made] == [1, 2]
    assert all(check_digit(each[:-1]) == each[-1] for each in made)


def test_what_is_unpacked_lies_in_nothing_any_more(seat, packing, kept):
    clerk = seat(CLERK)
    pack(clerk, packing, f"{kept}0001", f"{kept}0002", package=SSCC)

    answer = clerk.post(packing, deed="unpack", things=f"{kept}0001", package=SSCC)

    assert answer.status_code == 302, words(answer)
    assert "1 thing" in words(whereabouts(clerk, SSCC))
    assert SSCC not in whereabouts(clerk, f"{kept}0001").text


def test_a_scanned_code_names_the_device(seat, packing, kept, world):
    with acting_for(world.org["hengrui"]):
        item = session.get_one(TradeItem, world.trade_item)
    code = build(Identification(Agency.GS1, di=item.di, lot=kept, serial="NEVERMADE"), today())

    answer = pack(seat(CLERK), packing, "]d2" + code, package=SSCC)

    assert answer.status_code == 422
    assert "There is no serial number NEVERMADE here." in words(answer)


@pytest.mark.parametrize(
    ("things", "package", "says"),
    [
        ("NEVERMADE", SSCC, "There is no serial number NEVERMADE here."),
        ("X\nX", SSCC, "Line 2: X stands in line 1 already."),
        ("(01)06901234567893(21)1", SSCC, "Line 1: The last digit of (01)"),
        ("(01)06901234567892(10)A", SSCC, "a serial number is missing"),
        ("X", "106141412345678900", "The last digit of (00) does not fit the others"),
        ("X", "", "Give the package's number, or a prefix"),
        ("", SSCC, "Name at least one device or package."),
    ],
)
def test_what_cannot_be_packed_is_said_with_its_line_and_nothing_is_written(seat, packing, things, package, says):
    before = sql("SELECT count(*) FROM recording")

    answer = pack(seat(CLERK), packing, *things.split("\n"), package=package)

    assert answer.status_code == 422
    assert says in words(answer)
    assert sql("SELECT count(*) FROM recording") == before


def test_a_box_does_not_lie_in_itself_and_a_piece_in_no_two(seat, packing, kept):
    clerk = seat(CLERK)
    pack(clerk, packing, f"{kept}0001", package=SSCC)

    assert "cannot lie in itself" in words(pack(clerk, packing, SSCC, package=SSCC))
    assert f"lies in {SSCC}: unpack it first" in words(pack(clerk, packing, f"{kept}0001", package="X-9"))


def test_goods_that_came_back_and_went_out_again_were_last_where_they_went(seat, hub, batch):
    clerk, box = seat(CLERK), f"{batch}-X1"
    assert HOSPITAL in words(whereabouts(clerk, f"{batch}0001"))
    for deed, party in (("arrive", HOSPITAL), ("return", HOSPITAL)):
        answer = clerk.post(f"{hub}/new", deed=deed, things=box, party=party)
        assert answer.status_code == 302, words(answer)

    page = words(whereabouts(seat(QUALITY), f"{batch}0001"))

    assert "The plant" in page
    assert "It came back from there." in page
    assert "typed on a page" in page
    assert "Told by" in page


def test_what_is_not_released_for_marketing_is_not_shipped(seat, hub, kept):
    answer = seat(CLERK).post(f"{hub}/new", deed="ship", things=f"{kept}0001", party=HOSPITAL)

    assert answer.status_code == 422
    assert f"Batch {kept} is not released for marketing" in words(answer)
    assert "Nothing was written." in words(answer)


def test_what_never_left_says_so_and_a_batch_counts_its_holders(seat, batch, kept):
    assert "It never left the plant" in words(whereabouts(seat(QUALITY), f"{kept}0001"))
    page = words(whereabouts(seat(QUALITY), batch))
    assert HOSPITAL in page
    assert re.search(r"\b12\b", page)


def test_the_registrant_reads_and_only_the_plant_tells(seat, hub, packing):
    reader = seat(QUALITY)

    assert reader.get(hub).status_code == 200
    assert "/packing" not in reader.get(hub).text
    assert reader.get(packing).status_code == 403
    assert reader.get(f"{hub}/new").status_code == 403


def test_a_rival_at_the_same_plant_sees_nothing_of_it(seat, hub, packing, batch):
    rival = seat(RIVAL)

    assert rival.get(hub).status_code == rival.get(packing.replace("packing", "shipments")).status_code == 404
    trace = seat(QUALITY).get("/traces", query_string={"q": f"{batch}-X1"}).location
    assert rival.get(trace.replace("/traces/", "/whereabouts/")).status_code == 404
