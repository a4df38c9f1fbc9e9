"""What a move of a material lot depends on, and which lots may be issued to a batch today: for many at once."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from portal.db import session, today
from portal.records.approved_source import ApprovedSource
from portal.records.definition import Definition, DefinitionMaterial
from portal.records.material_lot import MaterialLot
from portal.tenancy import current_tenant
from workflows.engine import Decision, weigh_opening
from workflows.issuing import ISSUE, IssueFacts
from workflows.material import CERTIFICATES
from workflows.material_lot import EXPIRED, USABLE_STATES, LotFacts
from workflows.powers import Power
from workflows.units import Immeasurable, quantity_in

SOON = timedelta(days=30)


def lot_facts(lot: MaterialLot, actor_id: UUID) -> LotFacts:
    """Material, supplier, certificates and results come along with the lot, so nothing is asked here."""
    return LotFacts(
        missing=tuple(CERTIFICATES[each] for each in lot.missing),
        uninspected=tuple(lot.uninspected),
        failed=tuple(lot.failed),
        expires_on=lot.expires_on.isoformat() if lot.expires_on else "",
        expired=lot.expired,
        supplier=lot.supplier.name,
        supplier_approved=lot.supplier.is_approved,
        by_actor=(
            *(name for name, each in lot.standing_results.items() if each.recorded_by_id == actor_id),
            *(each.called for each in lot.parts.rejections if each.by == str(actor_id)),
        ),
        rejected=tuple(each.called for each in lot.parts.rejections),
        something_is_left=lot.parts.something_is_left,
    )


def issuable(
    lots: Sequence[MaterialLot], definition: Definition, powers: frozenset[Power] = frozenset({ISSUE.power})
) -> dict[UUID, Decision[IssueFacts]]:
    """For each lot whether it may be issued today to a batch that is made under this version, and what is in its way.

    In two queries, whatever their number.  How much of a lot is left is not asked here: the lineage counts that.
    """
    lines = select(DefinitionMaterial).where(
        DefinitionMaterial.definition_id == definition.id, DefinitionMaterial.struck_at.is_(None)
    )
    wanted = {each.code: each for each in session.scalars(lines)}
    approved = select(ApprovedSource).where(
        ApprovedSource.entrustment_id == definition.entrustment_id, ApprovedSource.state == "approved"
    )
    sources = list(session.scalars(approved.order_by(ApprovedSource.id)))
    return {
        each.id: weigh_opening(
            ISSUE,
            _issue_facts(each, definition, wanted.get(each.material.code), sources),
            powers=powers,
            side=None,
            on=today(),
        )
        for each in lots
    }


def lots_of_house() -> Select[MaterialLot]:
    return select(MaterialLot).where(MaterialLot.owner_id == current_tenant())


def standing(name: str) -> Select[MaterialLot]:
    """The lots of the house that stand in a state, or that are expired, or expire within thirty days."""
    usable = and_(MaterialLot.state.in_(USABLE_STATES), MaterialLot.expires_on.is_not(None))
    if name == EXPIRED.name:
        return lots_of_house().where(usable, MaterialLot.expires_on <= today())
    if name == "soon":
        return lots_of_house().where(usable, MaterialLot.expires_on > today(), MaterialLot.expires_on <= today() + SOON)
    fresh = or_(MaterialLot.expires_on.is_(None), MaterialLot.expires_on > today())
    found = lots_of_house().where(MaterialLot.state == name)
    return found.where(fresh) if name in USABLE_STATES else found


def lots_that_wait(most: int) -> list[MaterialLot]:
    """Those in quarantine, and those that expire within thirty days, the oldest first; in one query."""
    soon = and_(
        MaterialLot.state.in_(("accepted", "blocked")),
        MaterialLot.expires_on.is_not(None),
        MaterialLot.expires_on > today(),
        MaterialLot.expires_on <= today() + SOON,
    )
    wanted = lots_of_house().where(or_(MaterialLot.state == "quarantine", soon))
    along = (joinedload(MaterialLot.certificates), joinedload(MaterialLot.results))
    return list(session.scalars(wanted.options(*along).order_by(MaterialLot.id).limit(most)).unique())


def _issue_facts(
    lot: MaterialLot,
    definition: Definition,
    line: DefinitionMaterial | None,
    sources: Iterable[ApprovedSource],
) -> IssueFacts:
    code, supplier = lot.material.code, lot.supplier
    found = (each for each in sources if each.holds_for(definition, code) and each.is_of(supplier.name, supplier.uscc))
    source = next(found, None)
    return IssueFacts(
        number=lot.number,
        state=lot.state,
        expired=lot.expired,
        expires_on=lot.expires_on.isoformat() if lot.expires_on else "",
        certified=not lot.missing,
        supplier=supplier.name,
        supplier_approved=supplier.is_approved,
        code=code,
        version=definition.called,
        wanted=line is not None,
        comparable=line is not None and _is_comparable(lot, line.unit),
        source=source.number if source else "",
    )


def _is_comparable(lot: MaterialLot, unit: str) -> bool:
    try:
        quantity_in("1", lot.unit, unit)
        quantity_in("1000000", lot.unit, unit)
    except Immeasurable:
        return False
    return True
