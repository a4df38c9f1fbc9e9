"""Definition of product and process: drafted as a copy, written line by line, approved by both; batches follow it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.db import session, today
from portal.records.batch import Batch
from portal.records.change import Change
from portal.records.definition import Definition, DefinitionInspection, DefinitionParameter, DefinitionStep
from portal.rooms.definitions import keeping
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from tests.stage import sql, stored
from workflows.defining import DRAFT, NONE_DRAFTED, OPEN_DEFINITION
from workflows.definition import DEFINITION
from workflows.engine import Side, weigh_opening
from workflows.opening import DEFINED
from workflows.releasing import AS_PERMITTED

CHECKS = {check.code: check for move in DEFINITION.transitions for check in move.checks}
REPRESENTATIVE, PLANT_REPRESENTATIVE = "chengyue/management-representative", "hengrui/management-representative"
SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
STEP = {"position": "95", "name": "Rinsing", "kind": "ordinary", "reference": "WI-7", "edition": "B/2"}
PARAMETER = {"name": "Bath", "unit": "°C", "specification_low": "20.0", "warning_low": "21", "warning_high": "24"}
PARAMETER |= {"specification_high": "25.0"}


@pytest.fixture
def at(world):
    """The second version of the plate's definition, which the registrant has drafted."""
    return f"/definitions/{world.drafted_definition}"


@pytest.fixture
def one(as_org, world):
    """A record of the plate's entrustment as it stands in the books."""

    def _one(kind, **wanted):
        with desk.books(as_org):
            asked = select(kind).where(kind.entrustment_id == world.entrustment).filter_by(**wanted)
            return session.scalars(asked.order_by(kind.id.desc())).unique().first()

    return _one


@pytest.fixture
def draft(one, world):
    return lambda: one(Definition, id=world.drafted_definition)


@pytest.fixture
def complete(seat, world, at):
    """The registrant has decided on the change that the draft names, and the draft holds from tomorrow."""
    desk.approve_a_change(world)
    assert set_head(seat(desk.QUALITY), at).status_code == 302


@pytest.fixture
def approved(seat, at, complete):
    """Both sides have approved it."""
    for who, move in ((PLANT_REPRESENTATIVE, "manufacturer-signs"), (REPRESENTATIVE, "registrant-countersigns")):
        assert seat(who).sign(f"{at}/{move}").status_code == 302


def set_head(browser, at, **given):
    seen = hidden_fields(browser.get(f"{at}/edit").text)
    typed = {"effective_on": f"{tomorrow()}", "label_version": "6", "instructions_version": "3", "udi_di": ""}
    return browser.client.post(f"{at}/edit", data=seen | typed | given)


def tomorrow():
    return today() + timedelta(days=1)


def opened(browser, world, number, *, on, stage="commercial"):
    given = {"number": number, "stage": stage, "started_on": f"{on}", "planned": "10", "steps_planned": "17"}
    return browser.post(f"/entrustments/{world.entrustment}/batches/open", **given, product_id=str(world.product))


def test_both_sides_approve_it_and_a_batch_is_made_under_what_holds_on_its_first_day(
    seat, as_org, world, at, one, draft, complete
):
    assert seat(PLANT_REPRESENTATIVE).sign(f"{at}/manufacturer-signs").status_code == 302
    assert seat(PLANT_REPRESENTATIVE).get(f"{at}/registrant-countersigns").status_code == 409
    assert seat(REPRESENTATIVE).sign(f"{at}/registrant-countersigns").status_code == 302

    approved = draft()
    signatures = desk.signatures_of(as_org, approved.id)
    assert (approved.state, {each.side for each in signatures}) == ("approved", {"registrant", "manufacturer"})
    for number, on, made_under in (("D-1", today(), world.definition), ("D-2", tomorrow(), approved.id)):
        assert opened(seat(desk.CLERK), world, number, on=on).status_code == 302
        assert one(Batch, number=number).definition_id == made_under
    page = seat(desk.RELEASE).get(f"/batches/{one(Batch, number='D-2').id}")
    assert at in page.text
    assert "Made under V2" in words(page)


