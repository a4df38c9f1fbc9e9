"""What makes both sides act together by itself: batches in a row, a clear drop, a risk beyond the criteria."""

import pytest
from sqlalchemy import select

from portal.db import session
from portal.demo.making import make_recorded
from portal.records.batch import Nonconformity
from portal.records.capa import Capa
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])
POOR = {"put_in": "1200", "passed": "900", "scrapped": "288", "sampled": "12"}


@pytest.fixture
def jointly(as_org):
    """The joint actions that the portal opened, by trigger."""

    def _jointly():
        with desk.books(as_org):
            return [each.trigger for each in session.scalars(select(Capa).where(Capa.joint)).all()]

    return _jointly


def test_the_third_nonconforming_batch_in_a_row_opens_one_and_the_next_batch_no_second(seat, world, jointly):
    desk.raised(seat, world, world.batch["recorded"])
    assert jointly() == []  # two in a row, with the one that has its scratches

    desk.raised(seat, world, world.batch["opened"])
    assert jointly() == ["consecutive"]

    desk.raised(seat, world, world.batch["opened"], title="Burrs")
    assert jointly() == ["consecutive"]


def test_the_ledger_says_that_the_portal_opened_it_and_what_it_drew_that_from(seat, world, as_org, jointly):
    for name in ("recorded", "opened"):
        desk.raised(seat, world, world.batch[name])
    with desk.books(as_org):
        capa = session.scalars(select(Capa).where(Capa.joint)).one()
        problem = capa.problem

    page = words(seat("chengyue/registrant-quality-manager").get(f"/capas/{capa.id}"))

    assert problem.splitlines()[1:] == ["B2611-01", "B2611-02", "B2611-03"]
    assert "the portal" in page
    assert "Several nonconforming batches in a row" in page


def test_what_was_found_to_be_no_defect_makes_no_row(seat, world, jointly):
    path = desk.raised(seat, world, world.batch["recorded"])
    manager = seat(desk.PLANT_QUALITY)
    assert manager.post(f"{path}/edit", disposition="no_defect", justification="Within the limit.").status_code == 302
    assert manager.post(f"{path}/decide").status_code == 302
    assert seat(desk.QUALITY).sign(f"{path}/close").status_code == 302

    desk.raised(seat, world, world.batch["opened"])

    assert jointly() == []


def test_a_yield_far_below_the_usual_lets_the_batch_wait_and_both_sides_act(app, seat, world, as_org, jointly):
    with app.app_context():
        (batch_id,) = make_recorded(world.org, world.entrustment, world.product, "LOW", 1)
    clerk = seat(desk.CLERK)
    assert clerk.post(f"/batches/{batch_id}/reopen", reason="Recounted.").status_code == 302
    seen = hidden_fields(clerk.get(f"/batches/{batch_id}/edit").text)
    figures = {"steps_done": "17", "finished_on": "", "expires_on": "", "reason": "Recounted."} | POOR
    assert clerk.post(f"/batches/{batch_id}/edit", **seen | figures).status_code == 302

    with desk.books(as_org):
        found = session.scalars(select(Nonconformity).where(Nonconformity.batch_id == batch_id)).one()

    assert jointly() == ["conformity"]
    assert (found.state, found.title) == ("raised", "LOW-001: 75.8 %")
    assert "99.4 %" in found.description


def test_a_group_event_is_beyond_any_criterion_and_a_late_label_is_not(seat, world, jointly):
    writer = seat(desk.QUALITY)
    path = f"/entrustments/{world.entrustment}/duties/new"
    told = {"happening": "Three fixations failed in one hospital.", "started_at": "2026-11-01T09:00"}

    assert writer.post(path, **told | {"rule": "AE-02"}).status_code == 302
    assert jointly() == []
    assert writer.post(path, **told | {"rule": "AE-09"}).status_code == 302
    assert jointly() == ["post_market"]
