"""/trail, /trails and the trail of an entrustment: who reads the ledger, and what it says of itself."""

import hashlib
import json
import re

import pytest
from sqlalchemy import event as on

from portal import ledger
from portal.db import engines, new_id, reading
from portal.verifying import Trouble
from tests.breaking import break_in
from tests.browsing import words
from tests.stage import is_question, sql, stored

REGISTRANT, PLANT, RIVAL = "chengyue/registrant-quality-manager", "hengrui/plant-clerk", "lantai/resident-supervisor"
STRANGER, SHANGHAI, GUANGDONG = "qihe/plant-clerk", "shanghai/authority-inspector", "guangdong/authority-inspector"


@pytest.fixture
def trail(world):
    return f"/entrustments/{world.entrustment}/trail"


def events_of(as_org, house, **asked):
    with as_org(house), reading():
        return ledger.entries(**asked)


@pytest.mark.parametrize("who", [REGISTRANT, PLANT, SHANGHAI])
def test_whoever_takes_part_reads_the_trail_of_the_relation(seat, trail, who):
    page = seat(who).get(trail)

    assert page.status_code == 200
    assert "Released for marketing" in words(page)
    assert "Entrustment proposed" in words(seat(who).get(f"{trail}?after=0"))


@pytest.mark.parametrize("who", [RIVAL, STRANGER, GUANGDONG])
@pytest.mark.parametrize("page", ["", "/verify"])
def test_a_stranger_finds_nothing_there_as_if_it_did_not_exist(seat, trail, who, page):
    refused, missing = seat(who).get(f"{trail}{page}"), seat(who).get(f"/entrustments/{new_id()}/trail{page}")

    assert (refused.status_code, refused.data) == (404, missing.data)


def test_nobody_reads_it_without_signing_in(app, trail):
    assert app.test_client().get(trail).status_code == 302


def test_a_long_trail_is_read_page_by_page_and_nothing_is_lost(seat, as_org, world, trail):
    every = [each.seq for each in events_of(as_org, "chengyue", entrustment_id=world.entrustment)]
    reader, seen, address = seat(REGISTRANT), [], trail
    while address:
        page = reader.get(address)
        seen += [int(each) for each in re.findall(r"<span>No\. (\d+)</span>", page.text)]
        older = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = older and older.group(1).replace("&amp;", "&")

    assert seen == every
    assert seen == sorted(seen, reverse=True)


def test_newer_events_are_reached_again_from_an_older_page(seat, trail):
    page = seat(REGISTRANT).get(f"{trail}?after=1")

    assert re.findall(r"<span>No\. (\d+)</span>", page.text)[-1] == "2"
    assert 'rel="prev"' in page.text


def test_the_trail_can_be_narrowed_to_an_event_a_kind_or_one_record(seat, world, trail):
    reader = seat(REGISTRANT)

    assert {"Batch opened"} >= set(_what(reader.get(f"{trail}?event=batch.opened")))
    assert "Verdict" not in " ".join(_what(reader.get(f"{trail}?kind=batch")))
    one = reader.get(f"{trail}?record={world.batch['opened']}")
    assert _what(one)[-1] == "Batch opened"
    assert "Only what was done to one record." in words(one)


def test_what_nobody_would_ask_for_narrows_nothing_and_breaks_nothing(seat, trail):
    for question in ("before=x", "after=-1", "before=99999999999999999999", "record=nobody", "before=%D9%A3"):
        assert seat(REGISTRANT).get(f"{trail}?{question}").status_code == 200
    assert "Nothing in this trail is like that." in words(seat(REGISTRANT).get(f"{trail}?event=nothing.happened"))


def test_a_house_reads_its_own_books_and_no_one_elses(seat):
    page = words(seat(REGISTRANT).get("/trail"))

    assert "Product recorded" in page
    assert "Site recorded" not in page
    assert "Site recorded" in words(seat(PLANT).get("/trail"))


def test_names_and_addresses_of_people_are_not_repeated_in_the_trail(seat):
    assert "@chengyue.example" not in seat(REGISTRANT).get("/trail").text


def test_an_event_shows_its_body_and_that_its_seal_fits(seat, as_org, world):
    signed = events_of(as_org, "chengyue", entrustment_id=world.entrustment, events=("batch.marketing-released",))[0]
    page = seat(PLANT).get(f"/trails/{signed.id}")

    assert page.status_code == 200
    assert page.text.count(signed.hash) >= 3  # on record, recomputed, and in the title of its short form
    assert signed.previous_hash in page.text
    assert "The event is what was sealed" in words(page)
    assert "It follows the event before it" in words(page)
    assert "What was judged" in words(page)
    assert str(world.batch["marketing_released"]) in page.text


def test_the_first_event_of_a_chain_follows_nothing(seat, as_org, world):
    first = events_of(as_org, "chengyue", entrustment_id=world.entrustment)[-1]

    assert first.seq == 1
    assert "It follows the event before it" in words(seat(REGISTRANT).get(f"/trails/{first.id}"))


