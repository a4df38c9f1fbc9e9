"""/materials: what a house receives, and what it asks of each lot."""

import pytest
from sqlalchemy import select

from portal.db import session
from portal.records.material import Material
from tests.browsing import words

QUALITY, CLERK = "hengrui/manufacturer-quality-manager", "hengrui/plant-clerk"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
GIVEN = {
    "code": "RM-PEEK-001",
    "name": "PEEK rod",
    "specification": "ASTM F2026, 20 mm",
    "unit": "kg",
    "is_key": "y",
    "certificates": ["mill", "biocompatibility"],
    "shelf_months": "60",
    "receipt": "Three pieces of each lot by QI-35-001.",
    "criterion-0-characteristic": "Diameter",
    "criterion-0-method": "Micrometer",
    "criterion-0-kind": "number",
    "criterion-0-low": "19.9",
    "criterion-0-high": "20.1",
    "criterion-0-unit": "mm",
    "criterion-1-characteristic": "Look",
    "criterion-1-method": "Eye",
    "criterion-1-kind": "text",
    "criterion-1-text": "clean",
}


def test_a_material_says_what_each_lot_brings_and_how_it_is_inspected(seat, as_org):
    answer = seat(QUALITY).post("/materials/new", **GIVEN)

    assert answer.status_code == 302, words(answer)
    with as_org("hengrui"):
        made = session.scalars(select(Material).where(Material.code == "RM-PEEK-001")).one()
        assert (made.state, made.unit, made.shelf_months) == ("in_use", "kg", 60)
        assert made.certificates == ["mill", "biocompatibility"]
        assert [each.wanted for each in made.criteria] == ["19.9 – 20.1 mm", "clean"]
        session.close()
    page = words(seat(QUALITY).get(answer.headers["Location"]))
    for text in ("Mill certificate", "19.9 – 20.1 mm", "Three pieces of each lot"):
        assert text in page


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"code": "RM-TI-012"}, "Another material has this code."),
        ({"criterion-0-low": "20.2"}, "It lies below the lower limit."),
        ({"criterion-0-low": "", "criterion-0-high": ""}, "Give at least one limit."),
        ({"criterion-0-low": "twenty"}, "Not a decimal number"),
        ({"criterion-1-text": ""}, "Give the word that is wanted."),
        ({"criterion-1-characteristic": ""}, "Say what is inspected."),
        ({"shelf_months": "0"}, "A whole number from 1"),
    ],
)
def test_a_wrong_entry_is_refused_in_words_and_nothing_is_entered(seat, as_org, wrong, says):
    answer = seat(QUALITY).post("/materials/new", **(GIVEN | wrong))

    assert answer.status_code == 422
    assert says in words(answer)
    with as_org("hengrui"):
        assert session.scalars(select(Material).where(Material.code == "RM-PEEK-001")).all() == []
        session.close()


@ON_EITHER_ENGINE_THE_SAME
def test_what_is_asked_changes_and_a_row_that_is_emptied_is_taken_out(seat, as_org, world):
    at = f"/materials/{world.material}/amend"
    emptied = {
        f"criterion-1-{name}": "" for name in ("characteristic", "method", "kind", "low", "high", "unit", "text")
    }
    assert seat(QUALITY).post(at, **emptied, unit="m").status_code == 302

    with as_org("hengrui"):
        found = session.get_one(Material, world.material)
        assert found.unit == "m"
        assert [each.characteristic for each in found.criteria] == ["化学成分与力学性能"]
        session.close()


@ON_EITHER_ENGINE_THE_SAME
def test_a_retired_material_is_not_amended_until_it_is_received_again(seat, world):
    at = f"/materials/{world.material}"
    assert seat(QUALITY).post(f"{at}/retire", reason="Replaced by Φ14.").status_code == 302
    assert seat(QUALITY).get(f"{at}/amend").status_code == 409
    assert seat(QUALITY).post(f"{at}/take-up", reason="Needed again.").status_code == 302
    assert seat(QUALITY).get(f"{at}/amend").status_code == 200


@ON_EITHER_ENGINE_THE_SAME
def test_a_clerk_reads_and_does_not_write_and_a_partner_finds_nothing(seat, world):
    at = f"/materials/{world.material}"

    assert seat(CLERK).get(at).status_code == 200
    assert seat(CLERK).get("/materials/new").status_code == 403
    assert seat("jiangsu/authority-inspector").get(at).status_code == 200
    assert seat("chengyue/registrant-quality-manager").get(f"/materials/{world.tyvek_material}").status_code == 404
    assert seat("chengyue/registrant-quality-manager").get(f"{at}/amend").status_code == 404


@ON_EITHER_ENGINE_THE_SAME
def test_it_is_found_by_its_code(seat, world):
    assert seat(QUALITY).get("/find?q=RM-TI-012").headers["Location"].endswith(str(world.material))
