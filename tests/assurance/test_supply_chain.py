"""What the portal is made of is known, pinned, allowed, and asked about"""

import json

import pytest

from tests.assurance.advisories import judged, main
from tests.assurance.bill_of_materials import bill, digest_of_served, problem_of
from tests.assurance.locks import licences, may_be_shipped, pins

CORE = pins("core")


@pytest.fixture(scope="module")
def parts():
    return {each["name"]: each for each in json.loads(bill())["components"]}


def test_the_bill_is_what_the_schema_asks_for_and_the_same_each_time():
    assert problem_of(bill()) is None
    assert bill() == bill()


@pytest.mark.negative_control
def test_a_bill_with_a_part_that_has_no_name_is_not():
    broken = json.loads(bill())
    del broken["components"][0]["name"]

    assert problem_of(json.dumps(broken)) is not None


def test_every_locked_package_is_on_the_bill_with_its_version_and_all_its_hashes(parts):
    for pin in CORE:
        part = parts[pin.name]
        assert part["version"] == pin.version
        assert {each["content"] for each in part["hashes"]} == set(pin.hashes) != set()
    assert len([each for each in parts.values() if each["purl"].startswith("pkg:pypi/")]) == len(CORE)


def test_what_we_serve_of_others_is_on_the_bill_as_it_is_served(parts):
    served = [part for part in parts.values() if part["purl"].startswith("pkg:npm/")]

    assert served
    for part in served:
        for file in part["components"]:
            assert file["hashes"] == [{"alg": "SHA-384", "content": digest_of_served(file["name"])}]


@pytest.mark.parametrize(
    "pin", {each.name: each for each in (*CORE, *pins("plant"))}.values(), ids=lambda pin: pin.name
)
def test_its_licence_is_one_that_we_may_ship(pin):
    assert may_be_shipped(pin.name), licences(pin.name)


def test_what_is_known_is_told_and_an_unreachable_service_is_not_good_news():
    clean = json.dumps({"dependencies": [{"name": "flask", "version": "3", "vulns": []}]})
    flaw = {"id": "X-1", "fix_versions": ["4"]}
    flawed = json.dumps({"dependencies": [{"name": "flask", "version": "3", "vulns": [flaw]}]})
    unknown = {"name": "other", "skip_reason": "not found"}
    skipped = json.dumps({"dependencies": [unknown]})
    partly = json.dumps({"dependencies": [unknown, {"name": "flask", "version": "3", "vulns": []}]})

    assert judged("core", 0, clean, "") == (0, "core.txt: 1 packages, no known vulnerability")
    assert judged("core", 1, flawed, "") == (1, "core.txt: flask 3: X-1, mended in 4")
    assert judged("core", 0, skipped, "")[0] == 2
    assert judged("core", 0, partly, "") == (1, "core.txt: other could not be looked up")
    assert judged("core", 1, "", "ConnectionError: refused")[0] == 2
    assert main(lambda _: (0, clean, "")) == 0
    assert main(lambda _: (1, flawed, "")) == 1
    assert main(lambda _: (1, "", "no route")) == 2
