"""How a product reads: what is still unknown of it, and where it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from portal import facts
from portal.db import session
from portal.records.entrustment import Entrustment, Exhibit, Verdict
from portal.records.evidence import RegistrationCertificate
from portal.records.product import Product
from portal.rooms.products.attributes import ATTRIBUTES, VASCULAR_ASKS, VASCULAR_SAYS, VASCULAR_SITES
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class Line:
    """One product in the list.  ``unknown`` counts what the catalogue may ask for and nobody has said."""

    product: Product
    certificate: RegistrationCertificate | None
    unknown: int
    entrustments: int


@dataclass(frozen=True, slots=True)
class Place:
    """One entrustment in which the product is, or was, shown; ``verdict`` is the latest one there."""

    entrustment: Entrustment
    exhibit: Exhibit
    verdict: Verdict | None

    @property
    def met(self) -> bool | None:
        answers = {"favourable": True, "unfavourable": False}
        return answers.get(self.verdict.answer) if self.verdict else None


def lines_of(products: Sequence[Product]) -> list[Line]:
    """All lines in two queries."""
    certificates = {
        each.id: each
        for each in session.scalars(
            select(RegistrationCertificate).where(
                RegistrationCertificate.id.in_({each.certificate_id for each in products if each.certificate_id})
            )
        )
    }
    counted = session.execute(
        select(Exhibit.subject_id, func.count())
        .where(Exhibit.subject_id.in_([each.id for each in products]), Exhibit.withdrawn_at.is_(None))
        .group_by(Exhibit.subject_id)
    )
    shown: dict[UUID, int] = {row.subject_id: row[1] for row in counted}
    return [
        Line(
            product=each,
            certificate=certificates.get(each.certificate_id) if each.certificate_id else None,
            unknown=unknown_of(each),
            entrustments=shown.get(each.id, 0),
        )
        for each in products
    ]


def unknown_of(product: Product) -> int:
    """How many facts a verdict may still ask for; the vascular site only where the code may lie under 13-07."""
    asked = ["code", "device_class", *ATTRIBUTES]
    if _may_be_vascular(product):
        asked.append("vascular_site")
    return sum(getattr(product, name) is None for name in asked)


def _may_be_vascular(product: Product) -> bool:
    return product.code is None or product.code.startswith("13-07")


def answers_of(product: Product) -> list[tuple[str, str, str | None]]:
    """Each question of the catalogue, why it is asked, and the answer; None while nobody knows."""
    words = {True: N_("Yes"), False: N_("No")}
    answers = [(each.asks, each.says, words.get(getattr(product, each.name))) for each in ATTRIBUTES.values()]
    where = VASCULAR_SITES[product.vascular_site] if product.vascular_site else None
    if where is None and not _may_be_vascular(product):
        where = N_("Not asked under this code")
    return [*answers, (VASCULAR_ASKS, VASCULAR_SAYS, where)]


def shown_in(product: Product) -> list[Place]:
    """Every entrustment it is or was shown in, in six queries whatever their number."""
    exhibits = session.scalars(select(Exhibit).where(Exhibit.subject_id == product.id)).all()
    about = {each.entrustment_id for each in exhibits}
    entrustments = session.scalars(select(Entrustment).where(Entrustment.id.in_(about))).all()
    known = facts.grounds(entrustments)
    places = [
        Place(known[each.entrustment_id].entrustment, each, known[each.entrustment_id].verdict_of(product.id))
        for each in exhibits
        if each.entrustment_id in known
    ]
    return sorted(places, key=lambda place: place.entrustment.number)
