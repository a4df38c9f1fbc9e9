"""Definitions of product and process: read, each with its routing, materials and inspections."""

from sqlalchemy.orm import selectinload

from portal.api.definition_shapes import Definitions, DefinitionShape
from portal.api.readings import OfEntrustment
from portal.api.shelves import shelve
from portal.records.definition import Definition
from workflows.scopes import Scope

PARTS = (Definition.steps, Definition.materials, Definition.inspections)
WHOLE = [Definition.with_change(), *(selectinload(part) for part in PARTS)]

shelve(
    Definition,
    "/definitions",
    Scope.DEFINITIONS_READ,
    many=("definitions", Definitions, "List definitions of product and process."),
    one=("definition", DefinitionShape, "Read a definition of product and process."),
    turn=OfEntrustment,
    along=WHOLE,
)
