"""GET / and GET /find: what waits for me, what I wait for, and finding anything by its number."""

import re
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from portal import ledger
from portal.acting import start
from portal.db import engines, new_id, session, today, unit_of_work
from portal.facts import show_again
from portal.founding import Operator
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.records.evidence import CreditStatement, ProductionLicence, RegistrationCertificate
from portal.records.file import StoredFile
from portal.rooms.home.finding import NUMBERED
from portal.tenancy import acting_for
from tests.browsing import words
from tests.stage import sql, stored

RELEASES = "chengyue/registrant-release-person"
QUALITY = "chengyue/registrant-quality-manager"
PLANT = "hengrui/manufacturer-quality-manager"
PLANT_RELEASES = "hengrui/manufacturer-release-person"
STRANGER = "qihe/registrant-quality-manager"
FEWER_THAN = 24


def mine(browser):
    """The words of the list; the aside is cut off."""
    return words_of(browser.get("/").text.partition("<aside")[0])


def theirs(browser):
    return words_of(browser.get("/").text.partition("<aside")[2])


def words_of(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.partition("<main")[2] or text))


@pytest.fixture
def changed(world):
    """Change an own record as its page would, and show it again."""

    def _changed(house, kind, record_id, **values):
        with acting_for(world.org[house]), unit_of_work():
            record = session.get_one(kind, record_id)
            for name, value in values.items():
                setattr(record, name, value)
            by = Operator(new_id(), world.org[house], house)
            ledger.write(record, f"{kind.__tablename__}.amended", by=by)
            show_again(record, by=by)

    return _changed


@contextmanager
def counting():
    asked = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "PRAGMA")) and "set_config" not in statement:
            asked.append(statement)

    for engine in (engines().reading, engines().writing):
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        for engine in (engines().reading, engines().writing):
            event.remove(engine, "before_cursor_execute", note)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(app):
    assert app.test_client().get("/").location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("who", "what"),
    [
        ("hengrui/plant-clerk", "Declare the record complete: batch B2611-01"),
        (PLANT_RELEASES, "Production release: batch B2611-02"),
        (RELEASES, "Marketing release: batch B2611-03"),
        (QUALITY, "Confirm eligibility: entrustment WT-"),
    ],
)
def test_the_next_move_waits_for_whoever_can_make_it(seat, who, what):
    assert what in mine(seat(who))


def test_a_possible_move_leads_straight_to_its_page(seat, world):
    browser = seat(PLANT_RELEASES)
    door = f"/batches/{world.batch['recorded']}/release-production"

    assert f'href="{door}"' in browser.get("/").text
    assert browser.get(door).status_code == 200


def test_a_move_that_is_not_possible_yet_says_so_in_its_line_and_leads_to_the_record(seat, world):
    page = seat(RELEASES).get("/").text
    line = next(each for each in page.split("<tr") if "B2611-03" in each)

    assert re.search(r"Not yet: \d+ not met", words_of(line))
    assert f'href="/batches/{world.batch["production_released"]}"' in line
    assert "See what is missing" in line


def test_neither_going_back_nor_giving_up_waits_for_anybody(seat):
    page = mine(seat("chengyue/management-representative")) + mine(seat(PLANT_RELEASES))

    assert not re.search(r"\b(Reject|End|Suspend|Withdraw|Reopen)\b", page)


def test_what_is_the_other_partys_move_stands_beside(seat):
    page = theirs(seat(QUALITY))

    assert "Production release: batch B2611-02" in page
    assert "Marketing release: batch B2611-03" in theirs(seat(PLANT))


def test_a_proposed_entrustment_asks_the_manufacturer_for_site_and_licence(seat, world):
    assert "Show site and production licence" in mine(seat(PLANT))
    assert "Show site and production licence" in theirs(seat(QUALITY))


