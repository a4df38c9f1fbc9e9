"""What has happened in the demonstration world before the visitor arrives."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agreements.clauses import DocumentKind
from agreements.duty_rules import duty_rule
from portal import ledger
from portal.acting import tell
from portal.db import now, reading, session, today
from portal.demo.auditing import make_audits, make_report
from portal.demo.cast import HOUSES, PASSWORD
from portal.demo.hands import keep, move, played_by
from portal.demo.machines import make_client
from portal.demo.making import make_batches
from portal.demo.residing import A_MONTH, ask_exception, draft_report, post_resident, set_hold_point
from portal.facts import answer, entrustment_facts, ground_of, judge_everywhere, present
from portal.facts.agreements import agreement_facts
from portal.facts.showing import judge_anew
from portal.founding import enrol, found_organisation
from portal.granting import grant_access
from portal.identity.sessions import hash_of
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
from portal.records.person import Invitation
from portal.records.product import Product
from portal.rooms.agreements.drafting import begin_draft
from portal.rooms.duties.keeping import begin as begin_duty
from portal.rooms.entrustments.proposing import propose
from portal.tenancy import acting_for
from workflows.engine import Side
from workflows.powers import Role

REPRESENTATIVE = Role.MANAGEMENT_REPRESENTATIVE
YEAR = timedelta(days=365)


@dataclass
class World:
    """Where everything is: ids by the names that tests and the command use."""

    org: dict[str, UUID] = field(default_factory=dict)
    person: dict[str, UUID] = field(default_factory=dict)
    named: dict[str, UUID] = field(default_factory=dict)
    batch: dict[str, UUID] = field(default_factory=dict)
    audit: dict[str, UUID] = field(default_factory=dict)

    def __getattr__(self, name: str) -> UUID:
        """``world.product`` for ``world.named["product"]``."""
        if name.startswith("_") or name not in self.__dict__.get("named", {}):
            raise AttributeError(name)
        return self.named[name]


@dataclass(frozen=True, slots=True)
class Venture:
    """One product that a registrant wants made by a manufacturer; ``serial`` ends the certificate's number."""

    registrant: str
    manufacturer: str
    product: str
    code: str
    serial: str


def build() -> World:
    """Tell the whole story in an empty, migrated database; returns where everything is."""
    world = World()
    for key, house in HOUSES.items():
        world.org[key] = found_organisation(
            name=house.name,
            uscc=house.uscc,
            province=house.province,
            domicile=house.domicile,
            registrant=house.registrant,
            manufacturer=house.manufacturer,
            authority=house.authority,
        )
        for role, (_, title) in house.roles.items():
            world.person[f"{key}/{role}"] = enrol(
                world.org[key],
                name=f"{house.short}{title}",
                title=title,
                email=house.email(role),
                roles=(role,),
                language="zh",
                password=PASSWORD,
            )
        if house.authority:
            _granted(world, key)
    plant = _plant(world, "hengrui", "常州武进工厂", "苏", "苏药监械生产许20240088号")
    other_plant = _plant(world, "anhe", "长沙岳麓工厂", "湘", "湘药监械生产许20230017号")
    world.named |= {"site": plant[0], "licence": plant[1], "inspection": plant[2], "credit_statement": plant[3]}

    plate = _entrusted(world, Venture("chengyue", "hengrui", "金属锁定接骨板", "13-01-01", "0417"), plant)
    world.named |= {
        "entrustment": plate["entrustment"],
        "product": plate["product"],
        "certificate": plate["certificate"],
        "credit_check": plate["credit_check"],
        "quality_agreement": plate["quality"],
        "entrustment_agreement": plate["entrusting"],
    }
    rival = _entrusted(world, Venture("lantai", "hengrui", "脊柱内固定棒", "13-03-01", "0522"), plant)
    world.named |= {"rival_entrustment": rival["entrustment"], "rival_product": rival["product"]}
    stranger = _entrusted(world, Venture("qihe", "anhe", "金属髓内钉", "13-01-04", "0633"), other_plant)
    world.named |= {"strange_entrustment": stranger["entrustment"], "strange_product": stranger["product"]}

    proposed = _proposed(world, Venture("chengyue", "hengrui", "金属空心螺钉", "13-01-02", "0418"))
    world.named |= {"proposed": proposed["entrustment"], "proposed_product": proposed["product"]}
    _answered(world, proposed["entrustment"], proposed["product"])
    eligible = _proposed(world, Venture("chengyue", "hengrui", "聚醚醚酮椎间融合器", "13-03-04", "0419"))
    _accepted(world, eligible["entrustment"], "hengrui", plant)
    _found_eligible(world, eligible["entrustment"], "chengyue")
    world.named |= {"eligible": eligible["entrustment"]}
    world.named["draft_agreement"] = _draft(world, eligible["entrustment"], "chengyue", "quality")

    for prefix, registrant, made in (
        ("", "chengyue", plate),
        ("rival_", "lantai", rival),
        ("strange_", "qihe", stranger),
    ):
        world.named[f"{prefix}posting"] = post_resident(world.org, made["entrustment"], registrant)
        world.named[f"{prefix}exception"] = ask_exception(
            world.org, made["entrustment"], registrant, first=today() + A_MONTH
        )
    world.named["invitation"] = _invited(world, "chengyue")
    world.named |= make_client(world.org, "hengrui")
    world.batch = make_batches(world.org, plate["entrustment"], plate["product"], "B2611")
    rival_batches = make_batches(world.org, rival["entrustment"], rival["product"], "R2611", registrant="lantai")
    world.named["rival_batch"] = rival_batches["production_released"]
    world.named["audit_report"] = make_report(world.org, "hengrui", plate["entrustment"])
    make_report(world.org, "anhe", stranger["entrustment"])
    world.audit = make_audits(world.org, plate["entrustment"])
    make_audits(world.org, rival["entrustment"], registrant="lantai")
    make_audits(world.org, stranger["entrustment"], registrant="qihe", manufacturer="anhe")
    draft_report(world.org, world.rival_posting, "lantai", rival_batches["opened"])
    set_hold_point(world.org, rival_batches["opened"], "lantai")
    return world


