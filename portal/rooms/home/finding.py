"""Finding by number, title, name or hash.  All is asked through the walls, so a stranger's record is not found."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import g, url_for
from flask_babel import gettext
from sqlalchemy import Select, or_, select

from portal.db import session
from portal.records.approved_source import ApprovedSource
from portal.records.audit import Audit, AuditFinding
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa
from portal.records.change import Change
from portal.records.defect_notice import DefectNotice
from portal.records.definition import Definition, DefinitionMaterial, DefinitionStep
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.evidence import ProductionLicence, RegistrationCertificate
from portal.records.file import StoredFile
from portal.records.material import Material
from portal.records.material_lot import MaterialLot
from portal.records.meeting import Meeting
from portal.records.product import Product
from portal.records.supplier import Supplier
from portal.records.trade_item import TradeItem
from portal.records.transfer import Transfer
from portal.web.history import record_url
from portal.web.kind_names import KIND_NAMES
from portal.wording import said
from workflows.powers import Power

SHORTEST = 2
MOST = 20
# What bears a number within an entrustment, each with what its record calls it.
NUMBERED: Mapping[Any, Any] = {
    Batch: Batch.product_name,
    Nonconformity: Nonconformity.title,
    DefectNotice: DefectNotice.product_name,
    Capa: Capa.title,
    Change: Change.title,
    Audit: Audit.site,
    Meeting: Meeting.agenda,
    AuditFinding: AuditFinding.title,
    Transfer: Transfer.product_name,
    ApprovedSource: ApprovedSource.supplier_name,
}
# What bears one in the own house's books, each with what it is called by and what its record says of it.
AT_HOME: Mapping[Any, tuple[Any, Any]] = {
    Supplier: (Supplier.number, Supplier.name),
    Material: (Material.code, Material.name),
    MaterialLot: (MaterialLot.number, MaterialLot.supplier_lot),
}
_HASH_BEGINS = re.compile(r"[0-9a-f]{8,64}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found: of which kind, what it is called, what it belongs to, and where it is."""

    kind: str
    name: str
    note: str
    url: str


def hits_of(wanted: str) -> list[Hit]:
    """What is called like ``wanted``, exact matches alone where there are any; nothing for less than two characters."""
    if len(wanted) < SHORTEST:
        return []
    hits = {(each.url, each.name): each for each in _all(wanted)}
    exact = [each for each in hits.values() if each.name.casefold() == wanted.casefold()]
    return exact or list(hits.values())


def _all(wanted: str) -> Iterator[Hit]:
    for search in (_entrustments, _numbered, _definitions, _at_home, _identifiers, _exhibits):
        yield from search(wanted)
    if g.actor.may(Power.EVIDENCE_READ):
        yield from _products(wanted)
        yield from _papers(wanted)
    if _HASH_BEGINS.fullmatch(wanted):
        yield from _files(wanted.lower())


def _entrustments(wanted: str) -> Iterator[Hit]:
    for found in _some(select(Entrustment).where(_begins(Entrustment.number, wanted))):
        yield Hit(gettext("Entrustment"), found.number, between(found), _relation(found.id))


def _numbered(wanted: str) -> Iterator[Hit]:
    """Whatever bears a number within an entrustment, by it or by what its record calls it; a query for each kind."""
    for kind, title in NUMBERED.items():
        label = said(KIND_NAMES[kind.__tablename__])
        for found in _some(select(kind).where(or_(_begins(kind.number, wanted), _holds(title, wanted)))):
            if url := record_url(kind.__tablename__, found.id):
                yield Hit(label, found.number, getattr(found, title.key).partition("\n")[0], url)


def _definitions(wanted: str) -> Iterator[Hit]:
    """By the number of a work instruction, or by the code of a material that goes in."""
    matching = or_(
        Definition.steps.any(_begins(DefinitionStep.reference, wanted)),
        Definition.materials.any(_begins(DefinitionMaterial.code, wanted)),
    )
    for found in _some(select(Definition).where(matching)):
        where = url_for("definitions.show", definition_id=found.id)
        yield Hit(gettext("Product and process definition"), found.called, found.product_name, where)