def test_a_rival_at_the_same_plant_sees_its_own_and_nothing_else(seat):
    page = words(seat("lantai/registrant-quality-manager").get("/"))

    assert "R2611-02" in page
    assert "B2611" not in page


def test_both_parties_and_the_number_stand_in_each_line(seat, world, as_org):
    with as_org("hengrui"):
        entrustment = session.get_one(Entrustment, world.entrustment)
        registrant, manufacturer, number = (
            entrustment.registrant.name,
            entrustment.manufacturer.name,
            entrustment.number,
        )
    line = next(each for each in seat(PLANT_RELEASES).get("/").text.split("<tr") if "B2611-02" in each)

    assert all(each in line for each in (registrant, manufacturer, number))


@pytest.mark.parametrize(
    ("ends_in", "says", "group"),
    [
        (20, "the window has closed", "Overdue"),
        (90, "Apply for renewal of production licence", "Later"),
        (-1, "has ended", "Overdue"),
    ],
)
def test_a_licence_is_renewed_in_its_window(seat, world, changed, ends_in, says, group):
    changed("hengrui", ProductionLicence, world.licence, valid_until=today() + timedelta(days=ends_in))

    page = mine(seat(PLANT))

    assert says in page
    assert group in page
    assert "SAMR Order 53 (2022), art. 17" in page
    assert says in theirs(seat(QUALITY))


def test_a_licence_shown_in_several_entrustments_stands_there_once(seat, world, changed):
    changed("hengrui", ProductionLicence, world.licence, valid_until=today() + timedelta(days=90))

    assert seat(PLANT).get("/").text.partition("<aside")[0].count('class="what" href="/evidence/') == 1


def test_a_certificate_is_renewed_six_months_before_it_ends(seat, world, changed):
    assert "renewal of registration certificate" not in mine(seat(QUALITY))
    changed("chengyue", RegistrationCertificate, world.certificate, valid_until=today() + timedelta(days=200))

    assert "Apply for renewal of registration certificate" in mine(seat(QUALITY))


def test_credit_evidence_is_asked_for_again_after_eleven_months(seat, world, changed):
    assert "File a new credit statement" not in mine(seat(PLANT))
    changed("hengrui", CreditStatement, world.credit_statement, stated_on=today() - timedelta(days=340))

    assert "File a new credit statement" in mine(seat(PLANT))


def test_an_outdated_verdict_is_due_today_for_whoever_decides(seat, world, changed):
    changed("hengrui", CreditStatement, world.credit_statement, stated_on=today() - timedelta(days=500))

    page = mine(seat(QUALITY))

    assert "See to the eligibility verdicts" in page
    assert "Today" in page


def test_an_authority_is_shown_the_way_to_its_own_view(seat):
    page = seat("shanghai/authority-inspector").get("/")

    assert "Inspection view" in words(page)
    assert "B2611" not in page.text


def test_an_administrator_for_whom_nothing_waits_is_told_so(seat):
    assert "Nothing waits for you." in mine(seat("chengyue/organisation-administrator"))


@pytest.mark.parametrize("who", [PLANT, QUALITY, "chengyue/management-representative"])
def test_the_page_costs_the_same_for_one_batch_and_for_twelve_more(seat, world, who):
    browser = seat(who)
    browser.get("/")
    with counting() as few:
        browser.get("/")
    with acting_for(world.org["hengrui"]), unit_of_work():
        for number in range(12):
            batch = Batch(
                id=new_id(),
                entrustment_id=world.entrustment,
                number=f"N-{number:02}",
                product_id=world.product,
                product_name="plate",
                started_on=today(),
                steps_planned=3,
                steps_done=0,
                planned=10,
            )
            start(batch, "batch.opened", actor=Operator(new_id(), world.org["hengrui"], "hengrui"))
    with counting() as many:
        page = browser.get("/")

    assert "N-11" in page.text
    assert len(many) == len(few) < FEWER_THAN, "\n\n".join(many)


