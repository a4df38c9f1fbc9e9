"""/organisation: the own entry, sites, and who fills the functions."""

from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.demo.cast import HOUSES
from portal.demo.papers import paper as a_pdf
from portal.facts import ground_of
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.organisation import Functions, Organisation, Site
from portal.tenancy import Participation
from tests.browsing import words

ADMIN = "chengyue/organisation-administrator"
QUALITY = "chengyue/registrant-quality-manager"
PLANT = "hengrui/manufacturer-quality-manager"
FILLED = {
    "technology": "Lin Yue, head of development",
    "production": "Wu Bo",
    "quality": "Sun Li",
    "adverse_events": "He Jing",
    "after_sales": "Xu An",
    "quality_independent": "yes",
    "full_time_quality_staff": "4",
}


def functions(as_org):
    with as_org("chengyue"):
        return session.scalars(select(Functions)).one()


def test_the_entry_names_code_domicile_and_functions(seat):
    page = words(seat(QUALITY).get("/organisation"))

    assert HOUSES["chengyue"].uscc in page
    assert HOUSES["chengyue"].domicile in page
    assert "Adverse-event monitoring" in page


def test_name_and_domicile_change_code_and_kind_do_not(seat, world, as_org):
    answer = seat(ADMIN).post(
        "/organisation/edit",
        name="Chengyue Medical",
        domicile="1 New Road",
        uscc="91320412MA1W7HR342",
        is_authority="y",
    )

    assert answer.status_code == 302
    with as_org("chengyue"):
        own = session.get_one(Organisation, world.org["chengyue"])
        assert (own.name, own.domicile) == ("Chengyue Medical", "1 New Road")
        assert (own.uscc, own.is_authority) == (HOUSES["chengyue"].uscc, False)
        assert ledger.entries(subject_id=own.id)[0].event == "organisation.amended"


def test_a_change_of_the_name_is_judged_anew_in_every_open_entrustment(seat, world, as_org):
    seat(ADMIN).post("/organisation/edit", name="Chengyue Medical", domicile="1 New Road")

    with as_org("chengyue"):
        ground = ground_of(session.get_one(Entrustment, world.entrustment))
        verdict = ground.verdict_of(world.product)
        assert verdict.because == "organisation.changed"
        assert not verdict.favourable  # the certificate prints the old name
        assert ground.standing_verdict(ground.product(world.product)).id == verdict.id


def test_a_stale_entry_is_not_overwritten(seat, world, as_org):
    answer = seat(ADMIN).post("/organisation/edit", name="Another name", domicile="x", seen_version="0")

    assert answer.status_code == 409
    assert "Another name" in words(answer)
    with as_org("chengyue"):
        assert session.get_one(Organisation, world.org["chengyue"]).name == HOUSES["chengyue"].name


def test_an_empty_name_is_refused_and_the_rest_is_kept(seat):
    answer = seat(ADMIN).post("/organisation/edit", name=" ", domicile="1 New Road")

    assert answer.status_code == 422
    assert "Type the registered name." in words(answer)
    assert "1 New Road" in answer.text


def test_a_site_is_added_and_told(seat, as_org):
    answer = seat(PLANT).post("/organisation/sites/add", name="Second plant", address="2 Plant Road", province="苏")

    assert answer.status_code == 302
    with as_org("hengrui"):
        site = session.scalars(select(Site).where(Site.name == "Second plant")).one()
        assert ledger.entries(subject_id=site.id)[0].event == "site.recorded"


@pytest.mark.parametrize(("province", "says"), [("", "Choose the province"), ("X", "Not a valid choice")])
def test_a_site_lies_in_one_of_the_31_provinces(seat, province, says):
    answer = seat(PLANT).post("/organisation/sites/add", name="Second plant", address="2 Plant Road", province=province)

    assert answer.status_code == 422
    assert says in words(answer)
    assert 'value="Second plant"' in answer.text


def test_a_change_of_a_shown_site_is_shown_to_the_partner_and_judged_anew(seat, world, as_org):
    path = f"/organisation/sites/{world.site}"

    answer = seat(PLANT).post(path, name="Renamed plant", address="somewhere else", province="苏")

    assert answer.status_code == 302
    with as_org("chengyue"):
        ground = ground_of(session.get_one(Entrustment, world.entrustment))
        assert ground.latest("site").facts["address"] == "somewhere else"
        assert ground.verdict_of(ground.products[0].subject_id).because == "site.changed"
        assert not ground.all_favourable_today


