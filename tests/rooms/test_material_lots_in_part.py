"""A lot of which some pieces are rejected on receipt: accepted in part, issued in part."""

import io

import pytest
from sqlalchemy import select

from portal.db import new_id, now, session, unit_of_work
from portal.founding import Operator
from portal.making.recording import put_on_record
from portal.records.material_lot import MaterialLot
from portal.tenancy import acting_for
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms.batch_desk import pdf
from tests.rooms.lot_desk import receipt
from tests.rooms.test_material_lots import CERTIFICATE, CLERK, ON_EITHER_ENGINE_THE_SAME, QUALITY, result
from tests.stage import sql, stored
from workflows.acts import Act, Item, Quantity
from workflows.lineage import Deed, Thing

NUMBER = "ML-2611-077"
SERIALS = "S001\nS002\nS003\nS004"


@pytest.fixture
def received(seat, world):
    """A lot of four pieces with its certificate and inspected, but for what a test finds of single pieces."""

    def _received(**given):
        break_in("material")
        sql("UPDATE material SET unit = '件' WHERE id = :id", id=stored(world.material))
        typed = receipt(world) | {"quantity": "4", "unit": "pcs", "serials": SERIALS} | given
        answer = seat(CLERK).post("/material-lots/new", **typed)
        assert answer.status_code == 302, words(answer)
        at = answer.headers["Location"]
        assert seat(CLERK).post(f"{at}/certificates", **CERTIFICATE, file=pdf()).status_code == 302
        for name, measured in (("化学成分与力学性能", "符合gb/t 13810"), ("直径", "12.01")):
            assert (
                seat(CLERK).post(f"{at}/results", **result(characteristic=name, measured=measured)).status_code == 302
            )
        return at

    return _received


@pytest.fixture
def issued(world):
    """Put so much of a lot, or a piece of it, into a step: the first thing that is wrong, in English."""

    def _issued(code, quantity=None):
        by = Operator(world.person[CLERK], world.org["hengrui"], "恒锐")
        item = Item(Thing.LOT, code)
        amounts = {item: Quantity(quantity, "件")} if quantity else {}
        made = Item(Thing.LOT, f"WIP-{new_id()}")
        act = Act(Deed.SPLIT, "row 7", now(), uses=(item,), makes=(made,), quantities=amounts, ref=str(new_id()))
        with acting_for(by.organisation_id, person_id=by.id), unit_of_work():
            found = put_on_record([act], entrustment_id=None, by=by)
        return [(each.place, str(each.says)) for each in found.faults]

    return _issued


def test_a_failing_piece_is_rejected_and_the_others_are_accepted_by_another_hand(seat, received, issued):
    at = received()
    found = result(characteristic="直径", measured="11.50", piece="S002")
    assert seat(CLERK).post(f"{at}/results", **found).status_code == 302
    assert "1, the first: 直径 · S002." in words(seat(QUALITY).get(f"{at}/accept"))
    assert seat(CLERK).post(f"{at}/pieces", numbers="S002", because="diameter 11.50").status_code == 302
    assert seat(QUALITY).get(f"{at}/accept").status_code == 409
    assert "S001, S003, S004" in words(seat(QUALITY).get(f"{at}/accept-part"))
    assert issued(f"{NUMBER} · S001") != []  # nobody has accepted it yet

    assert seat(QUALITY).sign(f"{at}/accept-part").status_code == 302

    page = words(seat(CLERK).get(at))
    assert ("Accepted in part" in page, "diameter 11.50" in page) == (True, True)
    assert issued(f"{NUMBER} · S002") == [
        ("row 7", f"Piece S002 of lot {NUMBER} was rejected on receipt: diameter 11.50")
    ]
    assert issued(f"{NUMBER} · S009") == [("row 7", f"Lot {NUMBER} has no piece S009.")]
    assert issued(NUMBER, "1")[0][1].startswith(f"The pieces of lot {NUMBER} bear serial numbers")
    assert issued(f"{NUMBER} · S001") == []
    assert issued(f"{NUMBER} · S001") == [("row 7", f"Of {NUMBER} · S001 0 件 are left, 1 are asked for.")]
    assert "S003, S004" in words(seat(CLERK).get(at))


def test_of_a_counted_lot_no_more_is_issued_than_was_accepted(seat, received, issued):
    at = received(serials="", quantity="100")
    assert seat(CLERK).post(f"{at}/pieces", count="101", because="bent").status_code == 422
    assert seat(CLERK).post(f"{at}/pieces", count="3", because="bent").status_code == 302
    assert seat(QUALITY).sign(f"{at}/accept-part").status_code == 302

    assert issued(NUMBER, "98") == [("row 7", f"Of {NUMBER} 97 件 are left, 98 are asked for.")]
    assert issued(NUMBER, "97") == []


@ON_EITHER_ENGINE_THE_SAME
def test_whoever_rejected_pieces_does_not_accept_the_rest_and_may_take_it_back(seat, received):
    at = received()
    assert seat(QUALITY).post(f"{at}/pieces", numbers="S002\nS003", because="bent").status_code == 302
    assert seat(QUALITY).sign(f"{at}/accept-part").status_code == 409
    assert seat(CLERK).post(f"{at}/restored", rejection="0", reason="Of another lot.").status_code == 302

    assert seat(QUALITY).get(f"{at}/accept").status_code == 200


@ON_EITHER_ENGINE_THE_SAME
def test_a_file_rejects_pieces_row_by_row_and_three_times_is_one_state(seat, received, as_org):
    at = received()
    sheet = "序列号,检验结果,不合格原因\nS001,合格,\nS002,不合格,划伤\nS077,不合格,划伤\nS003,NG,\n"

    for _ in range(3):
        answer = seat(CLERK).post(f"{at}/pieces", file=(io.BytesIO(sheet.encode("gb18030")), "pieces.csv"))
        page = words(answer)
        assert answer.status_code == 200, page
        assert ("The lot has no piece S077." in page, "Why is it rejected? Write the reason." in page) == (True, True)

    with as_org("hengrui"):
        lot = session.scalars(select(MaterialLot).where(MaterialLot.number == NUMBER)).unique().one()
        assert [(each.serials, each.reason, each.came_from) for each in lot.parts.rejections] == [
            (("S002",), "划伤", "3")
        ]
        session.close()


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("serials", "says"),
    [
        ("S1\nS2", "these are 2 numbers"),
        ("S1\nS1\nS2\nS3", "is told twice"),
        ("S1\nS 2\nS3\nS4", "is no serial number"),
    ],
)
def test_serial_numbers_that_cannot_be_are_refused(seat, world, serials, says):
    break_in("material")
    sql("UPDATE material SET unit = '件' WHERE id = :id", id=stored(world.material))
    answer = seat(CLERK).post(
        "/material-lots/new", **receipt(world) | {"quantity": "4", "unit": "pcs", "serials": serials}
    )

    assert answer.status_code == 422
    assert says in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_what_is_rejected_of_a_lot_has_a_label_of_its_own(seat, received):
    at = received()
    assert seat(CLERK).post(f"{at}/pieces", numbers="S002", because="diameter 11.50").status_code == 302
    assert seat(QUALITY).sign(f"{at}/accept-part").status_code == 302

    accepted, rejected = words(seat(CLERK).get(f"{at}/label")).split("Rejected on receipt")

    assert ("Accepted in part · may be issued to production" in accepted, "3 件" in accepted) == (True, True)
    assert ("not to be issued" in rejected, "S002 · diameter 11.50" in rejected) == (True, True)
