"""GET /traces, /traces/<id>, /traces/<id>/units.csv"""

import csv
import io
import re
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.db import session, today
from portal.demo.producing import BAR, HEAT, HOSPITALS, PIECES, SPARE_HEAT
from portal.lineage.numbering import addresses
from portal.records.lineage import Node
from portal.tenancy import acting_for
from tests.breaking import break_in
from tests.stage import sql, stored
from workflows.lineage import Thing

QUALITY, RIVAL = "chengyue/registrant-quality-manager", "lantai/registrant-quality-manager"
PLANT, INSPECTOR = "hengrui/plant-clerk", "shanghai/authority-inspector"


@pytest.fixture
def address(world):
    """Where a thing is traced, as the plant knows it."""

    def _address(kind: Thing, code: str) -> str:
        with acting_for(world.org["hengrui"]):
            found = session.scalars(select(Node.id).where(Node.kind == kind, Node.code == code)).one()
            return f"/traces/{addresses([found])[found]}"

    return _address


def lines(answer):
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_a_number_that_one_thing_bears_leads_straight_to_it(seat, address):
    answer = seat(PLANT).get(f"/traces?q={HEAT}")

    assert answer.status_code == 302
    assert answer.location.endswith(address(Thing.SUPPLIER_LOT, HEAT))


def test_a_number_that_nothing_bears_says_what_to_look_at(seat):
    answer = seat(PLANT).get("/traces?q=nothing-bears-this")

    assert answer.status_code == 200
    assert "Nothing that you may see bears nothing-bears-this" in answer.text


def test_a_unit_tells_its_lots_the_steps_it_went_through_and_who_has_it(seat, address):
    page = seat(QUALITY).get(address(Thing.UNIT, "B2611-040001")).text

    assert HEAT in page
    assert BAR in page
    assert "PG-02" in page
    assert "抛光" in page
    assert HOSPITALS[0] in page
    assert HOSPITALS[1] not in page


def test_a_lot_leads_to_every_piece_and_every_hospital(seat, address):
    where = address(Thing.SUPPLIER_LOT, HEAT)
    page, told = seat(PLANT).get(where).text, lines(seat(PLANT).get(f"{where}/units.csv"))

    assert f"{4 * PIECES} units downstream" in page
    assert len(told) == 4 * PIECES
    assert {each["consignee"] for each in told} == {*HOSPITALS, ""}
    assert {each["batch"] for each in told} == {"B2611-03", "B2611-04", "R2611-03", "R2611-04"}


@pytest.mark.parametrize(("who", "own", "others"), [(QUALITY, "B2611", "R2611"), (RIVAL, "R2611", "B2611")])
def test_of_two_rivals_on_one_heat_each_sees_its_own_side_only(seat, address, who, own, others):
    where = address(Thing.SUPPLIER_LOT, HEAT)
    page, told = seat(who).get(where), seat(who).get(f"{where}/units.csv")

    assert page.status_code == told.status_code == 200
    assert {each["batch"][:5] for each in lines(told)} == {own}
    assert own in page.text
    assert others not in page.text + told.text
    assert f"{len(lines(told))} units downstream" in page.text


def test_the_plant_alone_sees_what_went_into_nothing_of_anybodys(seat, address):
    where = address(Thing.SUPPLIER_LOT, SPARE_HEAT)

    assert seat(PLANT).get(where).status_code == 200
    for other in (QUALITY, RIVAL):
        assert seat(other).get(where).status_code == 404
        assert "Nothing that you may see bears" in seat(other).get(f"/traces?q={SPARE_HEAT}").text


def test_what_never_left_the_plant_leads_to_no_hospital(seat, address):
    page = seat(PLANT).get(address(Thing.BATCH, "B2611-03")).text

    assert f"{PIECES} units downstream" in page
    assert not any(each in page for each in HOSPITALS)


def test_a_box_tells_what_lies_in_it_and_what_that_was_made_of(seat, address):
    page = seat(QUALITY).get(address(Thing.PACKAGE, "B2611-04-X1")).text

    assert HEAT in page
    assert "6 units downstream" in page
    assert HOSPITALS[0] in page
    assert HOSPITALS[1] not in page


