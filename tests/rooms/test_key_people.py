"""/appointments and /hearings: who holds the key posts, by which letter; the quarterly hearing; what a house owes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from agreements.sources import cite
from portal import ledger
from portal.db import CHINA, session, today
from portal.records.appointment import Appointment
from portal.records.duty import Duty
from portal.records.entrustment import Exhibit
from portal.records.hearing import Hearing
from tests.browsing import hidden_fields, words
from tests.rooms.batch_desk import pdf
from tests.stage import sql, stored
from workflows.appointment import APART, EVIDENCED, SCHOOLED, VACANT

HEAD, REPRESENTATIVE = "hengrui/person-in-charge", "hengrui/management-representative"
JIANGSU, SHANGHAI = "jiangsu/authority-inspector", "shanghai/authority-inspector"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
GIVEN = {
    "post": "production_head",
    "person": "",
    "person_name": "新任生产负责人",
    "education": "college",
    "professional_title": "none",
    "practice_years": "3",
    "full_time": "y",
    "clean_record": "y",
    "is_trained": "y",
    "qualification": "机械工程大专，十年骨科器械生产。",
    "authorises": "组织生产。",
    "since": "2026-11-20",
    "until": "",
}


@pytest.fixture
def own(as_org):
    """What the plant's own books hold of a kind, the newest first."""

    def _own(kind, **having):
        with as_org("hengrui"):
            wanted = select(kind).filter_by(**having).order_by(kind.id.desc())
            found = session.scalars(wanted).unique().all()
            session.close()
            return found

    return _own


@pytest.fixture
def duty(own):
    def _duty(rule):
        return next(each for each in own(Duty, entrustment_id=None) if each.rule == rule)

    return _duty


def prepared(seat, who=REPRESENTATIVE, **given):
    answer = seat(who).post("/appointments/new", **({**GIVEN, "file": pdf()} | given))
    assert answer.status_code == 302, words(answer)
    return answer.headers["Location"]


def relieved(seat, world, name):
    at = f"/appointments/{world.named[f'hengrui_{name}']}"
    assert seat(HEAD).sign(f"{at}/relieve", reason="Left the company.").status_code == 302
    return at


def shown_in(as_org, house, entrustment_id):
    """The posts whose holders the plant shows in an entrustment, as somebody of a house finds them."""
    with as_org(house):
        wanted = select(Exhibit).where(Exhibit.kind == "appointment", Exhibit.entrustment_id == entrustment_id)
        found = session.scalars(wanted.where(Exhibit.withdrawn_at.is_(None))).all()
        session.close()
        return {each.facts["post"]: each.facts["name"] for each in found}


def test_a_new_holder_is_appointed_by_a_signed_letter_and_every_partner_sees_the_change_in_its_own_entrustment(
    seat, as_org, own, world
):
    relieved(seat, world, "production_head")
    assert "production_head" not in shown_in(as_org, "chengyue", world.entrustment)

    at = prepared(seat)
    assert seat(HEAD).sign(f"{at}/appoint").status_code == 302

    (found,) = own(Appointment, person_name=GIVEN["person_name"])
    assert (found.state, found.post, found.since.isoformat()) == ("in_office", "production_head", "2026-11-20")
    assert shown_in(as_org, "chengyue", world.entrustment)["production_head"] == GIVEN["person_name"]
    assert shown_in(as_org, "lantai", world.rival_entrustment)["production_head"] == GIVEN["person_name"]
    assert shown_in(as_org, "lantai", world.entrustment) == {}
    with as_org("hengrui"):
        told = [each.event for each in ledger.entries(subject_id=found.id)]
        session.close()
    assert told == ["appointment.begun", "appointment.prepared"]
    shown = words(seat("chengyue/registrant-quality-manager").get(f"/entrustments/{world.entrustment}/exhibits"))
    assert shown.count(GIVEN["person_name"]) == 1, "among what the plant shows, not among what the registrant does"


def test_what_the_law_asks_is_named_with_its_source_before_the_letter_can_be_signed(seat, world):
    at = prepared(seat, education="secondary", file=(b"", ""))
    page = words(seat(HEAD).get(at))

    for check in (SCHOOLED, EVIDENCED, VACANT):
        assert check.says in page
        assert all(cite(source, "en") in page for source in check.sources)
    assert seat(HEAD).get(f"{at}/appoint").status_code == 409


def test_nobody_heads_production_and_quality_at_once(seat, own, world):
    relieved(seat, world, "production_head")
    (quality,) = own(Appointment, post="quality_head", state="in_office")

    at = prepared(seat, person=str(quality.person_id), person_name="")

    assert APART.says in words(seat(HEAD).get(at))
    assert seat(HEAD).get(f"{at}/appoint").status_code == 409


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"post": ""}, "Choose a post."),
        ({"person_name": ""}, "Choose somebody of the portal, or give the name of somebody else."),
        ({"practice_years": "many"}, "Not a whole number"),
        ({"practice_years": "90"}, "Nobody has practised for so long."),
        ({"qualification": " "}, "Say what makes the person fit for the post."),
        ({"authorises": ""}, "Say what the letter authorises the holder of this post to do."),
        ({"since": "tomorrow"}, "Not a date"),
        ({"until": "2026-11-01"}, "The last day does not come before the first."),
        ({"file": (b"MZ", "run.exe")}, "Take one of these"),
    ],
)
@ON_EITHER_ENGINE_THE_SAME
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(seat, own, given, says):
    if "file" in given:
        given = {"file": pdf(given["file"][1], given["file"][0])}
    before = len(own(Appointment))

    answer = seat(REPRESENTATIVE).post("/appointments/new", **(GIVEN | given))

    assert answer.status_code == 422
    assert says in words(answer) or "file" in given
    assert GIVEN["authorises"] in answer.text or "authorises" in given
    assert len(own(Appointment)) == before


