"""Findings: answered by the manufacturer, accepted or sent back, closed by the registrant only with evidence."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from portal.db import today
from tests.browsing import words
from tests.rooms import audit_desk as desk
from tests.rooms.batch_desk import names, pdf
from tests.stage import sql, stored
from workflows.audit_finding import AUDIT_FINDING

CHECKS = {check.code: check for move in AUDIT_FINDING.transitions for check in move.checks}
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
DUE = {"due_on": (today() + timedelta(days=30)).isoformat()}


@pytest.fixture
def finding(seat, as_org, world):
    """Where a finding of a reported audit lies."""
    return desk.reported(seat, as_org, world)[1]


@pytest.fixture
def accepted(seat, finding):
    plant = seat(desk.PLANT)
    assert plant.post(f"{finding}/response", **desk.ANSWER, **DUE).status_code == 302
    assert plant.post(f"{finding}/answer").status_code == 302
    assert seat(desk.QUALITY).post(f"{finding}/accept").status_code == 302
    return finding


def test_a_finding_goes_from_its_answer_to_its_closing_with_evidence(seat, as_org, accepted):
    refused = seat(desk.QUALITY).get(f"{accepted}/close")
    assert refused.status_code == 409
    assert names(desk.unmet(refused), CHECKS["action-evidenced"])

    seat(desk.PLANT).post(f"{accepted}/evidence", evidence="Ten batches with a signature", file=pdf("training.pdf"))
    assert seat(desk.QUALITY).sign(f"{accepted}/close").status_code == 302

    found = desk.finding_at(as_org, accepted)
    assert (found.state, found.action_owner, found.closed_at is not None) == ("closed", "Head of production", True)
    assert desk.events_of(as_org, found)[::-1] == [
        "audit_finding.raised",
        "audit_finding.response-written",
        "audit_finding.answered",
        "audit_finding.accepted",
        "audit_finding.evidence-shown",
        "audit_finding.closed",
    ]
    assert desk.meanings_under(as_org, found) == [AUDIT_FINDING.transition("close").signature]
    assert "training.pdf" in words(seat("jiangsu/authority-inspector").get(accepted))


def test_the_database_itself_closes_none_without_evidence(world):
    row = sql("SELECT last_event_id FROM batch LIMIT 1")[0][0]
    with pytest.raises(DBAPIError, match=r"(?i)check"):
        sql(
            "UPDATE audit_finding SET evidence = NULL, version = version + 1, last_event_id = :other WHERE id = :id",
            id=stored(world.audit["closed"]),
            other=row,
        )


@ON_EITHER_ENGINE_THE_SAME
def test_a_file_that_is_no_paper_is_refused_and_shows_nothing(seat, as_org, accepted):
    wrong = pdf("a.pdf", b"MZ not a paper")

    answer = seat(desk.PLANT).post(f"{accepted}/evidence", evidence="See the file", file=wrong)

    assert answer.status_code == 422
    assert "See the file" in answer.text
    assert desk.finding_at(as_org, accepted).evidence is None


@ON_EITHER_ENGINE_THE_SAME
def test_none_is_answered_before_the_report_is_signed(seat, world):
    place = desk.opened(seat, world)
    finding = seat(desk.LEAD).post(f"{place}/findings/new", **desk.FINDING).headers["Location"]
    seat(desk.PLANT).post(f"{finding}/response", **desk.ANSWER, **DUE)

    answer = seat(desk.PLANT).get(f"{finding}/answer")

    assert answer.status_code == 409
    assert names(desk.unmet(answer), CHECKS["audit-reported"])


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize("missing", ["cause", "action", "action_owner", "due_on"])
def test_an_answer_needs_cause_action_owner_and_day(seat, as_org, finding, missing):
    given = desk.ANSWER | DUE | {missing: ""}

    assert seat(desk.PLANT).post(f"{finding}/response", **given).status_code == 422
    assert names(desk.unmet(seat(desk.PLANT).get(f"{finding}/answer")), CHECKS["finding-answered"])


@ON_EITHER_ENGINE_THE_SAME
def test_nothing_is_due_before_the_finding_was_raised(seat, finding):
    given = desk.ANSWER | {"due_on": (today() - timedelta(days=2)).isoformat()}

    answer = seat(desk.PLANT).post(f"{finding}/response", **given)

    assert answer.status_code == 422
    assert "This day is before the finding was raised." in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_an_answer_that_is_sent_back_is_written_anew(seat, as_org, finding):
    plant, quality = seat(desk.PLANT), seat(desk.QUALITY)
    plant.post(f"{finding}/response", **desk.ANSWER, **DUE)
    plant.post(f"{finding}/answer")
    assert plant.get(f"{finding}/response").status_code == 409
    assert quality.post(f"{finding}/return-to-raised", reason=" ").status_code == 422
    assert quality.post(f"{finding}/return-to-raised", reason="That is no cause.").status_code == 302

    found = desk.finding_at(as_org, finding)
    assert (found.state, found.answered_at) == ("raised", None)
    assert plant.get(f"{finding}/response").status_code == 200
    assert "That is no cause." in words(plant.get(finding))


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize("below", ["accept", "return-to-raised", "close"])
def test_the_manufacturer_does_not_judge_its_own_answer(seat, finding, below):
    plant = seat("hengrui/management-representative")
    plant.post(f"{finding}/response", **desk.ANSWER, **DUE)
    plant.post(f"{finding}/answer")

    answer = plant.get(f"{finding}/{below}")

    assert answer.status_code == 409
    assert "This move belongs to the other party of the entrustment." in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_strangers_cannot_tell_that_it_exists_and_others_lack_the_power(seat, finding):
    assert seat(desk.RIVAL).get(finding).status_code == 404
    assert seat("qihe/manufacturer-quality-manager").get(f"{finding}/response").status_code == 404
    assert seat("hengrui/plant-clerk").get(f"{finding}/response").status_code == 403
    assert seat(desk.LEAD).get(f"{finding}/response").status_code == 403
    assert seat("shanghai/authority-inspector").get(f"{finding}/close").status_code == 403


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"grade": ""}, "Choose a grade."),
        ({"title": ""}, "Say in one line what is not as it should be."),
        ({"description": " "}, "Describe what was seen"),
        ({"point": "no-such-point"}, "Not a valid choice"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field(seat, world, given, says):
    place = desk.opened(seat, world)

    answer = seat(desk.LEAD).post(f"{place}/findings/new", **desk.FINDING | given)

    assert answer.status_code == 422
    assert says in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_what_waits_for_whom_stands_on_the_first_page(seat, as_org, finding):
    number = desk.finding_at(as_org, finding).number

    assert f"Submit the answer: finding {number}" in words(seat(desk.PLANT).get("/"))
    assert f"Submit the answer: finding {number}" in words(seat(desk.QUALITY).get("/"))
    assert number not in words(seat(desk.RIVAL).get("/"))
