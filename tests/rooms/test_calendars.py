"""GET /calendar and its feed: the days of what somebody may see, and not a day more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from agreements.duty_rules import DUTY_RULES
from portal import ledger
from portal.db import now, session, today
from portal.demo.hands import played_by
from portal.identity.sessions import hash_of
from portal.limits import FEED, spend
from portal.records.duty import Duty
from portal.records.entrustment import Entrustment
from portal.records.feed import CalendarFeed
from portal.rooms.duties.keeping import begin
from portal.tenancy import acting_for
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.rooms.test_home import counting
from tests.stage import sql, stored
from workflows.engine import Side
from workflows.powers import Role

RIVAL = "lantai/registrant-quality-manager"
LIST = "/calendar?view=list"
YEARS = [f"{LIST}&month={(today() + timedelta(days=88 * each)):%Y-%m}" for each in range(14)]


@pytest.fixture
def duty(world):
    """One that the plant owes, with a clock that counts hours, due today."""
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        rule = next(each for each in DUTY_RULES.values() if each.counts_hours)
        entrustment = session.get_one(Entrustment, world.entrustment)
        given = {"at": now() - timedelta(hours=1), "until": None, "side": Side.MANUFACTURER}
        made = begin(entrustment, replace(rule, owes="each"), happening="x", by=by, **given)
        return made.id


@pytest.fixture
def feed(seat, stranger):
    """What the calendar program of somebody is given; None where the address opens nothing."""

    def _feed(who, covers="all"):
        page = seat(who).post("/calendar/feed", covers=covers)
        assert page.status_code == 200
        address = page.text.partition('<code class="link-once">')[2].partition("</code>")[0].strip()
        path = "/calendar/feed/" + address.rpartition("/")[2]

        def _read():
            answer = stranger.get(path)
            return Calendar.from_ical(answer.data) if answer.status_code == 200 else None

        return _read

    return _feed


def days(calendar):
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_duties_audits_meetings_renewals_and_rosters_stand_on_their_days(seat, world):
    browser = seat(desk.QUALITY)
    everything = " ".join(words(browser.get(page)) for page in YEARS)

    for each in (
        "Audit AU-",
        "Meeting of the representatives MT-",
        "Resident: ",
        "Last day to apply for renewal of the production licence",
        "Last day to apply for renewal of the registration certificate",
        "Registration certificate ends",
    ):
        assert each in everything
    assert browser.get("/calendar").text.count('aria-current="date"') == 1


@pytest.mark.parametrize("engine", ["sqlite"])
def test_it_is_narrowed_by_kind_and_by_entrustment_and_turns_to_other_months(seat, world):
    browser = seat(desk.PLANT_QUALITY)
    audits = words(browser.get(f"{LIST}&kind=audit")).partition("Month after")[2]
    of_the_rival = words(browser.get(f"{LIST}&kind=audit&entrustment={world.rival_entrustment}"))
    page = browser.get("/calendar?month=2026-02&kind=audit")

    assert "Audit AU-" in audits
    assert "Resident" not in audits
    assert of_the_rival.count("Audit AU-") < audits.count("Audit AU-")
    assert "/calendar?month=2026-03&amp;kind=audit" in page.text
    assert "Nothing stands in these days." in words(browser.get("/calendar?month=1999-13&kind=window"))
    assert browser.get("/calendar?month=0001-01").status_code == 200
    assert browser.get("/calendar?month=9999-12&entrustment=x").status_code == 200


def test_a_rival_at_the_same_plant_sees_none_of_the_other_s_days(seat, world, duty):
    (number,) = sql("SELECT number FROM entrustment WHERE id = :id", id=stored(world.entrustment))[0]
    mine = words(seat(desk.QUALITY).get(LIST))
    rival = seat(RIVAL)
    theirs = "".join(rival.get(page).text for page in YEARS[:3])

    assert number in mine
    assert str(duty) not in theirs
    assert "澄岳" not in theirs


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_month_costs_the_same_however_much_stands_in_it(seat, world, duty):
    browser = seat(desk.QUALITY)
    browser.get("/calendar")
    with counting() as few:
        browser.get("/calendar")
    _many_duties(world)
    with counting() as many:
        browser.get("/calendar")

    assert len(many) == len(few) < 12


def _many_duties(world):
    break_in("duty")
    columns = [each.name for each in Duty.__table__.columns if each.name not in ("id", "about_id")]
    for number in range(12):
        sql(
            f"INSERT INTO duty (id, about_id, {', '.join(columns)}) SELECT :new, :new, {', '.join(columns)} "
            "FROM duty WHERE due_at IS NOT NULL ORDER BY id DESC LIMIT 1",
            new=f"{number:032x}",
        )


def test_a_program_reads_the_days_with_names_that_stay(feed, world, duty):
    read = feed(desk.PLANT_QUALITY)
    first, again = days(read()), days(read())

    event = first[f"{duty}@localhost"]
    assert event.decoded("dtstart").tzinfo is not None
    assert event["url"] == f"http://localhost/duties/{duty}"
    assert first == again
    audit = next(each for each in first.values() if "AU-" in str(each["summary"]))
    assert audit.decoded("dtend") > audit.decoded("dtstart")
    assert "澄岳" not in str(first), "names stay in the portal"
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        moved = session.get_one(Duty, duty)
        moved.due_at += timedelta(hours=5)
        ledger.write(moved, "duty.recounted", by=by)
    later = days(read())[f"{duty}@localhost"]
    assert later.decoded("dtstart") == event.decoded("dtstart") + timedelta(hours=5)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_it_speaks_the_person_s_language_and_holds_only_what_they_asked_for(feed, world, duty):
    assert any("审核" in str(each["summary"]) for each in days(feed(desk.PLANT_QUALITY)()).values())
    mine = days(feed(desk.QUALITY, "owed")())

    assert f"{duty}@localhost" not in mine, "the other side owes it"
    assert f"{duty}@localhost" in days(feed(desk.QUALITY)())


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("person", "UPDATE person SET deactivated_at = '2026-01-01 00:00:00.000000'"),
        ("person", "UPDATE person SET roles = '[]'"),
        ("calendar_feed", "UPDATE calendar_feed SET ended_at = '2026-01-01 00:00:00.000000'"),
    ],
    ids=["left", "without a role", "ended"],
)
def test_with_the_right_the_feed_ends_at_the_next_request(feed, table, change):
    read = feed(desk.PLANT_QUALITY)
    assert read() is not None
    break_in(table)

    sql(change)

    assert read() is None


def test_a_house_that_left_an_entrustment_has_none_of_its_days(feed, world, duty):
    read = feed(desk.PLANT_QUALITY)
    assert f"{duty}@localhost" in days(read())
    break_in("participation")

    sql(
        "UPDATE participation SET until = :day WHERE entrustment_id = :about",
        day=stored(today() - timedelta(days=1)),
        about=stored(world.entrustment),
    )

    assert f"{duty}@localhost" not in days(read())


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_new_address_ends_the_one_before_and_nobody_keeps_either(feed, seat, world):
    first, second = feed(desk.CLERK), feed(desk.CLERK)

    assert first() is None
    assert second() is not None
    with acting_for(world.org["hengrui"], person_id=world.person[desk.CLERK]):
        assert session.query(CalendarFeed).count() == 2
    with acting_for(world.org["hengrui"], person_id=world.person[desk.PLANT_QUALITY]):
        assert session.query(CalendarFeed).count() == 0, "a feed is its person's alone"
    assert seat(desk.CLERK).post("/calendar/feed", covers="end").status_code == 302
    assert second() is None
    assert [about for (about,) in sql("SELECT about FROM security_event WHERE event LIKE 'feed.%' ORDER BY at")] == [
        "all",
        "all",
        "",
    ]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_program_that_asks_too_often_is_told_to_wait(app, seat, stranger, world):
    page = seat(desk.CLERK).post("/calendar/feed", covers="all")
    address = page.text.partition('<code class="link-once">')[2].partition("</code>")[0].strip()
    token = address.rpartition("/")[2].removesuffix(".ics")
    with app.app_context():
        for _ in range(FEED.most - 1):
            spend(FEED, hash_of(token))

    answers = [stranger.get(f"/calendar/feed/{token}.ics").status_code for _ in range(2)]

    assert answers == [200, 429]
