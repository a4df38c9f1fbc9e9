"""POST /batches/<id>/release-production and /reject-production: the manufacturer's side."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from portal.db import today
from portal.demo.labelling import print_labels
from portal.demo.residing import set_hold_point
from portal.demo.stopping import find_defect
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from workflows.batch import BATCH

CHECKS = {check.code: check for check in BATCH.transition("release_production").checks}
UNMEET = {
    "entrustment-active": lambda world, batch_id: desk.suspend(world),
    "made-under-licence": lambda world, batch_id: desk.let_licence_end(world),
    "resident-posted": lambda world, batch_id: desk.amend(world, batch_id, started_on=today() - timedelta(days=1)),
    "hold-points-lifted": lambda world, batch_id: set_hold_point(world.org, batch_id, "chengyue"),
    "no-unsettled-defect": lambda world, batch_id: find_defect(world.org, world.batch["marketing_released"]),
    "changes-implemented": lambda world, batch_id: desk.approve_a_change(world),
    "definition-permitted": lambda world, batch_id: desk.make_under(world, batch_id, world.drafted_definition),
    "material-balance": lambda world, batch_id: desk.amend(world, batch_id, scrapped=6),
    "all-steps-done": lambda world, batch_id: desk.amend(world, batch_id, steps_done=16),
    "batch-record-complete": lambda world, batch_id: desk.take_away(world, batch_id, "production_record"),
    "quality-control-passed": lambda world, batch_id: desk.amend_paper(
        world, batch_id, "final_inspection", result="failed"
    ),
    "inspection-plans-met": desk.ask_of_every_piece,
    "labels-right": lambda world, batch_id: desk.amend(world, batch_id, label_version=None),
    "versions-as-defined": lambda world, batch_id: desk.amend(world, batch_id, label_version="6"),
    "udi-stated": lambda world, batch_id: desk.amend(world, batch_id, udi_di=None),
    "udi-in-use": lambda world, batch_id: desk.amend(world, batch_id, udi_di="06901234567892"),
    "labels-reconciled": lambda world, batch_id: print_labels(world.org, batch_id, "hengrui"),
    "release-sheet": lambda world, batch_id: desk.take_away(world, batch_id, "release_sheet"),
}


@pytest.fixture
def recorded(world):
    return world.batch["recorded"]


@pytest.fixture
def path(recorded):
    return f"/batches/{recorded}/release-production"


def test_it_releases_and_says_so_in_the_ledger(seat, as_org, world, recorded, path):
    before = desk.batch_of(as_org, recorded)

    answer = seat(desk.PLANT_RELEASE).sign(path)

    assert answer.status_code == 302
    batch = desk.batch_of(as_org, recorded)
    (signature,) = desk.signatures_of(as_org, recorded)
    assert (batch.state, batch.production_released_by_id) == ("production_released", world.person[desk.PLANT_RELEASE])
    assert batch.production_released_at is not None
    assert desk.events_of(as_org, batch)[0] == "batch.production-released"
    assert (signature.subject_version, signature.side) == (before.version, "manufacturer")


def test_the_page_shows_the_record_with_the_hash_of_each_paper(seat, path):
    page = words(seat(desk.PLANT_RELEASE).get(path))

    assert "Batch production record" in page
    assert CHECKS["release-sheet"].says in page or "Production release sheet" in page


@pytest.mark.parametrize("code", UNMEET)
def test_one_unmet_condition_holds_the_batch_and_names_its_source(seat, as_org, world, recorded, path, code):
    UNMEET[code](world, recorded)

    answer = seat(desk.PLANT_RELEASE).get(path)

    assert answer.status_code == 409
    assert desk.names(words(answer), CHECKS[code])
    assert desk.batch_of(as_org, recorded).state == "recorded"


def test_an_open_nonconformity_holds_the_batch(seat, world, recorded, path):
    desk.raised(seat, world, recorded)

    answer = seat(desk.PLANT_RELEASE).get(path)

    assert answer.status_code == 409
    assert desk.names(words(answer), CHECKS["nonconformities-closed"])


def test_every_condition_has_its_case():
    assert set(UNMEET) | {"nonconformities-closed"} == set(CHECKS)


def test_a_batch_whose_record_is_not_complete_is_not_released(seat, world):
    answer = seat(desk.PLANT_RELEASE).get(f"/batches/{world.batch['opened']}/release-production")

    assert answer.status_code == 409


def test_a_wrong_password_signs_nothing(seat, as_org, recorded, path):
    answer = seat(desk.PLANT_RELEASE).sign(path, password="not the password")

    assert answer.status_code == 422
    assert desk.batch_of(as_org, recorded).state == "recorded"
    assert desk.signatures_of(as_org, recorded) == []


@pytest.mark.parametrize("who", [desk.CLERK, desk.PLANT_QUALITY, desk.RELEASE, desk.QUALITY])
def test_nobody_but_the_release_person_may(seat, as_org, recorded, path, who):
    assert seat(who).get(path).status_code == 403
    assert seat(who).post(path).status_code == 403
    assert desk.batch_of(as_org, recorded).state == "recorded"


@pytest.mark.parametrize("who", ["qihe/manufacturer-release-person", "anhe/manufacturer-release-person"])
def test_a_stranger_cannot_tell_that_the_batch_exists(seat, path, who):
    found, missing = seat(who).get(path), seat(who).get(f"/batches/{uuid4()}/release-production")

    assert (found.status_code, missing.status_code) == (404, 404)
    assert found.data == missing.data


def test_a_paper_filed_after_the_record_was_shown_makes_the_signature_worthless(seat, as_org, recorded, path):
    signer = seat(desk.PLANT_RELEASE)
    prove = signer.intend(path).headers["Location"]
    page = signer.get(prove)
    seat(desk.CLERK).post(f"/batches/{recorded}/documents", **desk.PAPER, file=desk.pdf())

    answer = signer.client.post(path, data=hidden_fields(page.text) | {"password": "x", "code": "000000"})

    assert answer.status_code == 409
    assert desk.batch_of(as_org, recorded).state == "recorded"


def test_without_a_token_nothing_happens(seat, as_org, recorded, path):
    assert seat(desk.PLANT_RELEASE).client.post(path).status_code == 400
    assert desk.batch_of(as_org, recorded).state == "recorded"


def test_what_is_released_is_not_released_again(seat, as_org, recorded, path):
    signer = seat(desk.PLANT_RELEASE)
    signer.sign(path)

    assert signer.sign(path).status_code in (400, 409)
    assert signer.get(path).status_code == 409
    assert len(desk.signatures_of(as_org, recorded)) == 1


@pytest.mark.parametrize("state", ["opened", "recorded"])
def test_it_is_rejected_for_good_with_a_reason(seat, as_org, world, state):
    batch_id = world.batch[state]

    answer = seat(desk.PLANT_RELEASE).sign(f"/batches/{batch_id}/reject-production", reason=desk.REASON)

    assert answer.status_code == 302
    batch = desk.batch_of(as_org, batch_id)
    assert (batch.state, batch.rejected_at is not None) == ("rejected", True)
    assert desk.events_of(as_org, batch)[0] == "batch.rejected"
    assert desk.signatures_of(as_org, batch_id)[-1].reason == desk.REASON


def test_a_rejection_without_a_reason_is_not_begun(seat, as_org, recorded):
    answer = seat(desk.PLANT_RELEASE).sign(f"/batches/{recorded}/reject-production", reason=" ")

    assert answer.status_code == 422
    assert desk.batch_of(as_org, recorded).state == "recorded"


def test_the_record_is_declared_complete_and_reopened_with_a_reason(seat, as_org, world):
    batch_id, clerk = world.batch["opened"], seat(desk.CLERK)

    assert clerk.post(f"/batches/{batch_id}/complete").status_code == 302
    assert desk.batch_of(as_org, batch_id).state == "recorded"
    assert clerk.post(f"/batches/{batch_id}/reopen", reason=" ").status_code == 422
    assert clerk.post(f"/batches/{batch_id}/reopen", reason="A figure is wrong.").status_code == 302
    assert desk.batch_of(as_org, batch_id).state == "opened"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scrapped": 8}, "material-balance"),
        ({"sampled": None}, "quantities-counted"),
        ({"steps_done": 3}, "all-steps-done"),
    ],
)
def test_a_record_that_does_not_balance_is_not_complete(seat, as_org, world, changes, code):
    check = {each.code: each for each in BATCH.transition("complete").checks}[code]
    desk.amend(world, world.batch["opened"], **changes)

    answer = seat(desk.CLERK).get(f"/batches/{world.batch['opened']}/complete")

    assert answer.status_code == 409
    assert desk.names(words(answer), check)


def test_the_books_themselves_refuse_a_release_without_a_date(world, recorded):
    with pytest.raises(IntegrityError, match="production_release_comes_first"):
        desk.amend(world, recorded, state="production_released")