@ON_EITHER_ENGINE_THE_SAME
def test_a_representative_who_leaves_begins_thirty_working_days_and_the_next_one_meets_them(seat, duty, own, world):
    assert duty("representative-reported").standing == "met"
    relieved(seat, world, "management_representative")

    owed = duty("representative-replaced")
    assert (owed.standing, owed.owes, owed.entrustment_id) == ("owed", "house", None)
    assert "Appoint a new management representative" in words(seat(HEAD).get("/"))

    at = prepared(seat, HEAD, post="management_representative", education="bachelor", is_senior="y")
    assert seat(HEAD).sign(f"{at}/appoint").status_code == 302

    assert duty("representative-replaced").standing == "met"
    anew = duty("representative-reported")
    assert (anew.standing, str(anew.about_id)) == ("owed", at.rsplit("/", 1)[1])
    assert anew.due_at.astimezone(CHINA).date() >= today() + timedelta(days=15)

    client = seat(HEAD)
    sent = client.post(
        f"{at}/report", **hidden_fields(client.get(f"{at}/report").text), reported_on=str(today()), report_number="R-7"
    )
    assert sent.status_code == 302
    assert duty("representative-reported").standing == "met"
    assert client.get(f"{at}/report").status_code == 409


@ON_EITHER_ENGINE_THE_SAME
def test_the_hearing_of_the_quarter_meets_its_duty_once_the_person_in_charge_signs(seat, duty, own, world):
    before = duty("representative-heard")
    at = f"/hearings/{world.named['hengrui_hearing']}"
    assert seat(REPRESENTATIVE).get(f"{at}/sign").status_code == 403

    assert seat(HEAD).sign(f"{at}/sign").status_code == 302

    found = own(Hearing, state="signed")[0]
    after = duty("representative-heard")
    assert found.signed_at
    assert after.id != before.id
    assert (before.standing, after.standing) == ("owed", "owed")
    assert [each.standing for each in own(Duty, id=before.id)] == ["met"]
    assert "Dispatch record" in words(seat(REPRESENTATIVE).get("/hearings"))


@ON_EITHER_ENGINE_THE_SAME
def test_a_hearing_is_written_down_amended_and_refused_for_a_day_to_come(seat, own, world):
    about = {"appointment_id": str(world.named["hengrui_management_representative"]), "present": "三人"}
    text = {"reported": "运行正常。", "reviewed": "可控。", "dispatched": "复评供应商。"}
    client = seat(REPRESENTATIVE)

    refused = client.post("/hearings/new", **about, **text, held_on=str(today() + timedelta(days=1)))
    made = client.post("/hearings/new", **about, **text, held_on=str(today()))

    assert (refused.status_code, made.status_code) == (422, 302)
    assert "This day has not come yet." in words(refused)
    at = made.headers["Location"]
    changed = about | text | {"reviewed": "风险上升。", "held_on": str(today())}
    assert client.post(f"{at}/amend", **hidden_fields(client.get(f"{at}/amend").text), **changed).status_code == 302
    assert own(Hearing)[0].reviewed == "风险上升。"


def test_a_partner_and_a_rival_find_nothing_of_the_own_books_and_the_authority_of_the_province_reads_them(seat, world):
    paths = [
        f"/appointments/{world.named['hengrui_quality_head']}",
        f"/hearings/{world.named['hengrui_hearing']}",
    ]
    for who in ("chengyue/registrant-quality-manager", "lantai/registrant-quality-manager", SHANGHAI):
        assert [seat(who).get(path).status_code for path in paths] == [404, 404], who
    assert [seat(JIANGSU).get(path).status_code for path in paths] == [200, 200]

    lens = f"/inspection/houses/{world.org['hengrui']}"
    page = words(seat(JIANGSU).get(lens))
    assert "Head of production" in page
    assert "Hear the management representative once a quarter" in page
    assert seat(SHANGHAI).get(lens).status_code == 404
    asked = "SELECT e.event FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id WHERE s.about_id = :own"
    told = {event for (event,) in sql(asked, own=stored(world.org["hengrui"]))}
    assert {"appointment.read", "hearing.read", "organisation.inspected"} <= told


def test_what_a_house_owes_itself_stands_among_its_duties_and_on_no_partner_s_list(seat, duty, world):
    mine, theirs = words(seat(HEAD).get("/duties")), words(seat("chengyue/registrant-quality-manager").get("/duties"))

    assert "衡锐精密医疗器械（常州）有限公司" in mine
    assert mine.count("File the yearly self-inspection report") == 1 == theirs.count("File the yearly self-inspection")
    owed = duty("self-inspection")
    assert f"{owed.due_at.astimezone(CHINA):%m-%d}" == "04-01"
    assert words(seat(JIANGSU).get("/duties")).count("File the yearly self-inspection report") == 1
    assert seat("chengyue/registrant-quality-manager").get(f"/duties/{owed.id}").status_code == 404
    assert seat(JIANGSU).get(f"/duties/{owed.id}").status_code == 200


@ON_EITHER_ENGINE_THE_SAME
def test_an_administrator_can_give_the_role_of_the_person_in_charge(seat):
    page = seat("hengrui/organisation-administrator").get("/people/invite").text

    assert 'value="person-in-charge"' in page