def test_one_hit_leads_there_at_once(seat, world):
    browser = seat(QUALITY)

    assert browser.get("/find?q=B2611-02").location == f"/batches/{world.batch['recorded']}"
    assert browser.get("/find?q=b2611-02").location == f"/batches/{world.batch['recorded']}"


def test_several_hits_are_listed(seat):
    page = words(seat(QUALITY).get("/find?q=B2611"))

    assert all(f"B2611-{number:02}" in page for number in range(1, 5))
    assert "R2611" not in page


def test_a_number_that_two_registrants_use_leads_the_plant_to_both(seat, world, as_org):
    with as_org("hengrui"):
        number = session.get_one(Entrustment, world.entrustment).number

    page = seat(PLANT).get(f"/find?q={number}").text

    assert f"/entrustments/{world.entrustment}" in page
    assert f"/entrustments/{world.rival_entrustment}" in page


def test_the_partners_licence_is_found_where_it_is_shown(seat, world):
    page = seat(QUALITY).get("/find?q=苏药监械生产许20240088号").text

    assert f"/entrustments/{world.entrustment}" in page
    assert "/evidence/" not in page.partition("<main")[2]


def test_a_product_is_found_by_part_of_its_name_and_a_certificate_by_its_number(seat, world):
    assert f"/products/{world.product}" in seat(QUALITY).get("/find?q=锁定接骨板").text
    assert str(world.certificate) in seat(QUALITY).get("/find?q=国械注准20233130417").text


def test_a_file_is_found_by_the_beginning_of_its_hash(seat, world, as_org):
    with as_org("hengrui"):
        licence = session.get_one(ProductionLicence, world.licence)
        digest = session.get_one(StoredFile, licence.file_id).sha256
    browser = seat(PLANT)

    assert "/files/" in (browser.get(f"/find?q={digest[:12]}").location or browser.get(f"/find?q={digest[:12]}").text)
    assert "/files/" not in seat(STRANGER).get(f"/find?q={digest[:12]}").text.partition("<main")[2]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_every_numbered_record_is_found_by_its_number_and_by_words_of_its_title(seat, world):
    """The rival's books hold one of each kind; what they are called is taken from there."""
    browser = seat("lantai/registrant-quality-manager")
    for kind, title in NUMBERED.items():
        table = kind.__tablename__
        ask = f"SELECT id, number, {title.key} FROM {table} WHERE entrustment_id = :about ORDER BY id DESC LIMIT 1"
        found, number, called = sql(ask, about=stored(world.rival_entrustment))[0]
        record_id = str(UUID(str(found)))
        for wanted in (number, called.partition("\n")[0][1:]):
            answer = browser.get("/find", query_string={"q": wanted})
            assert record_id in (answer.location or answer.text), (table, wanted)
            assert record_id not in seat(STRANGER).get("/find", query_string={"q": wanted}).text, (table, wanted)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_finding_asks_once_for_each_kind_whatever_is_found(seat):
    browser = seat(QUALITY)
    with counting() as nothing:
        browser.get("/find?q=nothing-at-all")
    with counting() as much:
        browser.get("/find?q=锁定接骨板")

    assert len(much) == len(nothing), much


@pytest.mark.parametrize("wanted", ["B2611", "苏药监械生产许20240088号", "锁定接骨板", "NC-"])
def test_a_stranger_finds_nothing_not_even_a_count(seat, wanted):
    answer = seat(STRANGER).get(f"/find?q={wanted}")

    assert answer.status_code == 200
    assert f"Nothing that you may see was found for “{wanted}”." in words(answer)


@pytest.mark.parametrize("wanted", ["", "B", "%", "%%", "__", "B2611-0_", "\\"])
def test_signs_of_the_database_are_mere_letters(seat, wanted):
    answer = seat(QUALITY).get("/find", query_string={"q": wanted})

    assert answer.status_code == 200
    assert "B2611-01" not in answer.text
