"""What the end of an entrustment depends on: its checklist, and what the records know of each point of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from agreements.ending import BEFORE_THE_END, Released, keep_at_least_until
from portal.db import CHINA, session, today
from portal.facts.duties import open_duties
from portal.facts.ground import Ground
from portal.records.audit import AuditFinding
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa
from portal.records.ending import Ending, EndingLine
from portal.records.entrustment import Entrustment, Exhibit
from workflows.batch import BATCH
from workflows.ending import DrawUpFacts, EndingFacts, LineFacts
from workflows.engine import Side
from workflows.words import N_, Said

UNDERWAY = [state.name for state in BATCH.states if not state.final]


@dataclass(frozen=True, slots=True)
class Closing:
    """How far an entrustment is from its end.  ``checklist`` is the state of its checklist, None without one;
    ``unsettled`` counts the points of it that come before the end and are open."""

    open_batches: int = 0
    checklist: str | None = None
    unsettled: int = 0


def closing_columns() -> tuple[Any, ...]:
    """What makes a :class:`Closing`, to be asked beside each entrustment of a query."""
    batches = select(func.count()).where(Batch.entrustment_id == Entrustment.id, Batch.state.in_(UNDERWAY))
    checklist = select(Ending.state).where(Ending.entrustment_id == Entrustment.id)
    open_lines = select(func.count()).where(
        EndingLine.entrustment_id == Entrustment.id, EndingLine.state == "open", EndingLine.point.in_(BEFORE_THE_END)
    )
    return tuple(each.correlate(Entrustment).scalar_subquery() for each in (batches, checklist, open_lines))


def ended_by_law(ground: Ground) -> str:
    """What makes production unlawful, so that the end cannot wait for a checklist: "licence", "certificate" or ""."""
    licence, certificates = ground.latest("licence"), ground.shown("certificate")
    if licence is None or _has_lapsed(licence):
        return "licence"
    return "certificate" if all(map(_has_lapsed, certificates)) else ""


def ending_of(entrustment_id: UUID) -> Ending | None:
    return session.scalars(select(Ending).where(Ending.entrustment_id == entrustment_id)).first()


def ending_facts(ending: Ending) -> EndingFacts:
    return EndingFacts(sum(each.state == "open" and not each.asks.follows for each in ending.lines))


def draw_up_facts(entrustment: Entrustment, ending: Ending | None) -> DrawUpFacts:
    begun = entrustment.activated_at is not None or entrustment.where.final
    return DrawUpFacts(begun=begun, drawn_up=ending is not None)


def line_facts(line: EndingLine, side: Side | None) -> LineFacts:
    return LineFacts(
        mine=line.owes == side,
        list_open=line.ending.state == "drawn_up" or line.asks.follows,
        unsettled=line.state == "open",
        written=bool((line.how or "").strip()),
        objection=_objection(line),
    )


def keep_until_at_least(entrustment_id: UUID) -> date | None:
    """Until when the records of the released batches are kept at least."""
    rows = session.execute(
        select(Batch.marketing_released_at, Batch.expires_on).where(
            Batch.entrustment_id == entrustment_id, Batch.marketing_released_at.is_not(None)
        )
    )
    return keep_at_least_until(Released(at.astimezone(CHINA).date(), expires_on) for at, expires_on in rows if at)


def known_of_each(ground: Ground) -> Mapping[str, list[Said]]:
    """What the records know of each point, in five queries."""
    about = ground.entrustment.id
    made = _by_state(about)
    keep = keep_until_at_least(about)
    return {
        "open-batches": [Said(N_("Batches on their way: %(count)s."), {"count": _open_batches(made)})],
        "unreleased-stock": [
            Said(
                N_("Released for production and not for marketing: %(count)s batches, %(pieces)s pieces."),
                _amount(made, "production_released"),
            ),
            Said(N_("Rejected: %(count)s batches, %(pieces)s pieces that had passed."), _amount(made, "rejected")),
        ],
        "released-stock": [
            Said(
                N_("Released for marketing: %(count)s batches, %(pieces)s pieces."),
                _amount(made, "marketing_released"),
            )
        ],
        "records-kept": [
            Said(N_("Batch records: %(count)s."), {"count": sum(count for count, _ in made.values())}),
            *([Said(N_("To be kept at least until %(until)s."), {"until": keep.isoformat()})] if keep else []),
        ],
        "open-problems": [
            Said(N_("Open nonconformities: %(count)s."), {"count": _still(Nonconformity.closed_at, about)}),
            Said(N_("Corrective actions not judged yet: %(count)s."), {"count": _still(Capa.concluded_at, about)}),
            Said(N_("Open audit findings: %(count)s."), {"count": _still(AuditFinding.closed_at, about)}),
        ],
        "open-duties": [_duties(about)],
        "address-removed": list(_addresses(ground)),
    }


def _objection(line: EndingLine) -> Said | None:
    """What the records say against a point that somebody wants to declare settled."""
    if line.point == "open-batches" and (count := _open_batches(_by_state(line.entrustment_id))):
        return Said(N_("Batches on their way: %(count)s."), {"count": count})
    if line.point != "records-kept":
        return None
    least = keep_until_at_least(line.entrustment_id)
    if line.keep_until is None:
        return Said(N_("It is not written who keeps the records until when."))
    if least and line.keep_until < least:
        return Said(N_("The records are to be kept until %(until)s at least."), {"until": least.isoformat()})
    return None


def _by_state(entrustment_id: UUID) -> dict[str, tuple[int, int]]:
    """How many batches stand in each state, and how many pieces of them passed."""
    rows = session.execute(
        select(Batch.state, func.count(), func.sum(Batch.passed))
        .where(Batch.entrustment_id == entrustment_id)
        .group_by(Batch.state)
    )
    return {state: (count, passed or 0) for state, count, passed in rows}


def _open_batches(made: Mapping[str, tuple[int, int]]) -> int:
    return sum(count for state, (count, _) in made.items() if state in UNDERWAY)


def _amount(made: Mapping[str, tuple[int, int]], state: str) -> dict[str, str | int]:
    count, pieces = made.get(state, (0, 0))
    return {"count": count, "pieces": pieces}


def _still(closed: Any, entrustment_id: UUID) -> int:
    kind = closed.class_
    wanted = select(func.count()).select_from(kind).where(kind.entrustment_id == entrustment_id, closed.is_(None))
    return session.scalar(wanted) or 0


def _duties(entrustment_id: UUID) -> Said:
    found = open_duties([entrustment_id])[entrustment_id]
    return Said(N_("Duties owed: %(owed)s; breached: %(breached)s."), {"owed": found.owed, "breached": found.breached})


def _addresses(ground: Ground) -> Iterator[Said]:
    """What the certificates that are shown say of the address."""
    for each in ground.shown("certificate"):
        values = {"number": str(each.facts.get("number") or ""), "address": str(each.facts.get("address") or "")}
        yield Said(N_("Certificate %(number)s names this address: %(address)s."), values)


def _has_lapsed(exhibit: Exhibit) -> bool:
    until: str | None = exhibit.facts.get("valid_until")
    return until is not None and date.fromisoformat(until) < today()
