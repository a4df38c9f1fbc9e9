"""What the pages about a lot are drawn with."""

from typing import Any

from flask import g
from flask_babel import gettext

from portal.records.material_lot import MaterialLot
from portal.web import crumb
from portal.web.between import identity_of
from portal.web.frame import home_crumb
from workflows.engine import Transition
from workflows.material import CERTIFICATES
from workflows.material_lot import EXPIRED, MATERIAL_LOT
from workflows.receiving import AMEND, CERTIFY, INSPECT, STORE, STRIKE
from workflows.words import N_

Crumb = tuple[str, str | None]
DEEDS: dict[str, Transition[str]] = {
    "material_lots.certify": CERTIFY,
    "material_lots.inspect": INSPECT,
    "material_lots.store": STORE,
    "material_lots.amend": AMEND,
    "material_lots.strike": STRIKE,
}
# What a list of lots can be asked for, besides every lot.
STANDINGS: dict[str, str] = {
    **{each.name: each.label for each in MATERIAL_LOT.states},
    EXPIRED.name: EXPIRED.label,
    "soon": N_("Expires within thirty days"),
}


def crumbs(*more: Crumb) -> list[Crumb]:
    if g.actor.is_authority:
        return [home_crumb(), *more]
    here = crumb(gettext("Material lots"), "material_lots.listing" if more else None)
    return [home_crumb(), crumb(gettext("Materials"), "materials.listing"), here, *more]


def place(lot: MaterialLot, *more: Crumb) -> dict[str, Any]:
    """What every page about ``lot`` is drawn with."""
    label = gettext("Lot %(number)s of %(material)s", number=lot.number, material=lot.material.name)
    own = crumb(lot.number, "material_lots.show", material_lot_id=lot.id)
    words = {"kinds": CERTIFICATES}
    return words | {"crumbs": crumbs(own, *more), "identity": identity_of(lot, label), "title": label}
