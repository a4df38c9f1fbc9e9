"""Corrective actions: read, each with its plan."""

from sqlalchemy.orm import selectinload

from portal.api.readings import Capas, CapaShape, OfEntrustment
from portal.api.shelves import shelve
from portal.records.capa import Capa
from workflows.scopes import Scope

shelve(
    Capa,
    "/capas",
    Scope.CAPAS_READ,
    many=("capas", Capas, "List corrective actions."),
    one=("capa", CapaShape, "Read a corrective action."),
    turn=OfEntrustment,
    along=[selectinload(Capa.actions)],
)
