"""A year of two registrants at one plant: every duty met, late or breached as was written down by hand beforehand."""

from dataclasses import replace

import pytest

from portal.demo.clock import at
from portal.demo.year import reckoning
from portal.demo.year.telling import ENDS, live
from portal.settings import Environment
from tests.browsing import words
from tests.stage import set_stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture(scope="module")
def a_year(tmp_path_factory):
    return set_stage("sqlite", tmp_path_factory.mktemp("year"), live)


@pytest.fixture
def stage(a_year, engine):
    return a_year


def test_every_duty_of_the_year_ends_as_the_regulation_says(app, world):
    with app.app_context():
        assert reckoning.differences() == []
    assert {each.standing for each in reckoning.expected()} == {"owed", "met", "late", "breached"}
    assert {each.house for each in reckoning.expected()} == {"chengyue", "lantai", "hengrui"}


def test_an_expectation_that_is_a_day_off_is_found_out(app, world, monkeypatch):
    wanted = reckoning.expected()
    moved = {replace(each, last="2026-02-26") if each.last == "2026-02-25" else each: wanted[each] for each in wanted}
    monkeypatch.setattr(reckoning, "expected", lambda: moved)
    with app.app_context():
        told = reckoning.differences()

    assert [line.split(":")[0] for line in told] == ["expected", "found"]
    assert all("complaint-acknowledged" in line for line in told)


def test_whoever_held_no_audit_in_the_year_may_not_release_to_the_market_and_is_told_why(app, world, seat):
    with app.app_context(), at(ENDS):
        page = seat("lantai/registrant-release-person").get(f"/batches/{world.batch['unaudited']}/release-marketing")

    assert page.status_code == 409
    assert "QA-23" in words(page)


def test_the_clock_of_real_books_cannot_be_set(app, world, monkeypatch):
    real = replace(app.config["SETTINGS"], environment=Environment.PRODUCTION)
    monkeypatch.setitem(app.config, "SETTINGS", real)

    with app.app_context(), pytest.raises(RuntimeError, match="told at another time"), at("2026-01-01T09:00"):
        pass
