"""How two houses of the demonstration world come together: their papers, their agreements, an active entrustment."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agreements.clauses import DocumentKind
from agreements.udi import check_digit
from portal import ledger
from portal.acting import tell
from portal.db import session, today
from portal.demo.cast import HOUSES
from portal.demo.hands import keep, move, played_by
from portal.facts import entrustment_facts, ground_of, present
from portal.facts.agreements import agreement_facts
from portal.facts.appointments import holders
from portal.facts.showing import judge_anew, show_in
from portal.facts.variety_reports import drawn
from portal.records.agreement import Agreement
from portal.records.entrustment import Entrustment
from portal.records.evidence import (
    CreditCheck,
    CreditStatement,
    Inspection,
    ProductionLicence,
    RegistrationCertificate,
)
from portal.records.organisation import Functions, Organisation, Site
from portal.records.product import Product
from portal.rooms.agreements.drafting import begin_draft
from portal.rooms.entrustments.proposing import propose
from workflows.powers import Role

REPRESENTATIVE = Role.MANAGEMENT_REPRESENTATIVE
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Venture:
    """One product that a registrant wants made by a manufacturer; ``serial`` ends the certificate's number.

    What is not implantable is of class II and registered by the registrant's province (Order 47 art. 115).
    """

    registrant: str
    manufacturer: str
    product: str
    code: str
    serial: str
    implantable: bool = True

    @property
    def di(self) -> str:
        """The identifier of the smallest unit, which the certificate, the batches and the labels name."""
        body = "069000000" + self.serial
        return body + check_digit(body)

    @property
    def device_class(self) -> str:
        return "III" if self.implantable else "II"

    @property
    def certificate_number(self) -> str:
        by, level = ("国", 3) if self.implantable else (HOUSES[self.registrant].province, 2)
        return f"{by}械注准2023{level}{self.code[:2]}{self.serial}"


def found_plant(org: dict[str, UUID], key: str, name: str, province: str, licence_number: str) -> tuple[UUID, ...]:
    address = f"{HOUSES[key].domicile}6号楼"
    with played_by(key, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        site = keep(Site(name=name, address=address, province=province), "site.recorded", by=by)
        licence = keep(
            ProductionLicence(
                number=licence_number,
                scope=[{"code": "13", "class": "III"}, {"code": "04", "class": "II"}],
                sites=[address],
                valid_from=today() - 2 * YEAR,
                valid_until=today() + YEAR + timedelta(days=200),
                retired_on=None,
            ),
            "production_licence.recorded",
            by=by,
            title="Production licence",
        )
        inspection = keep(
            Inspection(
                inspected_on=today() - timedelta(days=180),
                inspected_by="省级药品监管部门",
                result="passed",
                covers="13",
                valid_until=None,
                retired_on=None,
            ),
            "inspection.recorded",
            by=by,
            title="Inspection report",
        )
        credit = keep(
            CreditStatement(stated_on=today() - timedelta(days=60), summary="无不良记录", retired_on=None),
            "credit_statement.recorded",
            by=by,
            title="Credit statement",
        )
        return site.id, licence.id, inspection.id, credit.id


def put_forward(org: dict[str, UUID], venture: Venture, *further: Venture) -> dict[str, UUID]:
    """The registrant records its products and what belongs to them, and proposes.

    The product of the first venture is named ``product``, those of the others by their ``serial``.
    """
    registrant, partner = venture.registrant, HOUSES[venture.manufacturer]
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        certified = [_certified(each, by) for each in (venture, *further)]
        certificate, product = certified[0]
        check = keep(
            CreditCheck(
                checked_on=today() - timedelta(days=30),
                about_uscc=partner.uscc,
                consulted="国家药监局数据查询",
                adverse=False,
                summary="未见不良信用记录",
                retired_on=None,
            ),
            "credit_check.recorded",
            by=by,
            title="Credit check",
        )
        functions = session.scalars(select(Functions)).first() or keep(
            Functions(
                technology="技术负责人",
                production="生产管理负责人",
                quality="质量负责人",
                adverse_events="不良事件监测负责人",
                after_sales="售后服务负责人",
                quality_independent=True,
                full_time_quality_staff=6,
            ),
            "functions.recorded",
            by=by,
            title="Organisation chart",
        )
    with played_by(registrant, REPRESENTATIVE, org) as by:
        parties = [session.get_one(Organisation, org[each]) for each in (registrant, venture.manufacturer)]
        entrustment = propose(parties[0], parties[1], by=by)
        for record in (*(each for both in certified for each in both), check, functions):
            present(entrustment, session.merge(record, load=True), by=by)
        show_in(entrustment, holders(), by=by)
    return {
        "entrustment": entrustment.id,
        "product": product.id,
        "certificate": certificate.id,
        "credit_check": check.id,
    } | {each.serial: made.id for each, (_, made) in zip(further, certified[1:], strict=True)}


def _certified(venture: Venture, by: Any) -> tuple[Any, Any]:
    """A registration certificate, and the product that it is for."""
    partner = HOUSES[venture.manufacturer]
    site = f"{partner.domicile}6号楼"
    certificate = keep(
        RegistrationCertificate(
            number=venture.certificate_number,
            product_name=venture.product,
            registrant_name=HOUSES[venture.registrant].name,
            device_class=venture.device_class,
            address=f"{site}（委托生产）",
            remark=f"受托生产企业：{partner.name}；统一社会信用代码：{partner.uscc}",
            valid_from=today() - YEAR,
            valid_until=today() + 3 * YEAR,
            retired_on=None,
        ),
        "registration_certificate.recorded",
        by=by,
        title="Registration certificate",
    )
    product = keep(
        Product(
            name=venture.product,
            model="LP-3.5",
            code=venture.code,
            device_class=venture.device_class,
            is_implantable=venture.implantable,
            contains_animal_origin_material=False,
            directly_from_animal_tissue=False,
            is_allogeneic=False,
            contains_allogeneic_material=False,
            vascular_site=None,
            udi_di=venture.di,
            certificate_id=certificate.id,
        ),
        "product.recorded",
        by=by,
    )
    return certificate, product


def take_up(org: dict[str, UUID], entrustment_id: UUID, manufacturer: str, plant: tuple[UUID, ...]) -> None:
    with played_by(manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        entrustment = session.get_one(Entrustment, entrustment_id)
        for kind, record_id in zip((Site, ProductionLicence, Inspection, CreditStatement), plant, strict=True):
            present(entrustment, session.get_one(kind, record_id), by=by)
        show_in(entrustment, holders(), by=by)


def find_eligible(org: dict[str, UUID], entrustment_id: UUID, registrant: str) -> None:
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        entrustment = session.get_one(Entrustment, entrustment_id)
        entrustment.residents_planned = 2
        ledger.write(entrustment, "entrustment.residents-planned", by=by)
        judge_anew(ground_of(entrustment), by=by, because="residents.planned")
        _move(entrustment, "find_eligible", by=by)


def draft_agreement(org: dict[str, UUID], entrustment_id: UUID, registrant: str, kind: DocumentKind) -> UUID:
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        ground = ground_of(session.get_one(Entrustment, entrustment_id))
        return begin_draft(ground, kind, None, by=by).id


def entrust(org: dict[str, UUID], venture: Venture, plant: tuple[UUID, ...], *further: Venture) -> dict[str, UUID]:
    """An entrustment carried all the way: eligible, agreed, reported, active."""
    made = put_forward(org, venture, *further)
    relation, registrant, manufacturer = made["entrustment"], venture.registrant, venture.manufacturer
    take_up(org, relation, manufacturer, plant)
    find_eligible(org, relation, registrant)
    made["quality"] = _signed(org, relation, registrant, manufacturer, "quality")
    made["entrusting"] = _signed(org, relation, registrant, manufacturer, "entrustment")
    with played_by(registrant, REPRESENTATIVE, org) as by:
        entrustment = session.get_one(Entrustment, relation)
        _move(entrustment, "agree", by=by)
        entrustment.registrant_reported_on, entrustment.registrant_report = today(), "委托生产报告（演示）"
        tell(entrustment, "entrustment.registrant-reported", actor=by)
    with played_by(manufacturer, REPRESENTATIVE, org) as by:
        entrustment = session.get_one(Entrustment, relation)
        entrustment.manufacturer_reported_on, entrustment.manufacturer_report = today(), "生产产品品种报告（演示）"
        tell(entrustment, "entrustment.manufacturer-reported", actor=by, also=[drawn(entrustment)])
        _move(entrustment, "report", by=by)
    with played_by(registrant, REPRESENTATIVE, org) as by:
        _move(session.get_one(Entrustment, relation), "activate", by=by)
    return made


def _signed(org: dict[str, UUID], relation: UUID, registrant: str, manufacturer: str, kind: DocumentKind) -> UUID:
    agreement_id = draft_agreement(org, relation, registrant, kind)
    for house, role, name in (
        (registrant, Role.REGISTRANT_QUALITY_MANAGER, "offer"),
        (registrant, REPRESENTATIVE, "registrant_signs"),
        (manufacturer, REPRESENTATIVE, "manufacturer_countersigns"),
    ):
        with played_by(house, role, org) as by:
            agreement = session.get_one(Agreement, agreement_id)
            move(agreement, name, by=by, facts=agreement_facts([agreement])[agreement.id])
    return agreement_id


def _move(entrustment: Entrustment, name: str, *, by: Any) -> None:
    move(entrustment, name, by=by, facts=entrustment_facts([entrustment])[entrustment.id])
