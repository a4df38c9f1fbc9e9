"""Writing on a batch between its moves: figures, papers, reviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal import ledger
from portal.db import new_id, now, session
from portal.facts.raising import watch_the_yield
from portal.identity import Actor
from portal.records.batch import REVIEWS, Batch, BatchDocument
from portal.records.file import StoredFile
from portal.rooms.batches.forms import REVIEW_LABELS, FiguresForm, PaperForm
from portal.web.history import author_of


def amend(batch: Batch, form: FiguresForm, *, by: Actor) -> bool:
    """Record the figures as given; False when nothing differs from what is on record."""
    changed = {name: value for name, value in form.figures.items() if getattr(batch, name) != value}
    for name, value in changed.items():
        setattr(batch, name, value)
    if changed:
        ledger.write(batch, "batch.amended", by=by, reason=form.reason.data or None)
        watch_the_yield(batch, by=by)
    return bool(changed)


def file_paper(batch: Batch, form: PaperForm, file: StoredFile, *, by: Actor) -> BatchDocument:
    """Put a paper on record; the one that it replaces stays there too, marked."""
    with session.no_autoflush:
        replaced = replaceable(batch, form.replaces.data)
        paper = BatchDocument(
            id=new_id(),
            entrustment_id=batch.entrustment_id,
            batch_id=batch.id,
            kind=form.kind.data,
            title=form.title.data,
            result=form.result.data,
            signed_by=form.signed_by.data or "",
            dated_on=form.dated_on.data,
            file_id=file.id,
            file=file,
        )
        if replaced:
            replaced.replaced_at = now()
        batch.documents.append(paper)
        batch.bind_papers()
    ledger.write(
        batch,
        "batch.paper-replaced" if replaced else "batch.paper-filed",
        by=by,
        also=[paper, file, *([replaced] if replaced else [])],
        reason=form.reason.data if replaced else None,
        told={"paper": _told(paper, file), "replaced": replaced.title if replaced else None},
    )
    return paper


def replaceable(batch: Batch, paper_id: str | None) -> BatchDocument | None:
    return next((each for each in batch.papers if str(each.id) == paper_id), None)


def review(batch: Batch, subject: str, note: str, *, by: Actor) -> None:
    """Note that the registrant looked through one part of the record as it is now; a later review takes its place."""
    setattr(batch, f"{subject}_reviewed_at", now())
    ledger.write(batch, "batch.reviewed", by=by, reason=note, told={"reviewed": subject, "papers": batch.papers_hash})


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One part of the record: when it was reviewed as it is now, by whom, and what they noted; None where not yet.

    ``outdated`` says that it was reviewed, and changed since.
    """

    label: str
    at: datetime | None
    by: str | None = None
    note: str | None = None
    outdated: bool = False


def reviews_of(batch: Batch, entries: Sequence[ledger.Entry]) -> list[Reviewed]:
    """The three parts, as far as they are reviewed; ``entries`` are the batch's own, newest first."""
    return [_reviewed(batch, subject, entries) for subject in REVIEWS]


def _reviewed(batch: Batch, subject: str, entries: Sequence[ledger.Entry]) -> Reviewed:
    label, at = REVIEW_LABELS[subject], getattr(batch, f"{subject}_reviewed_at")
    told = next((each for each in entries if each.body["told"].get("reviewed") == subject), None)
    if at is None or told is None:
        return Reviewed(label, at, outdated=told is not None)
    return Reviewed(label, at, author_of(told), told.body["reason"])


def _told(paper: BatchDocument, file: StoredFile) -> dict[str, str | UUID]:
    return {"id": paper.id, "kind": paper.kind, "title": paper.title, "result": paper.result, "sha256": file.sha256}
