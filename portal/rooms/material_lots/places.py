"""What the pages about a lot are drawn with."""

from typing import Any

from flask import current_app, g, url_for
from flask_babel import gettext
from sqlalchemy import select

from portal.carriers import draw_text
from portal.db import now, session
from portal.lineage.naming import called
from portal.lineage.numbering import addresses
from portal.lineage.receiving import left_of
from portal.lineage.showing import batches_of, is_anothers, node_of
from portal.records.batch import Batch
from portal.records.material_lot import MaterialLot
from portal.records.organisation import Organisation
from portal.web import crumb
from portal.web.between import identity_of, is_a_partners
from portal.web.frame import home_crumb
from workflows.engine import Tone, Transition
from workflows.material import CERTIFICATES
from workflows.material_lot import EXPIRED, MATERIAL_LOT
from workflows.receiving import AMEND, CERTIFY, INSPECT, RESTORE, SET_ASIDE, STORE, STRIKE
from workflows.words import N_

Crumb = tuple[str, str | None]
DEEDS: dict[str, Transition[str]] = {
    "material_lots.certify": CERTIFY,
    "material_lots.inspect": INSPECT,
    "material_lots.set_aside": SET_ASIDE,
    "material_lots.restore": RESTORE,
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


def crumbs(*more: Crumb, about: MaterialLot | None = None) -> list[Crumb]:
    if g.actor.is_authority or (about and is_a_partners(about)):
        return [home_crumb(), *more]
    here = crumb(gettext("Material lots"), "material_lots.listing" if more else None)
    return [home_crumb(), crumb(gettext("Materials"), "materials.listing"), here, *more]


def place(lot: MaterialLot, *more: Crumb) -> dict[str, Any]:
    """What every page about ``lot`` is drawn with."""
    label = gettext("Lot %(number)s of %(material)s", number=lot.number, material=lot.material.name)
    own = crumb(lot.number, "material_lots.show", material_lot_id=lot.id)
    words = {"kinds": CERTIFICATES}
    return words | {"crumbs": crumbs(own, *more, about=lot), "identity": identity_of(lot, label), "title": label}


def parts_of(lot: MaterialLot) -> dict[str, Any]:
    """What of it is accepted, rejected and left, for the house that keeps it."""
    if lot.accepted_at is None:
        return {"left": None, "left_serials": []}
    left, serials = left_of(lot)
    return {"left": left.text if left else None, "left_serials": serials}


def where_it_led(lot: MaterialLot) -> dict[str, Any]:
    """Into which batches it went, as far as the reader takes part in them, each with its page; and where it is traced.

    ``shown_by`` names the house of a lot that is seen for this alone.
    """
    house = session.get_one(Organisation, lot.owner_id).name if is_anothers(lot) else None
    node = node_of(lot.id)
    if node is None:
        return {"shown_by": house, "led_to": [], "trace_url": None}
    found = batches_of(node)
    where = addresses([node.id, *(each.id for each in found)])
    traced = {number: url_for("traces.show", node_id=address) for number, address in where.items()}
    led_to = [
        (each.code, url_for("batches.show", batch_id=each.record_id) if each.record_id else traced[each.id])
        for each in found
    ]
    return {"shown_by": house, "led_to": led_to, "trace_url": traced[node.id]}


def label_of(lot: MaterialLot) -> dict[str, Any]:
    """What stands on the label of ``lot``: what it is, how it stands today, and a code that leads a scan here."""
    where = lot.where
    return {
        "code": draw_text(carried_by(lot)).svg(),
        "where": where,
        "may_be_issued": where.tone is Tone.GOOD,
        "house": session.get_one(Organisation, lot.owner_id).name,
        "as_of": now(),
    }


def carried_by(lot: MaterialLot) -> str:
    """Its number, which a step asks for too; its address where the number is not of ASCII or names something else."""
    of_a_batch = select(Batch.id).where(Batch.number == lot.number).limit(1)
    if lot.number.isascii() and len(called(lot.number)) == 1 and session.scalar(of_a_batch) is None:
        return lot.number
    path: str = url_for("material_lots.show", material_lot_id=lot.id)
    return f"{current_app.config['SETTINGS'].address}{path}"
