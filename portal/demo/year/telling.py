"""Telling the year: the relations as it begins, then each thing at its moment."""

from portal.demo.clock import at
from portal.demo.defining import define_product
from portal.demo.relations import Venture, entrust, found_plant
from portal.demo.story import World, found_houses
from portal.demo.transferring import transfer_design
from portal.demo.year import chronicle, deeds, meetings, rhythm

BEGINS, ENDS = "2025-11-03T09:00", "2026-11-10T18:00"
PLATE = Venture("chengyue", "hengrui", "金属锁定接骨板", "13-01-01", "0417")
NEEDLE = Venture("lantai", "hengrui", "骨科用导针", "04-05", "0522", implantable=False)


def live() -> World:
    """Tell the whole year in an empty, migrated database; returns where everything is."""
    with at(BEGINS):
        world = found_houses()
        plant = found_plant(world.org, "hengrui", "常州武进工厂", "苏", "苏药监械生产许20240088号")
        for venture in (PLATE, NEEDLE):
            made = entrust(world.org, venture, plant)
            transfer_design(world.org, made["entrustment"], made["product"], venture)
            define_product(world.org, made["entrustment"], made["product"], venture)
            world.named[f"{venture.registrant}_entrustment"] = made["entrustment"]
            world.named[f"{venture.registrant}_product"] = made["product"]
    lived = [*chronicle.told(world), *deeds.done(world), *rhythm.kept(world), *meetings.held(world)]
    for moment, deed in sorted(lived, key=lambda each: each[0]):
        with at(moment):
            deed()
    return world
