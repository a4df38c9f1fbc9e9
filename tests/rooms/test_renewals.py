"""What a house is told of the renewal of its own papers: on each of the calendar's days, once, and at home alone."""

from datetime import timedelta

import pytest

from agreements.clocks import months_after
from agreements.renewals import renewal_days
from portal.db import today
from portal.mailing import make_a_round
from tests.breaking import break_in
from tests.browsing import words
from tests.mailing_desk import Bag
from tests.rooms import batch_desk as desk
from tests.stage import sql, stored

KEEPERS = {"quality@hengrui.example", "representative@hengrui.example"}
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def watch(app, world):
    """A round of the worker, with the plant's licence or a certificate of the registrant valid until a day."""
    for table in ("notice_copy", "letter", "notice"):
        sql(f"DELETE FROM {table}")

    def _watch(until, paper="production_licence", house="hengrui"):
        break_in(paper)
        sql(
            f"UPDATE {paper} SET valid_until = :until WHERE owner_id = :house",
            until=stored(until),
            house=stored(world.org[house]),
        )
        bag = Bag()
        with app.app_context():
            make_a_round(bag)
        told = sql("SELECT detail, whom, urgent FROM notice WHERE kind = 'window' ORDER BY id")
        return [(detail, whom, bool(urgent)) for detail, whom, urgent in told], bag.letters

    return _watch


def ends_so_that(name, days_ago=0):
    """The last end of a licence whose day of that name has come by then: on a day of rest none comes."""
    wanted, until = today() - timedelta(days=days_ago), today()
    while {each.name: each.on for each in renewal_days("licence", until)}[name] <= wanted:
        until += timedelta(days=1)
    return until - timedelta(days=1)


def test_it_is_told_once_when_the_window_opens_to_whoever_keeps_the_papers(app, watch, seat, world):
    told, letters = watch(ends_so_that("opens"))
    with app.app_context():
        make_a_round(Bag())

    assert told == [("licence-opens", "evidence:keep", False)]
    assert sql("SELECT count(*) FROM notice WHERE kind = 'window'")[0][0] == 1
    assert {each["To"] for each in letters} >= KEEPERS
    page = seat(desk.PLANT_QUALITY).get("/notices")
    assert "Renewal of the production licence may be applied for" in words(page)
    assert f'href="/evidence/production-licences/{world.licence}"' in page.text
    for stranger in (desk.QUALITY, "lantai/registrant-quality-manager"):
        assert "licence" not in words(seat(stranger).get("/notices")).partition("New")[2].partition("Letters")[0]


@ON_SQLITE
def test_after_the_last_day_it_is_told_urgently(watch, seat):
    told, letters = watch(ends_so_that("closes", days_ago=7))

    assert told == [("licence-closed", "evidence:keep", True)]
    assert {each["To"] for each in letters if "紧急" in each["Subject"]} == KEEPERS
    assert "The time to apply for renewal of the production licence is over" in words(
        seat(desk.PLANT_QUALITY).get("/notices")
    )


@ON_SQLITE
def test_a_certificate_is_told_of_too_and_a_paper_renewed_leaves_nothing_to_do(watch, seat):
    until = months_after(today(), 6) - timedelta(days=7)
    told, _ = watch(until, "registration_certificate", "chengyue")
    before = words(seat(desk.QUALITY).get("/notices"))
    later, _ = watch(until + timedelta(days=2000), "registration_certificate", "chengyue")

    assert told == [("certificate-closed", "evidence:keep", True)] * 3, "once for each of the three it holds"
    assert "(done meanwhile)" not in before
    assert later == told
    assert "(done meanwhile)" in words(seat(desk.QUALITY).get("/notices"))


@ON_SQLITE
def test_a_paper_that_is_retired_or_has_ended_is_told_of_no_more(watch, world):
    break_in("production_licence")
    sql("UPDATE production_licence SET retired_on = :day", day=stored(today()))
    assert watch(ends_so_that("opens"))[0] == []

    sql("UPDATE production_licence SET retired_on = NULL")
    assert watch(today() - timedelta(days=1))[0] == []
