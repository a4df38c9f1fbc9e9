"""/machines: the plant's equipment, what proves it, and that it goes into service only once it is proven."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session, today
from portal.records.equipment import Equipment, EquipmentProof
from tests.browsing import words
from tests.rooms.batch_desk import pdf
from tests.stage import sql, stored

QUALITY, CLERK = "hengrui/manufacturer-quality-manager", "hengrui/plant-clerk"
RELEASE, ELSEWHERE = "hengrui/manufacturer-release-person", "anhe/manufacturer-quality-manager"
PARTNER = "chengyue/registrant-quality-manager"
JIANGSU, SHANGHAI = "jiangsu/authority-inspector", "shanghai/authority-inspector"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
GIVEN = {
    "number": "EQ-077",
    "name": "喷砂机",
    "kind": "machine",
    "maker": "",
    "model": "",
    "place": "6号楼二层",
    "area": "",
    "operations": ["polishing"],
    "since_on": "2026-11-01",
    "needs_calibration": "y",
}


def proof(**given):
    done_on = today() - timedelta(days=3)
    return {
        "kind": "calibration",
        "done_on": done_on.isoformat(),
        "result": "passed",
        "due_on": (done_on + timedelta(days=365)).isoformat(),
        "done_by": "计量院",
        "certificate": "JL-2026-77",
        "remark": "",
        "file": pdf(),
    } | given


@pytest.fixture
def own(as_org):
    """What the plant's own books hold of a kind."""

    def _own(kind, **having):
        with as_org("hengrui"):
            found = session.scalars(select(kind).filter_by(**having).order_by(kind.id)).unique().all()
            session.close()
            return found

    return _own


def registered(seat, who=CLERK, **given):
    answer = seat(who).post("/machines/new", **(GIVEN | given))
    assert answer.status_code == 302, words(answer)
    return answer.headers["Location"]


def told(as_org, record_id):
    with as_org("hengrui"):
        events = [each.event for each in ledger.entries(subject_id=record_id)]
        session.close()
        return events


def test_equipment_is_registered_proven_and_put_into_service(seat, own, as_org):
    at = registered(seat)
    refused = seat(QUALITY).get(f"{at}/put-in-service")
    assert refused.status_code == 409
    assert "It needs no calibration, or the newest one passed and is in date." in words(refused)

    assert seat(CLERK).post(f"{at}/proofs", **proof()).status_code == 302
    assert seat(QUALITY).post(f"{at}/put-in-service").status_code == 302

    (found,) = own(Equipment, number="EQ-077")
    assert (found.state, found.operations, found.since_on.isoformat()) == ("in_service", ["polishing"], "2026-11-01")
    assert found.until_at is None
    assert told(as_org, found.id) == ["equipment.put-in-service", "equipment.registered"]
    assert "JL-2026-77" in words(seat(RELEASE).get(at))


