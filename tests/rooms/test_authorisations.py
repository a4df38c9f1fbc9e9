"""/authorisations: who is trained for which operations, and that it counts only once somebody else signed it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session, today
from portal.records.authorisation import Authorisation
from tests.browsing import words
from tests.rooms.batch_desk import pdf

QUALITY, CLERK = "hengrui/manufacturer-quality-manager", "hengrui/plant-clerk"
PARTNER, ELSEWHERE = "chengyue/registrant-quality-manager", "anhe/manufacturer-quality-manager"
JIANGSU = "jiangsu/authority-inspector"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])


def given(**other):
    return {
        "person": "",
        "person_name": "抛光工甲",
        "operations": ["polishing"],
        "trainer": "陈刚",
        "trained_on": (today() - timedelta(days=10)).isoformat(),
        "training": "按 WI-12 培训，考核合格。",
        "since": (today() - timedelta(days=5)).isoformat(),
        "until": (today() + timedelta(days=300)).isoformat(),
        "file": pdf(),
    } | other


@pytest.fixture
def own(as_org):
    def _own(**having):
        with as_org("hengrui"):
            found = session.scalars(select(Authorisation).filter_by(**having)).unique().all()
            session.close()
            return found

    return _own


def prepared(seat, **other):
    answer = seat(QUALITY).post("/authorisations/new", **given(**other))
    assert answer.status_code == 302, words(answer)
    return answer.headers["Location"]


def test_an_operator_is_authorised_by_a_signature(seat, own, as_org, world):
    at = prepared(seat, equipment_ids=[str(world.polisher)])
    assert not own(person_name="抛光工甲")[0].counts_on(today())

    assert seat(QUALITY).sign(f"{at}/grant").status_code == 302

    (found,) = own(person_name="抛光工甲")
    days = [today() + timedelta(days=each) for each in (-6, -5, 0, 300, 301)]
    assert [found.counts_on(each) for each in days] == [False, True, True, True, False]
    assert found.covers("polishing", [world.polisher])
    assert not found.covers("polishing", [world.lathe])
    assert not found.covers("cleaning", [])
    with as_org("hengrui"):
        assert next(each.event for each in ledger.entries(subject_id=found.id)) == "authorisation.granted"
        session.close()
    page = words(seat(CLERK).get(at))
    assert "EQ-002" in page
    assert "I authorise this person to carry out these operations" in page


@ON_EITHER_ENGINE_THE_SAME
def test_without_the_record_of_the_training_or_for_oneself_nothing_is_signed(seat, world):
    bare = prepared(seat, file=(b"", ""))
    refused = seat(QUALITY).get(f"{bare}/grant")
    assert refused.status_code == 409
    assert "The record of the training is filed and accepted." in words(refused)

    mine = prepared(seat, person=str(world.person[QUALITY]), person_name="")
    assert "Nobody signs their own authorisation." in words(seat(QUALITY).get(f"{mine}/grant"))

    taught = prepared(seat, trainer="抛光工甲")
    assert "Nobody trained themselves." in words(seat(QUALITY).get(f"{taught}/grant"))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"person_name": ""}, "Choose somebody of the portal, or give the name of somebody else."),
        ({"operations": []}, "Choose at least one operation."),
        ({"trainer": ""}, "Say who trained them."),
        ({"training": ""}, "Say what was taught and how it was shown."),
        ({"trained_on": "2099-01-01"}, "This day has not come yet."),
        ({"since": "2020-01-01"}, "Nobody is authorised before they were trained."),
        ({"until": "2020-01-01"}, "The last day does not come before the first."),
        ({"file": pdf("x.exe", b"MZ")}, "This kind of file is not accepted"),
    ],
)
@ON_EITHER_ENGINE_THE_SAME
def test_an_entry_that_is_not_right_is_refused_with_its_reason(seat, own, typed, says):
    answer = seat(QUALITY).post("/authorisations/new", **given(**typed))
    assert answer.status_code == 422
    assert says in words(answer)
    assert own(person_name="抛光工甲") == []


@ON_EITHER_ENGINE_THE_SAME
def test_a_draft_is_amended_until_it_is_signed(seat, own):
    at = prepared(seat)
    assert seat(QUALITY).post(f"{at}/amend", **given(seen_version="0")).status_code == 409
    answer = seat(QUALITY).post(f"{at}/amend", **given(operations=["polishing", "marking"], file=(b"", "")))
    assert answer.status_code == 302, words(answer)
    (found,) = own(person_name="抛光工甲")
    assert found.operations == ["polishing", "marking"]
    assert found.evidence_id is not None, "the paper from before stays"

    assert seat(QUALITY).sign(f"{at}/grant").status_code == 302
    assert seat(QUALITY).get(f"{at}/amend").status_code == 409


@ON_EITHER_ENGINE_THE_SAME
def test_one_that_is_ended_counts_until_that_day_and_one_withdrawn_never(seat, own, world):
    at = f"/authorisations/{world.turner}"
    assert seat(QUALITY).post(f"{at}/end", reason="").status_code == 422
    assert seat(QUALITY).post(f"{at}/end", reason="Left.").status_code == 302
    (found,) = own(id=world.turner)
    assert [found.counts_on(today() + timedelta(days=each)) for each in (-1, 0, 1)] == [True, True, False]
    assert seat(QUALITY).get(f"{at}/end").status_code == 409

    draft = prepared(seat)
    assert seat(QUALITY).post(f"{draft}/withdraw", reason="Another day.").status_code == 302
    (gone,) = own(person_name="抛光工甲")
    assert (gone.state, gone.counts_on(today())) == ("withdrawn", False)
    listed = words(seat(QUALITY).get("/authorisations"))
    assert "抛光工甲" not in listed
    assert "抛光工甲" in words(seat(QUALITY).get("/authorisations?all=1"))


@ON_EITHER_ENGINE_THE_SAME
def test_only_quality_prepares_and_signs(seat, world):
    assert seat(CLERK).get("/authorisations/new").status_code == 403
    for move in ("grant", "withdraw", "amend", "end"):
        assert seat(CLERK).get(f"/authorisations/{world.clerk_to_come}/{move}").status_code == 403, move


def test_it_is_the_plants_own_and_its_authoritys(seat, world):
    at = f"/authorisations/{world.turner}"
    assert [seat(who).get(at).status_code for who in (PARTNER, ELSEWHERE, JIANGSU)] == [404, 404, 200]
    assert "车工" not in words(seat(PARTNER).get("/authorisations"))
    assert "they lie with the house" in words(seat(JIANGSU).get(at))
