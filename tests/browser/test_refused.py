"""Attempts that are refused: each page says what happened, what is unchanged and what to do."""

import pytest

PLANT, REGISTRANT = "hengrui/manufacturer-release-person", "chengyue/registrant-release-person"
RIVAL = "lantai/registrant-release-person"


@pytest.fixture
def batch(world):
    """Released by the plant, reviewed by nobody yet."""
    return f"/batches/{world.batch['production_released']}"


def test_the_market_waits_for_the_review_and_the_page_says_so(window, batch):
    reader = window()
    reader.sign_in(REGISTRANT)
    reader.open(batch)
    button = reader.page.locator('button[aria-describedby~="why-release_marketing"]')
    assert button.get_attribute("aria-disabled") == "true"
    said_before = reader.page.locator("#why-release_marketing .reason-says").all_inner_texts()
    assert said_before

    assert reader.open(f"{batch}/release-marketing") == 409

    assert reader.page.locator(".reason.is-unmet .reason-says").all_inner_texts() == said_before
    assert reader.look("refused-unready") == []
    reader.press('main a.mend[href$="/reviews"]')
    assert reader.path == f"{batch}/reviews"


def test_the_plant_cannot_release_to_the_market(window, batch):
    reader = window()
    reader.sign_in(PLANT)

    assert reader.open(f"{batch}/release-marketing") == 403

    assert reader.page.locator("main h1").is_visible()
    assert reader.look("refused-power") == []


def test_a_wrong_code_signs_nothing_and_the_right_one_still_does(window, world):
    batch = f"/batches/{world.batch['recorded']}"
    reader = window()
    reader.sign_in(PLANT)
    reader.open(batch)
    reader.follow(f"{batch}/release-production")
    reader.send("#intend")

    assert reader.prove(PLANT, code="000000") == 422
    assert reader.page.locator('[name="code"][aria-invalid="true"]').is_visible()
    assert reader.page.evaluate("document.activeElement.id") == "form-errors"
    assert reader.look("refused-proof") == []

    assert reader.prove(PLANT) == 200
    assert reader.path == batch
    assert reader.page.locator(".timeline .event.is-signed").count() == 1


def test_a_rival_sees_what_anybody_sees_of_a_page_that_does_not_exist(window, world, batch):
    reader = window()
    reader.sign_in(RIVAL)

    assert reader.open(batch) == 404
    shown = reader.page.content()
    assert reader.look("refused-stranger") == []
    assert reader.open(f"/batches/{world.product}") == 404
    assert reader.page.content() == shown
