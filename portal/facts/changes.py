"""What a change depends on, which changes bind a batch, and how one is opened, by a person or by the portal itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.acting import start
from portal.db import new_id, now, session, today
from portal.facts.numbering import next_number
from portal.identity.system import Doer, System
from portal.ledger import Author
from portal.records.batch import Batch
from portal.records.change import Change
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.tenancy import current_tenant
from workflows.change import BINDING, ChangeFacts, MadeUnder
from workflows.changing import PROPOSE
from workflows.engine import Side

# The states of an entrustment in which something is made under it, or could be again any day.
RUNNING = ("active", "suspended")


@dataclass(frozen=True, slots=True)
class Changed:
    """One value that is not what it was: ``field`` of a record of ``kind`` (a table's name).

    The page says field and value in the reader's language, as the history of such a record does.
    """

    kind: str
    field: str
    was: str | None
    became: str | None


def change_facts(changes: Sequence[Change]) -> dict[UUID, ChangeFacts]:
    """The facts of each; whoever asks for many has loaded their assessments along with them."""
    return {each.id: _facts(each) for each in changes}


def binding(batches: Sequence[Batch], known: Iterable[Change] | None = None) -> dict[UUID, list[Change]]:
    """The changes that each batch is made under, the latest first; one query, or none where they are ``known``."""
    if known is None:
        about = {each.entrustment_id for each in batches}
        known = session.scalars(select(Change).where(Change.entrustment_id.in_(about), Change.state.in_(BINDING))).all()
    ordered = sorted(known, key=_latest, reverse=True)
    return {batch.id: [each for each in ordered if _binds(each, batch)] for batch in batches}


def made_under(changes: Sequence[Change]) -> MadeUnder:
    """What the releases of a batch say of the changes that bind it, given the latest first."""
    awaited = [each for each in changes if each.state != "implemented"]
    return MadeUnder(
        changes=len(changes),
        latest=changes[0].number if changes else "",
        awaited=len(awaited),
        first_awaited=awaited[-1].number if awaited else "",
    )


def open_change(
    entrustment: Entrustment,
    *,
    kind: str,
    title: str,
    description: str | None,
    side: Side | None,
    by: Doer,
    product: tuple[UUID, str] | None = None,
    effective_on: date | None = None,
    changed: Iterable[Changed] = (),
    known: bool = False,
) -> Change:
    """Open one in this entrustment; ``product`` is id and name of the only one it is about.

    ``effective_on`` is the day from which whoever proposes it wants it; the registrant's verdict sets the day.
    """
    found = Change(
        id=new_id(),
        entrustment_id=entrustment.id,
        number=next_number(Change, "CH", entrustment.id),
        kind=kind,
        title=title,
        description=description,
        side=side,
        known=known,
        changed=[_as_data(each) for each in changed],
        product_id=product[0] if product else None,
        product_name=product[1] if product else None,
        effective_on=effective_on,
        opened_by_id=by.id,
        opened_at=now(),
    )
    start(found, PROPOSE.event, actor=by)
    return found


def open_changes(
    kind: str, title: str, changed: Sequence[Changed], *, by: Author, within: Iterable[Entrustment] | None = None
) -> list[Change]:
    """Open a change by the system actor in each running entrustment of the own house, in the caller's transaction.

    For what has changed at home already and the partners must weigh.  ``kind`` is a key of
    :data:`workflows.change.KINDS` ("people" for a key person), ``title`` what it is about, in the words of the house
    and 200 characters at most (the post, the licence's number), ``changed`` the values that are not what they were;
    nothing is opened without any.  ``by`` is whoever did it, of whose house the system actor is.  ``within`` are the
    only entrustments concerned, of which those that run count; None means all.  Every partner reads title and values,
    so they must name nothing that belongs to one entrustment alone, unless ``within`` is that one.

    Such as ``open_changes("people", "质量负责人", [Changed("functions", "quality", "甲", "乙")], by=me)``.
    """
    mine = current_tenant()
    if within is None:
        within = session.scalars(select(Entrustment).where(Entrustment.state.in_(RUNNING)).order_by(Entrustment.id))
    portal = System(by.organisation_id, by.organisation_name)
    return [
        open_change(
            each,
            kind=kind,
            title=title[:200],
            description=None,
            side=Side.REGISTRANT if each.registrant_id == mine else Side.MANUFACTURER,
            by=portal,
            changed=changed,
            known=True,
        )
        for each in within
        if changed and each.state in RUNNING and mine in (each.registrant_id, each.manufacturer_id)
    ]


def _facts(change: Change) -> ChangeFacts:
    sides = {each.side for each in change.assessments}
    weighed = {name for each in change.assessments for name, text in each.impacts.items() if (text or "").strip()}
    day = change.effective_on
    return ChangeFacts(
        impacts_weighed=len(weighed),
        assessed_by_registrant=Side.REGISTRANT in sides,
        assessed_by_manufacturer=Side.MANUFACTURER in sides,
        verdict_given=bool(change.verdict and (change.verdict_reason or "").strip()),
        registered=None if change.verdict == "none" else _counts(change.registration_file),
        validated=_is_validated(change),
        effective_on=day.isoformat() if day else "",
        effective_ahead=day is not None and day >= today(),
        effective_reached=day is not None and day <= today(),
    )


def _is_validated(change: Change) -> bool:
    """A report counts once it is accepted; why none is needed is written without one."""
    if not (change.validation_evidence or "").strip():
        return False
    return change.validation_file_id is None or _counts(change.validation_file)


def _counts(file: StoredFile | None) -> bool:
    return file is not None and file.accepted


def _binds(change: Change, batch: Batch) -> bool:
    """Whether it is of those days; or whether it asks for the very definition by which the batch is made."""
    if batch.definition is not None and batch.definition.change_id == change.id:
        return change.stands
    return change.entrustment_id == batch.entrustment_id and change.binds(
        product_id=batch.product_id, started_on=batch.started_on
    )


def _latest(change: Change) -> Any:
    return change.effective_on or today(), change.number


def _as_data(changed: Changed) -> dict[str, str | None]:
    return {"kind": changed.kind, "field": changed.field, "was": changed.was, "became": changed.became}
