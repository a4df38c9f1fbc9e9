"""POST /entrustments/propose"""

import pytest
from sqlalchemy import select

from agreements.identifiers import uscc_check_character
from portal import ledger
from portal.db import session
from portal.demo.cast import HOUSES
from portal.records.entrustment import Entrustment, Exhibit, Verdict
from tests.browsing import words

PATH = "/entrustments/propose"
MANAGER = "chengyue/registrant-quality-manager"


def count_of(as_org, house="chengyue"):
    with as_org(house):
        return len(session.scalars(select(Entrustment)).all())


def test_it_proposes_shows_and_judges_what_was_chosen(world, seat, as_org):
    answer = seat(MANAGER).post(PATH, uscc=f" {HOUSES['anhe'].uscc.lower()} ", products=str(world.product))

    assert answer.status_code in (302, 303)
    made = answer.headers["Location"].rsplit("/", 1)[1]
    with as_org("anhe"):
        entrustment = session.scalars(
            select(Entrustment).where(Entrustment.registrant_id == world.org["chengyue"])
        ).one()
        kinds = [each.kind for each in session.scalars(select(Exhibit).where(Exhibit.entrustment_id == entrustment.id))]
        verdicts = session.scalars(select(Verdict).where(Verdict.entrustment_id == entrustment.id)).all()
        events = [each.event for each in ledger.entries(entrustment_id=entrustment.id)]
    assert (str(entrustment.id), entrustment.state) == (made, "proposed")
    assert sorted(kinds) == ["appointment", "appointment", "certificate", "functions", "product"]
    assert len(verdicts) == 1
    assert events[-1] == "entrustment.proposed"


@pytest.mark.parametrize(
    ("uscc", "says"),
    [
        ("91320412MA1W7HR342", "The last character does not fit the others"),
        ("123", "18"),
        ("", "Give the manufacturer's code of 18 characters."),
        (HOUSES["chengyue"].uscc, "This is your own code"),
        (HOUSES["lantai"].uscc, "is not a manufacturer"),
        ("91110000MA00000000", "Nobody on this portal has the code"),
    ],
)
def test_a_code_that_cannot_be_the_partners_is_refused_and_what_was_typed_is_kept(world, seat, as_org, uscc, says):
    if says.startswith("Nobody"):
        uscc = _valid(uscc)
    before = count_of(as_org)

    answer = seat(MANAGER).post(PATH, uscc=uscc, products=str(world.product))

    assert answer.status_code == 422
    assert says.lower() in words(answer).lower()
    assert f'value="{uscc}"' in answer.text
    assert f'value="{world.product}" checked' in " ".join(answer.text.split())
    assert count_of(as_org) == before


@pytest.mark.parametrize(
    "chosen", [{}, {"products": "not-a-product"}, {"products": "01a202e1-cb73-7749-b0af-2a621436e7e2"}]
)
def test_it_names_at_least_one_of_the_own_products(world, seat, as_org, chosen):
    before = count_of(as_org)

    answer = seat(MANAGER).post(PATH, uscc=HOUSES["anhe"].uscc, **chosen)

    assert answer.status_code == 422
    assert "product" in words(answer)
    assert count_of(as_org) == before


def test_the_product_of_a_rival_cannot_be_chosen(world, seat, as_org):
    answer = seat(MANAGER).post(PATH, uscc=HOUSES["anhe"].uscc, products=str(world.rival_product))

    assert answer.status_code == 422
    assert "Choose among your own products." in words(answer)


@pytest.mark.parametrize(
    "who", ["hengrui/management-representative", "chengyue/registrant-release-person", "shanghai/authority-inspector"]
)
def test_only_those_who_propose_for_a_registrant_may(world, seat, who):
    somebody = seat(who)

    assert somebody.get(PATH).status_code == 403
    assert somebody.post(PATH, page="/entrustments", uscc=HOUSES["anhe"].uscc).status_code == 403


def test_no_token_no_proposal(world, seat, as_org):
    before = count_of(as_org)
    fields = {"uscc": HOUSES["anhe"].uscc, "products": str(world.product)}

    assert seat(MANAGER).client.post(PATH, data=fields).status_code == 400
    assert count_of(as_org) == before


def _valid(uscc):
    return uscc[:17] + uscc_check_character(uscc[:17])
