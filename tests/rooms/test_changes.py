"""Changes: proposed by either side, weighed by both, decided by the registrant, binding batches from their day on."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.db import session, today
from portal.demo.cast import HOUSES
from portal.demo.hands import played_by
from portal.facts import show_again
from portal.facts.appointments import follow_appointment
from portal.records.appointment import Appointment
from portal.records.change import Change
from portal.records.duty import Duty
from portal.records.evidence import ProductionLicence
from portal.records.organisation import Site
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from workflows.change import CHANGE
from workflows.powers import Role
from workflows.releasing import CHANGES_IMPLEMENTED

CHECKS = {check.code: check for move in CHANGE.transitions for check in move.checks}
ADMIN, INSPECTOR = "hengrui/organisation-administrator", "jiangsu/authority-inspector"
PROPOSED = {
    "kind": "process",
    "product_id": "",
    "title": "Citric acid",
    "description": "Passivation in citric acid instead of nitric acid.",
    "effective_on": "",
}
IMPACTS = {
    "registration": "",
    "quality_system": "Work instruction 12.",
    "validation": "Passivation anew.",
    "suppliers": "One more.",
    "stock": "Finished as before.",
}
VERDICT = {"verdict": "filing", "verdict_reason": "Section 2.1 names the medium."}
sqlite_alone = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def newest(as_org, world):
    """The newest record of a kind in an entrustment, as it stands in the books of the plant."""

    def _newest(kind, *, within="entrustment", **wanted):
        with desk.books(as_org):
            asked = select(kind).where(kind.entrustment_id == world.named[within]).filter_by(**wanted)
            return session.scalars(asked.order_by(kind.id.desc())).first()

    return _newest


@pytest.fixture
def proposed(seat, world, newest):
    answer = seat(desk.PLANT_QUALITY).post(f"/entrustments/{world.entrustment}/changes/new", **PROPOSED)
    assert answer.status_code == 302, words(answer)
    return f"/changes/{newest(Change).id}"


def over(browser, path, **given):
    """Open a form over a record and send it as it was seen, with these entries."""
    return browser.post(path, **hidden_fields(browser.get(path).text) | given)


@pytest.fixture
def assessed(seat, proposed):
    """Weighed by both sides and submitted by the plant."""
    for who, given in ((desk.PLANT_QUALITY, IMPACTS), (desk.QUALITY, {"registration": "Section 2.1."})):
        assert over(seat(who), f"{proposed}/assessment", **given).status_code == 302
    assert seat(desk.PLANT_QUALITY).post(f"{proposed}/submit").status_code == 302
    return proposed


@pytest.fixture
def approved(seat, assessed):
    """The registrant found that the change must be filed, and approved it from today on."""
    registrant = seat(desk.QUALITY)
    assert over(registrant, f"{assessed}/verdict", **VERDICT, effective_on=str(today())).status_code == 302
    assert registrant.sign(f"{assessed}/approve").status_code == 302
    return assessed


def test_a_change_goes_from_proposal_to_implementation_and_binds_the_batches_of_its_days(
    seat, as_org, world, newest, approved
):
    change, batch = newest(Change), f"/batches/{world.batch['recorded']}"
    (signature,) = desk.signatures_of(as_org, change.id)
    assert (change.state, signature.side, change.assessments_hash is None) == ("approved", "registrant", False)

    refused = words(seat(desk.PLANT_RELEASE).get(f"{batch}/release-production"))
    assert desk.names(refused, CHANGES_IMPLEMENTED)
    assert f"Approved but not implemented: 1, the first {change.number}." in refused
    assert change.number in words(seat(desk.RELEASE).get(batch))

    early = words(seat(desk.PLANT_QUALITY).get(f"{approved}/implement"))
    assert desk.names(early, CHECKS["registration-changed"])
    assert desk.names(early, CHECKS["change-validated"])

    registrant, plant = seat(desk.QUALITY), seat(desk.PLANT_QUALITY)
    shown = {"registration_evidence": "Receipt 7.", "file": desk.pdf()}
    assert over(registrant, f"{approved}/registration", **shown).status_code == 302
    assert over(plant, f"{approved}/validation", validation_evidence="Report 7.", file=desk.pdf()).status_code == 302
    assert plant.sign(f"{approved}/implement").status_code == 302
    assert newest(Change).state == "implemented"

    released = seat(desk.PLANT_RELEASE)
    page = words(released.get(f"{batch}/release-production"))
    assert f"Changes it is made under: 1, the latest {change.number}." in page
    assert released.sign(f"{batch}/release-production").status_code == 302


def test_the_filing_is_owed_from_the_verdict_until_its_evidence_is_there(seat, newest, approved):
    owed = newest(Duty, rule="RG-03")
    assert (owed.owes, owed.is_open, owed.about_kind) == ("registrant", True, "change")

    shown = {"registration_evidence": "Receipt 7.", "file": desk.pdf()}
    assert over(seat(desk.QUALITY), f"{approved}/registration", **shown).status_code == 302

    assert newest(Duty, rule="RG-03").standing == "met"


@sqlite_alone
def test_an_approval_that_is_taken_back_binds_nothing_and_owes_nothing(seat, world, newest, approved):
    assert seat(desk.QUALITY).sign(f"{approved}/take-back", reason="The bath comes later.").status_code == 302

    assert (newest(Change).state, newest(Duty, rule="RG-03").standing) == ("proposed", "lapsed")
    assert seat(desk.PLANT_RELEASE).sign(f"/batches/{world.batch['recorded']}/release-production").status_code == 302


@sqlite_alone
def test_a_verdict_that_asks_for_nothing_owes_nothing(seat, newest, assessed):
    given = VERDICT | {"verdict": "none", "effective_on": str(today())}
    assert over(seat(desk.QUALITY), f"{assessed}/verdict", **given).status_code == 302
    assert seat(desk.QUALITY).sign(f"{assessed}/approve").status_code == 302

    assert newest(Duty, rule="RG-03") is None
    assert seat(desk.QUALITY).get(f"{assessed}/registration").status_code == 409


@pytest.mark.parametrize("page", ["new", "verdict"])
@sqlite_alone
def test_a_day_that_is_past_is_refused_at_its_field_with_rule_and_source(seat, world, assessed, page):
    yesterday = str(today() - timedelta(days=1))
    browser = seat(desk.QUALITY)
    answer = (
        browser.post(f"/entrustments/{world.entrustment}/changes/new", **PROPOSED | {"effective_on": yesterday})
        if page == "new"
        else over(browser, f"{assessed}/verdict", **VERDICT, effective_on=yesterday)
    )

    assert answer.status_code == 422
    assert "This day is past: a change is decided before it is made." in words(answer)
    assert "GMP 2025, art. 10" in words(answer)
    assert f'value="{yesterday}"' in answer.text
    assert ("nitric acid" if page == "new" else "names the medium") in answer.text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": ""}, "Choose what changes."),
        ({"title": " "}, "Say in one line what the change is."),
        ({"description": ""}, "Describe the change"),
        ({"known": "y"}, "A change of this kind is proposed before it is made"),
    ],
)
@sqlite_alone
def test_a_wrong_entry_is_refused_at_its_field(seat, world, given, says):
    answer = seat(desk.QUALITY).post(f"/entrustments/{world.entrustment}/changes/new", **PROPOSED | given)

    assert answer.status_code == 422
    assert says in words(answer)


@sqlite_alone
def test_only_the_registrant_decides_and_nothing_is_implemented_before(seat, assessed):
    plant = seat(desk.PLANT_QUALITY)

    assert plant.get(f"{assessed}/verdict").status_code == 403
    assert plant.get(f"{assessed}/approve").status_code == 409
    assert plant.get(f"{assessed}/implement").status_code == 409
    missing = words(seat(desk.QUALITY).get(f"{assessed}/approve"))
    assert desk.names(missing, CHECKS["verdict-given"])
    assert desk.names(missing, CHECKS["effective-ahead"])


@sqlite_alone
def test_each_side_writes_its_own_assessment_and_what_is_submitted_stands(seat, newest, proposed, assessed):
    bound = newest(Change).assessments_hash

    assert seat(desk.PLANT_QUALITY).get(f"{assessed}/assessment").status_code == 409
    assert seat(desk.QUALITY).post(f"{assessed}/send-back", reason="Too short.").status_code == 302
    assert over(seat(desk.PLANT_QUALITY), f"{assessed}/assessment", **IMPACTS | {"stock": "None."}).status_code == 302

    page = words(seat(desk.QUALITY).get(assessed))
    assert newest(Change).assessments_hash != bound
    assert "Section 2.1." in page
    assert "None." in page


@pytest.mark.parametrize(
    ("state", "holds_from", "only", "binds"),
    [
        ("approved", 0, None, True),
        ("implemented", -9, None, True),
        ("approved", 1, None, False),
        ("assessed", 0, None, False),
        ("refused", 0, None, False),
        ("approved", 0, "this", True),
        ("approved", 0, "another", False),
    ],
)
def test_a_change_binds_the_batches_of_its_product_from_its_day_on(state, holds_from, only, binds):
    this = uuid4()
    product = {"this": this, "another": uuid4(), None: None}[only]
    change = Change(state=state, effective_on=today() + timedelta(days=holds_from), product_id=product)

    assert change.binds(product_id=this, started_on=today()) is binds


def test_a_licence_that_changes_opens_a_change_with_every_partner_and_names_no_other(as_org, world, newest):
    with played_by("hengrui", Role.MANUFACTURER_QUALITY_MANAGER, world.org) as by:
        licence = session.get_one(ProductionLicence, world.licence)
        licence.valid_until = today() + timedelta(days=99)
        desk.ledger.write(licence, "production_licence.amended", by=by)
        show_again(licence, by=by)

    for within, other in (("entrustment", "lantai"), ("rival_entrustment", "chengyue")):
        found = newest(Change, within=within)
        (changed,) = found.changed
        assert (found.kind, found.side, found.known, found.title) == ("licence", "manufacturer", True, licence.number)
        assert (changed["field"], changed["became"]) == ("valid_until", str(today() + timedelta(days=99)))
        assert HOUSES[other].name not in str([getattr(found, each.name) for each in found.__table__.columns])
        assert "system" in _newest_author(as_org, found)["roles"]
    assert newest(Change, within="eligible") is None, "nothing is made there yet"


def _newest_author(as_org, change):
    with desk.books(as_org):
        (opened,) = desk.ledger.entries(subject_id=change.id, entrustment_id=change.entrustment_id)
        return opened.body["actor"]


@sqlite_alone
def test_a_new_name_opens_a_change_and_the_licence_must_follow_it(seat, world, newest):
    entry = {"name": "衡锐精密制造（常州）有限公司", "domicile": HOUSES["hengrui"].domicile}
    assert seat(ADMIN).post("/organisation/edit", **entry).status_code == 302

    for within in ("entrustment", "rival_entrustment"):
        found = newest(Change, within=within)
        owed = newest(Duty, within=within, rule="PR-04")
        assert (found.kind, [each["field"] for each in found.changed]) == ("party", ["name"])
        assert (owed.owes, owed.is_open, owed.about_id) == ("manufacturer", True, found.id)
    page = words(seat(desk.QUALITY).get(f"/changes/{newest(Change).id}"))
    assert f"the portal, {HOUSES['hengrui'].name}" in page
    assert "衡锐精密制造（常州）有限公司" in page


@pytest.mark.parametrize("move", ["relieve", "appoint"])
@sqlite_alone
def test_who_leaves_a_key_post_and_who_follows_them_is_a_change(as_org, world, newest, move):
    with played_by("hengrui", Role.MANAGEMENT_REPRESENTATIVE, world.org) as by:
        held = session.scalars(select(Appointment).where(Appointment.state == "in_office")).first()
        if move == "appoint":
            desk.ledger.write(_was_held_before(held), "appointment.ended", by=by)
        follow_appointment(held, move, by=by)

    for within in ("entrustment", "rival_entrustment"):
        found = newest(Change, within=within)
        (changed,) = found.changed
        assert (found.kind, found.title, found.side) == ("people", held.key_post.title_zh, "manufacturer")
        told = {"relieve": (held.person_name, None), "appoint": ("前任", held.person_name)}[move]
        assert (changed["was"], changed["became"]) == told


def _was_held_before(held):
    """Somebody held the same post and left it, as the books of the house say."""
    columns = {each.name: getattr(held, each.name) for each in Appointment.__table__.columns}
    own = ("id", "version", "last_event_id", "owner_id")
    before = Appointment(**{name: value for name, value in columns.items() if name not in own})
    before.person_name, before.person_id, before.state, before.ended_at = "前任", None, "ended", desk.ledger.now()
    return before


@pytest.mark.parametrize(("changes", "opened"), [({}, 0), ({"address": "88 New Road"}, 1)])
@sqlite_alone
def test_a_site_opens_a_change_only_when_what_is_shown_of_it_differs(seat, as_org, world, changes, opened):
    with desk.books(as_org):
        site = session.get_one(Site, world.site)
        given = {"name": site.name, "address": site.address, "province": site.province}
        before = len(session.scalars(select(Change)).all())

    assert over(seat(desk.PLANT_QUALITY), f"/organisation/sites/{world.site}", **given | changes).status_code == 302

    with desk.books(as_org):
        assert len(session.scalars(select(Change)).all()) == before + 2 * opened


@sqlite_alone
def test_the_inspector_reads_it_in_the_lens_and_a_rival_finds_nothing(seat, world, proposed):
    lens = words(seat(INSPECTOR).get(f"/inspection/{world.entrustment}"))

    assert "Changes, Being weighed: 3" in lens
    assert "Citric acid" in words(seat(INSPECTOR).get(proposed))
    assert seat(INSPECTOR).get(f"{proposed}/assessment").status_code == 403
    assert seat("lantai/registrant-quality-manager").get(proposed).status_code == 404


@sqlite_alone
def test_what_must_be_weighed_waits_for_both_sides(seat, newest, proposed):
    for who in (desk.PLANT_QUALITY, desk.QUALITY):
        assert f"Submit for decision: change {newest(Change).number}" in words(seat(who).get("/"))
