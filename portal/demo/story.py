"""What has happened in the demonstration world before the visitor arrives."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from agreements.duty_rules import duty_rule
from portal import ledger
from portal.db import now, reading, session, today
from portal.demo.auditing import make_audits, make_internal_audit, make_report
from portal.demo.cast import HOUSES, PASSWORD
from portal.demo.defining import define_product, draft_next
from portal.demo.ending import make_ending
from portal.demo.equipping import equip_plants
from portal.demo.hands import played_by
from portal.demo.identifying import enter_identifiers
from portal.demo.intaking import send_readings, send_steps
from portal.demo.labelling import print_labels
from portal.demo.machines import make_client
from portal.demo.making import make_batches
from portal.demo.meeting import make_meeting
from portal.demo.posts import make_key_people
from portal.demo.producing import share_titanium
from portal.demo.receiving import receive_lots
from portal.demo.relations import (
    YEAR,
    Venture,
    draft_agreement,
    entrust,
    find_eligible,
    found_plant,
    put_forward,
    take_up,
)
from portal.demo.residing import A_MONTH, ask_exception, draft_report, post_resident, set_hold_point
from portal.demo.restarting import make_restart
from portal.demo.reviewing import make_review
from portal.demo.stopping import find_defect, settle_defect
from portal.demo.supplying import approve_sources, supply
from portal.demo.transferring import begin_transfer, transfer_design
from portal.facts import answer, judge_everywhere
from portal.founding import enrol, found_organisation
from portal.granting import grant_access
from portal.identity.sessions import hash_of
from portal.records.entrustment import Entrustment
from portal.records.organisation import Organisation
from portal.records.person import Invitation
from portal.rooms.duties.keeping import begin as begin_duty
from portal.tenancy import acting_for
from workflows.engine import Side
from workflows.powers import Role


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


def build() -> World:
    """Tell the whole story in an empty, migrated database; returns where everything is."""
    world = found_houses()
    plant = found_plant(world.org, "hengrui", "常州武进工厂", "苏", "苏药监械生产许20240088号")
    other_plant = found_plant(world.org, "anhe", "长沙岳麓工厂", "湘", "湘药监械生产许20230017号")
    world.named |= {
        "site": plant[0],
        "licence": plant[1],
        "inspection": plant[2],
        "credit_statement": plant[3],
    } | equip_plants(world.org)

    _stock_plants(world)
    plate = complained_of(world.org, Venture("chengyue", "hengrui", "金属锁定接骨板", "13-01-01", "0417"), plant)
    world.named |= {
        "entrustment": plate["entrustment"],
        "product": plate["product"],
        "certificate": plate["certificate"],
        "credit_check": plate["credit_check"],
        "transfer": plate["transfer"],
        "definition": plate["definition"],
        "approved_source": plate["tyvek"],
        "trade_item": plate["trade_item"],
        "quality_agreement": plate["quality"],
        "entrustment_agreement": plate["entrusting"],
    }
    rival = complained_of(world.org, Venture("lantai", "hengrui", "脊柱内固定棒", "13-03-01", "0522"), plant)
    world.named |= {"rival_entrustment": rival["entrustment"], "rival_product": rival["product"]}
    stranger = complained_of(world.org, Venture("qihe", "anhe", "金属髓内钉", "13-01-04", "0633"), other_plant)
    world.named |= {"strange_entrustment": stranger["entrustment"], "strange_product": stranger["product"]}

    _begin_relations(world, plant)
    producing = (("", "chengyue", plate), ("rival_", "lantai", rival), ("strange_", "qihe", stranger))
    for prefix, registrant, made in producing:
        world.named[f"{prefix}posting"] = post_resident(world.org, made["entrustment"], registrant)
        world.named[f"{prefix}exception"] = ask_exception(
            world.org, made["entrustment"], registrant, first=today() + A_MONTH
        )
    world.named["invitation"] = _invited(world, "chengyue")
    world.named |= make_client(world.org, "hengrui")
    world.batch = make_batches(world.org, plate["entrustment"], plate["product"], "B2611")
    world.named["drafted_definition"] = draft_next(world.org, plate["entrustment"], plate["product"])
    rival_batches = make_batches(world.org, rival["entrustment"], rival["product"], "R2611", registrant="lantai")
    world.named["rival_batch"] = rival_batches["production_released"]
    share_titanium(world.org, "hengrui", (world.batch, rival_batches))
    _audited(world, plate["entrustment"], rival["entrustment"], stranger["entrustment"])
    for prefix, registrant, made in producing:
        world.named[f"{prefix}review"] = make_review(world.org, made["entrustment"], registrant)
    for prefix, registrant, made in producing:
        plant_of = "anhe" if prefix == "strange_" else "hengrui"
        world.named[f"{prefix}meeting"] = make_meeting(world.org, made["entrustment"], registrant, plant_of)
    for prefix, registrant, made in producing[1:]:
        world.named[f"{prefix}ending"] = make_ending(world.org, made["entrustment"], registrant)
    world.named["strange_restart"] = make_restart(world.org, stranger["entrustment"], "anhe")
    draft_report(world.org, world.rival_posting, "lantai", rival_batches["opened"])
    set_hold_point(world.org, rival_batches["opened"], "lantai")
    world.named |= {
        "label_run": print_labels(world.org, world.batch["opened"], "hengrui"),
        "rival_label_run": print_labels(world.org, rival_batches["opened"], "hengrui"),
        "intake": send_steps(world.org, world.batch["opened"], "hengrui", "恒锐"),
        "intake_of_readings": send_readings(world.org, world.batch["opened"], "hengrui"),
    }
    settle_defect(world.org, find_defect(world.org, rival_batches["marketing_released"]), "lantai")
    return world


def _begin_relations(world: World, plant: tuple[UUID, ...]) -> None:
    """One relation that is proposed, and one whose products may be entrusted."""
    proposed = put_forward(world.org, Venture("chengyue", "hengrui", "金属空心螺钉", "13-01-02", "0418"))
    world.named |= {"proposed": proposed["entrustment"], "proposed_product": proposed["product"]}
    _answered(world, proposed["entrustment"], proposed["product"])
    eligible = put_forward(world.org, Venture("chengyue", "hengrui", "聚醚醚酮椎间融合器", "13-03-04", "0419"))
    take_up(world.org, eligible["entrustment"], "hengrui", plant)
    find_eligible(world.org, eligible["entrustment"], "chengyue")
    world.named |= {"eligible": eligible["entrustment"]}
    world.named["transfer_underway"] = begin_transfer(world.org, eligible["entrustment"], eligible["product"])
    world.named["draft_agreement"] = draft_agreement(world.org, eligible["entrustment"], "chengyue", "quality")


def _audited(world: World, plate: UUID, rival: UUID, stranger: UUID) -> None:
    """The audits of the three entrustments, and what the plants showed of audits by others and by themselves."""
    world.named["audit_report"] = make_report(world.org, "hengrui", plate)
    make_report(world.org, "anhe", stranger)
    world.named["internal_audit"] = make_internal_audit(world.org, "hengrui", plate)
    make_internal_audit(world.org, "anhe", stranger)
    world.audit = make_audits(world.org, plate)
    make_audits(world.org, rival, registrant="lantai")
    make_audits(world.org, stranger, registrant="qihe", manufacturer="anhe")


def found_houses() -> World:
    """Every house with somebody in each role, and a case for each authority's inspector."""
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
        else:
            posts = make_key_people(world.org, key)
            world.named |= {f"{key}_{name}": made for name, made in posts.items()}
    return world


