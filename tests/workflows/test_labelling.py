"""A run of labels: printed, counted, reconciled; nothing passes that does not add up or is not explained."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.engine import Side, weigh_opening
from workflows.labelling import COUNT, LABEL_RUN, PRINT, LabelFacts, PrintingFacts

READY = LabelFacts(difference=0, explained=False)
LACKING: Lacking = {
    "labels-counted": ({"difference": None, "explained": True}, {"labels-counted"}),
    "labels-balanced": ({"difference": 3}, {"labels-balanced"}),
}


@pytest.mark.parametrize(("move", "code"), checks_of(*LABEL_RUN.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    assert weigh(LABEL_RUN, move, READY).allowed
    assert codes(weigh(LABEL_RUN, move, facts).unmet) == named


def test_a_difference_that_is_explained_passes_in_either_direction():
    assert all(weigh(LABEL_RUN, "reconcile", LabelFacts(each, explained=True)).allowed for each in (3, -2))


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        (PrintingFacts("opened", 1), set()),
        (PrintingFacts("recorded", 2), set()),
        (PrintingFacts("production_released", 1), {"batch-underway"}),
        (PrintingFacts("opened", 0), {"identifier-in-use"}),
    ],
)
def test_labels_are_printed_for_a_batch_under_way_and_an_identifier_in_use(facts, missing):
    decision = weigh_opening(PRINT, facts, powers=EVERY_POWER, side=Side.MANUFACTURER, on=NOW)

    assert codes(decision.unmet) == missing
    assert not weigh_opening(PRINT, facts, powers=EVERY_POWER, side=Side.REGISTRANT, on=NOW).allowed


def test_what_is_reconciled_is_not_counted_again():
    weighed = [
        weigh_opening(COUNT, each, powers=EVERY_POWER, side=Side.MANUFACTURER, on=NOW)
        for each in ("printed", "reconciled")
    ]

    assert [each.allowed for each in weighed] == [True, False]
