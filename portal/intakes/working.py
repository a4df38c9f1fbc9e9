"""Working through a house's files: small ones in the request that brought them, the rest by `portal intake run`."""

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
from portal.records.file import StoredFile
from portal.records.intake import Intake
from portal.tenancy import acting_for
from workflows.intake import MAPPED, RECEIVED, RUNNING

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
        with acting_for(by.organisation_id), unit_of_work():
            look_again(session.get_one(Intake, intake_id), store, by=by)
        ended += _told(intake_id, store, by=by)
    return ended


def _waiting(house: UUID) -> list[UUID]:
    stages = [RECEIVED, MAPPED, RUNNING]
    with acting_for(house), reading():
        return list(session.scalars(select(Intake.id).where(Intake.stage.in_(stages)).order_by(Intake.id)))


def _told(intake_id: UUID, store: Store, *, by: Doer) -> bool:
    """Whether the file got to its end; somebody else may be reading it, and then this one leaves it."""
    house = by.organisation_id
    with acting_for(house), reading():
        intake = session.get_one(Intake, intake_id)
        if intake.stage not in (MAPPED, RUNNING):
            return False
        file = session.get_one(StoredFile, intake.file_id)
        try:
            found = read(intake, look(store.read(file)))
        except Unreadable as refused:
            found, wrong = None, refused
        seen = intake.done
    if found is None:
        with acting_for(house), unit_of_work():
            intake = session.get_one(Intake, intake_id)
            refuse(intake, wrong.says, wrong.place)
            ledger.write(intake, "intake.ended", by=by)
        return True
    more = True
    while more:
        with acting_for(house), unit_of_work():
            intake = session.get_one(Intake, intake_id, with_for_update={"of": Intake})
            if intake.stage not in (MAPPED, RUNNING) or intake.done != seen:
                return False
            more = tell_a_part(intake, found, by=by)
            seen = intake.done
    return True
