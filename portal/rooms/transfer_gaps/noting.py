"""Putting a gap of a design transfer on record."""

from datetime import date

from portal.acting import start
from portal.db import new_id, session
from portal.identity import Actor
from portal.records.transfer import Transfer, TransferGap
from workflows.transferring import NOTE_GAP


def note_gap(
    transfer: Transfer, *, what: str, owes: str, owner_name: str, due_on: date, blocking: bool, by: Actor
) -> TransferGap:
    with session.no_autoflush:
        gap = TransferGap(
            id=new_id(),
            entrustment_id=transfer.entrustment_id,
            what=what,
            owes=owes,
            owner_name=owner_name,
            due_on=due_on,
            blocking=blocking,
        )
        transfer.gaps.append(gap)
        transfer.bind_contents()
    start(gap, NOTE_GAP.event, actor=by, also=[transfer])
    return gap
