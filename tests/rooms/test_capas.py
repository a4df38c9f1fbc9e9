"""Corrective actions: opened by either side, approved and judged by the registrant, each step done by whose it is."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import CHINA, new_id, session, today
from portal.demo.hands import played_by
from portal.records.batch import Batch
from portal.records.capa import Capa, CapaAction, PrivateNote
from portal.records.duty import Duty
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from workflows.capa import CAPA, CAPA_ACTION
from workflows.powers import Role

CHECKS = {check.code: check for move in (*CAPA.transitions, *CAPA_ACTION.transitions) for check in move.checks}
OPENED = {"trigger": "nonconformity", "title": "Burrs return", "problem": "Every third batch.", "joint": ""}


@pytest.fixture
def newest(as_org, world):
    """The newest record of a kind in the entrustment, as it stands in the books."""

    def _newest(kind, **wanted):
        with desk.books(as_org):
            asked = select(kind).where(kind.entrustment_id == world.entrustment).filter_by(**wanted)
            return session.scalars(asked.order_by(kind.id.desc())).first()

    return _newest


@pytest.fixture
def plan(seat, world, newest):
    """A whole plan, submitted by the plant: cause, criterion, one action of each side."""
    plant = seat(desk.PLANT_QUALITY)
    plant.post(f"/entrustments/{world.entrustment}/capas/new", **OPENED)
    at = f"/capas/{newest(Capa).id}"
    seen = hidden_fields(plant.get(f"{at}/investigation").text)
    found = {"cause": "Worn tool.", "criterion": "No burr.", "check_after": "1", "check_within": "5"}
    plant.post(f"{at}/investigation", **seen | found)
    for side in ("manufacturer", "registrant"):
        step = {"kind": "corrective", "what": f"Step of the {side}", "owes": side, "owner_name": "Head", "due_on": ""}
        answer = plant.post(f"{at}/actions/new", **step | {"due_on": str(today() + timedelta(days=9))})
        assert answer.status_code == 302
    assert plant.post(f"{at}/submit").status_code == 302
    return at


@pytest.fixture
def approved(seat, plan):
    assert seat(desk.QUALITY).sign(f"{plan}/approve").status_code == 302
    return plan


def done(seat, newest, side):
    """The step of a side is shown and declared done by somebody of that side."""
    step = newest(CapaAction, what=f"Step of the {side}")
    browser = seat(desk.QUALITY if side == "registrant" else desk.PLANT_QUALITY)
    at = f"/capa-actions/{step.id}"
    seen = hidden_fields(browser.get(f"{at}/evidence").text)
    browser.post(f"{at}/evidence", **seen | {"evidence": "Record 7.", "file": desk.pdf()})
    return browser.post(f"{at}/complete")


def test_the_registrant_approves_by_signature_and_the_plan_it_signed_can_no_longer_be_changed(
    seat, as_org, newest, approved
):
    capa = newest(Capa)
    (signature,) = desk.signatures_of(as_org, capa.id)

    assert (capa.state, signature.side) == ("approved", "registrant")
    assert seat(desk.PLANT_QUALITY).get(f"{approved}/actions/new").status_code == 409
    assert seat(desk.PLANT_QUALITY).get(f"{approved}/investigation").status_code == 409


def test_a_changed_step_changes_what_is_signed(newest, plan):
    assert newest(Capa).plan_hash is not None


def test_each_step_is_a_duty_of_its_side_until_it_is_done(seat, newest, approved):
    step = newest(CapaAction, what="Step of the manufacturer")
    owed = newest(Duty, rule="capa-action", about_id=step.id)
    assert (owed.owes, owed.is_open) == ("manufacturer", True)

    assert done(seat, newest, "manufacturer").status_code == 302

    met = newest(Duty, rule="capa-action", about_id=step.id)
    assert (met.standing, met.met_at is not None) == ("met", True)


def test_a_step_is_not_done_without_evidence_nor_by_the_other_side(seat, newest, approved):
    at = f"/capa-actions/{newest(CapaAction, what='Step of the manufacturer').id}"

    bare = seat(desk.PLANT_QUALITY).get(f"{at}/complete")
    other = seat(desk.QUALITY).get(f"{at}/complete")

    assert (bare.status_code, other.status_code) == (409, 409)
    assert desk.names(words(bare), CHECKS["evidence-given"])
    assert desk.names(words(other), CHECKS["action-mine"])


def test_its_effect_is_judged_from_batches_made_since_and_not_before_its_day(seat, world, newest, approved):
    for side in ("manufacturer", "registrant"):
        assert done(seat, newest, side).status_code == 302
    assert seat(desk.PLANT_QUALITY).post(f"{approved}/finish").status_code == 302
    assert newest(Capa).check_on == today() + timedelta(days=1)
    assert newest(Duty, rule="capa-judged").due_at.astimezone(CHINA).date() == today() + timedelta(days=7)
    registrant = seat(desk.QUALITY)
    seen = hidden_fields(registrant.get(f"{approved}/result").text)
    assert registrant.post(f"{approved}/result", **seen | {"result": "No burr in one batch."}).status_code == 302

    early = words(registrant.get(f"{approved}/find-effective"))
    assert desk.names(early, CHECKS["check-day-reached"])
    assert desk.names(early, CHECKS["judged-from-data"])

    _days_later(world, newest(Capa).id)
    assert registrant.sign(f"{approved}/find-effective").status_code == 302
    assert newest(Capa).state == "effective"
    assert newest(Duty, rule="capa-judged").standing == "met"


def _days_later(world, capa_id):
    """The plan was carried out some days ago, and a batch was started since."""
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        capa = session.get_one(Capa, capa_id)
        capa.carried_out_on, capa.check_on = today() - timedelta(days=4), today() - timedelta(days=1)
        ledger.write(capa, "capa.judged", by=by)
    with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
        batch = Batch(
            id=new_id(),
            entrustment_id=world.entrustment,
            number="SINCE-1",
            product_id=world.product,
            product_name="plate",
            started_on=today(),
            steps_planned=3,
            steps_done=0,
            planned=10,
            state="opened",
        )
        ledger.write(batch, "batch.opened", by=by)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"title": ""}, "Say in one line what the problem is."),
        ({"problem": " "}, "Describe the problem"),
        ({"trigger": ""}, "Choose what gave rise to it."),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(seat, world, given, says):
    answer = seat(desk.QUALITY).post(f"/entrustments/{world.entrustment}/capas/new", **OPENED | given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert ("Every third batch." in answer.text) is ("problem" not in given)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_step_is_not_due_before_today(seat, world, newest):
    plant = seat(desk.PLANT_QUALITY)
    plant.post(f"/entrustments/{world.entrustment}/capas/new", **OPENED)
    step = {"kind": "corrective", "what": "Replace", "owes": "manufacturer", "owner_name": "Head"}

    answer = plant.post(f"/capas/{newest(Capa).id}/actions/new", **step, due_on=str(today() - timedelta(days=1)))

    assert answer.status_code == 422
    assert "This day is past." in words(answer)


@pytest.mark.parametrize("trigger", ["consecutive", "conformity", "post_market"])
@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_the_announcement_names_is_always_taken_up_together(seat, world, newest, trigger):
    seat(desk.QUALITY).post(f"/entrustments/{world.entrustment}/capas/new", **OPENED | {"trigger": trigger})

    assert newest(Capa).joint is True


def test_the_notes_of_a_house_stay_its_own(seat, as_org, world, newest):
    at = f"/capas/{newest(Capa).id}"
    seat(desk.QUALITY).post(f"{at}/notes", text="Their tool shop is understaffed.")

    ours, theirs = seat(desk.QUALITY).get(at), seat(desk.PLANT_QUALITY).get(at)

    assert "Their tool shop is understaffed." in words(ours)
    assert "Their tool shop is understaffed." not in words(theirs)
    assert "Their tool shop is understaffed." not in words(seat("jiangsu/authority-inspector").get(at))
    with desk.books(as_org):
        assert not any("understaffed" in each.text for each in session.scalars(select(PrivateNote)))


def test_a_rival_finds_nothing_of_it(seat, newest):
    assert seat("lantai/registrant-quality-manager").get(f"/capas/{newest(Capa).id}").status_code == 404
