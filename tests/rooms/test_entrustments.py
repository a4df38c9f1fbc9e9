"""GET /entrustments, GET /entrustments/<id>, and the moves of an entrustment"""

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import event

from portal import ledger
from portal.db import engines, now, session
from portal.records.entrustment import Entrustment
from portal.web.paging import page_of
from tests.browsing import words
from tests.stage import is_question

MANAGER = "chengyue/registrant-quality-manager"
PLANT_MANAGER = "hengrui/manufacturer-quality-manager"
SHOWN_BY_THE_PLANT = ("site", "licence", "inspection", "credit_statement")


def state_of(as_org, entrustment_id):
    with as_org("chengyue"):
        return session.get(Entrustment, entrustment_id).state


def events_of(as_org, entrustment_id, house="chengyue"):
    with as_org(house):
        return [each.event for each in ledger.entries(entrustment_id=entrustment_id)]


def make_ready(world, seat):
    """Whatever the proposed entrustment still lacks: the plant shows its papers, the registrant plans residents."""
    plant = seat(PLANT_MANAGER)
    for name in SHOWN_BY_THE_PLANT:
        plant.post(f"/entrustments/{world.proposed}/exhibits", record=str(world.named[name]))
    seat(MANAGER).post(f"/entrustments/{world.proposed}/residents", planned="2")


@pytest.fixture
def counted(app):
    """How many statements a page costs."""
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    event.listen(engines().reading, "before_cursor_execute", note)
    return asked


def test_the_list_names_the_parties_the_products_and_the_next_move(world, seat):
    page = words(seat(MANAGER).get("/entrustments"))

    for expected in ("WT-2026-001", "澄岳", "衡锐", "金属锁定接骨板", "Active", "Confirm eligibility", "not yet:"):
        assert expected.replace("2026", str(now().year)) in page


def test_the_list_can_be_narrowed_to_one_state(world, seat):
    page = seat(MANAGER).get("/entrustments?state=proposed").text

    assert str(world.proposed) in page
    assert str(world.entrustment) not in page


def test_a_state_that_does_not_exist_narrows_nothing(world, seat):
    assert str(world.entrustment) in seat(MANAGER).get("/entrustments?state=%27;drop&endpoint=x&before=zz").text


def test_a_long_list_is_read_a_page_at_a_time(world, seat, monkeypatch):
    monkeypatch.setattr("portal.rooms.entrustments.routes.page_of", _pages_of_one)
    manager = seat(MANAGER)

    seen = [manager.get("/entrustments").text]
    while 'rel="next"' in seen[-1]:
        seen.append(manager.get(_link(seen[-1], "next")).text)

    assert len(seen) == 3
    assert str(world.proposed) in manager.get(_link(seen[-1], "prev")).text


def test_each_house_lists_only_its_own(world, seat):
    plant, rival, stranger = (
        seat(who).get("/entrustments").text
        for who in (PLANT_MANAGER, "lantai/management-representative", "qihe/management-representative")
    )

    assert str(world.entrustment) in plant
    assert str(world.rival_entrustment) in plant
    assert str(world.entrustment) not in rival
    assert str(world.entrustment) not in stranger


@pytest.mark.parametrize("who", [MANAGER, PLANT_MANAGER])
def test_both_sides_read_the_whole_relation(world, seat, who):
    page = words(seat(who).get(f"/entrustments/{world.entrustment}"))

    for expected in (
        "澄岳医疗科技（上海）有限公司",
        "衡锐精密医疗器械（常州）有限公司",
        "苏药监械生产许20240088号",
        "May be entrusted",
        "Quality agreement",
        "Entrustment agreement",
        "2 people planned",
        "Who sees this",
        "江苏省药品监管部门",
    ):
        assert expected in page


def test_the_page_is_there_for_whoever_reads_chinese(world, seat):
    page = seat(MANAGER, "zh").get(f"/entrustments/{world.entrustment}")

    assert page.status_code == 200
    assert "澄岳医疗科技（上海）有限公司" in page.text


@pytest.mark.parametrize(
    "who", ["lantai/registrant-quality-manager", "qihe/management-representative", "guangdong/authority-inspector"]
)
@pytest.mark.parametrize("page", ["", "/exhibits", "/reports", "/residents", "/verdicts"])
def test_whoever_takes_no_part_cannot_tell_that_it_exists(world, seat, who, page):
    somebody = seat(who)

    answer = somebody.get(f"/entrustments/{world.entrustment}{page}")
    missing = somebody.get(f"/entrustments/{uuid4()}{page}")

    assert (answer.status_code, missing.status_code) == (404, 404)
    assert answer.data == missing.data


def test_an_authority_reads_it_and_leaves_an_entry(world, seat, as_org):
    answer = seat("jiangsu/authority-inspector").get(f"/entrustments/{world.entrustment}")

    assert answer.status_code == 200
    assert events_of(as_org, world.entrustment)[0] == "entrustment.read"


