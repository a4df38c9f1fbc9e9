"""What a move of a supplier depends on, and of the sources from which the materials of a product come."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import and_, select

from portal.db import session, today
from portal.records.approved_source import STANDING, ApprovedSource
from portal.records.audit import Audit
from portal.records.definition import Definition, DefinitionMaterial
from portal.records.entrustment import Entrustment
from portal.records.supplier import Supplier
from workflows.approved_source import ProposalFacts, SourceFacts
from workflows.audit import stands_for_registrant
from workflows.criterion import folded
from workflows.supplier import SupplierFacts

REPORTED = ("reported", "acknowledged")


def supplier_facts(supplier: Supplier) -> SupplierFacts:
    return SupplierFacts(
        is_key=supplier.is_key,
        evaluated=supplier.evaluated_on is not None and supplier.evaluated_on <= today(),
        filed=supplier.evidence is not None and supplier.evidence.accepted,
        agreed=bool(supplier.agreement),
        tells_changes=supplier.tells_changes,
    )


def audits_of(name: str, entrustment_id: UUID | None = None) -> Sequence[Audit]:
    """The audits of a supplier that the reader sees, known by its name, the latest first."""
    wanted = select(Audit).where(Audit.kind == "supplier")
    if entrustment_id:
        wanted = wanted.where(Audit.entrustment_id == entrustment_id)
    found = session.scalars(wanted.order_by(Audit.starts_on.desc(), Audit.id.desc()))
    return [each for each in found if folded(each.supplier or "") == folded(name)]


def source_facts(sources: Iterable[ApprovedSource]) -> dict[UUID, SourceFacts]:
    """For many at once, in one query."""
    asked = {each.id: each for each in sources}
    if not asked:
        return {}
    line = select(DefinitionMaterial.id).join(Definition, Definition.id == DefinitionMaterial.definition_id)
    line = line.where(
        DefinitionMaterial.definition_id == ApprovedSource.definition_id,
        DefinitionMaterial.code == ApprovedSource.material_code,
        DefinitionMaterial.struck_at.is_(None),
        Definition.withdrawn_at.is_(None),
    )
    audited = and_(
        Audit.entrustment_id == ApprovedSource.entrustment_id, Audit.kind == "supplier", Audit.state.in_(REPORTED)
    )
    rows = session.execute(
        select(ApprovedSource.id, line.exists(), Entrustment.ended_at, Audit.supplier, Audit.supplied, Audit.held_by)
        .join(Entrustment, Entrustment.id == ApprovedSource.entrustment_id)
        .outerjoin(Audit, audited)
        .where(ApprovedSource.id.in_(asked))
    )
    found: dict[UUID, SourceFacts] = {}
    for source_id, named, ended_at, supplier, supplied, held_by in rows:
        source, before = asked[source_id], found.get(source_id)
        same = supplier is not None and folded(supplier) == folded(source.supplier_name)
        audited_now = same and stands_for_registrant(supplied or "", held_by)
        found[source_id] = SourceFacts(
            named=bool(named),
            supplied=source.supplied,
            audited=audited_now or (before is not None and before.audited),
            entrustment_is_open=ended_at is None,
        )
    return found


def proposal_facts(entrustment: Entrustment, product_id: UUID | None, code: str, name: str) -> ProposalFacts:
    """``code`` and ``name`` are empty before anybody has said for which material and supplier."""
    wanted = select(ApprovedSource).where(
        ApprovedSource.entrustment_id == entrustment.id, ApprovedSource.material_code == code, STANDING
    )
    same = (
        each
        for each in session.scalars(wanted)
        if each.product_id == product_id and folded(each.supplier_name) == folded(name)
    )
    known = next(same, None) if code else None
    return ProposalFacts(entrustment_is_open=not entrustment.where.final, known=known.number if known else "")


def sources_in(entrustment_id: UUID) -> Sequence[ApprovedSource]:
    """Every source that is not refused or withdrawn, by material."""
    wanted = select(ApprovedSource).where(ApprovedSource.entrustment_id == entrustment_id, STANDING)
    return session.scalars(wanted.order_by(ApprovedSource.material_code, ApprovedSource.id)).all()
