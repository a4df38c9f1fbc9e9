"""Definitions of product and process: read, each with its routing, materials and inspections."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.api.definition_shapes import Definitions, DefinitionShape
from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import OfEntrustment
from portal.api.shapes import Given
from portal.records.definition import Definition
from workflows.scopes import Scope

PARTS = (Definition.steps, Definition.materials, Definition.inspections)
WHOLE = [Definition.with_change(), *(selectinload(part) for part in PARTS)]


@desk.door("/definitions", Scope.DEFINITIONS_READ, gives=Definitions)
def list_definitions(query: OfEntrustment) -> Given:
    """List definitions of product and process."""
    wanted = select(Definition).options(*WHOLE)
    if query.entrustment_id:
        wanted = wanted.where(Definition.entrustment_id == query.entrustment_id)
    page, way = page_of(wanted, Definition, query, Definitions, DefinitionShape)
    return page, 200, way


@desk.door("/definitions/<uuid:definition_id>", Scope.DEFINITIONS_READ, gives=DefinitionShape)
def read_definition(definition_id: UUID) -> Given:
    """Read a definition of product and process."""
    found = find_within(Definition, definition_id)
    return DefinitionShape.model_validate(found), 200, tagged(found)
