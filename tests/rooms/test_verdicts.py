"""Eligibility verdicts: listing, judging again, reading one, replaying it, answering its questions"""

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from portal import ledger
from portal.db import now, session, today
from portal.demo.hands import played_by
from portal.facts import show_again
from portal.records.entrustment import Answer, Verdict
from portal.records.evidence import ProductionLicence
from tests.browsing import words
from workflows.powers import Role

MANAGER = "chengyue/registrant-quality-manager"
PLANT_MANAGER = "hengrui/manufacturer-quality-manager"


@pytest.fixture
def listing(world):
    return f"/entrustments/{world.entrustment}/verdicts"


def verdicts(as_org, entrustment_id):
    with as_org("chengyue"):
        return session.scalars(
            select(Verdict).where(Verdict.entrustment_id == entrustment_id).order_by(Verdict.reached_at.desc())
        ).all()


@pytest.fixture
def verdict(world, as_org):
    return verdicts(as_org, world.entrustment)[0]


@pytest.mark.parametrize("who", [MANAGER, PLANT_MANAGER])
def test_either_side_judges_every_product_again(world, seat, as_org, listing, who):
    before = len(verdicts(as_org, world.entrustment))

    answer = seat(who).post(listing)

    found = verdicts(as_org, world.entrustment)
    assert answer.status_code in (302, 303)
    assert len(found) == before + 1
    assert (found[0].because, found[0].reached_on, found[0].favourable) == ("asked", today(), True)
    with as_org("chengyue"):
        assert ledger.entries(entrustment_id=world.entrustment, limit=1)[0].event == "verdict.reached"
    assert "Somebody asked for it." in words(seat(who).get(listing))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("hengrui/plant-clerk", 403),
        ("jiangsu/authority-inspector", 403),
        ("lantai/registrant-quality-manager", 404),
        ("qihe/management-representative", 404),
    ],
)
def test_nobody_else_judges(world, seat, as_org, listing, who, status):
    before = len(verdicts(as_org, world.entrustment))

    assert seat(who).post(listing, page="/entrustments").status_code == status
    assert len(verdicts(as_org, world.entrustment)) == before


def test_no_token_no_verdict(world, seat, listing):
    assert seat(MANAGER).client.post(listing).status_code == 400


def test_a_verdict_of_yesterday_is_outdated(world, seat, listing, verdict):
    with time_machine.travel(now() + timedelta(days=1)):
        manager = seat(MANAGER)

        assert "Outdated, judge again" in words(manager.get(listing))
        assert "It does not stand today" in words(manager.get(f"/verdicts/{verdict.id}"))


def test_a_licence_that_changes_at_home_is_judged_at_once(world, seat, as_org, listing, verdict):
    with played_by("hengrui", Role.MANUFACTURER_QUALITY_MANAGER, world.org) as by:
        licence = session.get_one(ProductionLicence, world.licence)
        licence.valid_until = today() - timedelta(days=1)
        ledger.write(licence, "production_licence.amended", by=by)
        show_again(licence, by=by)

    newest = verdicts(as_org, world.entrustment)[0]
    page = words(seat(MANAGER).get(f"/verdicts/{newest.id}"))
    assert (newest.because, newest.favourable) == ("licence.changed", False)
    assert "Not yet. 1 condition" in page
    assert "The manufacturer's production licence is valid on this day." in page
    assert "It does not stand today" in words(seat(MANAGER).get(f"/verdicts/{verdict.id}"))
    assert "May not be entrusted" in words(seat(PLANT_MANAGER).get(listing))


@pytest.mark.parametrize("who", [MANAGER, PLANT_MANAGER, "hengrui/plant-clerk"])
def test_a_verdict_reads_as_an_argument(world, seat, verdict, who):
    page = words(seat(who).get(f"/verdicts/{verdict.id}"))

    assert "Yes. 衡锐精密医疗器械（常州）有限公司 may be entrusted with 金属锁定接骨板 LP-3.5." in page
    for rule in ("P22-01", "P22-14", "licence-scope", "residents-settled", "certificate-remark"):
        assert rule in page
    assert "From the production licence, as the manufacturer shows it." in page
    assert "Same bytes" in page


def test_it_is_there_for_whoever_reads_chinese(world, seat, verdict):
    page = seat(MANAGER, "zh").get(f"/verdicts/{verdict.id}")

    assert page.status_code == 200
    assert "P22-01" in page.text


def test_an_authority_reads_it_and_leaves_an_entry(world, seat, as_org, verdict):
    assert seat("shanghai/authority-inspector").get(f"/verdicts/{verdict.id}").status_code == 200
    with as_org("hengrui"):
        assert ledger.entries(entrustment_id=world.entrustment, limit=1)[0].event == "verdict.read"


