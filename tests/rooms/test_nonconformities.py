"""Nonconformities: raised by either party, decided, approved by the registrant, and the batch waits."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.db import session, today
from portal.records.batch import Nonconformity
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from workflows.nonconformity import NONCONFORMITY
from workflows.recording import NOT_SUBMITTED, UNDECIDED

DISPOSED = {"disposition": "scrap", "justification": "Beyond the limit; the rest is not touched."}
CHECKS = {check.code: check for move in NONCONFORMITY.transitions for check in move.checks}
MANAGER = "chengyue/management-representative"


@pytest.fixture
def recorded(world):
    return world.batch["recorded"]


@pytest.fixture
def place(seat, world, recorded):
    """Where a nonconformity lies that the plant's clerk has raised."""
    return desk.raised(seat, world, recorded)


@pytest.fixture
def decided(seat, place):
    """One whose disposition the plant has written and submitted."""
    manager = seat(desk.PLANT_QUALITY)
    assert manager.post(f"{place}/edit", **DISPOSED).status_code == 302
    assert manager.post(f"{place}/decide").status_code == 302
    return place


def latest(as_org):
    with desk.books(as_org):
        return session.scalars(select(Nonconformity).order_by(Nonconformity.id.desc())).first()


@pytest.mark.parametrize("who", [desk.CLERK, desk.RELEASE, "chengyue/resident-supervisor", desk.PLANT_RELEASE])
def test_either_party_raises_one_and_the_ledger_says_who(seat, as_org, world, recorded, who):
    before = desk.batch_of(as_org, recorded)

    answer = seat(who).get(desk.raised(seat, world, recorded, who=who))

    found = latest(as_org)
    assert answer.status_code == 200
    assert (found.state, found.pieces, found.raised_by_id) == ("raised", 7, world.person[who])
    assert found.number.startswith(f"NC-{today().year}-")
    assert desk.events_of(as_org, found) == ["nonconformity.raised"]
    assert desk.batch_of(as_org, recorded).papers_hash != before.papers_hash
    assert found.number in words(seat(desk.CLERK).get(f"/batches/{recorded}/nonconformities"))


