"""The plant's own equipment, what proves it, its rooms, and who is authorised to work there."""

from portal.api.premises_shapes import (
    Areas,
    AreaShape,
    Authorisations,
    AuthorisationShape,
    EquipmentList,
    EquipmentProofs,
    EquipmentProofShape,
    EquipmentShape,
)
from portal.api.shelves import shelve
from portal.records.authorisation import Authorisation
from portal.records.equipment import Area, Equipment, EquipmentProof
from workflows.scopes import Scope

shelve(
    Equipment,
    "/equipment",
    Scope.EQUIPMENT_READ,
    many=("equipment", EquipmentList, "List equipment and measuring instruments of the organisation."),
    one=("one_equipment", EquipmentShape, "Read one piece of equipment."),
)
shelve(
    EquipmentProof,
    "/equipment-proofs",
    Scope.EQUIPMENT_READ,
    many=("equipment_proofs", EquipmentProofs, "List calibrations and validations of the organisation's equipment."),
    one=("equipment_proof", EquipmentProofShape, "Read a calibration or validation."),
)
shelve(
    Area,
    "/areas",
    Scope.EQUIPMENT_READ,
    many=("areas", Areas, "List rooms of the organisation's plant."),
    one=("area", AreaShape, "Read a room."),
)
shelve(
    Authorisation,
    "/authorisations",
    Scope.AUTHORISATIONS_READ,
    many=("authorisations", Authorisations, "List authorisations of operators."),
    one=("authorisation", AuthorisationShape, "Read the authorisation of an operator."),
)