@ON_EITHER_ENGINE_THE_SAME
def test_what_the_list_says_of_a_calibration_follows_the_day(seat, world):
    page = words(seat(CLERK).get("/machines"))
    for number in ("EQ-001", "EQ-005", "M-001"):
        assert number in page
    assert "overdue" not in page

    sql("DROP TRIGGER IF EXISTS equipment_proof_kept")
    late = {"day": stored(today() - timedelta(days=1)), "about": stored(world.steriliser)}
    sql("UPDATE equipment_proof SET due_on = :day WHERE equipment_id = :about AND kind = 'calibration'", **late)

    assert "overdue Calibration" in words(seat(CLERK).get(f"/machines/{world.steriliser}"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"number": ""}, "Give the number on its plate."),
        ({"number": "EQ-001"}, "Other equipment of the house has this number."),
        ({"name": ""}, "Name it."),
        ({"kind": ""}, "Choose what it is."),
        ({"place": ""}, "Say where it stands."),
        ({"operations": []}, "Choose at least one operation."),
        ({"operations": ["alchemy"]}, "is not a valid choice"),
        ({"kind": "instrument", "needs_calibration": ""}, "A measuring instrument has to be calibrated."),
        ({"since_on": "2099-01-01"}, "This day has not come yet."),
    ],
)
@ON_EITHER_ENGINE_THE_SAME
def test_an_entry_that_is_not_right_is_refused_with_its_reason(seat, own, given, says):
    typed = {name: value for name, value in (GIVEN | given).items() if value != ""}
    answer = seat(CLERK).post("/machines/new", **typed)

    assert answer.status_code == 422
    assert says in words(answer)
    assert own(Equipment, name=GIVEN["name"]) == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": ""}, "Choose the kind."),
        ({"done_on": "2099-01-01", "due_on": "2099-06-01"}, "This day has not come yet."),
        ({"due_on": ""}, "Give the day by which it is due again."),
        ({"kind": "pq", "due_on": ""}, "Give the day by which it is due again."),
        ({"due_on": "2020-01-01"}, "The last day does not come before the first."),
        ({"result": ""}, "Choose the result."),
        ({"done_by": ""}, "Say who did it."),
        ({"certificate": ""}, "Give the number, so that one can find it."),
        ({"file": (b"", "")}, "Choose the file that proves it."),
        ({"file": pdf("notes.exe", b"MZ nothing")}, "This kind of file is not accepted"),
    ],
)
@ON_EITHER_ENGINE_THE_SAME
def test_a_proof_that_is_not_right_is_refused_with_its_reason(seat, own, world, given, says):
    before = len(own(EquipmentProof))
    answer = seat(CLERK).post(f"/machines/{world.lathe}/proofs", **proof(**given))

    assert answer.status_code == 422
    assert says in words(answer)
    assert len(own(EquipmentProof)) == before


@ON_EITHER_ENGINE_THE_SAME
def test_an_installation_qualification_does_not_end(seat, own, world):
    at = f"/machines/{world.marker}"
    assert seat(CLERK).post(f"{at}/proofs", **proof(kind="iq", due_on="", certificate="IQ-1")).status_code == 302
    (found,) = own(EquipmentProof, certificate="IQ-1")
    assert (found.due_on, found.passed) == (None, True)
    assert "does not end" in words(seat(CLERK).get(at))


@ON_EITHER_ENGINE_THE_SAME
def test_a_calibration_that_failed_keeps_it_out_of_service(seat, world):
    at = f"/machines/{world.calliper}"
    assert seat(CLERK).post(f"{at}/proofs", **proof(result="failed", certificate="JL-BAD")).status_code == 302
    assert "not passed Calibration" in words(seat(CLERK).get(at))
    assert seat(CLERK).post(f"{at}/take-out", reason="Reads 0.04 mm too much.").status_code == 302
    assert seat(QUALITY).get(f"{at}/put-in-service").status_code == 409


@ON_EITHER_ENGINE_THE_SAME
def test_a_proof_entered_in_error_is_struck_out_and_counts_no_more(seat, own, as_org, world):
    at = f"/machines/{world.calliper}"
    (held,) = own(EquipmentProof, equipment_id=world.calliper)
    strike = f"/machine-proofs/{held.id}/strike"
    assert seat(CLERK).get(strike).status_code == 403
    assert seat(QUALITY).post(strike, reason="").status_code == 422

    assert seat(QUALITY).post(strike, reason="Of another calliper.").status_code == 302

    (found,) = own(EquipmentProof, id=held.id)
    assert (found.struck_on, found.struck_because) == (today(), "Of another calliper.")
    assert told(as_org, held.id)[0] == "equipment_proof.struck"
    page = words(seat(QUALITY).get(at))
    assert "missing Calibration" in page
    assert "Of another calliper." in page
    again = seat(QUALITY).get(strike)
    assert again.status_code == 409
    assert "It is not struck out already." in words(again)


@ON_EITHER_ENGINE_THE_SAME
def test_what_has_to_be_proven_is_amended_only_out_of_service(seat, own, world):
    at = f"/machines/{world.bath}"
    assert seat(CLERK).get(f"{at}/amend").status_code == 409
    assert seat(CLERK).post(f"{at}/take-out", reason="New lining.").status_code == 302
    page = seat(CLERK).get(f"{at}/amend")
    assert "since_on" not in page.text, "since when it is used is not rewritten"

    typed = GIVEN | {"number": "EQ-004", "name": "钝化槽二", "operations": ["passivation", "cleaning"]}
    answer = seat(CLERK).post(f"{at}/amend", **{name: value for name, value in typed.items() if name != "since_on"})

    assert answer.status_code == 302, words(answer)
    (found,) = own(Equipment, id=world.bath)
    assert (found.name, found.operations, found.needs_validation) == ("钝化槽二", ["passivation", "cleaning"], False)
    assert found.since_on < today()


