"""Suppliers and materials of the own house, and the sources that both sides of an entrustment agreed on: read."""

from portal.api.material_shapes import Materials, MaterialShape, Sources, SourceShape, Suppliers, SupplierShape
from portal.api.readings import OfEntrustment
from portal.api.shelves import shelve
from portal.records.approved_source import ApprovedSource
from portal.records.material import Material
from portal.records.supplier import Supplier
from workflows.scopes import Scope

shelve(
    Supplier,
    "/suppliers",
    Scope.MATERIALS_READ,
    many=("suppliers", Suppliers, "List suppliers of the organisation."),
    one=("supplier", SupplierShape, "Read a supplier."),
    withheld=("evaluation", "evaluated_on", "agreement", "tells_changes"),
)
shelve(
    Material,
    "/materials",
    Scope.MATERIALS_READ,
    many=("materials", Materials, "List materials of the organisation."),
    one=(
        "material",
        MaterialShape,
        "Read a material with what is asked of a lot.",
    ),
)
shelve(
    ApprovedSource,
    "/approved-sources",
    Scope.DEFINITIONS_READ,
    many=("approved_sources", Sources, "List sources from which materials of a product may come."),
    one=("approved_source", SourceShape, "Read a source from which a material may come."),
    turn=OfEntrustment,
)
