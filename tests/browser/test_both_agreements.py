"""Two papers between two houses: begun, offered, signed on both sides, and in force only then."""

WRITER = "chengyue/registrant-quality-manager"
SIGNER, OTHER_SIGNER = "chengyue/management-representative", "hengrui/management-representative"
SIGNATURES = "section:has(#signatures) dl.signature"


def test_both_agreements_are_drawn_up_and_signed_from_both_sides(window, world):
    hub = f"/entrustments/{world.eligible}"
    listing, quality = f"{hub}/agreements", f"/agreements/{world.draft_agreement}"
    writer, signer, other = window(), window(), window()

    writer.sign_in(WRITER)
    writer.open(hub)
    writer.follow(listing)
    writer.follow(quality)
    assert writer.make(f"{quality}/offer") == 200
    writer.follow(hub)
    writer.follow(listing)
    assert writer.press(f'form[action="{listing}"]:has([value="entrustment"]) button') == 200
    entrusting = writer.path
    assert entrusting.startswith("/agreements/")
    assert writer.make(f"{entrusting}/offer") == 200

    signer.sign_in(SIGNER)
    signer.open(hub)
    assert signer.page.locator(f'a[href="{hub}/agree"]').count() == 0
    for agreement in (quality, entrusting):
        signer.open(agreement)
        assert signer.sign(SIGNER, f"{agreement}/registrant-signs") == 200
        assert signer.path == agreement
        assert signer.page.locator(SIGNATURES).count() == 1

    other.sign_in(OTHER_SIGNER)
    for agreement in (quality, entrusting):
        other.open("/")
        assert other.sign(OTHER_SIGNER, f"{agreement}/manufacturer-countersigns") == 200
        assert other.path == agreement
        assert other.page.locator(SIGNATURES).count() == 2

    signer.open(hub)
    assert signer.make(f"{hub}/agree") == 200
    assert signer.path == hub
    assert signer.page.locator(f'a[href="{hub}/agree"]').count() == 0


def test_what_one_side_writes_the_other_side_compares(window, world):
    quality = f"/agreements/{world.draft_agreement}"
    writer = window(WRITER)
    writer.open(quality)
    writer.make(f"{quality}/offer")
    writer.follow(f"{quality}/revise")
    writer.type(reason="每周一召开沟通会议。")
    assert writer.send() == 200

    writer.follow(f"{quality}/edit")
    clause = writer.page.locator('textarea[name="QA-38-text"]')
    clause.evaluate(
        "each => { for (let d = each.closest('details'); d; d = d.parentElement.closest('details')) d.open = true }"
    )
    clause.fill("每周一10:00召开沟通会议，双方质量负责人参加。")
    assert writer.send("main form:has(textarea)") == 200
    assert writer.path == quality

    reader = window(OTHER_SIGNER)
    reader.open(quality)
    reader.follow(f"{quality}/compare")
    assert any("每周一10:00" in each for each in reader.page.locator("main ins").all_inner_texts())
    assert reader.look("agreement-compare") == []