def _granted(world: World, key: str) -> None:
    """The inspector of each province looks under a case of the demonstration."""
    house = HOUSES[key]
    world.named[f"{key}_case"] = grant_access(
        world.org[key],
        house.email(Role.AUTHORITY_INSPECTOR),
        case_number=f"{house.province}演示〔{today().year}〕1号",
        purpose="委托生产日常监督检查（演示）",
        until=today() + YEAR,
    )


def judge_today() -> None:
    """Bring every verdict up to the day, as each house would by pressing a button in the morning."""
    for key, house in HOUSES.items():
        if not house.registrant:
            continue
        organisation_id = _organisation_id(key)
        with played_by(key, Role.REGISTRANT_QUALITY_MANAGER, {key: organisation_id}) as by:
            judge_everywhere(by=by, because="day.begun")


def _organisation_id(key: str) -> UUID:
    with acting_for(UUID(int=0)), reading():
        return session.scalars(select(Organisation.id).where(Organisation.uscc == HOUSES[key].uscc)).one()


def _plant(world: World, key: str, name: str, province: str, licence_number: str) -> tuple[UUID, ...]:
    address = f"{HOUSES[key].domicile}6号楼"
    with played_by(key, Role.MANUFACTURER_QUALITY_MANAGER, world.org) as by:
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


def _proposed(world: World, venture: Venture) -> dict[str, UUID]:
    """The registrant records its product and what belongs to it, and proposes."""
    registrant, partner = venture.registrant, HOUSES[venture.manufacturer]
    site = f"{partner.domicile}6号楼"
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        certificate = keep(
            RegistrationCertificate(
                number=f"国械注准2023313{venture.serial}",
                product_name=venture.product,
                registrant_name=HOUSES[registrant].name,
                device_class="III",
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
                device_class="III",
                is_implantable=True,
                contains_animal_origin_material=False,
                directly_from_animal_tissue=False,
                is_allogeneic=False,
                contains_allogeneic_material=False,
                vascular_site=None,
                udi_di="06900000001233",
                certificate_id=certificate.id,
            ),
            "product.recorded",
            by=by,
        )
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
    with played_by(registrant, REPRESENTATIVE, world.org) as by:
        parties = [session.get_one(Organisation, world.org[each]) for each in (registrant, venture.manufacturer)]
        entrustment = propose(parties[0], parties[1], by=by)
        for record in (certificate, product, check, functions):
            present(entrustment, session.merge(record, load=True), by=by)
    return {
        "entrustment": entrustment.id,
        "product": product.id,
        "certificate": certificate.id,
        "credit_check": check.id,
    }


