"""What strangers write is read or refused, never stumbled over: a short run of ``python -m tests.assurance.fuzz``"""

import json
import random
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as any_of

from portal.telling import read_body
from tests.assurance import targets as aims
from tests.assurance.fuzz import mutated
from tests.breaking import break_in
from tests.browsing import words
from tests.stage import sql, stored

NAMES = [each.name for each in aims.targets(None)]
SEEDS = any_of.integers(0, 2**32)
JSON = any_of.recursive(
    any_of.none() | any_of.booleans() | any_of.integers(-(2**60), 2**60) | any_of.text(max_size=30),
    lambda inner: any_of.lists(inner, max_size=5) | any_of.dictionaries(any_of.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)
QUICKLY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


@pytest.fixture
def target(request, app):
    return next(each for each in aims.targets(app) if each.name == request.param)


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("target", NAMES, indirect=True)
@QUICKLY
@given(text=any_of.text(max_size=400), seed=SEEDS)
def test_whatever_is_written_is_read_or_refused(target, text, seed):
    chance = random.Random(seed)
    for each in (text, mutated(chance.choice(target.seeds), chance)):
        with suppress(*target.refusals):
            target.run(each)


@QUICKLY
@given(value=JSON)
def test_what_is_hashed_is_written_alike_by_two_who_know_only_the_standard(value):
    aims._canonical(json.dumps(value))


@pytest.mark.parametrize("engine", ["sqlite"])
@QUICKLY
@given(value=JSON, name=any_of.sampled_from(sorted(aims.BODY)))
def test_an_event_with_one_part_exchanged_is_shown_or_called_unreadable(app, value, name):
    aims._event(app, json.dumps(aims.BODY | {name: value}))


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("says", "values", "whole"),
    [
        ("%(n)s of %(all)s", {"n": 1, "all": {"says": "%(m)s %%", "values": {"m": "7"}}}, True),
        ("100 %", {}, True),
        ("%(&)s", {"n": 1}, False),
        ("%(n)s of %(all)s", {"n": 1}, False),
        ("%(n)s, 100 %", {"n": 1}, False),
        ("%(n)c", {"n": -1}, False),
        ("%(n)s", {"n": {"says": "%(m)s"}}, False),
        ("%(n)s", 0, False),
        (7, {}, False),
    ],
)
def test_a_fact_that_cannot_be_said_any_more_makes_its_event_unreadable_and_not_the_page(app, says, values, whole):
    finding = {"met": True, "says": "s", "fact": {"says": says, "values": values}, "sources": []}
    told = json.dumps(aims.BODY | {"told": {"findings": [finding]}})

    assert read_body(told, event="e", subject_kind="batch", subject_id=aims.NOBODY)[1] is whole
    aims._event(app, told)


@pytest.mark.negative_control
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_reader_that_stumbles_is_noticed(app):
    target = next(each for each in aims.targets(app) if each.name == "the body of an event")

    assert read_body("{", event="e", subject_kind="batch", subject_id=aims.NOBODY)[1] is False
    target.run("{")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads("{")


@pytest.mark.parametrize("spoilt", ["not JSON at all", "{}", "[]", '{"actor": 5}', "null", ""])
def test_an_event_that_somebody_spoilt_still_opens_and_says_so(world, seat, spoilt):
    reader = seat("chengyue/registrant-quality-manager")
    about = stored(world.entrustment)
    ((event_id,),) = sql(
        "SELECT e.id FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id "
        "WHERE s.about_id = :about ORDER BY e.seq DESC LIMIT 1",
        about=about,
    )
    break_in("ledger_event")
    sql("UPDATE ledger_event SET body = :body WHERE id = :id", body=spoilt, id=event_id)

    shown = reader.get(f"/trails/{UUID(str(event_id))}")
    listed = reader.get(f"/entrustments/{world.entrustment}/trail")
    verified = reader.get(f"/entrustments/{world.entrustment}/trail/verify")

    assert (shown.status_code, listed.status_code, verified.status_code) == (200, 200, 200)
    assert "can no longer be read" in words(shown)
    assert "can no longer be read" in words(listed)
    assert "The event is not what was sealed" in words(shown)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "\x00", "a b", ""])
def test_a_name_that_is_not_ours_is_refused_and_not_stumbled_over(app, host):
    answer = app.test_client().get("/sign-in", headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text
