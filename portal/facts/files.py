"""Files that wait: taken a step further when what they waited for is there, and what rests on them with them."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select

from portal import ledger
from portal.checking.asking import LONG_PATIENCE
from portal.db import now, reading, session, unit_of_work
from portal.facts.exhibits import EXHIBITED
from portal.facts.showing import show_again
from portal.filing import Damaged, Place, Store
from portal.ledger import Author
from portal.records.file import CHECKED, DECLARED, GRACE, RECEIVED, REFUSED, StoredFile
from portal.tenancy import acting_for
from workflows.words import N_, Said

GIVEN_UP = timedelta(days=1)
NEVER_CAME = Said(N_("Its bytes did not come in the time that was given for them. Announce it again."))
LOST = Said(N_("Its bytes were lost before it was checked. Put it on record again."))


def settle_waiting(store: Store, *, by: Author) -> Iterator[StoredFile]:
    """Take every waiting file of one house as far as it goes; gives each that got further.

    The checks are made between transactions, so that nobody waits for them.  Raises what a shelf raises: what was
    settled before stays settled, and the rest is taken up the next time.
    """
    house = by.organisation_id
    for file_id in _waiting(house):
        while _can_go_on(file := _looked_up(house, file_id)):
            if (settled := _settle(file, _found(store, file), by=by)) is None:
                break
            if settled.refused:
                store.shelf.discard(Place.of(settled))
            yield settled


def clear_away(store: Store) -> int:
    """Remove what lies in quarantine for a day and belongs to no waiting file; how many there were."""
    cleared = 0
    for place in store.shelf.left_behind(now() - GIVEN_UP):
        with acting_for(place.house), reading():
            known = session.get(StoredFile, place.file_id)
        if known is None or known.stage not in (RECEIVED, CHECKED):
            store.shelf.discard(place)
            cleared += 1
    return cleared


def _waiting(house: UUID) -> list[UUID]:
    overdue = and_(StoredFile.stage == DECLARED, StoredFile.awaited_until <= now() - GRACE)
    waiting = or_(StoredFile.stage.in_([RECEIVED, CHECKED]), overdue)
    with acting_for(house), reading():
        return list(
            session.scalars(select(StoredFile.id).where(StoredFile.owner_id == house, waiting).order_by(StoredFile.id))
        )


def _can_go_on(file: StoredFile) -> bool:
    return file.stage in (RECEIVED, CHECKED) or file.is_overdue(now())


def _looked_up(house: UUID, file_id: UUID) -> StoredFile:
    with acting_for(house), reading():
        return session.get_one(StoredFile, file_id)


def _found(store: Store, file: StoredFile) -> dict[str, object]:
    if file.awaited:
        return {"stage": REFUSED, "refused_because": NEVER_CAME.as_data()}
    try:
        return store.next_step(file, patience=LONG_PATIENCE)
    except Damaged:
        return {"stage": REFUSED, "refused_because": LOST.as_data()}


def _settle(seen: StoredFile, found: dict[str, object], *, by: Author) -> StoredFile | None:
    """None when nothing changed, or when somebody else settled it in the meantime."""
    with acting_for(by.organisation_id), unit_of_work():
        file = session.get_one(StoredFile, seen.id)
        if file.version != seen.version or not file.settle(**found) or file.stage == seen.stage:
            session.expire(file)
            return None
        ledger.write(file, f"stored_file.{file.stage}", by=by)
        if file.accepted:
            for record in _resting_on(file):
                show_again(record, by=by)
        return file


def _resting_on(file: StoredFile) -> Iterator[object]:
    for kind, _ in EXHIBITED.values():
        if hasattr(kind, "file_id"):
            yield from session.scalars(select(kind).where(kind.file_id == file.id)).all()
