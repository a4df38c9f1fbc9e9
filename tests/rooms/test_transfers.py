"""Design transfer: confirmed item by item, tried out on a pilot batch, signed by both; only then is it made to sell."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from portal import ledger
from portal.db import session, today
from portal.demo.hands import played_by
from portal.demo.making import make_trial
from portal.records.batch import Batch
from portal.records.duty import Duty
from portal.records.transfer import Transfer, TransferGap, TransferItem, TransferTrial
from portal.rooms.transfers import keeping
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from tests.stage import sql, stored
from workflows.engine import Side, weigh_opening
from workflows.opening import TRANSFERRED
from workflows.powers import Role
from workflows.stages import MADE_TO_SELL
from workflows.transfer import TRANSFER
from workflows.transferring import NONE_UNDERWAY, OPEN_TRANSFER

CHECKS = {check.code: check for move in TRANSFER.transitions for check in move.checks}
REPRESENTATIVE, PLANT_REPRESENTATIVE = "chengyue/management-representative", "hengrui/management-representative"
SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
BEGUN = {"scope": "All of it.", "method": "Controlled copies.", "step_lines": "cleaning\n\npacking\ncleaning"}
ITEM = {"kind": "document", "title": "Cleaning instruction", "reference": "WI-7", "edition": "B/2"}
TRAINING = {"topic": "Cleaning", "trainer": "Engineer", "trained": "Three people", "assessment": "All passed."}
GAP = {"what": "No limit sample.", "owes": "manufacturer", "owner_name": "Inspector", "blocking": "y"}


@pytest.fixture
def newest(as_org, world):
    """The newest record of a kind in the entrustment, as it stands in the books."""

    def _newest(kind, **wanted):
        with desk.books(as_org):
            asked = select(kind).where(kind.entrustment_id == world.entrustment).filter_by(**wanted)
            return session.scalars(asked.order_by(kind.id.desc())).unique().first()

    return _newest


@pytest.fixture
def ended(seat, world):
    """The design is no longer with the plant: what both had signed is ended by the registrant."""
    answer = seat(REPRESENTATIVE).post(f"/transfers/{world.transfer}/end", reason="The process changed.")
    assert answer.status_code == 302


@pytest.fixture
def begun(seat, world, newest, ended):
    """Another transfer of the same product, with one item on its list."""
    registrant, product = seat(desk.QUALITY), str(world.product)
    answer = registrant.post(f"/entrustments/{world.entrustment}/transfers/new", **BEGUN, product_id=product)
    assert answer.status_code == 302, answer.text
    at = f"/transfers/{newest(Transfer).id}"
    assert registrant.post(f"{at}/items/new", **ITEM, file=desk.pdf()).status_code == 302
    return at


@pytest.fixture
def handed_over(seat, newest, begun):
    assert confirm(seat(desk.QUALITY), f"{begun}/given", newest(TransferItem)).status_code == 302
    assert seat(desk.QUALITY).post(f"{begun}/hand-over").status_code == 302
    return begun


@pytest.fixture
def trialled(app, seat, world, newest, handed_over):
    """Received, trained, and each step tried out on a pilot batch."""
    plant = seat(desk.PLANT_QUALITY)
    confirm(plant, f"{handed_over}/received", newest(TransferItem))
    assert plant.post(f"{handed_over}/trainings/new", **TRAINING, trained_on=str(today())).status_code == 302
    trial = piloted(app, world)
    assert tried(plant, handed_over, trial, "passed").status_code == 302
    assert plant.post(f"{handed_over}/conclude-trials").status_code == 302
    return handed_over


def confirm(browser, page, *items):
    seen = hidden_fields(browser.get(page).text)
    return browser.client.post(page, data=seen | {"items": [str(each.id) for each in items]})


def piloted(app, world):
    """A pilot batch whose trial the plant has concluded."""
    with app.app_context():
        return make_trial(world.org, world.entrustment, world.product, "PILOT-2", "hengrui")


def tried(browser, at, batch_id, result, *, steps=("cleaning", "packing")):
    seen = hidden_fields(browser.get(f"{at}/trials/new").text)
    typed = {"batch_id": str(batch_id), "steps": list(steps), "result": result, "findings": "Within the limits."}
    return browser.client.post(f"{at}/trials/new", data=seen | typed)


def opened(browser, world, number, stage):
    """What comes of opening a batch of the product at that stage."""
    given = {"number": number, "stage": stage, "started_on": str(today()), "planned": "10", "steps_planned": "2"}
    return browser.post(f"/entrustments/{world.entrustment}/batches/open", **given, product_id=str(world.product))


def test_the_first_commercial_batch_waits_until_both_have_signed(seat, world, as_org, newest, trialled):
    refused = opened(seat(desk.CLERK), world, "SOLD-1", "commercial")
    assert refused.status_code == 409
    assert desk.names(words(refused), TRANSFERRED)
    assert f"/entrustments/{world.entrustment}/transfers" in refused.text

    assert seat(PLANT_REPRESENTATIVE).sign(f"{trialled}/manufacturer-signs").status_code == 302
    assert opened(seat(desk.CLERK), world, "SOLD-1", "commercial").status_code == 409
    assert seat(REPRESENTATIVE).sign(f"{trialled}/registrant-countersigns").status_code == 302

    transfer = newest(Transfer)
    signatures = desk.signatures_of(as_org, transfer.id)
    assert (transfer.state, {each.side for each in signatures}) == ("signed", {"registrant", "manufacturer"})
    assert opened(seat(desk.CLERK), world, "SOLD-1", "commercial").status_code == 302
    assert newest(Batch).stage == "commercial"


@SQLITE
@pytest.mark.parametrize("made_as", ["prototype", "pilot"])
def test_what_tries_the_process_out_is_made_before_that_and_never_sold(seat, world, newest, ended, made_as):
    assert opened(seat(desk.CLERK), world, "TRY-1", made_as).status_code == 302
    made = newest(Batch)

    assert made.stage == made_as
    answer = seat(desk.RELEASE).get(f"/batches/{made.id}/release-marketing")
    assert answer.status_code == 409
    assert desk.names(words(answer), MADE_TO_SELL)


def test_the_database_itself_keeps_a_trial_from_the_market(world):
    batch = "SELECT id, last_event_id FROM batch WHERE stage = 'pilot' AND entrustment_id = :about"
    ((trial, _),) = sql(batch, about=stored(world.entrustment))
    (other,) = sql("SELECT last_event_id FROM batch WHERE id <> :id LIMIT 1", id=trial)[0]

    with pytest.raises(DBAPIError, match=r"(?i)check"):
        sql(
            "UPDATE batch SET state = 'marketing_released', marketing_released_at = started_on, "
            "production_released_at = started_on, version = version + 1, last_event_id = :other WHERE id = :id",
            id=trial,
            other=other,
        )


@SQLITE
def test_each_item_is_confirmed_by_name_on_both_sides_and_nothing_is_handed_over_before(seat, newest, begun):
    early = seat(desk.QUALITY).get(f"{begun}/hand-over")
    assert (early.status_code, desk.names(words(early), CHECKS["items-given"])) == (409, True)
    assert seat(desk.PLANT_QUALITY).get(f"{begun}/received").status_code == 409
    assert seat(desk.PLANT_QUALITY).get(f"{begun}/given").status_code == 403

    nothing = confirm(seat(desk.QUALITY), f"{begun}/given")
    assert (nothing.status_code, "Tick every item that you confirm." in words(nothing)) == (422, True)
    confirm(seat(desk.QUALITY), f"{begun}/given", newest(TransferItem))
    assert seat(desk.QUALITY).post(f"{begun}/hand-over").status_code == 302
    confirm(seat(desk.PLANT_QUALITY), f"{begun}/received", newest(TransferItem))

    item = newest(TransferItem)
    assert None not in (item.given_at, item.received_at)
    assert item.given_by_name != item.received_by_name


@SQLITE
def test_what_is_struck_off_stays_on_record_and_need_not_be_confirmed(seat, newest, begun):
    registrant, item = seat(desk.QUALITY), newest(TransferItem)
    before = newest(Transfer).contents_hash

    assert registrant.post(f"{begun}/struck", item=str(item.id), reason="Wrong version.").status_code == 302

    assert newest(TransferItem).struck_at is not None
    assert newest(Transfer).contents_hash != before
    assert "Struck off on" in words(registrant.get(begun))
    early = registrant.get(f"{begun}/hand-over")
    assert (early.status_code, desk.names(words(early), CHECKS["papers-listed"])) == (409, True)


@SQLITE
def test_every_step_is_covered_by_a_trial_that_passed_and_the_latest_counts(app, seat, world, newest, handed_over):
    plant = seat(desk.PLANT_QUALITY)
    confirm(plant, f"{handed_over}/received", newest(TransferItem))
    plant.post(f"{handed_over}/trainings/new", **TRAINING, trained_on=str(today()))
    trial = piloted(app, world)
    for result, steps, covered in (
        ("passed", ["cleaning"], False),
        ("passed", ["packing"], True),
        ("failed", ["packing"], False),
        ("passed", ["packing"], True),
    ):
        assert tried(plant, handed_over, trial, result, steps=steps).status_code == 302
        answer = plant.get(f"{handed_over}/conclude-trials")
        assert answer.status_code == (200 if covered else 409)
        assert desk.names(words(answer), CHECKS["steps-tried"]) is True

    assert len({newest(TransferTrial).batch_id, trial}) == 1


@SQLITE
def test_a_commercial_batch_and_one_of_others_are_no_trial(seat, world, handed_over):
    for batch_id in (world.batch["opened"], world.rival_batch):
        answer = tried(seat(desk.PLANT_QUALITY), handed_over, batch_id, "passed")

        assert answer.status_code == 422
        assert "R2611" not in words(answer)


def test_a_gap_is_a_duty_of_its_owner_and_holds_the_signatures(seat, newest, trialled):
    due = str(today() + timedelta(days=9))
    assert seat(desk.QUALITY).post(f"{trialled}/gaps/new", **GAP, due_on=due).status_code == 302
    gap = newest(TransferGap)
    owed = newest(Duty, rule="transfer-gap", about_id=gap.id)
    assert (owed.owes, owed.is_open) == ("manufacturer", True)

    held = seat(REPRESENTATIVE).get(f"{trialled}/registrant-signs")
    assert (held.status_code, desk.names(words(held), CHECKS["gaps-closed"])) == (409, True)
    at = f"/transfer-gaps/{gap.id}/close"
    assert seat(desk.QUALITY).get(at).status_code == 409
    assert seat(desk.PLANT_QUALITY).post(at, reason="Sample LS-1 is agreed.").status_code == 302

    assert (newest(TransferGap).state, newest(TransferGap).resolution) == ("closed", "Sample LS-1 is agreed.")
    assert newest(Duty, rule="transfer-gap", about_id=gap.id).standing == "met"
    assert seat(REPRESENTATIVE).get(f"{trialled}/registrant-signs").status_code == 200


@SQLITE
def test_a_signature_binds_nobody_once_it_is_taken_back(seat, newest, trialled):
    assert seat(REPRESENTATIVE).sign(f"{trialled}/registrant-signs").status_code == 302
    assert seat(desk.PLANT_QUALITY).get(f"{trialled}/gaps/new").status_code == 409

    assert seat(desk.PLANT_QUALITY).post(f"{trialled}/take-back", reason="A step is missing.").status_code == 302

    assert (newest(Transfer).state, newest(Transfer).handed_over_at) == ("preparing", None)


@SQLITE
def test_one_transfer_of_a_product_is_under_way_at_a_time(seat, world, begun):
    registrant, product = seat(desk.QUALITY), str(world.product)

    again = registrant.post(f"/entrustments/{world.entrustment}/transfers/new", **BEGUN, product_id=product)

    assert again.status_code == 409
    assert "No other transfer of this product is under way" in words(again)


@SQLITE
@pytest.mark.parametrize(
    ("page", "given", "says"),
    [
        ("items/new", ITEM | {"edition": ""}, "Give its version"),
        ("trainings/new", TRAINING | {"trained_on": "2999-01-01"}, "This day has not come yet"),
        ("gaps/new", GAP | {"due_on": "2020-01-01"}, "This day is past."),
        ("edit", BEGUN | {"scope": " "}, "Say what is transferred."),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(seat, begun, page, given, says):
    answer = seat(desk.QUALITY).post(f"{begun}/{page}", **given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert all(value.split("\n")[0] in answer.text for value in given.values() if value.strip())


@SQLITE
def test_both_sides_and_the_authority_read_it_and_a_rival_finds_nothing(seat, world, as_org):
    at = f"/transfers/{world.transfer}"
    for who in (desk.QUALITY, desk.PLANT_QUALITY, "jiangsu/authority-inspector"):
        assert "WI-35-012" in words(seat(who).get(at))
    lens = words(seat("jiangsu/authority-inspector").get(f"/inspection/{world.entrustment}"))

    assert "DT-" in lens
    assert seat("lantai/registrant-quality-manager").get(at).status_code == 404
    assert seat("jiangsu/authority-inspector").get(f"{at}/take-back").status_code == 403


@SQLITE
def test_batches_from_before_there_were_stages_keep_the_hash_they_were_told_with(world):
    with played_by("hengrui", Role.PLANT_CLERK, world.org):
        batch = session.get_one(Batch, world.batch["opened"])
        values = {each.key: getattr(batch, each.key) for each in Batch.__mapper__.column_attrs}

    before = {key: value for key, value in values.items() if key != "stage"}
    assert ledger.hash_of_row("batch", values) == ledger.hash_of_row("batch", before)
    assert ledger.hash_of_row("batch", values | {"stage": "pilot"}) != ledger.hash_of_row("batch", before)


@SQLITE
def test_whoever_begins_one_at_the_moment_that_another_does_is_told_that_one_is_under_way(
    seat, world, begun, newest, monkeypatch
):
    """The other's row was not there yet when the question was asked; the index then refuses the second row."""
    asked, judge = [], keeping.decide_opening

    def at_once(entrustment_id, product_id, *, actor):
        asked.append(product_id)
        if len(asked) > 1:
            return judge(entrustment_id, product_id, actor=actor)
        return weigh_opening(OPEN_TRANSFER, False, powers=actor.powers, side=Side.REGISTRANT, on=today())

    monkeypatch.setattr(keeping, "decide_opening", at_once)
    answer = seat(desk.QUALITY).post(
        f"/entrustments/{world.entrustment}/transfers/new", **BEGUN, product_id=str(world.product)
    )

    assert (answer.status_code, len(asked)) == (409, 2)
    assert desk.names(words(answer), NONE_UNDERWAY)
    assert begun == f"/transfers/{newest(Transfer).id}"
