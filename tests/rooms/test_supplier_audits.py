"""A manufacturer audits its supplier: it plans, leads and reports; the registrant acknowledges and closes."""

import pytest
from sqlalchemy.exc import DBAPIError

from agreements.sources import cite
from portal.db import today
from tests.browsing import words
from tests.rooms import audit_desk as desk
from tests.stage import sql, stored
from workflows.audit import AUDIT_BY_MANUFACTURER, KEY_ITEM_RULE

ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
LEAD = "hengrui/management-representative"
NOT_ITS_OWN = "It does not stand for the registrant's own audit"


def plan_of(**given):
    return {
        "mode": "on_site",
        "starts_on": today().isoformat(),
        "ends_on": today().isoformat(),
        "scope": "Clean room and release of pouches",
        "supplier": "Pouch Ltd",
        "supplied": "other",
    } | given


def planned(seat, world, **given):
    """One that the plant has planned; returns where it lies."""
    answer = seat(LEAD).post(f"/entrustments/{world.entrustment}/audits/new", **plan_of(**given))
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def opened(seat, world):
    place, lead = planned(seat, world), seat(LEAD)
    assert lead.post(f"{place}/team", lead=str(world.person[LEAD]), declared="y", ties="").status_code == 302
    assert lead.post(f"{place}/confirm-team").status_code == 302
    lead.post(f"{place}/days", arrived_on=today().isoformat(), opening="Their head of quality")
    assert lead.post(f"{place}/open").status_code == 302
    return place


def test_the_plant_audits_and_reports_and_the_registrant_acknowledges_and_closes_what_was_found(seat, as_org, world):
    place = opened(seat, world)
    lead, held = seat(LEAD), today().isoformat()
    lead.post(f"{place}/checklist", **desk.answers_of(place, as_org))
    finding = lead.post(f"{place}/findings/new", **desk.FINDING | {"point": ""}).headers["Location"]
    assert lead.post(f"{finding}/edit", **desk.FINDING | {"point": "", "grade": "minor"}).status_code == 302
    lead.post(f"{place}/days", arrived_on=held, opening="All", left_on=held, closing="They heard it", conclusion="Fit")
    assert lead.post(f"{place}/conclude").status_code == 302
    assert lead.sign(f"{place}/report").status_code == 302
    assert seat(desk.QUALITY).sign(f"{place}/acknowledge").status_code == 302

    audit = desk.audit_at(as_org, place)
    assert (audit.state, audit.site, audit.owner_id) == ("acknowledged", "Pouch Ltd", world.org["hengrui"])
    meanings = [AUDIT_BY_MANUFACTURER.transition(each).signature for each in ("report", "acknowledge")]
    assert desk.meanings_under(as_org, audit) == meanings

    seat(desk.PLANT).post(f"{finding}/response", **desk.ANSWER, due_on=held)
    assert seat(desk.PLANT).post(f"{finding}/answer").status_code == 302
    assert seat(LEAD).post(f"{finding}/accept").status_code == 409
    assert seat(desk.QUALITY).post(f"{finding}/accept").status_code == 302
    seat(desk.PLANT).post(f"{finding}/evidence", evidence="New pouches, ten lots")
    assert seat(desk.QUALITY).sign(f"{finding}/close").status_code == 302
    assert desk.finding_at(as_org, finding).state == "closed"
    assert "Pouch Ltd" in words(seat("jiangsu/authority-inspector").get(place))


@ON_EITHER_ENGINE_THE_SAME
def test_what_the_manufacturer_holds_the_registrant_reads_and_changes_nothing_of(seat, world):
    place = opened(seat, world)

    assert "Clean room and release of pouches" in words(seat(desk.QUALITY).get(place))
    assert "By the manufacturer alone" in words(seat(desk.QUALITY).get(place))
    for below in ("edit", "team", "days", "checklist", "findings/new"):
        assert seat(desk.LEAD).get(f"{place}/{below}").status_code == 403, below
    assert seat(desk.LEAD).post(f"{place}/cancel", reason="Not ours").status_code == 409
    assert seat(LEAD).post(f"{place}/cancel", reason="They moved").status_code == 302


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"supplier": ""}, "Name the supplier that is audited."),
        ({"supplied": ""}, "Choose what the supplier delivers."),
        ({"mode": ""}, "Choose on site or desk review."),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(seat, world, given, says):
    answer = seat(LEAD).post(f"/entrustments/{world.entrustment}/audits/new", **plan_of(**given))

    assert (answer.status_code, says in words(answer)) == (422, True)
    assert "Clean room and release of pouches" in answer.text


@ON_EITHER_ENGINE_THE_SAME
def test_nothing_that_is_sent_makes_it_another_audit_than_that_of_a_supplier(seat, as_org, world):
    place = planned(seat, world, kind="system", yearly="y", held_by="registrant")

    audit = desk.audit_at(as_org, place)
    assert (audit.kind, audit.yearly, audit.held_by) == ("supplier", False, "manufacturer")


def test_the_database_itself_takes_no_audit_of_the_plant_held_by_the_plant(world):
    row = sql("SELECT last_event_id FROM batch LIMIT 1")[0][0]
    for held_by in ("manufacturer", "somebody"):
        with pytest.raises(DBAPIError, match=r"(?i)check"):
            sql(
                "UPDATE audit SET held_by = :who, version = version + 1, last_event_id = :other WHERE id = :id",
                id=stored(world.audit["planned"]),
                who=held_by,
                other=row,
            )


@ON_EITHER_ENGINE_THE_SAME
def test_of_a_key_item_the_page_says_that_the_registrant_still_has_to_audit(seat, world):
    key, other = planned(seat, world, supplied="sterilisation"), planned(seat, world)

    page = words(seat(desk.QUALITY).get(key))
    assert NOT_ITS_OWN in page
    assert cite(KEY_ITEM_RULE[0], "en") in page
    assert NOT_ITS_OWN not in words(seat(desk.QUALITY).get(other))
    together = desk.planned(
        seat, world, kind="supplier", yearly="", held_by="both", supplier="Gamma Ltd", supplied="sterilisation"
    )
    assert NOT_ITS_OWN not in words(seat(desk.QUALITY).get(together))


@ON_EITHER_ENGINE_THE_SAME
def test_the_registrants_programme_counts_only_what_the_registrant_holds(seat, world):
    place = planned(seat, world)
    programme = f"/audit-programmes/{world.audit['programme']}"
    number = words(seat(LEAD).get(place)).split("Audit ", 1)[1].split()[0]

    seat(desk.LEAD).post(f"{programme}/draw-up")

    assert number not in words(seat(desk.LEAD).get(programme))
