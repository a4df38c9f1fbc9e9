"""The fields of what a plant keeps of its equipment, its rooms and its operators, in words."""

from collections.abc import Mapping

from workflows.words import N_

PLANT_FIELD_NAMES: Mapping[str, str] = {
    "area_id": N_("Room"),
    "certificate": N_("Number of the certificate or report"),
    "done_by": N_("By whom"),
    "done_on": N_("Done on"),
    "equipment_id": N_("Equipment"),
    "equipment_ids": N_("Only on this equipment"),
    "maker": N_("Maker"),
    "map_place": N_("Place on the map"),
    "needs_calibration": N_("Has to be calibrated"),
    "needs_validation": N_("Has to be validated (IQ, OQ, PQ)"),
    "operations": N_("Operations"),
    "since_at": N_("Put into use"),
    "since_on": N_("In use since"),
    "struck_because": N_("Why it was struck out"),
    "struck_on": N_("Struck out"),
    "training": N_("The training"),
    "until_at": N_("Out of use since"),
}
