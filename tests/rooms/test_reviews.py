"""The yearly review: begun from the records, judged by both sides, signed by both, and the duty that it meets."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.db import session, today
from portal.records.duty import Duty
from portal.records.review import AgreementReview
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from workflows.agreement_review import AGREEMENT_REVIEW, BEGIN_REVIEW, JUDGE_LINES

REPRESENTATIVE, PLANT_REPRESENTATIVE = "chengyue/management-representative", "hengrui/management-representative"
MOVES = (*AGREEMENT_REVIEW.transitions, BEGIN_REVIEW, JUDGE_LINES)
CHECKS = {check.code: check for move in MOVES for check in move.checks}
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def at(world):
    return f"/agreement-reviews/{world.review}"


@pytest.fixture
def review(as_org, world):
    """The review as it stands in the books."""

    def _review():
        with desk.books(as_org):
            return session.get_one(AgreementReview, world.review)

    return _review


@pytest.fixture
def judge(seat, at, review):
    """Somebody judges every clause to hold, but for what is said otherwise."""

    def _judge(who=desk.PLANT_QUALITY, **otherwise):
        said = {}
        for line in review().lines:
            name = line["clause_id"]
            said |= {f"{name}-judgement": "holds", f"{name}-remark": "", f"{name}-amend": line["amend"]}
        return seat(who).post(f"{at}/judgement", **said | otherwise)

    return _judge


def duty_of(as_org, world):
    with desk.books(as_org):
        wanted = select(Duty).where(Duty.entrustment_id == world.entrustment, Duty.rule == "joint-review")
        return session.scalars(wanted.order_by(Duty.id)).all()


def test_a_review_that_both_sides_judged_and_signed_meets_the_duty_of_the_year_and_begins_the_next(
    seat, as_org, world, at, judge, review
):
    assert judge().status_code == 302
    assert seat(PLANT_REPRESENTATIVE).sign(f"{at}/manufacturer-signs").status_code == 302
    assert [each.is_open for each in duty_of(as_org, world)] == [True]
    assert seat(REPRESENTATIVE).sign(f"{at}/registrant-countersigns").status_code == 302

    held, ahead = duty_of(as_org, world)
    assert (review().state, review().signed_at is not None) == ("signed", True)
    assert (held.standing, ahead.is_open) == ("met", True)
    assert {each.side for each in desk.signatures_of(as_org, world.review)} == {"registrant", "manufacturer"}


def test_lines_that_a_side_has_not_judged_refuse_the_signature_and_are_counted(seat, at, review):
    page = words(seat(REPRESENTATIVE).get(f"{at}/registrant-signs"))

    assert desk.names(page, CHECKS["judged-by-manufacturer"])
    assert f"Clauses not judged yet: {len(review().lines)}; the first is QA-01." in page


@ON_SQLITE
def test_what_a_side_finds_lacking_needs_an_amendment_before_anybody_signs(seat, at, judge):
    lacking = {"QA-20-judgement": "lacks", "QA-20-lacks": ["matches"], "QA-20-remark": "Two batches late."}
    assert judge(**lacking).status_code == 302

    page = words(seat(PLANT_REPRESENTATIVE).get(f"{at}/manufacturer-signs"))
    assert desk.names(page, CHECKS["lacking-amended"])
    assert "the first is QA-20" in page

    assert judge(**lacking, **{"QA-20-amend": "Name a deputy."}).status_code == 302
    assert seat(PLANT_REPRESENTATIVE).sign(f"{at}/manufacturer-signs").status_code == 302


@ON_SQLITE
def test_each_side_writes_its_own_judgement_and_leaves_the_other_s_alone(judge, review):
    before = {line["clause_id"]: line["registrant"] for line in review().lines}
    judge(**{"QA-01-remark": "As printed."})

    after = {line["clause_id"]: line for line in review().lines}
    assert {name: line["registrant"] for name, line in after.items()} == before
    assert after["QA-01"]["manufacturer"] == {"lacks": [], "remark": "As printed."}


@ON_SQLITE
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"QA-01-judgement": "lacks", "QA-01-remark": "Wrong."}, "Say what the clause is not."),
        ({"QA-01-judgement": "lacks", "QA-01-lacks": ["adequate"]}, "Say what shows that something is lacking."),
        ({"QA-01-lacks": ["adequate"]}, "the clause is not judged to be lacking"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_clause_and_everything_typed_is_kept(judge, review, given, says):
    answer = judge(**given, **{"QA-02-remark": "Kept as typed."})

    assert answer.status_code == 422
    assert says in words(answer)
    assert "Kept as typed." in answer.text
    assert all(line["manufacturer"] is None for line in review().lines)


@ON_SQLITE
def test_a_page_that_somebody_else_has_overtaken_changes_nothing(seat, at, judge, review):
    seen = hidden_fields(seat(desk.PLANT_QUALITY).get(f"{at}/judgement").text)["seen_version"]
    judge()

    assert seat(desk.PLANT_QUALITY).post(f"{at}/judgement", seen_version=seen).status_code == 409
    assert all(line["manufacturer"] for line in review().lines)


@ON_SQLITE
def test_what_one_side_signed_is_opened_again_with_a_reason_and_then_its_signature_counts_no_more(
    seat, at, judge, review
):
    judge()
    seat(PLANT_REPRESENTATIVE).sign(f"{at}/manufacturer-signs")
    assert seat(desk.QUALITY).get(f"{at}/judgement").status_code == 409

    assert seat(desk.QUALITY).post(f"{at}/reopen", reason="One clause was misread.").status_code == 302

    assert review().state == "drafted"
    assert "Nobody has signed it yet." in words(seat(desk.QUALITY).get(at))


@ON_SQLITE
def test_another_review_waits_until_this_one_is_signed_or_dropped_and_looks_at_twelve_months(
    seat, as_org, world, at, review
):
    begin = f"/entrustments/{world.entrustment}/reviews/new"
    refused = seat(desk.QUALITY).get(begin)
    assert refused.status_code == 409
    assert desk.names(words(refused), CHECKS["no-review-underway"])

    seat(desk.QUALITY).post(f"{at}/drop", reason="Begun too early.")
    assert seat(desk.PLANT_QUALITY).post(begin, until=str(today() + timedelta(days=1))).status_code == 422
    answer = seat(desk.PLANT_QUALITY).post(begin, until="2026-08-31")

    assert answer.status_code == 302
    with desk.books(as_org):
        anew = session.get_one(AgreementReview, UUID(answer.headers["Location"].rsplit("/", 1)[1]))
    assert (str(anew.since), str(anew.until), anew.number[-4:]) == ("2025-09-01", "2026-08-31", "-002")
    assert review().dropped_at is not None


@ON_SQLITE
def test_the_lines_say_how_the_duties_of_each_clause_were_kept(review):
    kept = {line["clause_id"]: line["kept"] for line in review().lines}

    assert kept["QA-28"] == {"owed": 1}
    assert kept["QA-23"]["met"] >= 1
    assert kept["QA-01"] == {}


@ON_SQLITE
def test_it_waits_on_the_first_page_of_whoever_signs_it(seat, review):
    assert f"yearly review {review().number}" in words(seat(PLANT_REPRESENTATIVE).get("/"))
    assert f"yearly review {review().number}" in words(seat(REPRESENTATIVE).get("/"))


@ON_SQLITE
def test_the_authority_reads_it_and_a_rival_finds_nothing_of_it(seat, world, at, told):
    before = told()

    assert "To be amended" in words(seat("jiangsu/authority-inspector").get(at))
    assert "agreement_review.read" in str(told())
    assert "agreement_review.read" not in str(before)
    assert seat("lantai/management-representative").get(at).status_code == 404
    assert seat("lantai/management-representative").get(f"/entrustments/{world.entrustment}/reviews").status_code == 404