def test_each_gets_the_next_number_of_its_entrustment(seat, as_org, world, recorded):
    numbers = []
    for _ in range(2):
        desk.raised(seat, world, recorded)
        numbers.append(int(latest(as_org).number.rsplit("-", 1)[1]))

    assert numbers[1] == numbers[0] + 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"title": ""}, "Say in one line"),
        ({"description": " "}, "Describe what was found"),
        ({"pieces": "0"}, "A whole number from 1"),
        ({"pieces": "some"}, "Not a whole number"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(seat, recorded, given, says):
    typed = {"title": "Scratches", "description": "Seven plates.", "pieces": "7"} | given

    answer = seat(desk.CLERK).post(f"/batches/{recorded}/nonconformities/new", **typed)

    assert answer.status_code == 422
    assert says in words(answer)
    assert ("Seven plates." in answer.text) is ("description" not in given)


def test_none_is_raised_against_a_batch_that_is_decided_on(seat, world):
    answer = seat(desk.CLERK).get(f"/batches/{world.batch['marketing_released']}/nonconformities/new")

    assert answer.status_code == 409
    assert UNDECIDED.says in words(answer)


def test_it_is_decided_and_closed_by_the_registrant_and_the_batch_goes_on(seat, as_org, decided):
    answer = seat(desk.QUALITY).sign(f"{decided}/close")

    found = latest(as_org)
    (signature,) = desk.signatures_of(as_org, found.id)
    assert answer.status_code == 302
    assert (found.state, found.closed_at is not None, found.disposition) == ("closed", True, "scrap")
    assert signature.meaning == "I approve the disposition of this nonconformity."
    assert desk.events_of(as_org, found)[:3] == [
        "nonconformity.closed",
        "nonconformity.decided",
        "nonconformity.disposed",
    ]


@pytest.mark.parametrize("move", ["decide", "close"])
def test_every_move_of_it_changes_what_the_batch_is_signed_with(seat, as_org, recorded, place, move):
    manager = seat(desk.PLANT_QUALITY)
    manager.post(f"{place}/edit", **DISPOSED)
    if move == "close":
        manager.post(f"{place}/decide")
    before = desk.batch_of(as_org, recorded)

    if move == "close":
        seat(desk.QUALITY).sign(f"{place}/close")
    else:
        manager.post(f"{place}/decide")

    after = desk.batch_of(as_org, recorded)
    assert after.papers_hash != before.papers_hash
    assert after.version > before.version


def test_without_a_disposition_it_is_not_submitted(seat, as_org, place):
    answer = seat(desk.PLANT_QUALITY).get(f"{place}/decide")

    assert answer.status_code == 409
    assert desk.names(words(answer), CHECKS["disposition-given"])
    assert latest(as_org).state == "raised"


@pytest.mark.parametrize(("field", "says"), [("disposition", "Choose what happens"), ("justification", "Say why")])
def test_a_disposition_needs_both_what_and_why(seat, as_org, place, field, says):
    answer = seat(desk.PLANT_QUALITY).post(f"{place}/edit", **DISPOSED | {field: ""})

    assert answer.status_code == 422
    assert says in words(answer)
    assert latest(as_org).disposition is None


def test_a_submitted_disposition_is_not_rewritten_until_it_is_sent_back(seat, as_org, decided):
    answer = seat(desk.PLANT_QUALITY).get(f"{decided}/edit")
    assert answer.status_code == 409
    assert NOT_SUBMITTED.says in words(answer)

    assert seat(desk.QUALITY).post(f"{decided}/return-to-raised", reason=" ").status_code == 422
    assert seat(desk.QUALITY).post(f"{decided}/return-to-raised", reason="Test more.").status_code == 302

    assert latest(as_org).state == "raised"
    assert seat(desk.PLANT_QUALITY).get(f"{decided}/edit").status_code == 200


@pytest.mark.parametrize("move", ["close", "return-to-raised"])
def test_the_plant_does_not_approve_its_own_disposition(seat, as_org, decided, move):
    answer = seat(desk.PLANT_QUALITY).get(f"{decided}/{move}")

    assert answer.status_code == 409
    assert "This move belongs to the other party of the entrustment." in words(answer)
    assert latest(as_org).state == "decided"


def test_whoever_raised_it_does_not_close_it(seat, as_org, world, recorded):
    place = desk.raised(seat, world, recorded, who=desk.QUALITY)
    seat(desk.PLANT_QUALITY).post(f"{place}/edit", **DISPOSED)
    seat(desk.PLANT_QUALITY).post(f"{place}/decide")

    answer = seat(desk.QUALITY).get(f"{place}/close")

    assert answer.status_code == 409
    assert desk.names(words(answer), CHECKS["closed-by-another"])
    assert seat(MANAGER).sign(f"{place}/close").status_code == 302
    assert latest(as_org).state == "closed"


def test_a_wrong_password_closes_nothing(seat, as_org, decided):
    assert seat(desk.QUALITY).sign(f"{decided}/close", password="not the password").status_code == 422
    assert latest(as_org).state == "decided"


@pytest.mark.parametrize("who", [desk.CLERK, desk.RELEASE, "shanghai/authority-inspector"])
@pytest.mark.parametrize("below", ["edit", "decide", "close"])
def test_without_the_power_it_is_neither_decided_nor_closed(seat, place, who, below):
    assert seat(who).get(f"{place}/{below}").status_code == 403


@pytest.mark.parametrize("who", ["lantai/registrant-quality-manager", "qihe/manufacturer-quality-manager"])
@pytest.mark.parametrize("below", ["", "/edit", "/decide"])
def test_a_stranger_cannot_tell_that_it_exists(seat, place, who, below):
    found, missing = seat(who).get(place + below), seat(who).get(f"/nonconformities/{uuid4()}{below}")

    assert (found.status_code, missing.status_code) == (404, 404)
    assert found.data == missing.data


def test_a_stale_page_is_refused_and_keeps_what_was_typed(seat, as_org, place):
    page = hidden_fields(seat(desk.PLANT_QUALITY).get(f"{place}/edit").text)
    seat(desk.QUALITY).post(f"{place}/edit", **DISPOSED)

    answer = seat(desk.PLANT_QUALITY).client.post(
        f"{place}/edit", data=page | {"disposition": "rework", "justification": "typed"}
    )

    assert answer.status_code in (400, 409)
    assert latest(as_org).disposition == "scrap"


def test_without_a_token_nothing_is_written(seat, as_org, place, recorded):
    clerk = seat(desk.PLANT_QUALITY).client

    assert clerk.post(f"{place}/edit", data=DISPOSED).status_code == 400
    assert clerk.post(f"{place}/decide").status_code == 400
    assert clerk.post(f"/batches/{recorded}/nonconformities/new").status_code == 400
    assert latest(as_org).disposition is None


def test_what_is_closed_stays_closed(seat, as_org, decided):
    seat(desk.QUALITY).sign(f"{decided}/close")

    for move in ("close", "decide", "return-to-raised"):
        assert seat(desk.QUALITY).get(f"{decided}/{move}").status_code == 409
    assert latest(as_org).state == "closed"
