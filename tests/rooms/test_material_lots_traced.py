"""What the graph of making is told of a lot that is received."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import session, today, unit_of_work
from portal.founding import Operator
from portal.lineage.numbering import addresses
from portal.lineage.receiving import bring_in, supplier_lot_code
from portal.records.lineage import Node
from portal.records.material_lot import MaterialLot
from portal.rooms.material_lots import forms
from portal.tenancy import acting_for
from tests.breaking import without_keys
from tests.browsing import words
from tests.rooms.lot_desk import receipt
from tests.stage import sql, stored
from workflows.lineage import Thing

QUALITY, CLERK = "hengrui/manufacturer-quality-manager", "hengrui/plant-clerk"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def given(world):
    return receipt(world)


@pytest.fixture
def traced(seat, world):
    """The page on which the plant traces a lot, as words."""

    def _traced(code: str, kind: Thing = Thing.LOT) -> str:
        with acting_for(world.org["hengrui"]):
            found = session.scalars(select(Node.id).where(Node.kind == kind, Node.code == code)).one()
            where = addresses([found])[found]
        return words(seat(CLERK).get(f"/traces/{where}"))

    return _traced


def received(seat, given):
    answer = seat(CLERK).post("/material-lots/new", **given)
    assert answer.status_code == 302, words(answer)
    return answer.headers["Location"]


def left(number):
    """How much the graph says is there, in millionths, and in which unit."""
    asked = (
        "SELECT p.micro, p.unit FROM portion p JOIN node n ON n.id = p.node "
        "WHERE n.code = :code AND p.struck_by IS NULL"
    )
    return [tuple(each) for each in sql(asked, code=number)]


def test_a_lot_that_is_received_comes_from_its_suppliers_lot_in_the_unit_of_the_material(seat, given, traced):
    received(seat, given)

    assert "SP-001 · heat 4711" in traced("ML-2611-077")
    assert left("ML-2611-077") == [(250_000_000, "kg")]


def test_two_suppliers_may_call_their_lots_the_same(seat, given, world):
    received(seat, given)
    other = {"number": "ML-2611-078", "material": str(world.acid_material), "supplier": str(world.acid_supplier)}
    received(seat, given | other | {"unit": "kg", "made_on": today().isoformat()})

    found = {code for (code,) in sql("SELECT code FROM node WHERE kind = 1 AND code LIKE '%heat 4711'")}
    assert found == {"SP-001 · heat 4711", "SP-003 · heat 4711"}
    assert supplier_lot_code("A", "· B · C") != supplier_lot_code("A ·", "B · C")


def test_two_deliveries_of_one_heat_are_two_lots_of_it(seat, given, traced):
    received(seat, given)
    received(seat, given | {"number": "ML-2611-078"})

    page = traced("SP-001 · heat 4711", Thing.SUPPLIER_LOT)
    assert ("ML-2611-077" in page, "ML-2611-078" in page) == (True, True)


def test_an_amended_receipt_takes_the_place_of_what_was_told_before(seat, given, traced):
    at = received(seat, given)
    amended = {"supplier_lot": "heat 4712", "quantity": "120", "unit": "kg"}
    assert seat(CLERK).post(f"{at}/amend", **(given | amended)).status_code == 302

    page = traced("ML-2611-077")
    assert ("SP-001 · heat 4712" in page, "SP-001 · heat 4711" in page) == (True, False)
    assert left("ML-2611-077") == [(120_000_000, "kg")]
    assert "ML-2611-077" not in traced("SP-001 · heat 4711", Thing.SUPPLIER_LOT)


@ON_EITHER_ENGINE_THE_SAME
def test_what_the_graph_does_not_know_of_a_receipt_changes_without_it(seat, given):
    at = received(seat, given)
    before = sql("SELECT count(*) FROM recording")[0][0]
    assert seat(CLERK).post(f"{at}/amend", **(given | {"storage": "Q7"})).status_code == 302

    assert sql("SELECT count(*) FROM recording")[0][0] == before


@ON_EITHER_ENGINE_THE_SAME
def test_a_renumbered_lot_is_traced_under_its_new_number(seat, given, traced):
    at = received(seat, given)
    assert seat(CLERK).post(f"{at}/amend", **(given | {"number": "ML-2611-079"})).status_code == 302

    assert "SP-001 · heat 4711" in traced("ML-2611-079")
    again = seat(CLERK).post("/material-lots/new", **given)  # the old number stays that of this lot in the graph
    assert "Another lot bears this number." in words(again)


@ON_EITHER_ENGINE_THE_SAME
def test_a_lot_that_the_house_made_itself_keeps_its_number(seat, given):
    answer = seat(CLERK).post("/material-lots/new", **(given | {"number": "BL2610-1"}))

    assert answer.status_code == 422
    assert "Another lot bears this number." in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_more_than_the_graph_can_count_is_refused(seat, given, monkeypatch):
    """Of what is counted in milligrams a ship's load is too much."""
    monkeypatch.setattr(forms, "MOST", 249)
    answer = seat(CLERK).post("/material-lots/new", **given)

    assert answer.status_code == 422
    assert "So much of kg cannot be counted." in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_what_is_refused_is_not_told_either(seat, given, world):
    assert seat(QUALITY).post(f"/materials/{world.material}/retire", reason="No longer used.").status_code == 302
    before = sql("SELECT count(*) FROM node")[0][0]

    assert seat(CLERK).post("/material-lots/new", **given).status_code == 422
    assert sql("SELECT count(*) FROM node")[0][0] == before


def test_a_lot_from_before_is_told_of_when_it_is_first_used_and_once_only(world, traced):
    old = dict(sql("SELECT * FROM material_lot WHERE id = :id", id=stored(world.lot_accepted))[0]._mapping)
    old |= {
        "id": stored(world.org["qihe"]),
        "number": "ML-2001-001",
        "received_on": stored(today() - timedelta(days=9)),
    }
    without_keys(f"INSERT INTO material_lot ({', '.join(old)}) VALUES ({', '.join(f':{name}' for name in old)})", **old)
    by = Operator(world.person[CLERK], world.org["hengrui"], "恒锐")
    for _ in range(2):
        with acting_for(by.organisation_id, person_id=by.id), unit_of_work():
            bring_in(session.scalars(select(MaterialLot).where(MaterialLot.number == "ML-2001-001")).unique(), by=by)

    assert "SP-001 · 炉号 T26-0817" in traced("ML-2001-001")
    assert left("ML-2001-001") == [(120_000_000, "kg")]