@pytest.mark.parametrize("who", [RIVAL, STRANGER, GUANGDONG])
def test_an_event_of_others_is_not_found(seat, as_org, world, who):
    common = events_of(as_org, "chengyue", entrustment_id=world.entrustment)[0]
    own = events_of(as_org, "chengyue")[0]

    for event in (common, own):
        refused, missing = seat(who).get(f"/trails/{event.id}"), seat(who).get(f"/trails/{new_id()}")
        assert (refused.status_code, refused.data) == (404, missing.data)


def test_the_partner_does_not_read_the_events_of_my_own_books(seat, as_org):
    own = events_of(as_org, "chengyue")[0]

    assert seat(REGISTRANT).get(f"/trails/{own.id}").status_code == 200
    assert seat(PLANT).get(f"/trails/{own.id}").status_code == 404


def test_an_honest_record_is_said_to_be_whole(seat, trail):
    assert "The record is whole" in words(seat(REGISTRANT).get(f"{trail}/verify"))


def test_a_changed_row_is_named_to_whoever_takes_part(seat, world, trail):
    break_in("batch")
    sql("UPDATE batch SET planned = planned + 1 WHERE id = :id", id=stored(world.batch["opened"]))
    page = words(seat(PLANT).get(f"{trail}/verify"))

    assert "The record is not whole" in page
    assert f"batch {world.batch['opened']}" in page
    assert str(Trouble.ROW_DIFFERS.value) in page


def test_what_is_wrong_with_others_is_not_told_here(seat, world, trail):
    break_in("batch")
    sql("UPDATE batch SET planned = planned + 1 WHERE id = :id", id=stored(world.rival_batch))

    assert "The record is whole" in words(seat(REGISTRANT).get(f"{trail}/verify"))


def test_a_changed_event_says_so_on_its_page_and_on_the_next_one(seat, as_org, world, trail):
    later, changed = events_of(as_org, "chengyue", entrustment_id=world.entrustment, limit=2)
    body = json.dumps({**changed.body, "reason": "another one"})
    forged = hashlib.sha256(b"event\0" + changed.previous_hash.encode() + b"\0" + body.encode()).hexdigest()
    break_in("ledger_event")
    sql("UPDATE ledger_event SET body = :body WHERE id = :id", body=body, id=stored(changed.id))

    assert "The event is not what was sealed" in words(seat(REGISTRANT).get(f"/trails/{changed.id}"))
    sql("UPDATE ledger_event SET hash = :hash WHERE id = :id", hash=forged, id=stored(changed.id))
    assert "The event is what was sealed" in words(seat(REGISTRANT).get(f"/trails/{changed.id}"))
    assert "It does not follow the event before it" in words(seat(REGISTRANT).get(f"/trails/{later.id}"))
    assert "The record is not whole" in words(seat(REGISTRANT).get(f"{trail}/verify"))


@pytest.mark.parametrize("page", ["", "/verify"])
def test_an_authority_that_reads_the_trail_leaves_one_event_in_it(seat, as_org, world, trail, page):
    before = events_of(as_org, "chengyue", entrustment_id=world.entrustment)
    seat(SHANGHAI).get(f"{trail}{page}")
    after = events_of(as_org, "chengyue", entrustment_id=world.entrustment)

    assert [each.event for each in after[: len(after) - len(before)]] == ["entrustment.read"]


def test_a_party_that_reads_the_trail_leaves_nothing(seat, as_org, world, trail):
    before = events_of(as_org, "chengyue", entrustment_id=world.entrustment)
    seat(PLANT).get(trail)

    assert events_of(as_org, "chengyue", entrustment_id=world.entrustment) == before


def test_the_trail_reads_in_chinese_as_well(seat, trail):
    assert 'lang="zh-CN"' in seat(REGISTRANT, "zh").get(trail).text


@pytest.mark.parametrize("page", ["", "/verify"])
def test_a_page_of_the_trail_takes_fewer_than_twelve_queries(seat, trail, page):
    reader, asked = seat(REGISTRANT), []
    reader.get(trail)

    def count(_connection, _cursor, statement, *_):
        asked.append(statement)

    for engine in (engines().reading, engines().writing):
        on.listen(engine, "before_cursor_execute", count)
    reader.get(f"{trail}{page}")

    tables = len(ledger.kept_records()) if page else 0  # verification reads every table once, as it must
    assert len([each for each in asked if is_question(each)]) < 12 + tables + 3


def _what(page):
    return [each.strip() for each in re.findall(r'<p class="event-what">([^<]*)</p>', page.text)]


def test_a_chinese_reader_sees_words_where_a_record_keeps_codes(seat, world):
    trail = f"/entrustments/{world.entrustment}/trail"
    reader = seat("chengyue/management-representative", language="zh")

    judged, shown = (words(reader.get(f"{trail}?event={event}")) for event in ("verdict.reached", "exhibit.presented"))

    assert "可以委托" in judged
    assert "favourable" not in judged
    assert ".presented" not in judged
    assert "第三类" in shown
    assert "江苏省" in shown
    assert "credit_check" not in shown
    assert "passed" not in shown
