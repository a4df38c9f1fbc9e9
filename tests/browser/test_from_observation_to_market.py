"""What a resident observes becomes a nonconformity and holds the batch until both sides have put it right."""

from datetime import timedelta

import pytest
import time_machine

from portal.db import now, today

RESIDENT, QUALITY, RELEASE = (
    "chengyue/resident-supervisor",
    "chengyue/registrant-quality-manager",
    "chengyue/registrant-release-person",
)
CLERK, PLANT_QUALITY, PLANT_RELEASE = (
    "hengrui/plant-clerk",
    "hengrui/manufacturer-quality-manager",
    "hengrui/manufacturer-release-person",
)
PARTS = ("production_records", "results", "release_file")
LONG_ENOUGH = timedelta(days=2)


@pytest.fixture
def held(world):
    return f"/batches/{world.batch['recorded']}"


@pytest.mark.parametrize("language", ["zh"])
def test_an_observation_goes_its_whole_way_on_both_sides(window, world, held):
    found = observed(window, world)
    assert_held(window, held)
    action = planned(window, found)
    settled(window, found)
    carried_out(window, action)
    with time_machine.travel(now() + LONG_ENOUGH):
        made_since(window, world)
        found_effective(window, action)
        released(window, held)


def observed(window, world):
    """The resident notes it in the report of the day; one button makes it a nonconformity."""
    reader = window(RESIDENT)
    reader.open(f"/postings/{world.posting}/reports/new")
    reader.page.select_option('[name="observed_on"]', "B2611-02")
    reader.type(observation="清洗后三件表面有水渍，烘干温度记录缺一小时。", remarks="其余正常。")
    assert reader.press('button[name="then"]:not([value="sign"])') == 200
    assert reader.press('form[action$="/nonconformity"] button') == 200
    assert reader.path.startswith("/nonconformities/")
    assert "清洗后三件表面有水渍" in reader.page.inner_text("main")
    return reader.path


def assert_held(window, held):
    """Neither the clerk's nor the release person's page lets the batch go on, and says why."""
    reader = window(PLANT_RELEASE)
    reader.open(held)
    assert "1项未关闭。" in reader.page.inner_text("#why-release_production")
    assert reader.open(f"{held}/release-production") == 409


def planned(window, found):
    """The registrant opens the action, the plant finds the cause and plans, the registrant approves by signature."""
    registrant = window(QUALITY)
    registrant.open(found)
    assert registrant.press('main a[href*="/capas/new"]') == 200
    registrant.type(title="清洗后水渍", problem="烘干温度记录缺失，三件表面有水渍。")
    registrant.page.check('[name="joint"]')
    assert registrant.send() == 200
    action = registrant.path

    plant = window(PLANT_QUALITY)
    plant.open(action)
    plant.follow(f"{action}/investigation")
    plant.type(cause="烘箱定时器失灵。", criterion="后续批次清洗后目视检查无水渍。", check_after="1", check_within="5")
    assert plant.send() == 200
    plant.follow(f"{action}/actions/new")
    plant.page.select_option('[name="owes"]', "manufacturer")
    plant.type(what="更换定时器并重新确认烘干工序。", owner_name="设备工程师", due_on=f"{today() + timedelta(days=7)}")
    assert plant.send() == 200
    plant.open(action)
    assert plant.make(f"{action}/submit") == 200

    registrant.open(action)
    assert registrant.sign(QUALITY, f"{action}/approve") == 200
    return action


def settled(window, found):
    """The plant decides what becomes of the pieces; the registrant approves by signature."""
    plant = window(PLANT_QUALITY)
    plant.open(found)
    plant.follow(f"{found}/edit")
    plant.page.select_option('[name="disposition"]', "rework")
    plant.type(justification="重新清洗烘干并复检，合格。")
    assert plant.send() == 200
    plant.open(found)
    assert plant.make(f"{found}/decide") == 200

    registrant = window(QUALITY)
    registrant.open(found)
    assert registrant.sign(QUALITY, f"{found}/close") == 200


def carried_out(window, action):
    plant = window(PLANT_QUALITY)
    plant.open(action)
    assert plant.press('main a[href^="/capa-actions/"]') == 200
    step = plant.path
    plant.follow(f"{step}/evidence")
    plant.type(evidence="维修记录 EQ-118，烘干确认报告 V-32。")
    assert plant.send() == 200
    plant.open(step)
    assert plant.make(f"{step}/complete") == 200
    plant.open(action)
    assert plant.make(f"{action}/finish") == 200


def made_since(window, world):
    """Two days later the verdict is asked for anew and another batch is begun, which shows no stain."""
    registrant = window(QUALITY)
    registrant.open(f"/entrustments/{world.entrustment}/verdicts")
    assert registrant.press('form[action$="/verdicts"] button') == 200
    clerk = window(CLERK)
    clerk.open(f"/entrustments/{world.entrustment}/batches/open")
    clerk.type(number="B2611-09", started_on=f"{today()}", planned="1200", steps_planned="17")
    assert clerk.send() == 200
    assert clerk.path.startswith("/batches/")


def found_effective(window, action):
    registrant = window(QUALITY)
    registrant.open(action)
    registrant.follow(f"{action}/result")
    registrant.type(result="B2611-09 清洗后目视检查无水渍。")
    assert registrant.send() == 200
    registrant.open(action)
    assert registrant.sign(QUALITY, f"{action}/find-effective") == 200


def released(window, held):
    """The plant's release person and then the registrant's sign; the page shows the whole way in both houses."""
    plant = window(PLANT_RELEASE)
    plant.open(held)
    assert plant.sign(PLANT_RELEASE, f"{held}/release-production") == 200
    registrant = window(RELEASE)
    registrant.open(f"{held}/reviews")
    for part in PARTS:
        registrant.page.check(f'[name="subject"][value="{part}"]')
        registrant.type(note="已审核，无异议。")
        assert registrant.send() == 200
    registrant.open(held)
    assert registrant.sign(RELEASE, f"{held}/release-marketing") == 200
    assert registrant.page.locator(".timeline .event.is-signed").count() == 2
