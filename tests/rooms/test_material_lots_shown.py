"""Upstream of what is mine is mine to see: a plant's lot before those whom it led to, and before all others."""

import re
from uuid import UUID

import pytest

from portal.db import reading, session
from portal.tenancy import acting_for
from tests.assurance.removing import without_the_wall_of
from tests.browsing import words
from tests.stage import sql, stored

REGISTRANT, RIVAL = "chengyue/registrant-quality-manager", "lantai/registrant-quality-manager"
STRANGER, PLANT = "qihe/registrant-quality-manager", "hengrui/plant-clerk"
SHANGHAI, JIANGSU = "shanghai/authority-inspector", "jiangsu/authority-inspector"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
OTHER_LOTS = ("lot_in_quarantine", "lot_rejected", "lot_expired", "lot_expiring")
# What a partner is not told: how much was bought, where it lies, how the supplier was evaluated.
WITHHELD = ("120 kg", "待验区 Q2", "资质、样品试用", "QA-SP-2026-01")


def certificate_of(lot):
    return sql("SELECT id, file_id FROM lot_certificate WHERE lot_id = :lot", lot=stored(lot))[0]


def file_of(lot):
    return f"/files/{UUID(str(certificate_of(lot)[1]))}"


def taken(about):
    asked = (
        "SELECT count(*) FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id "
        "WHERE e.event = 'stored_file.taken' AND s.about_id = :about"
    )
    return sql(asked, about=stored(about))[0][0]


@pytest.mark.parametrize("who", [REGISTRANT, RIVAL, SHANGHAI, JIANGSU])
def test_whoever_takes_part_in_what_a_lot_led_to_reads_it_with_its_certificates(seat, world, who):
    page = words(seat(who).get(f"/material-lots/{world.lot_accepted}"))

    for text in ("ML-2611-001", "炉号 T26-0817", "演示钛业", "RM-TI-012", "QC-2611-001", "12.01"):
        assert text in page, text


@pytest.mark.parametrize(("who", "own", "others"), [(REGISTRANT, "B2611", "R2611"), (RIVAL, "R2611", "B2611")])
def test_of_two_rivals_who_share_a_lot_each_is_told_of_its_own_batches_alone(seat, world, who, own, others):
    page = seat(who).get(f"/material-lots/{world.lot_accepted}")

    assert "is disclosed because it went into work that you take part in" in words(page)
    assert (f"{own}-03" in page.text, f"{own}-04" in page.text, others in page.text) == (True, True, False)
    for text in WITHHELD:
        assert text not in words(page)
    assert "What you can do next" not in page.text
    assert "History" not in page.text


def test_the_house_itself_is_told_of_all_of_it(seat, world):
    page = words(seat(PLANT).get(f"/material-lots/{world.lot_accepted}"))

    for text in ("B2611-03", "R2611-04", "120 kg", "待验区 Q2"):
        assert text in page


@pytest.mark.parametrize("lot", OTHER_LOTS)
def test_a_lot_that_led_to_nothing_of_theirs_is_not_there(seat, world, lot):
    nothing = seat(REGISTRANT).get(f"/material-lots/{world.org['qihe']}")
    for who in (REGISTRANT, RIVAL, SHANGHAI):
        answer = seat(who).get(f"/material-lots/{getattr(world, lot)}")
        assert answer.status_code == 404
        assert who is not REGISTRANT or answer.data == nothing.data
        if sql("SELECT count(*) FROM lot_certificate WHERE lot_id = :lot", lot=stored(getattr(world, lot)))[0][0]:
            assert seat(who).get(file_of(getattr(world, lot))).status_code == 404


def test_a_stranger_finds_neither_the_lot_nor_its_material_its_supplier_or_its_certificate(seat, world):
    for at in ("material-lots", "materials", "suppliers"):
        record = {"material-lots": world.lot_accepted, "materials": world.material, "suppliers": world.supplier}[at]
        nothing = seat(STRANGER).get(f"/{at}/{world.org['qihe']}")
        answer = seat(STRANGER).get(f"/{at}/{record}")
        assert (answer.status_code, answer.data) == (404, nothing.data)
    assert seat(STRANGER).get(file_of(world.lot_accepted)).status_code == 404


@pytest.mark.parametrize("who", [REGISTRANT, RIVAL])
def test_material_and_supplier_of_the_lot_are_read_and_no_others(seat, world, who):
    assert "RM-TI-012" in words(seat(who).get(f"/materials/{world.material}"))
    page = words(seat(who).get(f"/suppliers/{world.supplier}"))
    assert "演示钛业" in page
    for text in WITHHELD:
        assert text not in page

    for record in (world.tyvek_material, world.acid_material):
        assert seat(who).get(f"/materials/{record}").status_code == 404
    for record in (world.tyvek_supplier, world.acid_supplier):
        assert seat(who).get(f"/suppliers/{record}").status_code == 404


@pytest.mark.parametrize(
    ("who", "place"), [(REGISTRANT, "entrustment"), (RIVAL, "rival_entrustment"), (SHANGHAI, "entrustment")]
)
def test_a_certificate_is_taken_by_whoever_sees_the_lot_and_their_common_ledger_says_so(seat, world, who, place):
    of_plant, here = taken(world.org["hengrui"]), taken(getattr(world, place))
    answer = seat(who).get(file_of(world.lot_accepted))

    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert (taken(getattr(world, place)), taken(world.org["hengrui"])) == (here + 1, of_plant)
    other = {"entrustment": "rival_entrustment"}.get(place, "entrustment")
    assert taken(getattr(world, other)) == 0


def test_an_authority_of_another_province_leaves_its_look_in_the_entrustment(seat, world):
    asked = (
        "SELECT count(*) FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id "
        "WHERE e.event = 'material_lot.read' AND s.about_id = :about"
    )
    assert seat(SHANGHAI).get(f"/material-lots/{world.lot_accepted}").status_code == 200

    assert sql(asked, about=stored(world.entrustment))[0][0] == 1
    assert sql(asked, about=stored(world.rival_entrustment))[0][0] == 0


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize("move", ["amend", "storage", "certificates", "block", "recall"])
def test_a_partner_reads_and_writes_nothing(seat, world, move):
    at = f"/material-lots/{world.lot_accepted}/{move}"

    assert seat(REGISTRANT).get(at).status_code == 404
    assert seat(REGISTRANT).post(at, reason="Ours now.").status_code == 404


@ON_EITHER_ENGINE_THE_SAME
def test_the_lists_of_a_partner_stay_its_own(seat, world):
    for path in ("/material-lots", "/materials", "/suppliers"):
        page = seat(RIVAL).get(path).text
        assert not re.search(r"ML-2611-001|RM-TI-012|SP-001", page)


@pytest.mark.negative_control
def test_without_the_wall_a_rival_would_see_every_lot(seat, world):
    """It is the database that is asked: the ORM's filter would stand in for it."""

    def seen():
        with acting_for(world.org["lantai"]), reading():
            found = session.connection().exec_driver_sql("SELECT number FROM material_lot")
            return sorted(number for (number,) in found)

    assert seen() == ["ML-2611-001"]
    with without_the_wall_of("material_lot"):
        assert len(seen()) > 5