@pytest.mark.parametrize("page", ["", "/body.json", "?on=2020-01-01"])
@pytest.mark.parametrize("who", ["lantai/management-representative", "guangdong/authority-inspector"])
def test_whoever_takes_no_part_cannot_tell_that_it_exists(world, seat, verdict, who, page):
    somebody = seat(who)

    answer = somebody.get(f"/verdicts/{verdict.id}{page}")

    assert answer.status_code == 404
    assert answer.data == somebody.get(f"/verdicts/{uuid4()}{page}").data


def test_the_body_is_taken_byte_for_byte(world, seat, verdict):
    answer = seat(PLANT_MANAGER).get(f"/verdicts/{verdict.id}/body.json")

    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert hashlib.sha256(answer.data).hexdigest() == verdict.body_hash


def test_the_stored_day_replays_to_the_stored_bytes(world, seat, verdict):
    page = seat(MANAGER).get(f"/verdicts/{verdict.id}?on={verdict.reached_on}")

    assert page.text.count(verdict.body_hash) == 2
    assert "Same bytes" in page.text


def test_another_day_is_asked_by_the_catalogue_of_that_day(world, seat, verdict):
    page = words(seat(MANAGER).get(f"/verdicts/{verdict.id}?on=2022-04-30"))

    assert "This is a replay as of 2022-04-30, not a verdict on record." in page
    assert "P14-01" in page
    assert "P22-01" not in page
    assert "It is valid only from" in page


@pytest.mark.parametrize(
    ("on", "says"),
    [
        ("2022-02-30", "This is not a day"),
        ("yesterday", "This is not a day"),
        ("", "Give a day"),
        ("2001-01-01", "No prohibited catalogue is known for 2001-01-01"),
    ],
)
def test_a_day_that_cannot_be_replayed_is_refused_at_the_field(world, seat, verdict, on, says):
    answer = seat(MANAGER).get(f"/verdicts/{verdict.id}?on={on}")

    assert answer.status_code == 422
    assert says in words(answer)
    assert f'value="{on}"' in answer.text


def test_a_question_is_answered_and_the_product_judged_anew(world, seat, as_org, verdict):
    page = f"/verdicts/{verdict.id}?on=2020-01-01"

    answer = seat(MANAGER).post(
        f"/verdicts/{verdict.id}/answers",
        page=page,
        question="P14-03",
        answer="no",
        because="Section 2.1.",
        replayed_on="2020-01-01",
    )

    newest = verdicts(as_org, world.entrustment)[0]
    assert answer.status_code in (302, 303)
    assert answer.headers["Location"].endswith(f"/verdicts/{newest.id}?on=2020-01-01")
    assert newest.because == "answer.given"
    with as_org("hengrui"):
        given = session.scalars(select(Answer).where(Answer.entrustment_id == world.entrustment)).one()
        events = [each.event for each in ledger.entries(entrustment_id=world.entrustment, limit=2)]
    assert (given.question, given.answer, given.because) == ("P14-03", False, "Section 2.1.")
    assert events == ["verdict.reached", "answer.given"]
    assert "A person answered: no." in words(seat(PLANT_MANAGER).get(answer.headers["Location"]))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"question": "P14-03", "answer": "no", "because": " "}, "Say where the answer is written."),
        ({"question": "P14-03", "because": "Section 2.1."}, "Choose yes or no."),
        ({"question": "P22-01", "answer": "no", "because": "Section 2.1."}, "This is not a question"),
        ({"question": "P14-03", "because": "x", "replayed_on": "0001-01-01"}, "Choose yes or no."),
    ],
)
def test_half_an_answer_is_refused_and_what_was_typed_is_kept(world, seat, as_org, verdict, fields, says):
    given = {"replayed_on": "2020-01-01"} | fields

    answer = seat(MANAGER).post(f"/verdicts/{verdict.id}/answers", page=f"/verdicts/{verdict.id}", **given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert fields["because"].strip() in answer.text
    with as_org("chengyue"):
        assert session.scalars(select(Answer).where(Answer.entrustment_id == world.entrustment)).all() == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("hengrui/plant-clerk", 403), ("shanghai/authority-inspector", 403), ("lantai/registrant-quality-manager", 404)],
)
def test_nobody_else_answers(world, seat, as_org, verdict, who, status):
    fields = {"question": "P14-03", "answer": "no", "because": "Section 2.1."}

    assert seat(who).post(f"/verdicts/{verdict.id}/answers", page="/entrustments", **fields).status_code == status
    with as_org("chengyue"):
        assert session.scalars(select(Answer).where(Answer.entrustment_id == world.entrustment)).all() == []