def _at_home(wanted: str) -> Iterator[Hit]:
    for kind, (number, title) in AT_HOME.items():
        label = said(KIND_NAMES[kind.__tablename__])
        for found in _some(select(kind).where(or_(_begins(number, wanted), _holds(title, wanted)))):
            if url := record_url(kind.__tablename__, found.id):
                yield Hit(label, getattr(found, number.key), getattr(found, title.key), url)


def _identifiers(wanted: str) -> Iterator[Hit]:
    for found in _some(select(TradeItem).where(_begins(TradeItem.di, wanted))):
        where = url_for("trade_items.show", trade_item_id=found.id)
        yield Hit(gettext("Device identifier"), found.di, found.product_name, where)


def _exhibits(wanted: str) -> Iterator[Hit]:
    """Products, certificates and licences as they are shown in an entrustment, the partner's too."""
    names = {"product": gettext("Product"), "certificate": gettext("Registration certificate")}
    names["licence"] = gettext("Production licence")
    shown = (
        select(Exhibit.kind, Exhibit.facts, Entrustment.id, Entrustment.number)
        .join(Entrustment, Entrustment.id == Exhibit.entrustment_id)
        .where(Exhibit.kind.in_(names), Exhibit.withdrawn_at.is_(None))
        .order_by(Exhibit.id.desc())
    )
    # The facts are read here: SQLite's guard allows no function that looks into a document.
    matching = (each for each in session.execute(shown) if _matches(each.facts, wanted.casefold()))
    for kind, facts, entrustment_id, relation in islice(matching, MOST):
        called = str(facts.get("number") or facts.get("name"))
        yield Hit(names[kind], called, relation, _relation(entrustment_id))


def _matches(facts: dict[str, Any], wanted: str) -> bool:
    number, name = str(facts.get("number") or ""), str(facts.get("name") or "")
    return number.casefold().startswith(wanted) or wanted in name.casefold()


def _products(wanted: str) -> Iterator[Hit]:
    matching = or_(_holds(Product.name, wanted), _begins(Product.model, wanted))
    for found in _some(select(Product).where(matching)):
        where = url_for("products.show", product_id=found.id)
        yield Hit(gettext("Product"), f"{found.name} {found.model}".strip(), gettext("our own"), where)


def _papers(wanted: str) -> Iterator[Hit]:
    kinds: tuple[tuple[Any, str, Callable[[Any], str]], ...] = (
        (ProductionLicence, gettext("Production licence"), _licence_page),
        (RegistrationCertificate, gettext("Registration certificate"), _certificate_page),
    )
    for kind, label, page in kinds:
        for found in _some(select(kind).where(_begins(kind.number, wanted))):
            yield Hit(label, found.number, gettext("our own"), page(found.id))


def _files(wanted: str) -> Iterator[Hit]:
    for found in _some(select(StoredFile).where(_begins(StoredFile.sha256, wanted))):
        yield Hit(gettext("File"), found.name, found.sha256, url_for("files.take", file_id=found.id))


def between(entrustment: Entrustment) -> str:
    words: str = gettext(
        "%(registrant)s with %(manufacturer)s",
        registrant=entrustment.registrant.name,
        manufacturer=entrustment.manufacturer.name,
    )
    return words


def _begins(column: Any, wanted: str) -> Any:
    return column.istartswith(wanted, autoescape=True)


def _holds(column: Any, wanted: str) -> Any:
    return column.icontains(wanted, autoescape=True)


def _some(query: Select[Any]) -> Any:
    kind = query.column_descriptions[0]["entity"]
    return session.scalars(query.order_by(kind.id.desc()).limit(MOST)).all()


def _relation(entrustment_id: Any) -> str:
    return url_for("entrustments.show", entrustment_id=entrustment_id)


def _licence_page(record_id: Any) -> str:
    return url_for("evidence.production_licence", production_licence_id=record_id)


def _certificate_page(record_id: Any) -> str:
    return url_for("evidence.registration_certificate", registration_certificate_id=record_id)
