"""One entry in the books of making: its number, the hash of its facts, its event in the ledger, and its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

from portal import ledger
from portal.db import now, session
from portal.lineage import knowing
from portal.lineage.marking import mark
from portal.lineage.numbering import Taken, take_ticket
from portal.lineage.sealing import MARKS, WRITTEN, Seal, sealed_columns
from portal.pouring import pour
from portal.records.batch import Batch
from portal.records.lineage import Folio, Recording
from portal.tenancy import current_tenant

Rows = dict[str, list[tuple[Any, ...]]]
# Things before what is said of them.
ORDER = ("node", "activity", "link", "portion", "containment", "movement", "reading")


@dataclass(frozen=True, slots=True)
class Entry:
    """A number that was taken in a folio, and the folio where it is new and has to be told of."""

    ticket: Taken
    folio: int
    entrustment_id: UUID | None
    opened: Sequence[Folio]

    def write(
        self,
        rows: Rows,
        marks: Rows,
        *,
        by: ledger.Author,
        batches: Iterable[Batch] = (),
        origin: str = "typed",
        origin_ref: str | None = None,
        told: Mapping[str, Any],
    ) -> Recording:
        """Write rows and set marks on what stands; the ``batches`` that this is about answer for it from now on."""
        seal = Seal()
        for names in (rows, marks):
            for table, found in names.items():
                found.sort(key=itemgetter(slice(len(WRITTEN[table][1]))))
        for table, found in rows.items():
            if found:
                seal.add(table, found)
        for table, found in marks.items():
            if found:
                seal.add(f"{table} {MARKS[table]}", found)
        recording = Recording(
            id=self.ticket.uid,
            entrustment_id=self.entrustment_id,
            number=self.ticket.number,
            folio=self.folio,
            at=now(),
            origin=origin,
            origin_ref=origin_ref,
            facts=seal.facts,
            facts_hash=seal.hash,
        )
        about = list(batches)
        for batch in about:
            batch.bind_making(seal.hash)
        ledger.write(recording, "recording.made", by=by, also=[*self.opened, *about], told=told)
        connection = session.connection()
        for table in ORDER:
            pour(connection, WRITTEN[table][0], sealed_columns(WRITTEN[table][0]), rows.get(table, []))
        mark(connection, marks)
        return recording


def open_entry(entrustment_id: UUID | None) -> Entry:
    """Take a number in the own folio of an entrustment, or of the house alone."""
    own = [each for each in knowing.folios_of(entrustment_id) if each.owner_id == current_tenant()]
    if own:
        return Entry(take_ticket(), own[0].number, entrustment_id, [])
    ticket = take_ticket()
    folio = Folio(id=ticket.uid, owner_id=current_tenant(), entrustment_id=entrustment_id, number=ticket.number)
    return Entry(take_ticket(), folio.number, entrustment_id, [folio])
