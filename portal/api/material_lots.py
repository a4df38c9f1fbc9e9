"""Lots of materials: read, received, certified and inspected by a machine; accepted and rejected by people alone."""

from uuid import UUID

from flask import g, url_for
from flask_babel import gettext
from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import find_within, insist_on_version, page_of, tagged
from portal.api.forms import insist_on, proof_of, typed
from portal.api.lot_shapes import (
    LotCertificateToFile,
    Lots,
    LotShape,
    LotToReceive,
    LotTurn,
    LotWhole,
    PiecesToReject,
    ResultToRecord,
)
from portal.api.problems import Trouble
from portal.api.shapes import Given
from portal.db import session
from portal.facts.material_lots import lots_of_house, standing
from portal.records.material_lot import LotCertificate, MaterialLot
from portal.rooms.material_lots import keeping
from portal.rooms.material_lots.forms import CertificateForm, ReceiptForm, ResultForm
from portal.rooms.material_lots.pieces import RejectionForm
from portal.tenancy import current_tenant
from portal.web.deeds import insist, weigh_deed
from workflows.receiving import CERTIFY, INSPECT, SET_ASIDE
from workflows.scopes import Scope

# What would tell a partner how much was bought for others, and where the house keeps it.
WITHHELD = (
    "quantity",
    "stated_quantity",
    "stated_unit",
    "storage",
    "tags",
    "serials",
    "rejections",
    "accepted_quantity",
)
ONE = "/material-lots/<uuid:material_lot_id>"


@desk.door("/material-lots", Scope.MATERIALS_READ, gives=Lots)
def list_material_lots(query: LotTurn) -> Given:
    """List lots of materials."""
    wanted = standing(query.standing) if query.standing else lots_of_house()
    if query.material_id:
        wanted = wanted.where(MaterialLot.material_id == query.material_id)
    page, way = page_of(wanted, MaterialLot, query, Lots, LotShape)
    return page, 200, way


@desk.door("/material-lots", Scope.MATERIALS_PROPOSE, method="POST", gives=LotWhole, status=201)
def record_a_received_lot(json: LotToReceive) -> Given:
    """Receive a lot into quarantine.

    A unit that cannot be brought to that of the material is refused.
    """
    form = ReceiptForm(
        **typed(
            **json.model_dump(exclude={"material_id", "supplier_id", "tags", "serials"}),
            material=json.material_id,
            supplier=json.supplier_id,
            rfid="\n".join(json.tags),
            serials="\n".join(json.serials),
        )
    )
    form.offer(keeping.materials_in_use(), keeping.suppliers_not_ended())
    insist_on(form)
    if keeping.is_taken(json.number):
        raise Trouble("invalid", errors=[("number", gettext("Another lot bears this number."))], decided=True)
    material, supplier = form.materials[str(json.material_id)], form.suppliers[str(json.supplier_id)]
    lot = keeping.receive(form.given, material, supplier, by=g.actor)
    session.flush()
    return (
        LotWhole.model_validate(lot),
        201,
        {**tagged(lot), "Location": url_for("api.read_material_lot", material_lot_id=lot.id)},
    )


@desk.door(ONE, Scope.MATERIALS_READ, gives=LotWhole)
def read_material_lot(material_lot_id: UUID) -> Given:
    """Read a lot of a material with its certificates and the results of its inspection.

    A partner reads a lot that went into common work, and of it not how much there was, nor where it lies.
    """
    return _shown(find_within(MaterialLot, material_lot_id, upstream=True))


@desk.door(
    f"{ONE}/certificates",
    Scope.MATERIALS_PROPOSE,
    method="POST",
    gives=LotWhole,
    sees=True,
    uploads=True,
)
def file_a_lot_certificate(material_lot_id: UUID, json: LotCertificateToFile) -> Given:
    """File a certificate of a lot that nobody has decided on, or that is blocked."""
    lot = find_within(MaterialLot, material_lot_id)
    insist_on_version(lot)
    insist(weigh_deed(CERTIFY, lot.state, lot))
    given, proof = json.model_dump(exclude={"file", "file_id"}), proof_of(json, MaterialLot.__tablename__, lot.id)
    form = insist_on(CertificateForm(**typed(**given, file=proof.upload)))
    used = select(LotCertificate.id).where(LotCertificate.file_id == json.file_id)
    proof.refuse_used(session.scalars(used).first() if json.file_id else None)
    file = proof.kept(subject_kind=MaterialLot.__tablename__, subject_id=lot.id)
    keeping.certify(lot, form.given, file, by=g.actor)
    session.flush()
    return _shown(lot)


@desk.door(f"{ONE}/results", Scope.MATERIALS_PROPOSE, method="POST", gives=LotWhole, sees=True)
def record_a_lot_result(material_lot_id: UUID, json: ResultToRecord) -> Given:
    """Write down what was found of a characteristic; an earlier result stays on record and counts no longer."""
    lot = find_within(MaterialLot, material_lot_id)
    insist_on_version(lot)
    insist(weigh_deed(INSPECT, lot.state, lot))
    form = insist_on(ResultForm.of(lot, **typed(**json.model_dump())))
    keeping.inspect(lot, form.criterion, form.given, reason=form.reason.data or None, by=g.actor)
    session.flush()
    return _shown(lot)


@desk.door(f"{ONE}/rejections", Scope.MATERIALS_PROPOSE, method="POST", gives=LotWhole, sees=True)
def reject_pieces_of_a_lot(material_lot_id: UUID, json: PiecesToReject) -> Given:
    """Reject pieces of a lot on which nobody has decided; the others are accepted in part by people alone."""
    lot = find_within(MaterialLot, material_lot_id)
    insist_on_version(lot)
    insist(weigh_deed(SET_ASIDE, lot.state, lot))
    told = typed(numbers="\n".join(json.serials), count=json.quantity, because=json.reason)
    form = insist_on(RejectionForm.of(lot, **told))
    keeping.set_aside(lot, [form.rejection(g.actor.id)], by=g.actor)
    session.flush()
    return _shown(lot)


def _shown(lot: MaterialLot) -> Given:
    shape = LotWhole.model_validate(lot)
    if lot.owner_id != current_tenant():
        shape = shape.model_copy(update=dict.fromkeys(WITHHELD))
    return shape, 200, tagged(lot)