def _stock_plants(world: World) -> None:
    """Suppliers, materials and lots of both plants, and the labels that a registrant supplies itself."""
    for house, prefix in (("hengrui", ""), ("anhe", "strange_"), ("chengyue", "chengyue_")):
        known = supply(world.org, house)
        known |= receive_lots(world.org, house, known)
        world.named |= {f"{prefix}{name}": made for name, made in known.items()}
    world.named |= {"supplier": world.titanium_supplier, "material": world.titanium_material}
    world.named["material_lot"] = world.lot_in_quarantine


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
        organisation_id = organisation_of(key)
        with played_by(key, Role.REGISTRANT_QUALITY_MANAGER, {key: organisation_id}) as by:
            judge_everywhere(by=by, because="day.begun")


def organisation_of(key: str) -> UUID:
    with acting_for(UUID(int=0)), reading():
        return session.scalars(select(Organisation.id).where(Organisation.uscc == HOUSES[key].uscc)).one()


def _answered(world: World, entrustment_id: UUID, product_id: UUID) -> None:
    """What only a person can say of the older catalogue, for whoever replays the verdict of a day before May 2022."""
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        entrustment = session.get_one(Entrustment, entrustment_id)
        answer(entrustment, product_id, "P14-04", False, "骨科内固定器械，不属于整形植入物。", by=by)


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


def complained_of(org: dict[str, UUID], venture: Venture, plant: tuple[UUID, ...]) -> dict[str, UUID]:
    """An active entrustment whose design is transferred and defined; a complaint has just been passed on."""
    made = entrust(org, venture, plant)
    with played_by(venture.registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        begin_duty(
            session.get_one(Entrustment, made["entrustment"]),
            duty_rule("complaint-acknowledged"),
            happening="医院反映一件产品外包装破损，已转受托生产企业调查（演示）",
            at=now(),
            until=None,
            side=Side.REGISTRANT,
            by=by,
        )
    made["transfer"] = transfer_design(org, made["entrustment"], made["product"], venture)
    made["definition"] = define_product(org, made["entrustment"], made["product"], venture)
    made |= approve_sources(org, made["definition"], venture.registrant, venture.manufacturer)
    made["trade_item"] = enter_identifiers(org, made["entrustment"], made["product"], venture)
    return made
