"""/inspection: what inspectors see, and that each look is told before it is shown."""

import re
from html import unescape

import pytest
from sqlalchemy import event as on
from sqlalchemy.exc import OperationalError

from agreements.sources import cite
from portal import ledger
from portal.db import Record, engines, new_id, today
from portal.demo.cast import HOUSES
from portal.demo.residing import grant_exception
from portal.records.moving import Moving
from portal.tenancy import Shared
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms.inspecting import GUANGDONG, JIANGSU, PARTIES, SHANGHAI, added, in_sight
from tests.stage import is_question, sql
from workflows.agreement_review import YEARLY
from workflows.auditing import YEARLY as AUDITED_YEARLY
from workflows.catalogue import LIFECYCLES
from workflows.defect_notice import STOP
from workflows.ending import END
from workflows.meeting import MEET
from workflows.restart import RESTART

# What the lens says of each kind of record, and the record on whose page a part of it stands.
NAMED = {
    "entrustment": "Inspection view of ",
    "agreement": "Quality agreement in force until ",
    "agreement_review": "Yearly review ",
    "meeting": "Meeting MT-",
    "ending": "Checklist of the end, planned for ",
    "batch": "Production released: ",
    "nonconformity": "1 nonconformity closed",
    "defect_notice": "Defect notices, ",
    "capa": "Corrective actions, ",
    "change": "Changes, ",
    "audit": "Audit of the quality system AU-",
    "audit_programme": "Audit programme of ",
    "posting": "Posted at the site today: ",
    "posting_exception": "Exception from posting, ",
    "daily_report": "Daily reports of residents, ",
    "hold_point": "Hold point of batch ",
    "transfer": "Design transfer DT-",
    "definition": "Definition V1 of ",
    "approved_source": "Source AS-",
    "trade_item": "Device identifier 0690",
}
WITHIN = {
    "label_run": "batch",
    "audit_finding": "audit",
    "capa_action": "capa",
    "ending_line": "ending",
    "transfer_gap": "transfer",
}


def test_the_plant_s_province_sees_it_across_the_pair(seat):
    page = words(seat(JIANGSU).get("/inspection"))

    assert "you see 3 entrustments" in page
    for house in ("hengrui", "chengyue", "lantai"):
        assert HOUSES[house].name in page
    assert HOUSES["qihe"].name not in page
    assert "art. 52" in page
    assert "art. 53" in page


def test_the_registrant_s_province_sees_its_registrant_only(seat):
    page = words(seat(SHANGHAI).get("/inspection"))

    assert HOUSES["chengyue"].name in page
    assert HOUSES["lantai"].name not in page
    assert "No site is shown" in page  # an entrustment that is only proposed counts as well


def test_the_lens_says_how_each_relation_stands(seat):
    page = words(seat(JIANGSU).get("/inspection"))

    for fact in (
        "Eligible today",
        "valid until",
        "Quality agreement in force until",
        "In production: 1",
        "Registrant, ",
    ):
        assert fact in page


def test_one_relation_is_laid_out_point_by_point_with_the_plant_s_list_first(seat, world):
    page = words(seat(JIANGSU).get(f"/inspection/{world.entrustment}"))

    assert page.index("art. 53") < page.index("art. 52")
    assert "Production licence 苏药监械生产许20240088号" in page
    assert "This portal keeps no record of it; ask the company." in page
    assert "An authority read the entrustment" in page


def test_the_registrant_s_province_reads_its_own_list_first(seat, world):
    page = words(seat(SHANGHAI).get(f"/inspection/{world.entrustment}"))

    assert page.index("Focus on the registrant") < page.index("Focus on the manufacturer")


def test_the_looks_of_another_authority_are_not_among_mine(seat, world):
    seat(SHANGHAI).get(f"/inspection/{world.entrustment}")
    looks = seat(JIANGSU).get(f"/inspection/{world.entrustment}").text.split('id="looks"')[1]

    assert HOUSES["jiangsu"].name in looks
    assert HOUSES["shanghai"].name not in looks


def test_another_province_finds_nothing_as_if_it_did_not_exist(seat, world):
    refused, missing = (seat(GUANGDONG).get(f"/inspection/{each}") for each in (world.entrustment, new_id()))

    assert (refused.status_code, refused.data) == (404, missing.data)
    assert HOUSES["hengrui"].name not in seat(GUANGDONG).get("/inspection").text


@pytest.mark.parametrize("who", PARTIES)
@pytest.mark.parametrize("path", ["", "/export.zip", "/{entrustment}"])
def test_nobody_but_an_authority_enters(seat, world, who, path):
    assert seat(who).get(f"/inspection{path.format(entrustment=world.entrustment)}").status_code == 403


@pytest.mark.parametrize("path", ["", "/export.zip"])
def test_an_authority_writes_nothing_here(seat, path):
    assert seat(JIANGSU).post(f"/inspection{path}", page="/inspection").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/inspection/{entrustment}",
        "/entrustments/{entrustment}",
        "/batches/{batch}",
        "/entrustments/{entrustment}/trail",
    ],
)
def test_a_look_at_a_record_leaves_exactly_one_event_and_only_there(seat, world, told, path):
    browser, before = seat(JIANGSU), told()
    page = browser.get(path.format(entrustment=world.entrustment, batch=world.batch["opened"]))

    assert page.status_code == 200
    new = added(before, told())
    assert new.keys() == in_sight(world, "entrustment")
    assert [len(events) for events in new.values()] == [1]


