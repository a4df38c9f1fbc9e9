"""From titanium bar to the hospital and back: each thing that happened at the plant, from the file that tells of it."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from portal import ledger
from portal.db import session, today
from portal.demo.defining import define_product
from portal.demo.hands import played_by
from portal.demo.identifying import enter_identifiers
from portal.demo.making import file_papers, go, review_all
from portal.demo.plant.laying_down import (
    KIT,
    OF_KITS,
    OF_SCREWS,
    SCREW,
    approve_what_comes,
    equip_further,
    take_in_lots,
)
from portal.demo.plant.sending import Gateway, capture, open_gateway, send_file, stream
from portal.demo.relations import entrust
from portal.demo.residing import post_resident
from portal.demo.story import World
from portal.demo.supplying import DRIVER, TITANIUM, TYVEK
from portal.demo.transferring import transfer_design
from portal.facts import ground_of
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.rooms.batches.opening import Opening, open_batch
from workflows.powers import Role

PLANT, REGISTRANT = SCREW.manufacturer, SCREW.registrant
# Put in, passed, scrapped, and how many steps the routing has.
SCREWS, OTHER_SCREWS, KITS = "L2611-01", "L2611-02", "K2611-01"
FIGURES = {SCREWS: (60, 59, 1, 6), OTHER_SCREWS: (24, 24, 0, 6), KITS: (10, 10, 0, 3)}
MENDED = "mended.csv"
# In the order in which they came, and what a file of the clerk is called; the others come by machine.
SHOP_FLOOR = {
    "steps.csv": "工序流转卡.xlsx",
    "bath.ndjson": "",
    "marking.jsonld": "",
    "final-inspection.csv": "成品检验.csv",
    "rework.jsonld": "",
    "second-inspection.csv": "返工复检.csv",
    MENDED: "领料更正.csv",
    "kits.jsonld": "",
    "sealing.csv": "封口流转卡.xlsx",
    "steriliser.jsonld": "",
}
ON_THE_WAY = {"packing.jsonld": "", "logistics.xml": "", "returns.csv": "退货登记.csv"}
WRONG_SHELF = "投料时扫错料架标签：车间实际领用ML-2611-012，领料单LL-1106-03可证（演示）。"


def work(world: World) -> World:
    """Tell it in a demonstration world that was just built."""
    made = _entrusted(world)
    relation = world.named["screws"] = made["entrustment"]
    gateway = open_gateway(world.org, PLANT, relation)
    for number, product in ((SCREWS, made["product"]), (OTHER_SCREWS, made["product"]), (KITS, made[KIT.serial])):
        world.batch[number] = _opened(world.org, relation, product, number)

    take_in(world.org, gateway, SHOP_FLOOR)
    for number in FIGURES:
        _released(world.org, world.batch[number])
    take_in(world.org, gateway, ON_THE_WAY)
    return world


def take_in(org: dict[str, UUID], gateway: Gateway, files: Mapping[str, str]) -> None:
    """Each file by the way that its kind comes in."""
    for name, called in files.items():
        if called:
            send_file(org, gateway, name, called, WRONG_SHELF if name == MENDED else "")
        elif name.endswith(".ndjson"):
            stream(gateway, name)
        else:
            capture(gateway, name)


def _entrusted(world: World) -> dict[str, UUID]:
    """A relation of its own, with two products that are transferred, defined and identified."""
    org, plant = world.org, tuple(world.named[each] for each in ("site", "licence", "inspection", "credit_statement"))
    equip_further(org, {each: world.named[each] for each in ("hall", "clean_room")})
    take_in_lots(org, world.named)
    made = entrust(org, SCREW, plant, KIT)
    relation = made["entrustment"]
    products = ((SCREW, made["product"], OF_SCREWS, (TITANIUM,)), (KIT, made[KIT.serial], OF_KITS, (DRIVER, TYVEK)))
    for venture, product, recipe, keys in products:
        transfer_design(org, relation, product, venture)
        definition = define_product(org, relation, product, venture, recipe)
        approve_what_comes(org, definition, keys, venture)
        enter_identifiers(org, relation, product, venture)
    post_resident(org, relation, REGISTRANT)
    return made


def _opened(org: dict[str, UUID], relation: UUID, product: UUID, number: str) -> UUID:
    planned, _, _, steps = FIGURES[number]
    with played_by(PLANT, Role.PLANT_CLERK, org) as by:
        given = Opening(
            number=number,
            product_id=product,
            started_on=today(),
            expires_on=today() + timedelta(days=5 * 365),
            steps_planned=steps,
            planned=planned,
            udi_di=None,
        )
        return open_batch(ground_of(session.get_one(Entrustment, relation)), given, actor=by).id


def _released(org: dict[str, UUID], batch_id: UUID) -> None:
    """Counted, its papers filed, and released by both sides."""
    with played_by(PLANT, Role.PLANT_CLERK, org) as by:
        batch = session.get_one(Batch, batch_id)
        batch.put_in, batch.passed, batch.scrapped, batch.steps_done = FIGURES[batch.number]
        batch.finished_on, batch.sampled = today(), 0
        batch.label_version, batch.instructions_version = "5", "3"
        ledger.write(batch, "batch.amended", by=by)
        file_papers(batch, by=by)
    go(org, PLANT, Role.PLANT_CLERK, batch_id, "complete")
    go(org, PLANT, Role.MANUFACTURER_RELEASE_PERSON, batch_id, "release_production")
    review_all(org, REGISTRANT, batch_id)
    go(org, REGISTRANT, Role.REGISTRANT_RELEASE_PERSON, batch_id, "release_marketing")
