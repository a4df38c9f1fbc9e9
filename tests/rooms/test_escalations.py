"""A duty that nobody sees to: who is told of it, each once, and where the ledger says so."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from agreements.duty_rules import DUTY_RULES
from portal import ledger
from portal.db import now, session
from portal.demo.hands import played_by
from portal.mailing import make_a_round
from portal.records.duty import Duty
from portal.records.entrustment import Entrustment
from portal.rooms.duties.keeping import begin
from tests.breaking import break_in
from tests.browsing import words
from tests.mailing_desk import Bag
from tests.rooms import batch_desk as desk
from tests.stage import sql, stored
from workflows.engine import Side
from workflows.powers import Role

REPRESENTATIVE = "hengrui/management-representative"
RIVAL = "lantai/registrant-quality-manager"


@pytest.fixture
def duty(world):
    """The plant owes it since twenty days, and it is due in ten."""
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        rule = replace(DUTY_RULES["complaint-acknowledged"], owes="each")
        made = begin(
            session.get_one(Entrustment, world.entrustment),
            rule,
            happening="A plate broke.",
            at=now() - timedelta(days=20),
            until=None,
            side=Side.MANUFACTURER,
            by=by,
        )
        made.due_at = now() + timedelta(days=10)
        ledger.write(made, "duty.recounted", by=by)
        made_id = made.id
    sql("DELETE FROM notice_copy")
    sql("DELETE FROM notice")
    return made_id


@pytest.fixture
def watch(app, duty):
    """A round of the worker, with the duty due ``ago``; what was told of it since, as (step, whom)."""

    def _watch(ago):
        break_in("duty")
        sql("UPDATE duty SET due_at = :due WHERE id = :id", due=stored(now() - ago), id=stored(duty))
        bag = Bag()
        with app.app_context():
            make_a_round(bag)
        told = sql("SELECT detail, whom FROM notice WHERE about_id = :id ORDER BY id", id=stored(duty))
        return [tuple(each) for each in told], bag.letters

    return _watch


def test_first_whoever_owes_it_then_its_representative_then_the_other_side_then_the_legal_representative(
    watch, seat, world, told, duty
):
    before = told()
    assert watch(timedelta(days=-6))[0] == [("nears", "duty:keep")]
    sql("DELETE FROM notice_copy")
    sql("DELETE FROM notice")

    found, letters = watch(timedelta(days=4))

    assert sorted(found) == [
        ("late", "duty:keep"),
        ("late", "management-representative"),
        ("legal-representative", "legal-representative"),
        ("other-side", "duty:keep"),
    ]
    urgent = {each["To"] for each in letters if "紧急" in each["Subject"]}
    assert urgent == {
        "head@hengrui.example",
        "quality@hengrui.example",
        "representative@hengrui.example",
        "head@chengyue.example",
        "quality@chengyue.example",
        "representative@chengyue.example",
    }
    assert "Too late: " in words(seat(desk.PLANT_QUALITY).get("/notices"))
    assert "The other side is too late: " in words(seat(desk.QUALITY).get("/notices"))
    about = str(world.entrustment).replace("-", "")
    assert told()[about][len(before[about]) :] == ["duty.escalated"]
    assert "watch over deadlines" in words(seat(desk.QUALITY).get(f"/duties/{duty}"))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_rival_at_the_same_plant_hears_nothing(watch, seat, duty):
    watch(timedelta(days=4))

    assert str(duty) not in seat(RIVAL).get("/notices").text


@pytest.mark.parametrize("engine", ["sqlite"])
def test_each_step_is_told_once_and_again_only_for_another_day(app, watch, duty):
    first, _ = watch(timedelta(days=2))
    with app.app_context():
        make_a_round(Bag())
    assert len(sql("SELECT id FROM notice WHERE about_id = :id", id=stored(duty))) == len(first) == 3

    assert len(watch(timedelta(days=2, hours=1))[0]) == 2 * len(first)


def test_of_many_workers_one_tells_each_step(app, watch, world, duty):
    break_in("duty")
    sql("UPDATE duty SET due_at = :due WHERE id = :id", due=stored(now() - timedelta(days=4)), id=stored(duty))
    gate, failed = threading.Barrier(3), []

    def work():
        gate.wait()
        try:
            with app.app_context():
                make_a_round(Bag())
                make_a_round(Bag())
        except Exception as broken:  # noqa: BLE001  a thread's failure must reach the test
            failed.append(broken)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert failed == []
    assert len(sql("SELECT id FROM notice WHERE about_id = :id", id=stored(duty))) == 4
    assert len(sql("SELECT id FROM ledger_event WHERE event = 'duty.escalated'")) == 1


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_step_told_long_ago_stays_told_while_its_duty_is_open_and_is_cleared_away_with_it(app, watch, duty):
    def round_later():
        with app.app_context():
            make_a_round(Bag())
        return sql("SELECT id FROM notice WHERE about_id = :id ORDER BY id", id=stored(duty))

    watch(timedelta(days=4))
    sql("UPDATE notice SET at = :then", then=stored(now() - timedelta(days=91)))
    assert round_later() == round_later() != []

    sql("UPDATE duty SET met_at = :now WHERE id = :id", now=stored(now()), id=stored(duty))
    assert round_later() == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_a_house_owes_itself_is_told_at_home_alone_and_the_ledger_has_nothing_to_add(watch, seat, world, told):
    own, house = "entrustment_id IS NULL AND owner_id = :house", stored(world.org["hengrui"])
    (report,) = sql(f"SELECT id FROM duty WHERE {own} AND rule = 'self-inspection'", house=house)[0]
    break_in("duty")
    sql(
        "UPDATE duty SET started_at = :start, due_at = :due WHERE id = :id",
        start=stored(now() - timedelta(days=300)),
        due=stored(now() - timedelta(days=4)),
        id=report,
    )
    before = told()

    _, letters = watch(timedelta(days=-20))

    found = sql("SELECT detail, whom, for_id FROM notice WHERE about_id = :id ORDER BY id", id=report)
    assert [tuple(each) for each in found] == [
        ("late", "duty:keep", house),
        ("late", "management-representative", house),
        ("legal-representative", "legal-representative", house),
    ]
    assert {each["To"].partition("@")[2] for each in letters if "紧急" in each["Subject"]} == {"hengrui.example"}
    assert "Too late: File the yearly self-inspection report" in words(seat(REPRESENTATIVE).get("/notices"))
    assert told() == before


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_duty_that_is_met_is_told_of_no_more(watch, seat, world, duty):
    with played_by("hengrui", Role.MANUFACTURER_QUALITY_MANAGER, world.org) as by:
        met = session.get_one(Duty, duty)
        met.met_at = now()
        ledger.write(met, "duty.met", by=by)

    found, letters = watch(timedelta(days=4))

    assert found == []
    assert [each for each in letters if "紧急" in each["Subject"]] == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_legal_representative_is_a_person_of_the_house_who_reads(watch, seat, world, duty):
    break_in("person")
    person = stored(world.person[REPRESENTATIVE])
    sql("UPDATE person SET roles = '[\"legal-representative\"]' WHERE id = :id", id=person)

    _, letters = watch(timedelta(days=4))

    assert "Still not met: " in words(seat(REPRESENTATIVE).get("/notices"))
    assert [each["To"] for each in letters].count("representative@hengrui.example") == 1
    assert seat(REPRESENTATIVE).get(f"/duties/{duty}").status_code == 200