def test_a_hospital_has_what_was_sent_to_it(seat, address, world):
    with acting_for(world.org["chengyue"]):
        found = session.scalars(select(Node.id).where(Node.kind == Thing.PARTY, Node.code == HOSPITALS[0])).one()
        where = addresses([found])[found]

    page = seat(QUALITY).get(f"/traces/{where}").text

    assert f"{PIECES // 2} units downstream" in page
    assert HEAT in page
    assert "R2611" not in page


@pytest.mark.parametrize("who", [RIVAL, "qihe/registrant-quality-manager"])
@pytest.mark.parametrize("what", [(Thing.UNIT, "B2611-040001"), (Thing.BATCH, "B2611-04")])
def test_a_stranger_cannot_tell_that_it_exists(seat, address, who, what):
    assert seat(who).get(address(*what)).status_code == 404
    assert seat(who).get(f"{address(*what)}/units.csv").status_code == 404


def test_no_address_names_a_number_that_counts(seat, address):
    first, second = address(Thing.UNIT, "B2611-040001"), address(Thing.BATCH, "B2611-04")

    assert not re.fullmatch(r"/traces/0*[0-9]+", first)
    assert seat(PLANT).get("/traces/00000000-0000-0000-0000-000000000001").status_code == 404
    assert first != second


def test_the_look_of_an_authority_is_in_the_ledger_before_the_page(seat, address):
    before = sql("SELECT count(*) FROM ledger_event WHERE event = 'node.read'")[0][0]

    assert seat(INSPECTOR).get(address(Thing.BATCH, "B2611-04")).status_code == 200
    assert sql("SELECT count(*) FROM ledger_event WHERE event = 'node.read'")[0][0] == before + 1


def test_what_a_spreadsheet_would_run_is_told_as_text(seat, address, engine):
    without_guard = {"sqlite": "DROP TRIGGER node_no_update", "postgresql": "ALTER TABLE node DISABLE TRIGGER USER"}
    sql(without_guard[engine])
    sql("UPDATE node SET code = '=1+1' WHERE code = 'B2611-040001'")

    told = seat(QUALITY).get(f"{address(Thing.BATCH, 'B2611-04')}/units.csv")

    assert "'=1+1" in told.text


def test_the_trace_leads_to_the_record_of_a_lot_its_supplier_and_its_certificates(seat, address, world):
    file = sql("SELECT file_id FROM lot_certificate WHERE lot_id = :lot", lot=stored(world.lot_accepted))[0][0]
    for who in (PLANT, QUALITY, RIVAL, INSPECTOR):
        page = seat(who).get(address(Thing.SUPPLIER_LOT, HEAT)).text

        assert f"/material-lots/{world.lot_accepted}" in page
        assert f"/suppliers/{world.supplier}" in page
        assert f"/files/{UUID(str(file))}" in page
        assert "QC-2611-001" in page


@pytest.mark.parametrize(
    ("move", "says"), [("block", "Blocked"), ("recall", "Recalled by the supplier"), (None, "Expired")]
)
def test_a_lot_that_should_not_be_used_is_marked_where_it_stands(seat, address, world, move, says):
    where = address(Thing.UNIT, "B2611-040001")
    assert "is-held" not in seat(QUALITY).get(where).text

    if move:
        at = f"/material-lots/{world.lot_accepted}/{move}"
        assert seat("hengrui/manufacturer-quality-manager").post(at, reason="Mixed heat.").status_code == 302
    else:
        break_in("material_lot")
        sql("UPDATE material_lot SET expires_on = :day WHERE number = 'ML-2611-001'", day=stored(today()))
    for who in (PLANT, QUALITY, RIVAL):
        page = seat(who).get(where if who is not RIVAL else address(Thing.LOT, BAR)).text
        drawing, _, table = page.partition('class="lineage"')[2].partition("</svg>")
        assert "is-held" in drawing
        assert says in drawing
        assert says in table