def _answered(world: World, entrustment_id: UUID, product_id: UUID) -> None:
    """What only a person can say of the older catalogue, for whoever replays the verdict of a day before May 2022."""
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        entrustment = session.get_one(Entrustment, entrustment_id)
        answer(entrustment, product_id, "P14-04", False, "骨科内固定器械，不属于整形植入物。", by=by)


def _accepted(world: World, entrustment_id: UUID, manufacturer: str, plant: tuple[UUID, ...]) -> None:
    with played_by(manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, world.org) as by:
        entrustment = session.get_one(Entrustment, entrustment_id)
        for kind, record_id in zip((Site, ProductionLicence, Inspection, CreditStatement), plant, strict=True):
            present(entrustment, session.get_one(kind, record_id), by=by)


def _found_eligible(world: World, entrustment_id: UUID, registrant: str) -> None:
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        entrustment = session.get_one(Entrustment, entrustment_id)
        entrustment.residents_planned = 2
        ledger.write(entrustment, "entrustment.residents-planned", by=by)
        judge_anew(ground_of(entrustment), by=by, because="residents.planned")
        _move(entrustment, "find_eligible", by=by)


def _draft(world: World, entrustment_id: UUID, registrant: str, kind: DocumentKind) -> UUID:
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        ground = ground_of(session.get_one(Entrustment, entrustment_id))
        return begin_draft(ground, kind, None, by=by).id


def _invited(world: World, key: str) -> UUID:
    with played_by(key, Role.ORGANISATION_ADMINISTRATOR, world.org) as by:
        invitation = Invitation(
            name="新同事",
            title="质量工程师",
            email=f"new@{key}.example",
            roles=[Role.REGISTRANT_QUALITY_MANAGER],
            token_hash=hash_of(secrets.token_urlsafe(32)),
            invited_by_id=by.id,
            expires_at=now() + timedelta(days=7),
            accepted_at=None,
            withdrawn_at=None,
        )
        ledger.write(invitation, "invitation.sent", by=by)
        return invitation.id


def _entrusted(world: World, venture: Venture, plant: tuple[UUID, ...]) -> dict[str, UUID]:
    """An entrustment carried all the way: eligible, agreed, reported, active."""
    made = _proposed(world, venture)
    relation, registrant, manufacturer = made["entrustment"], venture.registrant, venture.manufacturer
    _accepted(world, relation, manufacturer, plant)
    _found_eligible(world, relation, registrant)
    made["quality"] = _signed(world, relation, registrant, manufacturer, "quality")
    made["entrusting"] = _signed(world, relation, registrant, manufacturer, "entrustment")
    with played_by(registrant, REPRESENTATIVE, world.org) as by:
        entrustment = session.get_one(Entrustment, relation)
        _move(entrustment, "agree", by=by)
        entrustment.registrant_reported_on, entrustment.registrant_report = today(), "委托生产报告（演示）"
        tell(entrustment, "entrustment.registrant-reported", actor=by)
    with played_by(manufacturer, REPRESENTATIVE, world.org) as by:
        entrustment = session.get_one(Entrustment, relation)
        entrustment.manufacturer_reported_on, entrustment.manufacturer_report = today(), "生产产品品种报告（演示）"
        tell(entrustment, "entrustment.manufacturer-reported", actor=by)
        _move(entrustment, "report", by=by)
    with played_by(registrant, REPRESENTATIVE, world.org) as by:
        _move(session.get_one(Entrustment, relation), "activate", by=by)
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        begin_duty(
            session.get_one(Entrustment, relation),
            duty_rule("complaint-acknowledged"),
            happening="医院反映一件产品外包装破损，已转受托生产企业调查（演示）",
            at=now() - timedelta(hours=1),
            until=None,
            side=Side.REGISTRANT,
            by=by,
        )
    return made


def _signed(world: World, relation: UUID, registrant: str, manufacturer: str, kind: DocumentKind) -> UUID:
    agreement_id = _draft(world, relation, registrant, kind)
    for house, role, name in (
        (registrant, Role.REGISTRANT_QUALITY_MANAGER, "offer"),
        (registrant, REPRESENTATIVE, "registrant_signs"),
        (manufacturer, REPRESENTATIVE, "manufacturer_countersigns"),
    ):
        with played_by(house, role, world.org) as by:
            agreement = session.get_one(Agreement, agreement_id)
            move(agreement, name, by=by, facts=agreement_facts([agreement])[agreement.id])
    return agreement_id


def _move(entrustment: Entrustment, name: str, *, by: Any) -> None:
    move(entrustment, name, by=by, facts=entrustment_facts([entrustment])[entrustment.id])