def test_a_site_that_moves_to_another_province_lets_that_authority_look(seat, world, as_org):
    seat(PLANT).post(f"/organisation/sites/{world.site}", name="Plant", address="x", province="粤")

    with as_org("chengyue"):
        looking = session.scalars(
            select(Participation.organisation_id).where(Participation.entrustment_id == world.entrustment)
        )
        assert world.org["guangdong"] in looking.all()


def test_a_stale_site_is_not_overwritten(seat, world):
    path = f"/organisation/sites/{world.site}"

    answer = seat(PLANT).post(path, name="Plant", address="x", province="苏", seen_version="0")

    assert answer.status_code == 409


def test_the_functions_are_recorded_with_their_evidence_and_shown_again(seat, world, as_org):
    chart = (BytesIO(a_pdf("the chart")), "chart.pdf")

    answer = seat(QUALITY).post("/organisation/functions", file=chart, **FILLED)

    assert answer.status_code == 302
    kept = functions(as_org)
    assert (kept.technology, kept.quality_independent, kept.full_time_quality_staff) == (FILLED["technology"], True, 4)
    with as_org("chengyue"):
        assert session.get_one(StoredFile, kept.file_id).name == "chart.pdf"
        event = ledger.entries(subject_id=kept.id)[0]
        assert event.event == "functions.amended"
        assert [each["kind"] for each in event.body["rows"]] == ["functions", "stored_file"]
    with as_org("hengrui"):
        ground = ground_of(session.get_one(Entrustment, world.entrustment))
        assert ground.latest("functions").facts["technology"] == FILLED["technology"]


def test_unknown_and_nobody_are_answers(seat, as_org):
    seat(QUALITY).post(
        "/organisation/functions",
        **FILLED | {"quality_independent": "unknown", "full_time_quality_staff": "", "after_sales": "  "},
    )

    kept = functions(as_org)
    assert (kept.quality_independent, kept.full_time_quality_staff, kept.after_sales) == (None, None, None)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"quality_independent": ""}, "Choose yes, no or not known yet."),
        ({"full_time_quality_staff": "-1"}, "Give a whole number from 0 to 100,000."),
        ({"full_time_quality_staff": "many"}, "Not a valid integer value"),
        ({"file": (b"MZ", "chart.exe")}, "This kind of file is not accepted"),
        ({"file": (b"", "chart.pdf")}, "The file is empty."),
    ],
)
def test_bad_input_is_refused_at_the_field_and_nothing_is_stored(seat, as_org, wrong, says):
    before = functions(as_org).version
    typed = {
        name: (BytesIO(given[0]), given[1]) if isinstance(given, tuple) else given for name, given in wrong.items()
    }

    answer = seat(QUALITY).post("/organisation/functions", **FILLED | typed)

    assert answer.status_code == 422
    assert says in words(answer)
    assert f'value="{FILLED["technology"]}"' in answer.text
    assert functions(as_org).version == before


def test_stale_functions_are_not_overwritten(seat, as_org):
    answer = seat(QUALITY).post("/organisation/functions", seen_version="0", **FILLED)

    assert answer.status_code == 409
    assert functions(as_org).technology != FILLED["technology"]


def test_a_house_without_functions_enters_them_for_the_first_time(seat, as_org):
    answer = seat("hengrui/management-representative").post("/organisation/functions", **FILLED)

    assert answer.status_code == 302
    with as_org("hengrui"):
        kept = session.scalars(select(Functions)).one()
        assert ledger.entries(subject_id=kept.id)[0].event == "functions.recorded"


@pytest.mark.parametrize(
    ("who", "path"),
    [
        (QUALITY, "/organisation/edit"),
        (ADMIN, "/organisation/functions"),
        (ADMIN, "/organisation/sites/add"),
        ("hengrui/plant-clerk", "/organisation/sites/add"),
    ],
)
def test_whoever_lacks_the_power_is_turned_away(seat, who, path):
    browser = seat(who)

    assert browser.get(path).status_code == 403
    assert browser.post(path, page="/people").status_code == 403


def test_a_partners_site_is_not_found_here(seat, world):
    browser = seat(QUALITY)

    theirs, nobodys = (browser.get(f"/organisation/sites/{each}") for each in (world.site, uuid4()))

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.data == nobodys.data


def test_nothing_changes_without_a_token(seat):
    assert seat(ADMIN).client.post("/organisation/edit", data={"name": "x", "domicile": "y"}).status_code == 400
    assert seat(QUALITY).client.post("/organisation/functions", data=FILLED).status_code == 400
