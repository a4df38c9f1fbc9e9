"""The fields of what a plant keeps of its equipment, rooms, operators and lots, in words."""

from collections.abc import Mapping

from workflows.words import N_

PLANT_FIELD_NAMES: Mapping[str, str] = {
    "area_id": N_("Room"),
    "certificate": N_("Number of the certificate or report"),
    "done_by": N_("Carried out by"),
    "done_on": N_("Done on"),
    "equipment_id": N_("Equipment"),
    "equipment_ids": N_("Only on this equipment"),
    "evaluated_on": N_("Evaluated on"),
    "evaluation": N_("How it was evaluated"),
    "expires_on": N_("Expires on"),
    "inspected_on": N_("Inspected on"),
    "made_by": N_("Made by"),
    "made_on": N_("Made on"),
    "maker": N_("Maker"),
    "map_place": N_("Place on the map"),
    "needs_calibration": N_("Has to be calibrated"),
    "needs_validation": N_("Has to be validated (IQ, OQ, PQ)"),
    "operations": N_("Operations"),
    "received_on": N_("Received on"),
    "sampled": N_("Sampled"),
    "since_at": N_("Put into use"),
    "since_on": N_("In use since"),
    "since_version": N_("Holds from version"),
    "stated_quantity": N_("Quantity on the delivery"),
    "storage": N_("Where it lies"),
    "struck_because": N_("Why it was struck out"),
    "struck_on": N_("Struck out"),
    "supplier_lot": N_("The supplier's lot"),
    "training": N_("The training"),
    "until_at": N_("Out of use since"),
}
