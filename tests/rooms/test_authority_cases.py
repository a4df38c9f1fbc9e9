"""A case opens the books to an inspector; the parties read its number; when it ends, so does the look."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from portal.commands import cli
from portal.db import engines, today
from portal.demo.cast import HOUSES
from tests.browsing import words
from tests.rooms.inspecting import JIANGSU, SHANGHAI
from tests.stage import KEY, sql, stored
from workflows.powers import Role

EMAIL = HOUSES["shanghai"].email(Role.AUTHORITY_INSPECTOR)


@pytest.fixture
def portal(app, world, monkeypatch, tmp_path):
    """A command of the operator's, on the database of this test."""
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_SECRET_KEY", KEY)
    monkeypatch.setenv("PORTAL_DATABASE_URL", engines().writing.url.render_as_string(hide_password=False))
    return lambda *said: CliRunner().invoke(cli, ["access", *map(str, said)])


@pytest.fixture
def number(world):
    return sql("SELECT case_number FROM access_grant WHERE id = :id", id=stored(world.shanghai_case))[0][0]


@pytest.fixture
def without_a_case(portal, world, number):
    ended = portal("withdraw", world.org["shanghai"], EMAIL, "--case", number)
    assert (ended.exit_code, ended.output) == (0, f"{EMAIL} no longer looks under {number}.\n")


def test_the_inspector_reads_case_purpose_and_end(seat, number):
    page = words(seat(SHANGHAI).get("/inspection"))

    assert number in page
    assert "委托生产日常监督检查（演示）" in page
    assert "Under your cases you see 3 entrustments" in page


def test_both_parties_read_the_number_of_the_case_with_the_look_and_not_its_purpose(seat, world, number):
    seat(SHANGHAI).get(f"/entrustments/{world.entrustment}")

    for party in ("chengyue/resident-supervisor", "hengrui/plant-clerk"):
        page = words(seat(party).get(f"/entrustments/{world.entrustment}/trail"))
        assert f"Under the case {number}" in page
        assert "委托生产日常监督检查" not in page


def test_without_a_case_every_page_is_that_of_a_stranger_at_once(seat, world, without_a_case):
    inspector = seat(SHANGHAI)
    page = words(inspector.get("/inspection"))

    assert "No case is open to you today" in page
    assert HOUSES["chengyue"].name not in page
    for path in ("entrustments", "batches", "inspection"):
        about = world.batch["opened"] if path == "batches" else world.entrustment
        assert inspector.get(f"/{path}/{about}").status_code == 404, path
    assert inspector.get(f"/entrustments/{world.entrustment}/trail").status_code == 404
    assert world.batch["opened"].hex not in inspector.get("/batches").text.replace("-", "")
    assert HOUSES["chengyue"].name not in inspector.get("/find?q=B2611").text


def test_the_case_of_one_inspector_is_no_case_of_another(seat, without_a_case):
    assert "Under your cases you see 3 entrustments" in words(seat(JIANGSU).get("/inspection"))


def test_a_new_case_opens_the_books_again_until_its_last_day(seat, portal, world, without_a_case):
    made = portal(
        "grant", world.org["shanghai"], EMAIL, "--case", "2", "--purpose", "follow-up", "--until", today().isoformat()
    )

    assert made.exit_code == 0, made.output
    assert seat(SHANGHAI).get(f"/entrustments/{world.entrustment}").status_code == 200


@pytest.mark.parametrize(
    ("whose", "email", "case", "purpose", "days", "because"),
    [
        ("chengyue", EMAIL, "2", "test", 9, "is not an authority"),
        ("jiangsu", EMAIL, "2", "test", 9, "is nobody active at"),
        ("shanghai", "nobody@shanghai.example", "2", "test", 9, "is nobody active at"),
        ("shanghai", EMAIL, " ", "test", 9, "names its case and what it is for"),
        ("shanghai", EMAIL, "2", " ", 9, "names its case and what it is for"),
        ("shanghai", EMAIL, "2", "test", -1, "choose a later day"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused_with_its_reason(
    portal, world, whose, email, case, purpose, days, because
):
    until = today() + timedelta(days=days)
    answer = portal("grant", world.org[whose], email, "--case", case, "--purpose", purpose, "--until", until)

    assert answer.exit_code == 1
    assert because in answer.output
    assert sql("SELECT count(*) FROM access_grant")[0][0] == 3


def test_a_case_is_granted_once_and_withdrawn_once(portal, world, number, without_a_case):
    until = today() + timedelta(days=9)
    grant = ("grant", world.org["shanghai"], EMAIL, "--case", "2", "--purpose", "test", "--until", until)

    assert portal(*grant).exit_code == 0
    assert "already open" in portal(*grant).output
    assert "No case" in portal("withdraw", world.org["shanghai"], EMAIL, "--case", number).output


def test_granting_and_withdrawing_are_told_in_the_authority_s_own_ledger(portal, world, number, without_a_case):
    told = sql(
        "SELECT e.event FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id "
        "WHERE s.about_id = :about ORDER BY e.seq",
        about=stored(world.org["shanghai"]),
    )

    assert [event for (event,) in told if event.startswith("access_grant")] == [
        "access_grant.granted",
        "access_grant.withdrawn",
    ]