@SQLITE
def test_what_rests_on_a_change_counts_for_nothing_from_the_moment_its_approval_is_taken_back(
    seat, world, at, one, draft, approved
):
    """The version before holds again, and what was made in between waits until the registrant has decided anew."""
    change = f"/changes/{draft().change_id}"
    clerk, registrant = seat(desk.CLERK), seat(desk.QUALITY)
    assert opened(clerk, world, "D-5", on=tomorrow()).status_code == 302
    made = one(Batch, number="D-5")
    assert at in registrant.get(change).text

    assert registrant.sign(f"{change}/take-back", reason="Its day cannot be kept.").status_code == 302

    assert "It does not count: the approval of its change was taken back." in words(registrant.get(at))
    assert opened(clerk, world, "D-6", on=tomorrow()).status_code == 302
    assert (made.definition_id, one(Batch, number="D-6").definition_id) == (draft().id, world.definition)
    assert AS_PERMITTED.holds(desk.facts_for(world, made.id, desk.PLANT_RELEASE)) is False
    new = registrant.post(f"/entrustments/{world.entrustment}/definitions/new", product_id=str(world.product))
    assert (new.status_code, one(Definition).follows_id) == (302, world.definition)

    put_off = tomorrow() + timedelta(days=1)
    desk.approve_a_change(world, on=put_off)

    facts = desk.facts_for(world, made.id, desk.PLANT_RELEASE)
    assert (AS_PERMITTED.holds(facts), facts.under.awaited) == (True, 1)
    for number, on, made_under in (("D-7", tomorrow(), world.definition), ("D-8", put_off, draft().id)):
        assert opened(clerk, world, number, on=on).status_code == 302
        assert one(Batch, number=number).definition_id == made_under


@SQLITE
def test_a_version_that_was_copied_from_what_counts_no_more_is_not_signed(seat, world, one, draft, approved):
    registrant, new = seat(desk.QUALITY), f"/entrustments/{world.entrustment}/definitions/new"
    assert registrant.post(new, product_id=str(world.product)).status_code == 302
    third = one(Definition)
    assert third.follows_id == draft().id

    assert registrant.sign(f"/changes/{draft().change_id}/take-back", reason="Not so.").status_code == 302

    unmet = words(seat(REPRESENTATIVE).get(f"/definitions/{third.id}/registrant-signs")).split("conditions are met")[0]
    assert desk.names(unmet, CHECKS["before-permitted"])


@SQLITE
def test_only_trials_do_without_a_definition_that_holds_on_their_first_day(seat, world):
    """The agreements were not in force on the day before either; but of a trial no definition is asked."""
    before = today() - timedelta(days=1)
    sold, tried = (opened(seat(desk.CLERK), world, "D-3", on=before, stage=each) for each in ("commercial", "pilot"))

    assert (sold.status_code, tried.status_code) == (409, 409)
    unmet_when_sold, unmet_when_tried = (words(each).split("conditions are met")[0] for each in (sold, tried))
    assert desk.names(unmet_when_sold, DEFINED)
    assert f"/entrustments/{world.entrustment}/definitions" in sold.text
    assert DEFINED.says not in unmet_when_tried


@SQLITE
def test_a_new_version_begins_as_a_copy_and_says_what_differs(seat, one, world, at):
    page = words(seat(desk.PLANT_QUALITY).get(at))

    assert "WI-35-013" in page
    assert "RM-TI-012" in page
    assert "from V1" in page
    assert "浸泡时间" in page
    assert "Upper specification limit: 45" in page
    copies = sql("SELECT count(*) FROM definition_step WHERE definition_id = :id", id=stored(world.drafted_definition))
    assert copies[0][0] == 17


@SQLITE
def test_a_line_is_added_changed_and_struck_out_and_the_hash_follows(seat, draft, one, at):
    plant, hashes = seat(desk.PLANT_QUALITY), [draft().contents_hash]
    assert plant.post(f"{at}/steps", **STEP).status_code == 302
    step = one(DefinitionStep, position=95)
    hashes.append(draft().contents_hash)
    assert plant.post(f"{at}/parameters", **PARAMETER, step=str(step.id)).status_code == 302
    parameter = one(DefinitionParameter, name="Bath")
    hashes.append(draft().contents_hash)
    where = f"{at}/parameters?line={parameter.id}"
    seen = hidden_fields(plant.get(where).text)
    changed = PARAMETER | {"step": str(step.id), "warning_high": "24.5"}
    assert plant.client.post(where, data=seen | changed).status_code == 302
    hashes.append(draft().contents_hash)
    assert one(DefinitionParameter, name="Bath").warning_high == "24.5"
    stale = {name: value for name, value in seen.items() if name != "once"} | changed
    assert plant.client.post(where, data=stale).status_code == 409

    assert plant.post(f"{at}/struck", line=str(step.id)).status_code == 302

    assert one(DefinitionStep, position=95).struck_at is not None
    assert f"{step.id}" not in plant.get(f"{at}/struck").text
    assert len(set(hashes)) == 4
    assert draft().contents_hash == hashes[0]


