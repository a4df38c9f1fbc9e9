"""POST /batches/<id>/release-marketing and /refuse-marketing: the registrant's side alone."""

from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from portal.founding import enrol
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from workflows.batch import BATCH
from workflows.powers import Role

CHECKS = {check.code: check for check in BATCH.transition("release_marketing").checks}
OTHER_SIDE = "This move belongs to the other party of the entrustment."
UNREVIEWED = ("production-records-reviewed", "results-reviewed", "release-file-reviewed")


@pytest.fixture
def released(world):
    return world.batch["production_released"]


@pytest.fixture
def path(released):
    return f"/batches/{released}/release-marketing"


@pytest.fixture
def reviewed(world, released):
    desk.review_all(world, released)


@pytest.fixture
def both_roles_at(app, world):
    """Somebody whom a house gave the roles of both sides."""

    def _at(house):
        with app.app_context():
            world.person[f"{house}/both"] = enrol(
                world.org[house],
                name="Both",
                title="Release",
                email=f"both@{house}.example",
                roles=(Role.REGISTRANT_RELEASE_PERSON, Role.MANUFACTURER_RELEASE_PERSON),
                language="en",
                password="a long enough password for tests",
            )
        return f"{house}/both"

    return _at


@pytest.mark.usefixtures("reviewed")
def test_it_releases_and_says_so_in_the_ledger(seat, as_org, world, released, path):
    answer = seat(desk.RELEASE).sign(path)

    assert answer.status_code == 302
    batch = desk.batch_of(as_org, released)
    signatures = desk.signatures_of(as_org, released)
    assert (batch.state, batch.marketing_released_by_id) == ("marketing_released", world.person[desk.RELEASE])
    assert batch.marketing_released_at > batch.production_released_at
    assert desk.events_of(as_org, batch)[0] == "batch.marketing-released"
    assert [each.side for each in signatures] == ["manufacturer", "registrant"]


def test_the_whole_way_from_opening_to_the_market(seat, as_org, world):
    batch_id = world.batch["opened"]
    at = f"/batches/{batch_id}"

    assert seat(desk.CLERK).sign(f"/label-runs/{world.label_run}/reconcile").status_code == 302
    assert seat(desk.CLERK).post(f"{at}/complete").status_code == 302
    assert seat(desk.PLANT_RELEASE).sign(f"{at}/release-production").status_code == 302
    for part in desk.REVIEWS:
        answer = seat(desk.QUALITY).post(f"{at}/reviews", subject=part, note="Read; no objection.")
        assert answer.status_code == 302
    assert seat(desk.RELEASE).sign(f"{at}/release-marketing").status_code == 302

    batch = desk.batch_of(as_org, batch_id)
    assert batch.state == "marketing_released"
    assert desk.events_of(as_org, batch)[:6] == [
        "batch.marketing-released",
        "batch.reviewed",
        "batch.reviewed",
        "batch.reviewed",
        "batch.production-released",
        "batch.recorded",
    ]


def test_what_was_not_reviewed_is_named_with_its_source(seat, path):
    answer = seat(desk.RELEASE).get(path)

    assert answer.status_code == 409
    assert all(desk.names(words(answer), CHECKS[code]) for code in UNREVIEWED)


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize(
    ("code", "unmeet"),
    [
        ("entrustment-active", desk.suspend),
        ("made-under-licence", desk.let_licence_end),
    ],
)
def test_one_unmet_condition_holds_the_batch_and_names_its_source(seat, as_org, world, released, path, code, unmeet):
    unmeet(world)

    answer = seat(desk.RELEASE).get(path)

    assert answer.status_code == 409
    assert desk.names(words(answer), CHECKS[code])
    assert desk.batch_of(as_org, released).state == "production_released"


@pytest.mark.usefixtures("reviewed")
def test_a_nonconformity_raised_after_the_review_holds_the_batch_and_asks_for_another_review(
    seat, as_org, world, released, path
):
    desk.raised(seat, world, released, who=desk.RELEASE)

    answer = seat(desk.RELEASE).get(path)

    assert answer.status_code == 409
    for code in ("nonconformities-closed", *UNREVIEWED):
        assert desk.names(words(answer), CHECKS[code])
    assert desk.batch_of(as_org, released).results_reviewed_at is None