def test_a_page_costs_the_same_whatever_it_shows(world, seat, counted):
    manager = seat(MANAGER)
    for path in ("/entrustments", f"/entrustments/{world.entrustment}", f"/entrustments/{world.entrustment}/verdicts"):
        counted.clear()
        manager.get(path)
        assert len([each for each in counted if is_question(each)]) < 14, path


def test_nobody_confirms_eligibility_while_something_is_missing(world, seat, as_org):
    answer = seat(MANAGER).post(f"/entrustments/{world.proposed}/find-eligible", page=f"/entrustments/{world.proposed}")

    assert answer.status_code == 409
    assert "The manufacturer has shown its site and its production licence." in words(answer)
    assert state_of(as_org, world.proposed) == "proposed"


def test_it_becomes_eligible_on_verdicts_of_today(world, seat, as_org):
    make_ready(world, seat)

    answer = seat(MANAGER).post(f"/entrustments/{world.proposed}/find-eligible")

    assert answer.status_code in (302, 303)
    assert state_of(as_org, world.proposed) == "eligible"
    assert events_of(as_org, world.proposed)[0] == "entrustment.found-eligible"


def test_a_verdict_of_yesterday_moves_nothing_until_it_is_judged_again(world, seat, as_org):
    make_ready(world, seat)
    with time_machine.travel(now() + timedelta(days=1)):
        manager = seat(MANAGER)
        path = f"/entrustments/{world.proposed}/find-eligible"
        refused = manager.post(path, page=f"/entrustments/{world.proposed}")
        hub = words(manager.get(f"/entrustments/{world.proposed}"))

        assert refused.status_code == 409
        assert "Every product has a favourable eligibility verdict of today." in words(refused)
        assert "Outdated, judge again" in hub
        assert state_of(as_org, world.proposed) == "proposed"

        manager.post(f"/entrustments/{world.proposed}/verdicts")
        assert manager.post(path).status_code in (302, 303)
    assert state_of(as_org, world.proposed) == "eligible"


def test_only_the_registrant_confirms_eligibility(world, seat, as_org):
    make_ready(world, seat)
    path = f"/entrustments/{world.proposed}/find-eligible"

    assert seat(PLANT_MANAGER).get(path).status_code == 409
    assert seat("hengrui/plant-clerk").get(path).status_code == 403
    assert seat("shanghai/authority-inspector").get(path).status_code == 403
    assert state_of(as_org, world.proposed) == "proposed"


def test_suspending_asks_why_and_happens_once(world, seat, as_org):
    path = f"/entrustments/{world.entrustment}/suspend"
    plant = seat(PLANT_MANAGER)

    assert plant.post(path).status_code == 422
    assert state_of(as_org, world.entrustment) == "active"
    assert plant.post(path, reason="Water in the clean room.").status_code in (302, 303)
    assert state_of(as_org, world.entrustment) == "suspended"
    assert plant.post(path, page=f"/entrustments/{world.entrustment}", reason="Again.").status_code == 409


def test_a_stale_page_suspends_nothing_and_keeps_the_reason(world, seat, as_org):
    answer = seat(MANAGER).post(f"/entrustments/{world.entrustment}/suspend", reason="Water.", seen_version="1")

    assert answer.status_code == 409
    assert "Water." in answer.text
    assert state_of(as_org, world.entrustment) == "active"


def test_it_does_not_end_while_a_batch_is_on_its_way(world, seat, as_org):
    answer = seat(MANAGER).sign(f"/entrustments/{world.entrustment}/end", "Moved.")

    assert answer.status_code == 409
    assert "No batch is still on its way" in words(answer)
    assert state_of(as_org, world.entrustment) == "active"


def test_the_wrong_password_ends_nothing(world, seat, as_org):
    answer = seat(MANAGER).sign(f"/entrustments/{world.proposed}/end", "Not needed.", password="wrong")

    assert answer.status_code == 422
    assert state_of(as_org, world.proposed) == "proposed"


def test_what_has_ended_takes_nothing_more(world, seat, as_org):
    manager = seat(MANAGER)
    hub = f"/entrustments/{world.proposed}"

    assert manager.sign(f"{hub}/end", "Not needed.").status_code in (302, 303)
    assert state_of(as_org, world.proposed) == "ended"
    assert events_of(as_org, world.proposed)[0] == "entrustment.ended"
    for path, fields in (("/exhibits", {}), ("/reports", {}), ("/residents", {"planned": "1"}), ("/verdicts", {})):
        assert manager.post(f"{hub}{path}", page=hub, **fields).status_code == 409


def test_no_token_no_move(world, seat, as_org):
    answer = seat(MANAGER).client.post(f"/entrustments/{world.entrustment}/suspend", data={"reason": "Water."})

    assert answer.status_code == 400
    assert state_of(as_org, world.entrustment) == "active"


def _pages_of_one(wanted, key):
    return page_of(wanted, key, size=1)


def _link(page, rel):
    return html.unescape(re.search(rf'rel="{rel}"\s+href="([^"]+)"', page).group(1))