@ON_EITHER_ENGINE_THE_SAME
def test_somebody_who_saw_an_older_version_is_told(seat, world):
    at = f"/machines/{world.marker}"
    answer = seat(CLERK).post(f"{at}/amend", **(GIVEN | {"seen_version": "0"}))
    assert answer.status_code == 409


@ON_EITHER_ENGINE_THE_SAME
def test_put_back_it_is_used_from_that_day_on_and_not_before(seat, own, world):
    at = f"/machines/{world.lathe}"
    (before,) = own(Equipment, id=world.lathe)
    week_ago = today() - timedelta(days=7)
    assert before.used_on(week_ago)

    assert seat(CLERK).post(f"{at}/take-out", reason="Spindle.").status_code == 302
    (out,) = own(Equipment, id=world.lathe)
    assert [out.used_on(day) for day in (week_ago, today(), today() + timedelta(days=1))] == [True, True, False]

    assert seat(QUALITY).post(f"{at}/put-in-service").status_code == 302
    (back,) = own(Equipment, id=world.lathe)
    assert [back.used_on(day) for day in (week_ago, today())] == [False, True]


@ON_EITHER_ENGINE_THE_SAME
def test_what_is_retired_stays_on_record_and_is_never_used_again(seat, own, world):
    at = f"/machines/{world.polisher}"
    assert seat(CLERK).get(f"{at}/retire").status_code == 403
    assert seat(QUALITY).post(f"{at}/retire", reason="Worn out.").status_code == 302
    (found,) = own(Equipment, id=world.polisher)
    assert (found.state, found.used_on(today() + timedelta(days=1))) == ("retired", False)
    for move in ("put-in-service", "take-out", "retire", "amend", "proofs"):
        assert seat(QUALITY).get(f"{at}/{move}").status_code == 409, move
    assert "EQ-002" not in words(seat(QUALITY).get("/machines"))
    assert "EQ-002" in words(seat(QUALITY).get("/machines?all=1"))


def test_it_is_the_plants_own_and_its_authoritys(seat, world):
    at = f"/machines/{world.lathe}"
    for who in (PARTNER, ELSEWHERE, SHANGHAI):
        assert seat(who).get(at).status_code == 404, who
    assert "EQ-001" not in words(seat(PARTNER).get("/machines"))
    seen = words(seat(JIANGSU).get(f"/machines/{world.steriliser}"))
    assert "EQ-005" in seen
    assert "What you can do next" not in seen
    assert seat(JIANGSU).get("/machines/new").status_code == 403


@ON_EITHER_ENGINE_THE_SAME
def test_without_the_token_of_the_page_nothing_is_written(seat, own):
    answer = seat(CLERK).client.post("/machines/new", data=GIVEN)
    assert answer.status_code == 400
    assert own(Equipment, number="EQ-077") == []


@ON_EITHER_ENGINE_THE_SAME
def test_a_calibration_that_ends_within_a_month_waits_for_the_plant_and_for_nobody_else(seat, world):
    due = today() + timedelta(days=20)
    page = re.sub(r"\s+", " ", words(seat(CLERK).get("/")))
    assert "Calibration of EQ-005 falls due again" in page
    assert f"{due:%d}" in page
    assert "Calibration of M-001" not in page
    for who in (PARTNER, RELEASE, ELSEWHERE.replace("anhe", "qihe")):
        assert "EQ-005 falls due" not in words(seat(who).get("/"))

    renewed = proof(certificate="JL-NEW")
    assert seat(CLERK).post(f"/machines/{world.steriliser}/proofs", **renewed).status_code == 302
    assert "Calibration of EQ-005" not in words(seat(CLERK).get("/"))
