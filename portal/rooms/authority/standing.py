"""How each entrustment stands today: gathered in bulk, so that the lens costs the same for one or for fifty."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, literal, select, union_all

from portal.db import session, today
from portal.facts import Ground, Supervision, grounds
from portal.facts.duties import OpenDuties, open_duties
from portal.records.agreement import Agreement
from portal.records.approved_source import ApprovedSource
from portal.records.audit import Audit, AuditFinding, AuditProgramme
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa
from portal.records.change import Change
from portal.records.defect_notice import DefectNotice
from portal.records.definition import Definition
from portal.records.ending import Ending
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.meeting import Meeting
from portal.records.report import DailyReport
from portal.records.restart import Restart
from portal.records.review import AgreementReview
from portal.records.trade_item import TradeItem
from portal.records.transfer import Transfer
from workflows.batch import BATCH
from workflows.engine import Lifecycle, State
from workflows.nonconformity import NONCONFORMITY

COUNTED: tuple[Any, ...] = (Batch, Nonconformity, Change, Capa, DefectNotice, DailyReport)


@dataclass
class Standing:
    """One entrustment, what it rests on, and how many records of each kind it has in which state.

    ``audits`` come each with the number of its open findings.  They, the supervision of production and the records
    listed after it are gathered for the page of one entrustment alone.
    """

    entrustment: Entrustment
    ground: Ground
    counts: Mapping[str, Mapping[str, int]]
    duties: OpenDuties
    audits: list[tuple[Audit, int]] = field(default_factory=list)
    supervision: Supervision = field(default_factory=Supervision)
    programmes: list[AuditProgramme] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    reviews: list[AgreementReview] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    identifiers: list[TradeItem] = field(default_factory=list)
    restarts: list[Restart] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    sources: list[ApprovedSource] = field(default_factory=list)

    @property
    def site(self) -> Exhibit | None:
        return self.ground.latest("site")

    @property
    def plant_province(self) -> str:
        """The province of the site; while no site is shown, that of the manufacturer."""
        return str(self.site.facts["province"]) if self.site else self.entrustment.manufacturer.province

    @property
    def licence(self) -> Exhibit | None:
        return self.ground.latest("licence")

    @property
    def certificates(self) -> list[Exhibit]:
        return self.ground.shown("certificate")

    @property
    def favourable(self) -> bool | None:
        """Whether every product has a favourable verdict of today; None where one has no verdict of today."""
        verdicts = [self.ground.standing_verdict(each) for each in self.ground.products]
        if any(each is not None and not each.favourable for each in verdicts):
            return False
        return None if not verdicts or None in verdicts else True

    @property
    def agreements(self) -> list[tuple[str, Agreement | None, bool]]:
        """Both agreements: the kind, the paper if there is one, and whether it is in force today."""
        return [
            (kind, self.ground.agreement(kind), self.ground.in_force(kind, today()))
            for kind in ("quality", "entrustment")
        ]

    @property
    def batch_counts(self) -> list[tuple[State, int]]:
        return self.count(BATCH)

    @property
    def open_nonconformities(self) -> int:
        return sum(number for state, number in self.count(NONCONFORMITY) if not state.final)

    @property
    def closed_nonconformities(self) -> int:
        return sum(number for state, number in self.count(NONCONFORMITY) if state.final)

    def count(self, lifecycle: Lifecycle[Any]) -> list[tuple[State, int]]:
        """The states in which there are any records, in the order of the lifecycle, with their number."""
        found = self.counts.get(lifecycle.subject, {})
        return [(state, found[state.name]) for state in lifecycle.states if state.name in found]


def runs_until(exhibit: Exhibit) -> date | None:
    until = exhibit.facts.get("valid_until")
    return date.fromisoformat(until) if until else None


def is_valid(exhibit: Exhibit, on: date) -> bool | None:
    """Whether the paper is valid on a day; None when it does not say until when."""
    until = runs_until(exhibit)
    return None if until is None else on <= until


def standings(entrustments: Sequence[Entrustment]) -> list[Standing]:
    """Each of them as it stands, in six queries whatever their number."""
    ground, ids = grounds(entrustments), [each.id for each in entrustments]
    counts, duties = _counted(ids), open_duties(ids)
    return [Standing(each, ground[each.id], counts[each.id], duties[each.id]) for each in entrustments]


def laid_out(standing: Standing) -> Standing:
    """The same with its audits, those of the latest days first, each with its open findings; in one query.

    Audit programmes, transfers, yearly reviews, checklists of the end, restarts, definitions, meetings, sources of
    materials and device identifiers come along, the newest first.
    """
    kinds: tuple[Any, ...] = (
        *(Audit, AuditProgramme, Transfer, AgreementReview, Ending, Restart, Definition, Meeting),
        *(ApprovedSource, TradeItem),
    )
    parts = union_all(*(select(literal(part).label("part")) for part in range(len(kinds)))).subquery()
    still = select(func.count()).where(AuditFinding.audit_id == Audit.id, AuditFinding.closed_at.is_(None))
    wanted = select(still.scalar_subquery(), *kinds).select_from(parts)
    for part, kind in enumerate(kinds):
        wanted = wanted.outerjoin(kind, and_(parts.c.part == part, kind.entrustment_id == standing.entrustment.id))
    newest_first = (Audit.starts_on.desc(), AuditProgramme.year.desc(), *(kind.id.desc() for kind in kinds))
    rows = session.execute(wanted.options(Definition.with_change()).order_by(*newest_first)).all()
    programmes, transfers, reviews, endings, restarts, definitions, meetings, sources, identifiers = (
        [row[at] for row in rows if row[at]] for at in range(2, len(kinds) + 1)
    )
    return replace(
        standing,
        audits=[(audit, number) for number, audit, *_ in rows if audit],
        programmes=programmes,
        transfers=transfers,
        reviews=reviews,
        endings=endings,
        restarts=restarts,
        definitions=definitions,
        meetings=meetings,
        sources=sources,
        identifiers=identifiers,
    )


def _counted(ids: Collection[UUID]) -> dict[UUID, dict[str, dict[str, int]]]:
    """How many records of each kind every entrustment has in which state; one query for all the kinds."""
    parts = union_all(*(select(literal(part).label("part")) for part in range(len(COUNTED)))).subquery()
    about, state = (func.coalesce(*(getattr(kind, name) for kind in COUNTED)) for name in ("entrustment_id", "state"))
    wanted = select(parts.c.part, about, state, func.count()).select_from(parts)
    for part, kind in enumerate(COUNTED):
        wanted = wanted.outerjoin(kind, and_(parts.c.part == part, kind.entrustment_id.in_(ids)))
    counted: dict[UUID, dict[str, dict[str, int]]] = {each: {} for each in ids}
    for part, entrustment_id, name, number in session.execute(wanted.group_by(parts.c.part, about, state)):
        if entrustment_id is not None:
            counted[entrustment_id].setdefault(COUNTED[part].lifecycle.subject, {})[name] = number
    return counted
