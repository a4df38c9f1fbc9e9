"""Proposing a source: the material as the definition has it, the supplier as the manufacturer's own book has it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.acting import begin
from portal.db import new_id, now, session, today
from portal.facts.numbering import next_number
from portal.facts.sources import proposal_facts
from portal.identity import Actor
from portal.records.approved_source import ApprovedSource
from portal.records.definition import Definition, DefinitionMaterial
from portal.records.entrustment import Entrustment
from portal.records.supplier import Supplier
from portal.tenancy import current_tenant, side_in
from workflows.approved_source import PROPOSE
from workflows.engine import weigh_opening


def materials_of(entrustment: Entrustment) -> Sequence[DefinitionMaterial]:
    """What the versions ask for that were not given up, the newest version first."""
    wanted = select(DefinitionMaterial).join(Definition, Definition.id == DefinitionMaterial.definition_id)
    wanted = wanted.where(
        DefinitionMaterial.entrustment_id == entrustment.id,
        DefinitionMaterial.struck_at.is_(None),
        Definition.withdrawn_at.is_(None),
    )
    newest = (Definition.product_name, Definition.number.desc(), DefinitionMaterial.id)
    return session.scalars(wanted.options(joinedload(DefinitionMaterial.definition)).order_by(*newest)).all()


def suppliers_of_house() -> Sequence[Supplier]:
    """Those that the own house has approved."""
    wanted = select(Supplier).where(Supplier.owner_id == current_tenant(), Supplier.state == "approved")
    return session.scalars(wanted.order_by(Supplier.number)).all()


def propose(
    material: DefinitionMaterial, supplier: Supplier, supplied: str, basis: str, *, by: Actor
) -> ApprovedSource:
    """Raises :class:`portal.acting.Refused` where the entrustment has ended or the same source stands already."""
    definition = material.definition
    relation = session.get_one(Entrustment, material.entrustment_id)
    facts = proposal_facts(relation, definition.product_id, material.code, supplier.name)
    side = side_in(relation.id)
    source = ApprovedSource(
        id=new_id(),
        entrustment_id=relation.id,
        number=next_number(ApprovedSource, "AS", relation.id),
        definition_id=definition.id,
        product_id=definition.product_id,
        product_name=definition.product_name,
        since_version=definition.number,
        material_code=material.code,
        material_name=material.name,
        is_key=material.is_key,
        supplier_name=supplier.name,
        supplier_uscc=supplier.uscc,
        country=supplier.country,
        supplied=supplied,
        basis=basis,
        proposed_by_id=by.id,
        proposed_at=now(),
        approved_at=None,
        refused_at=None,
        suspended_at=None,
        withdrawn_at=None,
    )
    decision = weigh_opening(PROPOSE, facts, powers=by.powers, side=side, on=today())
    begin(source, decision, actor=by, side=side)
    return source
