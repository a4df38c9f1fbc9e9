"""The plant that is told from files: each seed of its story is found from each other one, and no sibling is accused."""

from datetime import datetime, time, timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select, text

from portal.db import CHINA, session, today
from portal.demo.plant import files
from portal.demo.plant.sending import open_gateway
from portal.demo.plant.story import ON_THE_WAY, SHOP_FLOOR, take_in
from portal.lineage.batchwise import deeds_of, gathered
from portal.lineage.events import deeds_about
from portal.lineage.overview import overview, what_it_has
from portal.lineage.receiving import supplier_lot_code
from portal.lineage.tracing import Way, activities, graph, passed
from portal.records.lineage import Activity, Containment, Link, Node, Reading, Recording
from portal.verifying import verify
from tests.stage import as_the_verifier
from workflows.lineage import Deed, Thing

pytestmark = pytest.mark.xdist_group("bone screws")  # they are made once
HEAT, OTHER_HEAT = (supplier_lot_code("SP-001", each) for each in ("炉号 T26-1033", "炉号 T26-1040"))
SCREW, KIT, CARTON = "L2611010009", "K261101003", "169000000261100017"
DISTRIBUTOR, HOSPITAL, OTHER_HOSPITAL = "示例医疗供应链（南京）有限公司", "江苏示例骨科医院", "浙江示例骨科医院"


def thing(kind, code):
    return session.scalars(select(Node.id).where(Node.kind == kind, Node.code == code)).one()


def deed(kind, *more):
    return session.scalars(select(Activity.id).where(Activity.kind == kind, *more).order_by(Activity.began_at)).first()


def seeds(world):
    """What the story is told by, and where each stands in the graph."""
    screw = thing(Thing.UNIT, SCREW)
    began = datetime.combine(today() - timedelta(days=16), time(8), CHINA)
    turned = passed(began, began + timedelta(hours=2), equipment_id=world.lathe)
    inspected = select(Link.source).where(Link.target == screw)
    return {
        "heat": thing(Thing.SUPPLIER_LOT, HEAT),
        "bar": thing(Thing.LOT, "ML-2611-011"),
        "turning": turned[0],
        "bath": session.scalars(select(Reading.activity).where(Reading.micro == 54_300_000)).one(),
        "result": deed(Deed.INSPECT, Activity.id.in_(inspected)),
        "screw": screw,
        "kit": thing(Thing.UNIT, KIT),
        "load": deed(Deed.STERILISE),
        "carton": thing(Thing.PACKAGE, CARTON),
        "shipment": deed(Deed.SHIP),
        "distributor": thing(Thing.PARTY, DISTRIBUTOR),
        "hospital": thing(Thing.PARTY, HOSPITAL),
    }


def traced(number):
    """Everything that following this in either direction leads to: things, deeds, packages and holders."""
    start = session.get_one(Node, number)
    first = _all_it_has(start)
    found = {number, *deeds_about(start)}
    for way in Way:
        found |= graph(first, way).nodes.keys()
    found |= {each.party for each in activities(found).values() if each.party is not None}
    found |= set(session.scalars(select(Containment.parent).where(Containment.activity.in_(found))))
    return found


def _all_it_has(start):
    first = what_it_has(start)
    return first if isinstance(first, list) else session.scalars(first).all()


def units_of(number):
    down = graph(_all_it_has(session.get_one(Node, number)), Way.FORWARD).nodes.values()
    return {each.code for each in down if each.kind == Thing.UNIT}


def test_each_seed_of_the_story_is_found_from_each_other_one(bone_screws, as_):
    """Directly, or where both only met in the kit, from the kit that the one leads to."""
    with as_("hengrui"):
        planted = seeds(bone_screws)
        led_to = {name: traced(number) for name, number in planted.items()}
        missed = [
            (one, other)
            for one, other in permutations(planted, 2)
            if planted[other] not in led_to[one]
            and not (planted["kit"] in led_to[one] and planted[other] in led_to["kit"])
        ]
        assert missed == []
        below = {"screw", "kit", "carton", "shipment", "distributor", "hospital"}
        for source in ("heat", "bar", "turning", "bath"):
            assert {name for name in below if planted[name] in led_to[source]} == below, source
        for end in ("kit", "carton", "shipment", "distributor", "hospital"):
            assert {name for name in planted if planted[name] in led_to[end]} >= planted.keys() - {"carton"}, end


