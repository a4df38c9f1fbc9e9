"""README, "In ten minutes": the plant, its release person, the registrant, in one browser one after the other."""

import pytest

CLERK, PLANT = "hengrui/plant-clerk", "hengrui/manufacturer-release-person"
REGISTRANT = "chengyue/registrant-release-person"
PARTS = ("production_records", "results", "release_file")


@pytest.mark.parametrize(("engine", "language"), [("sqlite", "zh"), ("postgresql", "en")], indirect=["engine"])
def test_a_batch_goes_from_the_clerk_to_the_market(window, world):
    batch = f"/batches/{world.batch['opened']}"
    reader = window()

    reader.sign_in(CLERK)
    assert reader.page.locator(f'main a[href="{batch}/complete"]').first.is_visible()
    run = f"/label-runs/{world.label_run}"
    reader.open(run)
    assert reader.sign(CLERK, f"{run}/reconcile") == 200
    reader.open(batch)
    assert reader.make(f"{batch}/complete") == 200
    assert reader.path == batch
    reader.sign_out()

    reader.sign_in(PLANT)
    reader.open(batch)
    reader.follow(f"{batch}/release-production")
    reader.send("#intend")
    assert reader.prove(PLANT) == 200
    assert reader.path == batch
    assert reader.page.locator(f'a[href="{batch}/release-marketing"]').count() == 0
    assert reader.page.locator("#tally-release_marketing").count() == 0
    assert reader.open(f"{batch}/release-marketing") == 403
    reader.open("/")
    reader.sign_out()

    reader.sign_in(REGISTRANT)
    reader.open(batch)
    assert reader.page.locator("#why-release_marketing").is_visible()
    reader.follow(f"{batch}/reviews")
    for part in PARTS:
        reader.page.check(f'[name="subject"][value="{part}"]')
        reader.type(note="全部17道工序，无异议。")
        assert reader.send() == 200
    reader.open(batch)
    assert reader.sign(REGISTRANT, f"{batch}/release-marketing") == 200

    assert reader.path == batch
    assert reader.page.locator(".timeline .event.is-signed").count() == 2
    assert reader.page.locator(".timeline .event.is-signed dl.signature").count() == 2
    reader.photograph("batch-released")
