"""Devices for systems that speak FHIR R5: read by their id, searched by what stands on their label."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, request
from flask_babel import gettext
from pydantic import Field
from sqlalchemy import select

from agreements.identifiers import Malformed
from agreements.udi import Identification, read
from portal.api import fhir_shapes
from portal.api.desk import desk
from portal.api.doors import acting_machine
from portal.api.problems import MEDIA_TYPE, Trouble
from portal.api.shapes import Shape
from portal.db import session, today
from portal.lineage import naming
from portal.lineage.knowing import ended
from portal.lineage.numbering import addresses, node_at
from portal.records.batch import Batch
from portal.records.lineage import Folio, Node
from portal.records.trade_item import TradeItem
from portal.wording import said
from workflows.lineage import Thing
from workflows.scopes import Scope
from workflows.words import N_

JSON = "application/fhir+json"
ROOT = "/api/v1/fhir/"
DEVICES = (Thing.UNIT.value, Thing.BATCH.value)
# FHIR's words for what went wrong, by the status of the answer.
CODES = {401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 429: "throttled", 503: "transient"}


class DeviceSearch(Shape):
    """A device by its label."""

    udi_carrier: str | None = Field(
        None, alias="udi-carrier", max_length=2000, description=N_("The whole code, as scanned or as printed.")
    )
    identifier: str | None = Field(None, max_length=200, description=N_("The serial number, also as system|value."))
    format: str | None = Field(None, alias="_format", max_length=40, description=N_("Answers are always FHIR JSON."))


@desk.door("/fhir/metadata", Scope.BATCHES_READ, speaks=JSON, tag="fhir")
def fhir_metadata() -> Response:
    """Say what can be asked in FHIR."""
    return _answer(fhir_shapes.capabilities(_base(), today()))


@desk.door("/fhir/Device", Scope.BATCHES_READ, speaks=JSON, tag="fhir")
def fhir_devices(query: DeviceSearch) -> Response:
    """Search devices by the code of their label or by their serial number."""
    asked = f"{_base()}/Device?{request.query_string.decode()}"
    if query.udi_carrier and query.identifier:
        raise Trouble("malformed", errors=[("", gettext("Ask by udi-carrier or by identifier."))])
    if not (query.udi_carrier or query.identifier):
        return _answer(fhir_shapes.unasked(asked, gettext("Ask by udi-carrier or by identifier.")))
    nodes = _by_code(query.udi_carrier) if query.udi_carrier else _by_number(query.identifier or "")
    return _answer(fhir_shapes.bundle(_devices(_within(nodes)), asked, _base()))


@desk.door("/fhir/Device/<uuid:node_id>", Scope.BATCHES_READ, speaks=JSON, tag="fhir")
def fhir_device(node_id: UUID) -> Response:
    """Read a single device, or a batch as a whole."""
    number = node_at(node_id)
    node = session.get(Node, number) if number is not None else None
    found = _devices(_within([node] if node is not None and node.kind in DEVICES else []))
    if not found:
        abort(404)
    return _answer(found[0])


@desk.after_app_request
def speak_fhir(answer: Response) -> Response:
    """A problem is an OperationOutcome to whoever asked in FHIR."""
    if request.path.startswith(ROOT) and answer.mimetype == MEDIA_TYPE:
        problem = json.loads(answer.get_data())
        words = " ".join([problem["title"] + ":", problem["detail"], *(each["says"] for each in problem["errors"])])
        answer.set_data(json.dumps(fhir_shapes.outcome(CODES.get(answer.status_code, "invalid"), words)))
        answer.content_type = JSON
    return answer


def _by_code(code: str) -> list[Node]:
    """What the code names: the single device, or the batch where it names none.  A code in doubt is refused."""
    try:
        told = read(code, today())
    except Malformed as wrong:
        raise Trouble("malformed", errors=[("udi-carrier", said(wrong.says))]) from wrong
    items = _items(told)
    if told.serial:
        return [
            unit for unit, of in naming.units(told.serial, items) if not told.lot or of is None or of.code == told.lot
        ]
    if not told.lot or not items:
        return []
    folios = select(Folio.number).where(Folio.entrustment_id.in_({each.entrustment_id for each in items}))
    wanted = select(Node).where(Node.code == told.lot, Node.kind == Thing.BATCH.value, Node.folio.in_(folios))
    return list(session.scalars(wanted))


def _items(told: Identification) -> Sequence[TradeItem]:
    if not told.di:
        return []
    wanted = select(TradeItem).where(TradeItem.agency == told.agency.value, TradeItem.di == told.di)
    return session.scalars(wanted).unique().all()


def _by_number(identifier: str) -> list[Node]:
    return [each for each in naming.called(identifier.rpartition("|")[2]) if each.kind == Thing.UNIT]


def _within(nodes: Iterable[Node]) -> list[Node]:
    """Those in the entrustments that the machine is limited to, if it is."""
    found, limits = list(nodes), acting_machine().entrustments
    if limits is None:
        return found
    folios = set(session.scalars(select(Folio.number).where(Folio.entrustment_id.in_(limits))))
    return [each for each in found if each.folio in folios]


def _devices(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    where, over = addresses(each.id for each in nodes), ended([each.id for each in nodes])
    return [_device(each, str(where[each.id]), is_over=each.id in over) for each in nodes]


def _device(node: Node, address: str, *, is_over: bool) -> dict[str, Any]:
    of = node if node.kind == Thing.BATCH else session.get(Node, node.batch) if node.batch else None
    batch = session.get(Batch, of.record_id) if of is not None and of.record_id else None
    serial = node.code if node.kind == Thing.UNIT else None
    item = session.scalars(select(TradeItem).where(TradeItem.key == node.item)).first() if node.item else None
    known = fhir_shapes.Known(address, serial, of.code if of else None, is_over, batch, item or _primary(batch))
    return fhir_shapes.device(known, current_app.config["SETTINGS"].address, today())


def _primary(batch: Batch | None) -> TradeItem | None:
    """Where the making does not say the identifier, the one in use that the product's labels go by."""
    if batch is None:
        return None
    same = (TradeItem.entrustment_id == batch.entrustment_id, TradeItem.product_id == batch.product_id)
    wanted = select(TradeItem).where(*same, TradeItem.is_primary, TradeItem.state == "in_use")
    return session.scalars(wanted).first()


def _answer(resource: dict[str, Any]) -> Response:
    return Response(json.dumps(resource, ensure_ascii=False), content_type=JSON)


def _base() -> str:
    return f"{current_app.config['SETTINGS'].address}/api/v1/fhir"
