"""Corrective actions: read, each with its plan."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import Capas, CapaShape, OfEntrustment
from portal.api.shapes import Given
from portal.records.capa import Capa
from workflows.scopes import Scope


@desk.door("/capas", Scope.CAPAS_READ, gives=Capas)
def list_capas(query: OfEntrustment) -> Given:
    """List corrective actions."""
    wanted = select(Capa).options(selectinload(Capa.actions))
    if query.entrustment_id:
        wanted = wanted.where(Capa.entrustment_id == query.entrustment_id)
    page, way = page_of(wanted, Capa, query, Capas, CapaShape)
    return page, 200, way


@desk.door("/capas/<uuid:capa_id>", Scope.CAPAS_READ, gives=CapaShape)
def read_capa(capa_id: UUID) -> Given:
    """Read a corrective action."""
    found = find_within(Capa, capa_id)
    return CapaShape.model_validate(found), 200, tagged(found)
