"""An authority looks while a case is open to the person who asks: not a day longer, and under nobody else's."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import reading, session, today
from portal.demo.cast import HOUSES
from portal.founding import enrol
from portal.granting import grant_access, withdraw_access
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.tenancy import acting_for
from tests.breaking import break_in
from tests.stage import sql, stored
from tests.walls.conftest import gates_open, without_the_orm
from workflows.powers import Role

INSPECTOR = Role.AUTHORITY_INSPECTOR
EMAIL = HOUSES["shanghai"].email(INSPECTOR)
DAY = timedelta(days=1)


@pytest.fixture
def seen(world):
    """How many entrustments and batches somebody finds: as many with the ORM's filter as by the database alone."""

    def _seen(house: str = "shanghai", person: str | None = None, *, read_only: bool = True) -> tuple[int, int]:
        who = world.person[person or f"{house}/{INSPECTOR}"] if person != "nobody" else None
        counts = set()
        for layers in (nullcontext, without_the_orm):
            with layers(), acting_for(world.org[house], person_id=who, read_only=read_only), reading():
                batches = session.scalars(select(Batch)).unique().all()
                counts.add((len(session.scalars(select(Entrustment)).all()), len(batches)))
        (both_alike,) = counts
        return both_alike

    return _seen


@pytest.fixture
def case_ends(app, world):
    """The one case of the inspector of Shanghai withdrawn, and another granted from a day to a day."""

    def _case_ends(since=None, until=None) -> None:
        number = sql("SELECT case_number FROM access_grant WHERE id = :id", id=stored(world.shanghai_case))[0][0]
        withdraw_access(world.org["shanghai"], EMAIL, number)
        if until is not None:
            grant_access(
                world.org["shanghai"], EMAIL, case_number="2", purpose="test", since=since, until=max(until, today())
            )
            break_in("access_grant")  # nobody is granted a case that is over
            sql("UPDATE access_grant SET until = :day WHERE case_number = '2'", day=stored(until))

    return _case_ends


def test_with_a_case_the_province_is_seen(seen):
    entrustments, batches = seen()
    assert entrustments > 0 < batches


def test_a_withdrawn_case_shows_nothing(seen, case_ends):
    case_ends()
    assert seen() == (0, 0)


def test_a_case_counts_on_its_first_and_on_its_last_day(seen, case_ends):
    case_ends(since=today(), until=today())
    assert seen() != (0, 0)


@pytest.mark.parametrize(
    ("since", "until"),
    [(-9, -1), (1, 9)],
    ids=["ended yesterday", "begins tomorrow"],
)
def test_outside_its_days_a_case_shows_nothing(seen, case_ends, since, until):
    case_ends(since=today() + since * DAY, until=today() + until * DAY)
    assert seen() == (0, 0)


def test_a_case_of_a_colleague_opens_nothing(app, seen, world):
    with app.app_context():
        world.person["shanghai/colleague"] = enrol(
            world.org["shanghai"],
            name="colleague",
            title="",
            email="colleague@shanghai.example",
            roles=(INSPECTOR,),
            language="en",
            password="opens nothing here",
        )
    assert seen(person="shanghai/colleague") == (0, 0)
    assert seen() != (0, 0)


def test_nobody_in_particular_sees_nothing(seen):
    assert seen(person="nobody") == (0, 0)


def test_whoever_forgets_to_say_that_they_only_look_needs_a_case_all_the_same(seen, case_ends):
    case_ends()
    assert seen(read_only=False) == (0, 0)


def test_a_case_of_another_authority_opens_nothing(seen, world, case_ends):
    """The person of one house in the name of another: no page asks like this, but the walls do not rely on it."""
    case_ends()
    assert seen(person=f"jiangsu/{INSPECTOR}") == (0, 0)


def test_the_parties_need_no_case(seen, case_ends):
    case_ends()
    assert seen("chengyue", "chengyue/registrant-quality-manager", read_only=False) != (0, 0)


@pytest.mark.negative_control
def test_without_the_walls_all_of_it_would_be_there(engine, world, case_ends, monkeypatch):
    case_ends()
    with gates_open(engine, monkeypatch), acting_for(world.org["shanghai"]), reading():
        assert session.scalars(select(Batch)).unique().all() != []
