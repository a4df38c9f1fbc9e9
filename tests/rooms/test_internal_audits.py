"""An internal audit of the plant: put on record, shown to a registrant, and the duty of the year that it meets."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import now, session, today
from portal.demo.cast import HOUSES
from portal.demo.hands import played_by
from portal.records.duty import Duty
from tests.browsing import words
from tests.rooms import batch_desk as desk
from workflows.powers import Role

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])
YESTERDAY = today() - timedelta(days=1)
AUDIT = {
    "began_on": str(YESTERDAY),
    "ended_on": str(YESTERDAY),
    "covers": "Purchasing and cleaning",
    "result": "passed-after-rectification",
    "findings": "3",
    "still_open": "1",
}


@pytest.fixture
def duties(as_org, world):
    """The yearly duty of the plant, as if their agreement asked for it a while ago; then how all of it stand."""

    def _duties(since=None):
        if since:
            with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
                asked = Duty.entrustment_id == world.entrustment, Duty.rule == "representatives-meet"
                duty = session.scalars(select(Duty).where(*asked)).one()
                duty.rule, duty.owes, duty.started_at = "internal-audit", "manufacturer", now() - since
                ledger.write(duty, "duty.recounted", by=by)
        with desk.books(as_org):
            wanted = select(Duty).where(Duty.entrustment_id == world.entrustment, Duty.rule == "internal-audit")
            return [each.standing.value for each in session.scalars(wanted)]

    return _duties


def recorded(seat, **given):
    return seat(desk.PLANT_QUALITY).post("/evidence/internal-audits/new", **AUDIT | given, file=desk.pdf())


def shown(seat, world, answer, where="entrustment"):
    record = answer.headers["Location"].rsplit("/", 1)[1]
    return seat(desk.PLANT_QUALITY).post(f"/entrustments/{world.named[where]}/exhibits", record=record)


def test_showing_an_audit_of_the_year_meets_the_duty_and_the_registrant_reads_what_it_found(seat, world, duties):
    assert duties(since=timedelta(days=60)) == ["owed"]

    assert shown(seat, world, recorded(seat)).status_code == 302

    assert duties() == ["met"]
    page = words(seat(desk.QUALITY).get(f"/entrustments/{world.entrustment}"))
    assert f"Internal audit of {YESTERDAY}: findings 3, still open 1." in page


def test_an_audit_that_ended_before_the_duty_began_is_shown_and_meets_nothing(seat, world, duties):
    duties(since=timedelta(seconds=1))

    assert shown(seat, world, recorded(seat)).status_code == 302

    assert duties() == ["owed"]


def test_what_is_shown_to_one_registrant_meets_no_duty_in_the_entrustment_of_another(seat, world, duties, told):
    duties(since=timedelta(days=60))
    before = told()

    assert shown(seat, world, recorded(seat), where="rival_entrustment").status_code == 302

    assert duties() == ["owed"]
    assert told()[world.entrustment.hex] == before[world.entrustment.hex]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"still_open": "4"}, "No more findings can be open than there are."),
        ({"ended_on": str(YESTERDAY - timedelta(days=1))}, "This is before the first day"),
        ({"began_on": str(today() + timedelta(days=1))}, "This day has not come yet"),
        ({"covers": f"The line of {HOUSES['chengyue'].name}"}, "This names a registrant that entrusts you."),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field(seat, given, says):
    answer = recorded(seat, **given)

    assert answer.status_code == 422
    assert says in words(answer)