def test_siblings_that_never_used_the_heat_are_not_accused(bone_screws, as_):
    """The lot of the other batch was told wrongly first; with the links that the correction struck it is accused."""
    with as_("hengrui"):
        ours = units_of(thing(Thing.SUPPLIER_LOT, HEAT))
        theirs = units_of(thing(Thing.SUPPLIER_LOT, OTHER_HEAT))
        assert len(ours) == 60 + 10
        assert {each[:7] for each in ours} == {"L261101", "K261101"}
        assert theirs == {f"L261102{number:04d}" for number in range(1, 25)}
        held = {each.code for each in overview(session.get_one(Node, thing(Thing.SUPPLIER_LOT, HEAT))).holders if each}
        assert HOSPITAL in held
        assert OTHER_HOSPITAL not in held
        heedless = text(
            "WITH RECURSIVE down(node) AS (SELECT id FROM node WHERE id = :heat UNION"
            " SELECT link.target FROM link JOIN down ON link.source = down.node)"
            " SELECT count(*) FROM node JOIN down ON node.id = down.node WHERE kind = 5 AND code LIKE 'L261102%'"
        )
        assert session.connection().execute(heedless, {"heat": thing(Thing.SUPPLIER_LOT, HEAT)}).scalar() == 24


def test_the_registrant_finds_the_same_and_a_rival_finds_nothing(bone_screws, as_):
    with as_("chengyue"):
        assert len(units_of(thing(Thing.SUPPLIER_LOT, HEAT))) == 70
    with as_("lantai"):
        assert session.scalars(select(Node.id).where(Node.code.in_([HEAT, KIT, CARTON]))).all() == []


def test_rework_reject_return_and_correction_stand_in_the_record(bone_screws, as_):
    with as_("chengyue"):
        kinds = dict(session.execute(select(Activity.kind, func.count()).group_by(Activity.kind)).all())
        for each in (Deed.SPLIT, Deed.REWORK, Deed.REJECT, Deed.RETURN, Deed.UNPACK, Deed.STERILISE):
            assert kinds.get(each.value), each
        wrong = session.scalars(select(Activity).where(Activity.corrects.is_not(None))).one()
        assert "LL-1106-03" in wrong.reason
        rejected = thing(Thing.UNIT, "L2611010017")
        assert {each.kind for each in graph([rejected], Way.FORWARD).nodes.values()} == {Thing.UNIT}
        returned = [each for each in traced(thing(Thing.UNIT, "K261101007")) if each == deed(Deed.RETURN)]
        assert len(returned) == 1


def test_pages_say_in_short_what_is_long(bone_screws, as_):
    """Kits are drawn as made of the screws, under their batch; sixty inspections in a row are one line."""
    with as_("chengyue"):
        found = overview(session.get_one(Node, thing(Thing.SUPPLIER_LOT, HEAT)))
        screws, kits = sorted(found.pieces, key=lambda each: each.count, reverse=True)
        assert (screws.named, screws.count, kits.named, kits.count) == ("L2611-01", 60, "K2611-01", 10)
        assert kits.put_together == {screws.batch}
        done = deeds_of(bone_screws.batch["L2611-01"])
        rows = gathered(done)
        assert sum(each.times for each in rows) == len(done) > 60
        assert len(rows) < 25
        assert sum(sum(each.readings.values()) for each in rows) == sum(sum(each.readings.values()) for each in done)


def test_each_value_says_where_it_came_from(bone_screws, as_):
    with as_("hengrui"):
        told = {
            "first piece": select(Reading.came_from).where(Reading.name == "首件螺纹外径").order_by(Reading.activity),
            "bath": select(Reading.came_from).where(Reading.micro == 54_300_000),
            "load": select(Reading.came_from).where(Reading.name == "暴露时间"),
            "screw": select(Reading.came_from).where(Reading.micro == 3_541_000),
        }
        assert {name: session.scalars(wanted).first() for name, wanted in told.items()} == {
            "first piece": "流转卡!K3",
            "bath": "7",
            "load": "event 1 sensorElementList[1].sensorReport[7]",
            "screw": "E18",
        }
        refs = session.execute(select(Recording.origin, Recording.origin_ref)).all()
        assert all(ref for origin, ref in refs if origin in ("file", "request")), refs


def test_the_same_files_three_times_are_one_state(stage, bone_screws, as_, monkeypatch):
    """Once as they are and once as other files with the same rows, which no hash of a file knows again."""
    before = state(as_)
    gateway = open_gateway(bone_screws.org, "hengrui", bone_screws.screws)
    plain = files.text_of
    for tail in ("", "\n"):
        monkeypatch.setattr(files, "text_of", lambda name, tail=tail: plain(name) + tail)
        with stage.app.app_context():
            take_in(bone_screws.org, gateway, SHOP_FLOOR | ON_THE_WAY)
        assert state(as_) == before
    with as_the_verifier() as connection:
        assert list(verify(connection)) == []


def state(as_):
    """How many facts of making there are, and which of them stand."""
    with as_("hengrui"):
        counted = {kind: session.scalar(select(func.count()).select_from(kind)) for kind in (Node, Activity, Reading)}
        standing = set(session.execute(select(Link.source, Link.target).where(Link.struck_by.is_(None))).all())
        lying = set(session.execute(select(Containment.child, Containment.parent, Containment.ended_by)).all())
        return counted, standing, lying
