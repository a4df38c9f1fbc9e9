"""Receiving a file, and keeping what somebody says its columns mean."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from agreements.tables import Unreadable
from agreements.tables.mapping import Mapped
from portal import ledger
from portal.checking.kinds import ending_of
from portal.db import new_id, now, session, today
from portal.filing import Store
from portal.identity.system import Doer
from portal.intakes.looking import AT_FIRST, Seen, as_data, look
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.intake import ColumnMapping, Intake
from workflows.intake import MAPPED, RECEIVED, REFUSED, UNDONE
from workflows.words import N_, Said

NOTHING_TO_TELL = Said(N_("No row of the file names columns. Put their names into one row above the values."))


READ = frozenset({"csv", "txt", "xlsx", "xml"})


def kept_name(name: str) -> str:
    """Under which a file is kept: XML as the plain text that it is, so that no browser takes it for a page."""
    return f"{name}.txt" if ending_of(name) == "xml" else name


def sent_before(entrustment_id: UUID, content: bytes) -> Intake | None:
    """The intake of the very same file for the same entrustment, unless it was refused or taken back."""
    digest = hashlib.sha256(content).hexdigest()
    wanted = select(Intake).where(
        Intake.within_id == entrustment_id, Intake.sha256 == digest, Intake.stage.not_in([REFUSED, UNDONE])
    )
    return session.scalars(wanted).first()


def receive(intake_id: UUID, file: StoredFile, entrustment: Entrustment, store: Store, *, by: Doer) -> Intake:
    """Put an intake on record.  A file that still waits for its check is looked into once it is accepted."""
    intake = Intake(
        id=intake_id,
        number=_next_number(),
        within_id=entrustment.id,
        file_id=file.id,
        name=file.name,
        sha256=file.sha256,
        stage=RECEIVED,
        sheets=[],
        rows=0,
        done=0,
        taken=0,
        known=0,
        faults=[],
        questions=[],
        recordings=[],
        refused_because=None,
        sent_by_id=by.id,
        sent_at=now(),
        ended_at=None,
    )
    if file.accepted:
        _look_into(intake, store.read(file))
    ledger.write(intake, "intake.received", by=by, also=[file])
    return intake


def look_again(intake: Intake, store: Store, *, by: Doer) -> bool:
    """Look into a file that was not accepted when it came; False where it still is not."""
    if intake.stage != RECEIVED or intake.sheets or not (intake.file.accepted or intake.file.refused):
        return False
    if intake.file.held:
        refuse(intake, intake.file.held)
    else:
        _look_into(intake, store.read(intake.file))
    ledger.write(intake, "intake.looked-into", by=by)
    return True


def name_columns(intake: Intake, place: int, mapped: Mapped, *, by: Doer) -> None:
    """Keep what the columns of one sheet mean, for this file and for all that come with the same head."""
    sheet = intake.sheets[place]
    known = session.scalars(select(ColumnMapping).where(ColumnMapping.mark == sheet["mark"])).first()
    if known is None:
        known = ColumnMapping(id=new_id(), mark=sheet["mark"], sheet=sheet["name"], mapped=mapped.as_data())
        ledger.write(known, "column_mapping.confirmed", by=by)
    elif known.mapped != mapped.as_data():
        known.sheet, known.mapped = sheet["name"], mapped.as_data()
        ledger.write(known, "column_mapping.changed", by=by)
    intake.sheets = [
        each | {"mapped": mapped.as_data()} if each["mark"] == sheet["mark"] else each for each in intake.sheets
    ]
    if not intake.unmapped:
        intake.stage = MAPPED
    ledger.write(intake, "intake.mapped", by=by)


def opened_sheets(intake: Intake, store: Store) -> Sequence[Seen]:
    """The first rows of each sheet, as they were when the file was received."""
    return look(store.read(intake.file), most=AT_FIRST)


def refuse(intake: Intake, says: Said, place: str = "") -> None:
    """The file as a whole; the caller tells the ledger."""
    intake.stage, intake.ended_at = REFUSED, now()
    intake.refused_because = {"place": place, **says.as_data()}


def _look_into(intake: Intake, content: bytes) -> None:
    try:
        seen = look(content, most=AT_FIRST)
    except Unreadable as refused:
        refuse(intake, refused.says, refused.place)
        return
    if not any(each.tells for each in seen):
        refuse(intake, NOTHING_TO_TELL)
        return
    intake.sheets = as_data(seen)
    intake.stage = RECEIVED if intake.unmapped else MAPPED


def _next_number() -> str:
    begins = f"IN-{today().year}-"
    counted = session.scalar(select(func.count()).select_from(Intake).where(Intake.number.startswith(begins)))
    return f"{begins}{(counted or 0) + 1:04}"