def test_a_look_through_the_lens_is_told_to_each_relation_it_shows(seat, world, told):
    browser, before = seat(JIANGSU), told()
    browser.get("/inspection")

    new = added(before, told())
    assert new.keys() == in_sight(world, "entrustment", "rival_entrustment", "eligible")
    assert set(map(tuple, new.values())) == {("entrustment.inspected",)}


def test_a_look_that_finds_nothing_is_told_nowhere(seat, world, told):
    browser, before = seat(GUANGDONG), told()
    browser.get(f"/inspection/{world.entrustment}")

    assert added(before, told()) == {}


@pytest.mark.parametrize(
    "path", ["/inspection", "/inspection/export.zip", "/inspection/{entrustment}", "/batches/{batch}"]
)
def test_a_look_that_cannot_be_told_is_not_shown(seat, world, told, monkeypatch, path):
    browser, address = seat(JIANGSU), path.format(entrustment=world.entrustment, batch=world.batch["opened"])
    before = told()

    def full(*_args, **_given):
        raise OperationalError("INSERT INTO ledger_event", {}, Exception("disk is full"))

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "witness", full)
        broken.setattr(ledger, "witness_each", full)
        refused = browser.get(address)
    assert refused.status_code == 503
    assert HOUSES["hengrui"].name not in refused.text
    assert added(before, told()) == {}
    assert browser.get(address).status_code == 200  # the negative control: it was only the ledger


def test_a_look_that_the_database_refuses_is_not_shown(seat, world, told):
    """With the real database: nobody can add to the ledger any more."""
    browser, address = seat(JIANGSU), f"/inspection/{world.entrustment}"
    if engines().writing.dialect.name == "sqlite":
        sql("CREATE TRIGGER full BEFORE INSERT ON ledger_event BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    else:
        sql("CREATE TRIGGER full_disk BEFORE INSERT ON ledger_event FOR EACH STATEMENT EXECUTE FUNCTION is_written()")
    assert browser.get(address).status_code == 503
    assert browser.get("/inspection/export.zip").status_code == 503
    break_in("ledger_event")
    assert browser.get(address).status_code == 200


def test_every_kind_of_record_that_the_pair_shares_is_named_by_the_lists(seat, world):
    """What an authority may read and nothing names is found by nobody who does not know of it."""
    kinds = [each.class_ for each in Record.registry.mappers if issubclass(each.class_, Moving)]
    shared = {each.lifecycle.subject for each in kinds if issubclass(each, Shared)}
    grant_exception(world.org, world.exception, "chengyue")
    pages = " ".join(
        words(seat(who).get(f"/inspection/{relation}"))
        for who, relation in ((JIANGSU, world.entrustment), (JIANGSU, world.rival_entrustment))
    )

    assert {each.lifecycle for each in kinds} == set(LIFECYCLES)
    assert NAMED.keys() | WITHIN.keys() == shared
    assert {kind for kind, said in NAMED.items() if said not in pages} == set()
    assert set(WITHIN.values()) <= NAMED.keys()


def test_each_record_stands_where_the_lists_ask_for_it_with_the_source_that_asks(seat, world):
    of_rival = words(seat(JIANGSU).get(f"/inspection/{world.rival_entrustment}"))
    of_strangers = words(seat(GUANGDONG).get(f"/inspection/{world.strange_entrustment}"))

    for text, source in (
        ("Defect notices, ", STOP),
        ("Yearly review ", YEARLY),
        ("Meeting MT-", MEET),
        ("Checklist of the end, planned for ", END[0]),
    ):
        assert cite(source, "en") in of_rival.split(text)[1][:200]
    assert f"Audit programme of {today().year}: Approved by the registrant {cite(AUDITED_YEARLY[0], 'en')}" in of_rival
    assert cite(RESTART[0], "en") in of_strangers.split("Restart of 金属髓内钉")[1][:200]
    assert "Trial concluded: 1" in of_strangers
    assert re.search(r"Internal audit of [^:]*: findings \d+, still open \d+", of_strangers)
    assert "No batch yet" not in of_strangers
    assert f"/restarts/{world.strange_restart}" in seat(GUANGDONG).get(f"/inspection/{world.strange_entrustment}").text


def test_what_a_house_keeps_for_itself_is_read_on_its_own_page_by_the_authority_of_its_province(seat, world):
    registrant, plant = (f"/inspection/houses/{world.org[house]}" for house in ("chengyue", "hengrui"))
    from_shanghai, from_jiangsu = (
        seat(who).get(f"/inspection/{world.entrustment}").text for who in (SHANGHAI, JIANGSU)
    )

    assert (registrant in from_shanghai, plant in from_shanghai) == (True, False)
    assert (registrant in from_jiangsu, plant in from_jiangsu) == (False, True)
    assert "Quarterly hearings of the management representative: in the house's own books" in unescape(from_shanghai)


@pytest.mark.parametrize("path", ["/inspection", "/inspection/{entrustment}"])
def test_a_page_of_the_lens_takes_fewer_than_fourteen_queries(seat, world, path):
    browser, asked = seat(JIANGSU), []
    browser.get("/inspection")

    def count(_connection, _cursor, statement, *_):
        asked.extend([statement] if is_question(statement) else [])

    on.listen(engines().reading, "before_cursor_execute", count)
    browser.get(path.format(entrustment=world.entrustment))

    assert len(asked) < 14, [each.split("FROM")[1][:40] for each in asked]


def test_the_lens_reads_in_chinese_in_the_words_of_the_order(seat, world):
    page = seat(SHANGHAI, "zh").get(f"/inspection/{world.entrustment}").text

    assert "产品的上市放行情况" in page
    assert "《医疗器械生产监督管理办法》第五十二条" in page