@pytest.mark.parametrize("state", ["opened", "recorded"])
def test_it_comes_only_after_production_release(seat, as_org, world, state):
    answer = seat(desk.RELEASE).get(f"/batches/{world.batch[state]}/release-marketing")

    assert answer.status_code == 409
    assert desk.batch_of(as_org, world.batch[state]).state == state


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize("who", [desk.PLANT_RELEASE, desk.CLERK, desk.PLANT_QUALITY, desk.QUALITY])
@pytest.mark.parametrize("move", ["release-marketing", "refuse-marketing"])
def test_nobody_but_the_registrants_release_person_has_the_power(seat, as_org, released, who, move):
    path = f"/batches/{released}/{move}"

    assert seat(who).get(path).status_code == 403
    assert seat(who).post(path).status_code == 403
    assert desk.batch_of(as_org, released).state == "production_released"


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize("move", ["release-marketing", "refuse-marketing"])
def test_a_manufacturers_user_cannot_whatever_roles_it_was_given(seat, as_org, released, both_roles_at, move):
    who = both_roles_at("hengrui")

    answer = seat(who).sign(f"/batches/{released}/{move}", reason=desk.REASON)

    assert seat(who).get(f"/batches/{released}/{move}").status_code == 409
    assert OTHER_SIDE in words(seat(who).get(f"/batches/{released}/{move}"))
    assert answer.status_code in (400, 409)
    assert desk.batch_of(as_org, released).state == "production_released"


def test_a_registrants_user_cannot_release_for_production_whatever_roles_it_was_given(
    seat, as_org, world, both_roles_at
):
    path = f"/batches/{world.batch['recorded']}/release-production"

    answer = seat(both_roles_at("chengyue")).get(path)

    assert answer.status_code == 409
    assert OTHER_SIDE in words(answer)
    assert desk.batch_of(as_org, world.batch["recorded"]).state == "recorded"


@pytest.mark.usefixtures("reviewed")
def test_whoever_released_for_production_does_not_release_to_the_market(seat, as_org, world, released, path):
    desk.amend(world, released, production_released_by_id=world.person[desk.RELEASE])

    answer = seat(desk.RELEASE).get(path)

    assert answer.status_code == 409
    assert desk.names(words(answer), CHECKS["two-people-release"])
    assert desk.batch_of(as_org, released).state == "production_released"


def test_the_books_themselves_refuse_one_person_for_both_releases(world, as_org):
    released = desk.batch_of(as_org, world.batch["marketing_released"])

    with pytest.raises(IntegrityError, match="two_people_release"):
        desk.amend(world, released.id, marketing_released_by_id=released.production_released_by_id)


def test_the_books_themselves_refuse_the_market_without_a_date(world, released):
    with pytest.raises(IntegrityError, match="marketed_means_dated"):
        desk.amend(world, released, state="marketing_released")


@pytest.mark.usefixtures("reviewed")
def test_a_wrong_password_signs_nothing(seat, as_org, released, path):
    assert seat(desk.RELEASE).sign(path, password="not the password").status_code == 422
    assert desk.batch_of(as_org, released).state == "production_released"
    assert len(desk.signatures_of(as_org, released)) == 1


@pytest.mark.usefixtures("reviewed")
def test_a_review_after_the_record_was_shown_makes_the_signature_worthless(seat, as_org, released, path):
    signer = seat(desk.RELEASE)
    page = signer.get(signer.intend(path).headers["Location"])
    seat(desk.QUALITY).post(f"/batches/{released}/reviews", subject="results", note="Read once more.")

    answer = signer.client.post(path, data=hidden_fields(page.text) | {"password": "x", "code": "000000"})

    assert answer.status_code == 409
    assert desk.batch_of(as_org, released).state == "production_released"


@pytest.mark.usefixtures("reviewed")
def test_without_a_token_nothing_happens(seat, as_org, released, path):
    assert seat(desk.RELEASE).client.post(path).status_code == 400
    assert desk.batch_of(as_org, released).state == "production_released"


@pytest.mark.parametrize("who", ["lantai/registrant-release-person", "qihe/registrant-release-person"])
def test_a_rival_at_the_same_plant_cannot_tell_that_the_batch_exists(seat, path, who):
    found, missing = seat(who).get(path), seat(who).get(f"/batches/{uuid4()}/release-marketing")

    assert (found.status_code, missing.status_code) == (404, 404)
    assert found.data == missing.data


def test_it_is_refused_for_good_with_a_reason(seat, as_org, released):
    answer = seat(desk.RELEASE).sign(f"/batches/{released}/refuse-marketing", reason=desk.REASON)

    assert answer.status_code == 302
    batch = desk.batch_of(as_org, released)
    assert (batch.state, batch.rejected_at is not None) == ("rejected", True)
    assert batch.marketing_released_at is None
    assert desk.events_of(as_org, batch)[0] == "batch.marketing-refused"
    assert desk.signatures_of(as_org, released)[-1].reason == desk.REASON


def test_a_refusal_without_a_reason_is_not_begun(seat, as_org, released):
    answer = seat(desk.RELEASE).sign(f"/batches/{released}/refuse-marketing", reason=" ")

    assert answer.status_code == 422
    assert desk.batch_of(as_org, released).state == "production_released"


@pytest.mark.parametrize("move", ["release-marketing", "refuse-marketing"])
def test_what_is_on_the_market_is_decided(seat, as_org, world, move):
    batch_id = world.batch["marketing_released"]

    assert seat(desk.RELEASE).get(f"/batches/{batch_id}/{move}").status_code == 409
    assert desk.batch_of(as_org, batch_id).state == "marketing_released"
