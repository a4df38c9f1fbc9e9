"""The authority: reads across the pair, is written down for it, and takes everything away."""

import zipfile
from pathlib import Path

INSPECTOR = "shanghai/authority-inspector"


def test_an_inspector_looks_finds_the_look_in_the_ledger_and_takes_the_zip(window, world):
    batch = world.batch["production_released"]
    lens = f"/inspection/{world.entrustment}"
    reader = window()

    reader.sign_in(INSPECTOR)
    reader.follow("/inspection")
    assert reader.follow(lens) == 200
    assert reader.follow(f"/entrustments/{world.entrustment}") == 200
    assert reader.follow(f"/batches/{batch}") == 200
    assert reader.page.locator("main form").count() == 0
    reader.open(f"/entrustments/{world.entrustment}")
    assert reader.follow(f"/entrustments/{world.entrustment}/trail") == 200
    looks = reader.page.locator(".timeline .event").filter(has_text="沪监管")
    assert looks.count() >= 3

    reader.open("/inspection")
    with reader.page.expect_download() as taken:
        reader.page.locator('a[href="/inspection/export.zip"]').first.click()
    with zipfile.ZipFile(Path(taken.value.path())) as parcel:
        assert parcel.testzip() is None
        assert "MANIFEST.json" in parcel.namelist()
        assert any(str(batch) in parcel.read(each).decode() for each in parcel.namelist() if each.endswith(".json"))
