"""The end of an entrustment: settled point by point, signed by both, and what the law asks afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import now, session, today
from portal.demo.hands import played_by
from portal.records.batch import Batch
from portal.records.duty import Duty
from portal.records.ending import Ending, EndingLine
from portal.records.entrustment import Entrustment
from tests.browsing import words
from tests.rooms import batch_desk as desk
from workflows.ending import ENDING, ENDING_LINE
from workflows.entrustment import CHECKLIST
from workflows.powers import Role

SIDES = {"registrant": desk.QUALITY, "manufacturer": desk.PLANT_QUALITY}
CHECKS = {check.code: check for move in (*ENDING.transitions, *ENDING_LINE.transitions) for check in move.checks}
DRAWN_UP = {"planned_on": "2026-12-31", "because": "Made in our own plant from next year on."}
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def hub(world):
    return f"/entrustments/{world.entrustment}"


@pytest.fixture
def all_decided(world):
    """Every batch is off its way: rejected, or on the market."""
    with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
        for batch in session.scalars(select(Batch).where(Batch.entrustment_id == world.entrustment)):
            if not batch.where.final:
                batch.state, batch.rejected_at = "rejected", now()
                ledger.write(batch, "batch.production-rejected", by=by)


@pytest.fixture
def checklist(seat, hub, all_decided):
    answer = seat(desk.QUALITY).post(f"{hub}/ending/new", **DRAWN_UP)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


@pytest.fixture
def point(as_org, world):
    """One point of the checklist as it stands in the books, with its address."""

    def _point(name):
        with desk.books(as_org):
            wanted = select(EndingLine).where(EndingLine.entrustment_id == world.entrustment, EndingLine.point == name)
            found = session.scalars(wanted).one()
            return found, f"/ending-lines/{found.id}"

    return _point


@pytest.fixture
def settle(seat, point):
    """The side that owes a point writes how it was settled, and declares it so."""

    def _settle(name, who=None, **given):
        found, at = point(name)
        browser = seat(who or SIDES[found.owes])
        kept = {"kept_by": "registrant", "keep_until": str(today() + timedelta(days=4000))}
        said = {"how": f"Settled: {name}."} | (kept if name == "records-kept" else {}) | given
        written = browser.post(f"{at}/settlement", **said)
        return browser.post(f"{at}/settle") if written.status_code == 302 else written

    return _settle


@pytest.fixture
def settled(checklist, as_org, world, settle):
    with desk.books(as_org):
        wanted = select(EndingLine).where(EndingLine.entrustment_id == world.entrustment)
        before = [each.point for each in session.scalars(wanted) if not each.asks.follows]
    assert [settle(each).status_code for each in before] == [302] * len(before)
    return checklist


def duty(as_org, world, rule):
    with desk.books(as_org):
        wanted = select(Duty).where(Duty.entrustment_id == world.entrustment, Duty.rule == rule)
        return session.scalars(wanted).first()


def bound(as_org, world):
    """What a signature under the checklist says of its points."""
    with desk.books(as_org):
        return session.scalars(select(Ending.lines_hash).where(Ending.entrustment_id == world.entrustment)).one()


def state_of(as_org, world):
    with desk.books(as_org):
        return session.get_one(Entrustment, world.entrustment).state


def test_it_ends_once_both_have_signed_and_the_two_points_that_follow_meet_their_duties(
    seat, as_org, world, hub, settled, settle
):
    refused = seat(desk.QUALITY).get(f"{hub}/end")
    assert refused.status_code == 409
    assert desk.names(words(refused), CHECKLIST)
    assert seat(desk.PLANT_QUALITY).sign(f"{settled}/manufacturer-signs").status_code == 302
    assert "The registrant has not signed the checklist yet." in words(seat(desk.QUALITY).get(f"{hub}/end"))
    assert seat(desk.QUALITY).sign(f"{settled}/registrant-countersigns").status_code == 302

    assert seat(desk.QUALITY).sign(f"{hub}/end", "Made at home.").status_code == 302

    assert state_of(as_org, world) == "ended"
    for rule in ("address-removed", "end-reported"):
        assert duty(as_org, world, rule).is_open
        assert settle(rule).status_code == 302
        assert duty(as_org, world, rule).standing == "met"


@ON_SQLITE
def test_what_was_seen_to_before_the_end_is_not_owed_after_it(seat, as_org, world, hub, settled, settle):
    assert settle("end-reported").status_code == 302
    seat(desk.QUALITY).sign(f"{settled}/registrant-signs")
    seat(desk.PLANT_QUALITY).sign(f"{settled}/manufacturer-countersigns")
    seat(desk.QUALITY).sign(f"{hub}/end", "Made at home.")

    assert duty(as_org, world, "end-reported") is None
    assert duty(as_org, world, "address-removed").is_open


@ON_SQLITE
def test_an_open_point_refuses_the_signature_and_the_end_says_how_many_are_open(seat, hub, checklist, settle):
    settle("papers-returned")

    signing = words(seat(desk.QUALITY).get(f"{checklist}/registrant-signs"))
    ending = words(seat(desk.QUALITY).get(f"{hub}/end"))

    assert desk.names(signing, CHECKS["points-settled"])
    assert "Points still open: 8." in signing
    assert "Nobody has signed the checklist yet; points still open: 8." in ending


@ON_SQLITE
def test_an_end_without_a_checklist_is_refused_and_says_where_to_draw_it_up(seat, as_org, world, hub, all_decided):
    page = seat(desk.QUALITY).get(f"{hub}/end")

    assert page.status_code == 409
    assert "No checklist is drawn up yet." in words(page)
    assert f"{hub}/ending" in page.text


@ON_SQLITE
def test_where_the_licence_has_lapsed_the_end_does_not_wait_and_the_checklist_follows(
    seat, as_org, world, hub, all_decided, settle
):
    desk.let_licence_end(world)
    assert seat(desk.QUALITY).sign(f"{hub}/end", "The licence lapsed.").status_code == 302
    assert duty(as_org, world, "end-reported").is_open

    assert seat(desk.PLANT_QUALITY).post(f"{hub}/ending/new", **DRAWN_UP).status_code == 302
    assert settle("end-reported").status_code == 302

    assert state_of(as_org, world) == "ended"
    assert duty(as_org, world, "end-reported").standing == "met"


@ON_SQLITE
def test_a_batch_on_its_way_is_no_settled_point(seat, world, hub, settle):
    seat(desk.QUALITY).post(f"{hub}/ending/new", **DRAWN_UP)

    page = words(settle("open-batches"))

    assert desk.names(page, CHECKS["records-agree"])
    assert "Batches on their way: 3." in page


@ON_SQLITE
def test_the_records_are_kept_no_shorter_than_the_batches_ask(checklist, settle, point):
    answer = settle("records-kept", keep_until=str(today() + timedelta(days=400)))

    assert answer.status_code == 422
    assert "The records are to be kept until" in words(answer)
    assert point("records-kept")[0].how is None


@ON_SQLITE
def test_a_point_is_settled_by_the_side_that_owes_it_and_not_without_words(seat, checklist, settle, point):
    other = settle("papers-returned", who=desk.QUALITY)
    bare = seat(desk.PLANT_QUALITY).get(f"{point('papers-returned')[1]}/settle")

    assert (other.status_code, bare.status_code) == (409, 409)
    assert desk.names(words(other), CHECKS["point-mine"])
    assert desk.names(words(bare), CHECKS["settlement-written"])
    assert settle("papers-returned", how=" ").status_code == 422


@ON_SQLITE
def test_what_does_not_apply_is_set_aside_with_its_reason_and_opened_again_by_either_side(seat, checklist, point):
    at = point("tooling-returned")[1]
    assert seat(desk.PLANT_QUALITY).post(f"{at}/set-aside", reason="No tooling of theirs was here.").status_code == 302
    assert point("tooling-returned")[0].set_aside_because == "No tooling of theirs was here."

    assert seat(desk.QUALITY).post(f"{at}/open-again", reason="Two moulds were.").status_code == 302

    assert (point("tooling-returned")[0].state, point("tooling-returned")[0].set_aside_because) == ("open", None)


@ON_SQLITE
def test_once_a_side_has_signed_the_points_stand_and_what_is_signed_covers_each(seat, as_org, world, settled, point):
    seat(desk.QUALITY).sign(f"{settled}/registrant-signs")
    at = point("papers-returned")[1]

    assert seat(desk.PLANT_QUALITY).get(f"{at}/open-again").status_code == 409
    assert seat(desk.PLANT_QUALITY).post(f"{settled}/reopen", reason="Miscounted.").status_code == 302
    signed = bound(as_org, world)
    assert seat(desk.PLANT_QUALITY).post(f"{at}/open-again", reason="Miscounted.").status_code == 302
    assert bound(as_org, world) != signed


@ON_SQLITE
def test_the_page_says_beforehand_what_is_asked_and_what_the_records_know(seat, world, hub):
    page = words(seat("jiangsu/authority-inspector").get(f"{hub}/ending"))

    assert "Batches on their way: 3." in page
    assert "To be kept at least until" in page
    assert "names this address" in page
    assert seat("lantai/management-representative").get(f"{hub}/ending").status_code == 404


@ON_SQLITE
def test_a_rival_finds_neither_the_checklist_nor_a_point_of_it(seat, checklist, point):
    rival = seat("lantai/management-representative")

    assert rival.get(checklist).status_code == 404
    assert rival.get(point("papers-returned")[1]).status_code == 404
