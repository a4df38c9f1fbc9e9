"""What the prohibited catalogue asks about a product, and why; said once for the form and for the record page."""

from dataclasses import dataclass

from portal.web import value_names
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class Attribute:
    """``name`` is the record's field; ``says`` tells what counts and which entries of Notice 2022-17 ask for it."""

    name: str
    asks: str
    says: str


ATTRIBUTES = {
    each.name: each
    for each in (
        Attribute(
            "is_implantable",
            N_("Is it implantable?"),
            N_(
                "Placed by surgery and there for 30 days or more, or absorbed by the body (Order 15). P22-13 and "
                "P22-14 ask for it, and so does the duty to post residents at the plant."
            ),
        ),
        Attribute(
            "contains_animal_origin_material",
            N_("Does it contain material of animal origin?"),
            N_(
                "Any such material counts, however processed: collagen, gelatine, pericardium. It decides P22-04 "
                "(dural patches), P22-11 (scaffolds) and P22-12 (anti-adhesion dressings)."
            ),
        ),
        Attribute(
            "directly_from_animal_tissue",
            N_("Is it taken directly from animal tissue?"),
            N_(
                "Narrower than the question before: the device is itself animal tissue, such as a valve of "
                "pericardium, not a material extracted from it. Together with implantable it decides P22-14."
            ),
        ),
        Attribute(
            "is_allogeneic",
            N_("Is it allogeneic?"),
            N_(
                "The device is itself tissue of another human being, such as demineralised bone. Together with "
                "implantable it decides P22-13."
            ),
        ),
        Attribute(
            "contains_allogeneic_material",
            N_("Does it contain allogeneic material?"),
            N_(
                "Any material from another human being counts, also as one part of many. It decides P22-11 (scaffolds)."
            ),
        ),
    )
}

UNKNOWN = "unknown"
DEVICE_CLASSES = {**value_names.DEVICE_CLASSES, UNKNOWN: N_("Not known yet")}
VASCULAR_ASKS = N_("Where in the vessels is it used?")
VASCULAR_SAYS = N_(
    "Decides only under code 13-07 (cardiovascular implants): of the stents, those for peripheral vessels may be "
    "entrusted. For any other product choose elsewhere."
)
VASCULAR_SITES = {**value_names.VASCULAR_SITES, UNKNOWN: N_("Not known yet")}
