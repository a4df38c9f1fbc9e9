"""/api/v1: postings, exceptions, daily reports and hold points, to read."""

import pytest

from tests.api.knocking import register

KINDS = {"postings": "posting", "posting-exceptions": "exception"}


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_machine_reads_what_its_house_takes_part_in(app, world, kind):
    plant = register(app, world, "hengrui")
    mine, rivals = world.named[KINDS[kind]], world.named[f"rival_{KINDS[kind]}"]

    listed = plant.get(f"/{kind}").json["items"]
    one = plant.get(f"/{kind}/{mine}")

    assert {each["id"] for each in listed} == {str(mine), str(rivals)}
    assert one.json["entrustment_id"] == str(world.entrustment)
    assert one.headers["ETag"].startswith('"v')