@SQLITE
@pytest.mark.parametrize(
    ("part", "given", "field", "says"),
    [
        ("parameters", PARAMETER | {"warning_low": "19.99"}, "warning_low", "19.99 lies below 20.0"),
        ("parameters", PARAMETER | {"specification_high": "9"}, "specification_high", "9 lies below 24"),
        ("parameters", PARAMETER | {"warning_high": "24,5"}, "warning_high", "Not a decimal number"),
        ("parameters", {"name": "Bath", "unit": "1"}, "specification_low", "at least one specification limit"),
        ("parameters", PARAMETER | {"name": "槽液温度"}, "name", "is known by the same"),
        ("steps", STEP | {"position": "100"}, "position", "is known by the same"),
        ("steps", STEP | {"edition": " "}, "edition", "Give its version"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(
    seat, one, draft, at, part, given, field, says
):
    step, before = one(DefinitionStep, position=100, definition_id=draft().id), draft().version
    typed = given | ({"step": str(step.id)} if part == "parameters" else {})

    answer = seat(desk.QUALITY).post(f"{at}/{part}", **typed)

    assert answer.status_code == 422
    assert f'id="{field}-errors"' in answer.text
    assert says in words(answer)
    assert all(value in answer.text for value in given.values() if value.strip())
    assert draft().version == before


SAMPLED = {
    "stage": "finished",
    "characteristic": "螺纹",
    "method": "通止规",
    "criterion": "通规通过，止规不通过",
    "sampling": "每批抽样",
    "coverage": "sampled",
    "level": "II",
    "aql": "1.0",
}


@SQLITE
def test_a_step_says_which_operation_it_is_and_in_how_clean_a_room(seat, one, at):
    assert seat(desk.QUALITY).post(f"{at}/steps", **STEP | {"operation": "flying"}).status_code == 422
    assert seat(desk.QUALITY).post(f"{at}/steps", **STEP, operation="passivation", grade="10000").status_code == 302

    step = one(DefinitionStep, position=95)
    assert (step.operation, step.grade) == ("passivation", "10000")
    page = words(seat(desk.PLANT_QUALITY).get(at))
    assert "Passivation" in page
    assert "Class 10,000" in page


@SQLITE
def test_an_inspection_is_given_a_plan_and_what_makes_no_plan_is_refused(seat, draft, one, at):
    before = draft().contents_hash
    for changes, says in (
        ({"aql": ""}, "A sample needs it"),
        ({"coverage": "every_piece"}, "Only a sample has it"),
        ({"stage": "incoming"}, "judged by what stands with their material"),
        ({"aql": "15"}, "Not a valid choice"),
    ):
        answer = seat(desk.QUALITY).post(f"{at}/inspections", **SAMPLED | changes)
        assert (answer.status_code, says in words(answer)) == (422, True), changes

    assert seat(desk.QUALITY).post(f"{at}/inspections", **SAMPLED, may_be_reduced="y").status_code == 302

    line = one(DefinitionInspection, characteristic="螺纹")
    assert (line.coverage, line.level, line.aql, line.may_be_reduced) == ("sampled", "II", "1.0", True)
    assert "GB/T 2828.1 · II · AQL 1.0" in words(seat(desk.PLANT_QUALITY).get(at))
    assert draft().contents_hash != before


@SQLITE
@pytest.mark.parametrize(("days", "says"), [(-1, "This day is past"), (0, "give a later day")])
def test_no_version_holds_before_today_nor_before_the_one_that_it_follows(seat, draft, at, days, says):
    wrong = today() + timedelta(days=days)

    answer = set_head(seat(desk.QUALITY), at, effective_on=f"{wrong}", label_version="typed")

    assert (answer.status_code, says in words(answer)) == (422, True)
    assert f'value="{wrong}"' in answer.text
    assert 'value="typed"' in answer.text
    assert draft().effective_on is None


@SQLITE
def test_a_later_version_waits_for_the_verdict_on_its_change(seat, world, one, at):
    change = str(one(Change, side="manufacturer").id)
    assert set_head(seat(desk.QUALITY), at, change_id="").status_code == 302
    unmet = words(seat(REPRESENTATIVE).get(f"{at}/registrant-signs")).split("conditions are met")[0]
    assert desk.names(unmet, CHECKS["change-named"])
    assert set_head(seat(desk.QUALITY), at, change_id=change).status_code == 302

    waiting = seat(REPRESENTATIVE).get(f"{at}/registrant-signs")
    assert (waiting.status_code, desk.names(words(waiting), CHECKS["verdict-stands"])) == (409, True)
    desk.approve_a_change(world)

    assert seat(REPRESENTATIVE).get(f"{at}/registrant-signs").status_code == 200


@SQLITE
def test_nothing_is_written_once_one_side_has_signed_until_it_is_taken_back(seat, one, draft, at, complete):
    signer = seat(REPRESENTATIVE)
    assert signer.sign(f"{at}/registrant-signs").status_code == 302
    refused = seat(desk.PLANT_QUALITY).post(f"{at}/steps", **STEP)
    assert (refused.status_code, desk.names(words(refused), DRAFT)) == (409, True)
    assert one(DefinitionStep, position=95) is None

    assert seat(desk.PLANT_QUALITY).post(f"{at}/take-back", reason="A step is missing.").status_code == 302

    assert draft().state == "draft"
    assert seat(desk.PLANT_QUALITY).post(f"{at}/steps", **STEP).status_code == 302


@SQLITE
def test_a_line_written_after_the_version_was_shown_makes_the_signature_worthless(seat, as_org, draft, at, complete):
    signer = seat(REPRESENTATIVE)
    prove = signer.intend(f"{at}/registrant-signs").headers["Location"]
    page = signer.get(prove)
    assert seat(desk.PLANT_QUALITY).post(f"{at}/steps", **STEP).status_code == 302

    answer = signer.client.post(prove, data=hidden_fields(page.text) | {"password": "x", "code": "000000"})

    assert answer.status_code == 409
    assert (draft().state, desk.signatures_of(as_org, draft().id)) == ("draft", [])


@SQLITE
def test_one_version_is_drafted_at_a_time_and_what_is_withdrawn_makes_room(seat, world, one, at):
    new, product = f"/entrustments/{world.entrustment}/definitions/new", str(world.product)
    again = seat(desk.PLANT_QUALITY).post(new, product_id=product)
    assert (again.status_code, desk.names(words(again), NONE_DRAFTED)) == (409, True)

    assert seat(desk.QUALITY).post(f"{at}/withdraw", reason="The change is given up.").status_code == 302
    assert seat(desk.PLANT_QUALITY).post(new, product_id=product).status_code == 302

    third = one(Definition)
    assert (third.number, third.follows_id, third.state) == (3, world.definition, "draft")


@SQLITE
def test_whoever_drafts_one_at_the_moment_that_another_does_is_told_that_one_is_drafted(seat, world, one, monkeypatch):
    """The other's row was not there yet when the question was asked; the index then refuses the second row."""
    asked, judge = [], keeping.decide_opening

    def at_once(entrustment_id, product_id, *, actor):
        asked.append(product_id)
        if len(asked) > 1:
            return judge(entrustment_id, product_id, actor=actor)
        return weigh_opening(OPEN_DEFINITION, False, powers=actor.powers, side=Side.MANUFACTURER, on=today())

    monkeypatch.setattr(keeping, "decide_opening", at_once)
    new = f"/entrustments/{world.entrustment}/definitions/new"
    answer = seat(desk.PLANT_QUALITY).post(new, product_id=str(world.product))

    assert (answer.status_code, len(asked)) == (409, 2)
    assert desk.names(words(answer), NONE_DRAFTED)
    assert one(Definition).id == world.drafted_definition


@SQLITE
def test_both_sides_and_the_authority_read_it_and_a_rival_at_the_plant_finds_nothing(seat, world, at):
    for who in (desk.QUALITY, desk.PLANT_QUALITY, "jiangsu/authority-inspector"):
        assert "WI-35-013" in words(seat(who).get(at))
    lens = words(seat("jiangsu/authority-inspector").get(f"/inspection/{world.entrustment}"))
    assert "Definition V1 of 金属锁定接骨板 LP-3.5: Approved by both sides" in lens
    assert "V2" in words(seat(desk.QUALITY).get("/find?q=WI-35-013"))

    rival = seat("lantai/registrant-quality-manager")
    found, missing = rival.get(at), rival.get(f"/definitions/{uuid4()}")
    assert (found.status_code, found.data) == (404, missing.data)
    assert rival.get(f"/entrustments/{world.entrustment}/definitions").status_code == 404
    assert "金属锁定接骨板" not in words(rival.get("/find?q=WI-35-013", follow_redirects=True))
    assert seat("jiangsu/authority-inspector").get(f"{at}/steps").status_code == 403
