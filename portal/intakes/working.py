"""Working through a house's files: small ones in the request that brought them, the rest by `portal errands`."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agreements.tables import Unreadable
from portal import ledger
from portal.db import reading, session, unit_of_work
from portal.filing import Store
from portal.identity.system import Doer
from portal.intakes.looking import look, read
from portal.intakes.receiving import look_again, refuse
from portal.intakes.running import tell_a_part
from portal.making.trying import came_further, is_free, try_once
from portal.records.intake import Intake
from portal.tenancy import acting_for
from workflows.intake import MAPPED, RECEIVED, RUNNING

TO_READ = (MAPPED, RUNNING)
THE_FILE: Any = {"of": Intake}
AT_ONCE = 64 * 1024  # bytes of a file that is read while its sender waits


def take_at_once(intake: Intake, store: Store, *, by: Doer) -> None:
    """Read a small file whose columns are named to its end, in the caller's transaction."""
    if intake.stage == MAPPED and intake.file.size <= AT_ONCE:
        try:
            found = read(intake, look(store.read(intake.file)))
        except Unreadable as refused:
            refuse(intake, refused.says, refused.place)
            ledger.write(intake, "intake.ended", by=by)
            return
        while tell_a_part(intake, found, by=by):
            pass


def work_through(store: Store, *, by: Doer) -> int:
    """Read every file of one house that waits, a part in each transaction; how many got to their end."""
    ended = 0
    for intake_id in _waiting(by.organisation_id):
        with acting_for(by.organisation_id):
            ended += read_now(intake_id, store, by=by)
    return ended


def read_now(intake_id: UUID, store: Store, *, by: Doer) -> bool:
    """One file of the house in scope; whether it got to its end."""
    return try_once(intake_id, partial(_read_to_its_end, intake_id, store, by=by))


def _waiting(house: UUID) -> list[UUID]:
    """Those that can be read now, and those that could not be looked into before their check was over."""
    wanted = select(Intake).where(Intake.stage.in_([RECEIVED, *TO_READ]), is_free(Intake.id)).order_by(Intake.id)
    with acting_for(house), reading():
        found = session.scalars(wanted).unique()
        return [each.id for each in found if each.stage in TO_READ or _may_be_looked_into(each)]


def _may_be_looked_into(intake: Intake) -> bool:
    return not intake.sheets and (intake.file.accepted or intake.file.refused)


def _read_to_its_end(intake_id: UUID, store: Store, *, by: Doer) -> bool:
    """Whether the file got to its end; somebody else may have read on meanwhile, and then this one leaves it."""
    with unit_of_work():
        intake = session.get_one(Intake, intake_id, with_for_update=THE_FILE)
        look_again(intake, store, by=by)
    seen = intake.done
    if intake.stage not in TO_READ:
        return False
    try:
        found = read(intake, look(store.read(intake.file)))
    except Unreadable as refused:
        return _refused(intake_id, refused, by=by)
    finally:
        session.close()
    more = True
    while more:
        with unit_of_work():
            intake = session.get_one(Intake, intake_id, with_for_update=THE_FILE)
            if intake.stage not in TO_READ or intake.done != seen:
                return False
            more = tell_a_part(intake, found, by=by)
            came_further(intake_id)
            seen = intake.done
        session.close()
    return True


def _refused(intake_id: UUID, refused: Unreadable, *, by: Doer) -> bool:
    session.close()
    with unit_of_work():
        intake = session.get_one(Intake, intake_id, with_for_update=THE_FILE)
        if intake.stage in TO_READ:
            refuse(intake, refused.says, refused.place)
            ledger.write(intake, "intake.ended", by=by)
    return True
