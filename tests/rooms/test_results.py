"""/batches/<id>/results: each inspection with its plan and verdict; what is not accepted is not released."""

import pytest

from tests.breaking import break_in
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.stage import sql
from workflows.releasing import PLANS_MET

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def planned(world):
    break_in("definition_inspection")
    sql(
        "UPDATE definition_inspection SET coverage = 'sampled', level = 'II', aql = '2.5' "
        "WHERE characteristic = '初始污染菌'"
    )


@SQLITE
def test_the_page_says_what_each_inspection_asks_for_by_which_rule_and_what_came_of_it(seat, planned, world):
    for who in (desk.CLERK, desk.QUALITY):
        page = words(seat(who).get(f"/batches/{world.batch['opened']}/results"))
        assert "GB/T 2828.1 · II · AQL 2.5" in page
        assert "normal inspection" in page
        assert "Not decided yet" in page
        assert "Every piece" not in page
        assert "外观与标识" in page


def test_a_batch_whose_sample_is_not_whole_is_not_released_for_production(seat, planned, world):
    path = f"/batches/{world.batch['recorded']}/release-production"
    refused = seat(desk.PLANT_RELEASE).get(path)
    assert (refused.status_code, desk.names(words(refused), PLANS_MET)) == (409, True)
    assert "初始污染菌" in words(refused)
    assert f"/batches/{world.batch['recorded']}/results" in refused.text

    sql("UPDATE definition_inspection SET coverage = NULL, level = NULL, aql = NULL")
    assert seat(desk.PLANT_RELEASE).get(path).status_code == 200
