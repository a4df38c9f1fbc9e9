"""A folder into which a plant's systems put files: each is taken once it has stopped growing, and told of beside it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from portal import logs
from portal.checking.kinds import ending_of
from portal.db import new_id, session, unit_of_work
from portal.filing import NotAcceptable, Store
from portal.identity.system import Doer
from portal.intakes.receiving import READ, kept_name, receive, sent_before
from portal.intakes.working import read_now
from portal.making.trying import SURROUNDINGS
from portal.records.entrustment import Entrustment
from portal.records.intake import Intake
from portal.tenancy import acting_for
from workflows.intake import REFUSED

TAKEN, NOT_TAKEN = "taken", "refused"
BROKEN = "It could not be taken in; the log of the portal tells why. Put it into the folder again once that is mended."


@dataclass
class Watch:
    """One folder, for one entrustment.  ``sizes`` are those of the last look: what still grows is left alone."""

    folder: Path
    entrustment_id: UUID
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def settled(self) -> Iterator[Path]:
        """The files that are as they were at the last look, the oldest first."""
        found = {}
        for path in sorted(self.folder.iterdir(), key=lambda each: (each.stat().st_mtime_ns, each.name)):
            if path.is_file() and not path.is_symlink() and ending_of(path.name) in READ:
                found[path.name] = (path.stat().st_size, path.stat().st_mtime_ns)
        before, self.sizes = self.sizes, found
        yield from (self.folder / name for name, size in found.items() if before.get(name) == size and size[0])

    def take(self, path: Path, store: Store, *, by: Doer) -> str:
        """Put a file on record and move it to ``taken`` or ``refused``, with a report beside it; returns which.

        After a crash in between it is found again, known by its bytes, and moved.  "" where it stays until what it
        needs is there.
        """
        try:
            told = self._told(path, store, by=by)
        except NotAcceptable as wrong:
            told = {"stage": REFUSED, "because": str(wrong.says)}
        except SURROUNDINGS as lacking:
            logs.error("folder.postponed", lacking)
            return ""
        except Exception as broken:  # noqa: BLE001  whatever it is, the next file has its turn
            logs.error("folder.broken", broken)
            told = {"stage": REFUSED, "because": BROKEN}
        where = NOT_TAKEN if told["stage"] == REFUSED else TAKEN
        _move(path, self.folder / where, told)
        return where

    def _told(self, path: Path, store: Store, *, by: Doer) -> dict[str, Any]:
        with acting_for(by.organisation_id):
            with unit_of_work():
                intake = self._received(path, store, by=by)
            read_now(intake.id, store, by=by)
            session.close()
            return _report(session.get_one(Intake, intake.id))

    def _received(self, path: Path, store: Store, *, by: Doer) -> Intake:
        entrustment = session.get_one(Entrustment, self.entrustment_id)
        if known := sent_before(entrustment.id, path.read_bytes()):
            return known
        intake_id = new_id()
        with path.open("rb") as stream:
            file = store.keep(kept_name(path.name), stream, subject_kind=Intake.__tablename__, subject_id=intake_id)
        return receive(intake_id, file, entrustment, store, by=by)


def _report(intake: Intake) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": intake.number,
        "stage": intake.stage,
        "taken": intake.taken,
        "known": intake.known,
    }
    told["faults"] = [
        {"place": each["place"], "says": each["says"]["says"], "values": each["says"]["values"]}
        for each in intake.faults
    ]
    if intake.refused_because:
        told["because"] = intake.refused_because
    return told


def _move(path: Path, folder: Path, told: dict[str, Any]) -> None:
    """Under its own name, or a further one where a file of that name was moved before."""
    folder.mkdir(exist_ok=True)
    to, again = folder / path.name, 2
    while to.exists():
        to, again = folder / f"{path.stem}-{again}{path.suffix}", again + 1
    to.with_name(f"{to.name}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    path.replace(to)
