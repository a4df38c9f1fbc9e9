"""Moves that need no signature, at GET and POST /batches/<id>/complete, /batches/<id>/reopen and their like"""

from datetime import timedelta

import pytest

from portal import ledger
from portal.db import session, today
from portal.records.batch import Batch
from tests.browsing import hidden_fields, words
from tests.stage import sql

CLERK = "hengrui/plant-clerk"
FIGURES = {
    "steps_done": "17",
    "finished_on": today().isoformat(),
    "expires_on": (today() + timedelta(days=5 * 365)).isoformat(),
    "put_in": "1200",
    "scrapped": "7",
    "sampled": "12",
    "label_version": "5",
    "instructions_version": "3",
    "udi_di": "06900000004173",
}
RELEASE_PERSON = "hengrui/manufacturer-release-person"


@pytest.fixture
def clerk(seat):
    return seat(CLERK)


@pytest.fixture
def complete(world):
    return f"/batches/{world.batch['opened']}/complete"


@pytest.fixture
def reopen(world):
    return f"/batches/{world.batch['recorded']}/reopen"


@pytest.fixture
def books(world, as_org):
    """State and version of a batch, and what the ledger tells of it, the latest first."""

    def _books(name):
        with as_org("chengyue"):
            batch = session.get(Batch, world.batch[name])
            events = ledger.entries(subject_id=batch.id, entrustment_id=batch.entrustment_id)
            return batch.state, batch.version, [(each.event, each.body["reason"]) for each in events]

    return _books


def refusals():
    return [each[0] for each in sql("SELECT event FROM security_event ORDER BY at")]


def test_the_page_says_what_happens_on_which_conditions_to_which_record(clerk, complete, books):
    before = books("opened")

    page = clerk.get(complete)

    assert page.status_code == 200
    for expected in (
        "Declare the record complete",
        "The batch record is handed to the release person.",
        "Now: In production . Afterwards: Record complete .",
        "3 conditions are met",
        "The material balance closes",
        "1,181",
        f"Version {before[1]}",
        "Go back, change nothing",
    ):
        assert expected in words(page)
    assert 'type="password"' not in page.text
    assert books("opened") == before


def test_the_breadcrumb_leads_back_to_the_record(clerk, complete):
    page = clerk.get(complete).text

    assert f'href="{complete.rsplit("/", 1)[0]}"' in page.split("<main")[0]
    assert '<span aria-current="page">Declare the record complete</span>' in page


def test_pressing_the_button_makes_the_move_and_the_ledger_says_so(clerk, complete, books):
    _, version, events = books("opened")

    answer = clerk.post(complete)

    assert answer.status_code == 302
    assert answer.headers["Location"] == complete.rsplit("/", 1)[0]
    assert books("opened") == ("recorded", version + 1, [("batch.recorded", None), *events])
    assert "Done: Declare the record complete." in words(clerk.get(answer.headers["Location"]))


def test_looking_at_the_page_makes_no_move(clerk, reopen, books):
    before = books("recorded")

    clerk.get(reopen)
    clerk.client.head(reopen)

    assert books("recorded") == before


def test_a_reason_is_asked_for_and_kept(clerk, reopen, books):
    assert "both parties can read it" in words(clerk.get(reopen))

    assert clerk.post(reopen, reason="  a label was mistyped\n").status_code == 302

    state, _, events = books("recorded")
    assert state == "opened"
    assert events[0] == ("batch.reopened", "a label was mistyped")


@pytest.mark.parametrize(("reason", "says"), [("", "Say why."), (" \t ", "Say why."), ("x" * 2001, "2000")])
def test_without_a_proper_reason_nothing_moves_and_what_was_typed_is_kept(clerk, reopen, books, reason, says):
    before = books("recorded")

    answer = clerk.post(reopen, reason=reason)

    assert answer.status_code == 422
    assert says in words(answer)
    assert 'aria-invalid="true"' in answer.text
    assert reason in answer.text
    assert books("recorded") == before


@pytest.mark.parametrize("seen", ["1", "", "nonsense", "９"])
def test_another_version_than_the_one_seen_is_not_moved_and_the_reason_is_kept(clerk, reopen, books, seen):
    before = books("recorded")

    answer = clerk.post(reopen, reason="a label was mistyped", seen_version=seen)

    assert answer.status_code == 409
    assert "a label was mistyped" in words(answer)
    assert books("recorded") == before


def test_of_two_who_press_the_same_button_one_makes_the_move(clerk, seat, complete, books):
    seen = hidden_fields(clerk.get(complete).text)
    assert seat(CLERK).post(complete).status_code == 302
    after = books("opened")

    answer = clerk.client.post(complete, data=seen)

    assert answer.status_code == 409
    assert "Somebody may have moved it already." in words(answer)
    assert books("opened") == after


def test_unmet_conditions_are_named_and_the_attempt_is_logged(clerk, complete, books):
    batch = complete.rsplit("/", 1)[0]
    assert clerk.post(f"{batch}/edit", **FIGURES, passed="1180", reason="one fell to the floor").status_code == 302
    before, logged = books("opened"), len(refusals())

    seen, sent = clerk.get(complete), clerk.client.post(complete, data={"csrf_token": clerk.token()})

    assert (seen.status_code, sent.status_code) == (409, 409)
    assert "Not yet: Declare the record complete" in words(sent)
    assert "1 pieces are unaccounted for." in words(sent)
    assert f'href="{batch}/edit"' in sent.text
    assert books("opened") == before
    assert refusals()[logged:] == ["batch.recorded.refused"] * 2


def test_a_signed_move_is_not_made_by_the_button_alone(seat, world, books):
    before, path = books("recorded"), f"/batches/{world.batch['recorded']}/release-production"

    answer = seat(RELEASE_PERSON).post(path)

    assert "intent=" in answer.headers["Location"]
    assert books("recorded") == before


def test_without_a_token_nothing_moves(clerk, complete, books):
    before = books("opened")

    assert clerk.client.post(complete, data={"seen_version": str(before[1])}).status_code == 400

    assert books("opened") == before


@pytest.mark.parametrize("who", [RELEASE_PERSON, "chengyue/registrant-release-person", "jiangsu/authority-inspector"])
def test_whoever_lacks_the_power_is_turned_away(seat, complete, books, who):
    before = books("opened")

    assert seat(who).get(complete).status_code == 403
    assert seat(who).post(complete).status_code == 403

    assert books("opened") == before


def test_a_stranger_cannot_tell_that_the_record_exists(seat, world, complete):
    stranger = seat("qihe/plant-clerk")

    answer = stranger.get(complete)

    assert answer.status_code == 404
    assert answer.data == stranger.get(complete.replace(str(world.batch["opened"]), str(world.product))).data


def test_nobody_moves_anything_before_signing_in(app, complete, books):
    before = books("opened")

    assert app.test_client().get(complete).headers["Location"].startswith("/sign-in?next=")

    assert books("opened") == before


def test_the_page_is_read_in_chinese_too(seat, complete):
    page = seat(CLERK, "zh").get(complete)

    assert page.status_code == 200
    assert 'lang="zh-CN"' in page.text
