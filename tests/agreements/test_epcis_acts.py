"""What an event says of making, and an act told as an event: the one read from the other says the same."""

from datetime import UTC, datetime, timedelta

import pytest

from agreements.epcis import Faulty, body_of, event_id, event_of
from agreements.epcis.acts import act_of, correcting
from agreements.epcis.documents import read_document
from agreements.epcis.telling import Declared, body_of_act
from agreements.epcis.writing import document_of
from tests.agreements.test_epcis_reading import GTIN
from workflows.acts import Act, Item, Quantity, Value
from workflows.lineage import Deed, Thing

HERE = "https://portal.example"
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
BAR, BLANK, PART = Item(Thing.LOT, "TC4/2609 0117"), Item(Thing.LOT, "BL-1"), Item(Thing.PART, "B1-A", "", "B1")
SUPPLIED = Item(Thing.SUPPLIER_LOT, "HEAT-7")
ONE, TWO = (Item(Thing.UNIT, each, GTIN, "B1") for each in ("1001", "10/02 é"))
BOX, PALLET = Item(Thing.PACKAGE, "040123450000003338"), Item(Thing.PACKAGE, "X-17")
HOSPITAL, BUYER = Item(Thing.PARTY, "市第一医院"), Item(Thing.PARTY, "6901234567892")
HOT = Value("p", "保温温度", "134.5", "°C", AT, None, "AUTOCLAVE-2")
ACTS = [
    Act(Deed.RECEIVE, "", AT, makes=(BAR,), uses=(SUPPLIED,), quantities={BAR: Quantity("120.5", "kg")}),
    Act(Deed.RECEIVE, "", AT, makes=(BAR,), quantities={BAR: Quantity("120", "kg")}),
    Act(
        Deed.STEP,
        "",
        AT,
        AT + timedelta(hours=1),
        step="下料",
        equipment="SAW-1",
        area="A-3",
        uses=(BAR,),
        makes=(BLANK,),
    ),
    Act(Deed.STEP, "", AT, batch="B1", step="turning", operation="machining", uses=(BLANK,)),
    Act(Deed.STEP, "", AT, batch="B1", step="cleaning", operation="cleaning", values=(HOT,)),
    Act(Deed.SPLIT, "", AT, uses=(BLANK,), makes=(Item(Thing.LOT, "BL-1a"), Item(Thing.LOT, "BL-1b"))),
    Act(Deed.MERGE, "", AT, uses=(BLANK, BAR), makes=(Item(Thing.LOT, "BL-2"),)),
    Act(Deed.COMMISSION, "", AT, batch="B1", makes=(ONE, TWO)),
    Act(Deed.COMMISSION, "", AT, batch="B1", uses=(PART,), makes=(ONE, TWO)),
    Act(Deed.REWORK, "", AT, batch="B1", uses=(BLANK,), makes=(ONE,)),
    Act(Deed.INSPECT, "", AT, batch="B1", touches=(ONE,), values=(Value("p", "外观", "合格", "", AT, ONE),)),
    Act(Deed.STERILISE, "", AT, batch="B1", operation="sterilisation", values=(HOT,)),
    Act(Deed.MONITOR, "", AT, batch="B1", area="A-3", values=(Value("p", "尘埃粒子", "35", "粒/m3", AT),)),
    Act(Deed.REJECT, "", AT, batch="B1", touches=(ONE,)),
    Act(Deed.SCRAP, "", AT, batch="B1", touches=(ONE,)),
    Act(Deed.PACK, "", AT, package=BOX, moves=(ONE, TWO)),
    Act(Deed.PACK, "", AT, package=PALLET, moves=(BOX, BAR)),
    Act(Deed.UNPACK, "", AT, package=PALLET, moves=(BOX,)),
    Act(Deed.SHIP, "", AT, moves=(BOX, BAR), party=HOSPITAL),
    Act(Deed.ARRIVE, "", AT, moves=(BOX,), party=BUYER),
    Act(Deed.RETURN, "", AT, moves=(BOX,), party=HOSPITAL),
]


def sent(*bodies):
    """As another system would get and send it."""
    return "".join(document_of(map(body_of, bodies), AT)).encode()


def read(*bodies, products=(GTIN,)):
    events = [event_of(each, n) for n, each in enumerate(read_document(sent(*bodies), "application/json").bodies, 1)]
    return events, [act_of(each, products) for each in events]


def said(act):
    """An act without the place where it stood; what is of a batch already needs no batch of its own."""

    def thing(item):
        return None if item is None else (item.kind, item.code, item.di)

    return (
        *(act.kind, act.began_at, act.ended_at, act.batch, act.step, act.operation, act.equipment, act.area),
        *(sorted(map(thing, each)) for each in (act.uses, act.makes, act.touches, act.moves)),
        *(thing(act.package), thing(act.party), {thing(one): much for one, much in act.quantities.items()}),
        [(each.name, each.value, each.unit, each.at, thing(each.subject), each.instrument) for each in act.values],
    )


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.kind.name)
def test_an_act_told_as_an_event_is_read_as_the_same_act(act):
    body = body_of_act(act, HERE)
    ((event,), (back,)) = read(body)

    assert said(back.act) == said(act)
    assert not back.warnings
    assert event.id == event_id(event.body) == back.act.ref
    assert back.act.place == "event 1"


@pytest.mark.parametrize(
    ("act", "kind", "step", "where"),
    [
        (ACTS[2], "TransformationEvent", "other", "inputQuantityList"),
        (ACTS[7], "ObjectEvent", "commissioning", "epcList"),
        (ACTS[15], "AggregationEvent", "packing", "childEPCs"),
        (ACTS[18], "ObjectEvent", "shipping", "destinationList"),
        (ACTS[20], "ObjectEvent", "receiving", "sourceList"),
    ],
)
def test_a_deed_is_the_event_that_the_standard_has_for_it(act, kind, step, where):
    body = body_of_act(act, HERE)

    assert (body["type"], body["bizStep"]) == (kind, step)
    assert where in body


def test_things_are_named_by_their_gs1_keys_and_the_rest_by_addresses_of_our_own():
    body = body_of_act(ACTS[7], HERE)
    shipped = body_of_act(ACTS[18], HERE)

    assert body["epcList"][0] == f"https://id.gs1.org/01/{GTIN}/21/1001"
    assert shipped["epcList"] == ["https://id.gs1.org/00/040123450000003338"]
    assert shipped["quantityList"] == [{"epcClass": f"{HERE}/epcis/class/lot/TC4%2F2609%200117"}]
    assert shipped["destinationList"][0]["destination"].startswith(f"{HERE}/epcis/loc/party/")
    assert body_of_act(ACTS[19], HERE)["destinationList"][0]["destination"] == "https://id.gs1.org/417/6901234567892"


def foreign(**more):
    base = {"type": "ObjectEvent", "eventTime": "2026-11-20T10:00:00+08:00", "eventTimeZoneOffset": "+08:00"}
    return base | more


@pytest.mark.parametrize(
    ("body", "kind", "check"),
    [
        (
            foreign(
                action="ADD",
                bizStep="commissioning",
                epcList=[f"https://id.gs1.org/01/{GTIN}/21/1"],
                ilmd={"{urn:epcglobal:cbv:mda:}lotNumber": "B1"},
            ),
            Deed.COMMISSION,
            lambda act: (act.batch, act.makes) == ("B1", (Item(Thing.UNIT, "1", GTIN, "B1"),)),
        ),
        (
            foreign(
                type="TransformationEvent",
                inputQuantityList=[
                    {"epcClass": "urn:epc:class:lgtin:4012345.011111.HEAT", "quantity": "1.5", "uom": "KGM"}
                ],
                outputQuantityList=[{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/B1", "quantity": 40}],
            ),
            Deed.STEP,
            lambda act: (
                (act.batch, act.makes, act.quantities) == ("B1", (), {Item(Thing.LOT, "HEAT"): Quantity("1.5", "kg")})
            ),
        ),
        (
            foreign(
                action="OBSERVE",
                bizStep="receiving",
                disposition="returned",
                epcList=["urn:epc:id:sscc:4012345.0000000333"],
                sourceList=[{"type": "possessing_party", "source": "urn:epc:id:pgln:4012345.00225"}],
            ),
            Deed.RETURN,
            lambda act: (act.party, act.moves) == (Item(Thing.PARTY, "4012345002256"), (BOX,)),
        ),
        (
            foreign(
                action="OBSERVE",
                bizStep="inspecting",
                epcList=[f"https://id.gs1.org/01/{GTIN}/21/1"],
                sensorElementList=[{"sensorReport": [{"type": "Length", "value": "3.50", "uom": "MMT"}]}],
            ),
            Deed.INSPECT,
            lambda act: [(each.name, each.value, each.unit) for each in act.values] == [("Length", "3.50", "mm")],
        ),
    ],
)
def test_an_event_of_another_system_is_understood_by_its_type_action_and_step(body, kind, check):
    act = act_of(event_of(body), {GTIN}).act

    assert act.kind is kind
    assert check(act), act


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (foreign(action="OBSERVE", bizStep="storing", epcList=[f"https://id.gs1.org/01/{GTIN}/21/1"]), "storing"),
        (
            foreign(type="TransactionEvent", action="ADD", epcList=["urn:epc:id:sscc:4012345.0000000333"]),
            "TransactionEvent",
        ),
        (foreign(action="OBSERVE", bizStep="shipping", epcList=["urn:epc:id:sscc:4012345.0000000333"]), "to whom"),
        (foreign(action="ADD", epcList=["https://steel.example/coil/7"]), "GTIN and serial"),
    ],
)
def test_an_event_that_tells_of_nothing_kept_here_is_refused_with_the_reason(body, word):
    with pytest.raises(Faulty, match=word):
        act_of(event_of(body))


def test_what_is_not_kept_of_an_event_is_said():
    body = foreign(
        action="ADD",
        epcList=[f"https://id.gs1.org/01/{GTIN}/21/1"],
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:epc:id:gdti:4012345.11111.123"}],
    ) | {"{https://maker.example/}colour": "blue"}

    (warning,) = act_of(event_of(body, 4)).warnings
    assert str(warning) == "event 4: not kept are bizTransactionList, {https://maker.example/}colour."


def test_an_event_that_is_declared_wrong_is_replaced_by_its_corrective_event():
    wrong = body_of_act(ACTS[3], HERE)
    right = body_of_act(Act(Deed.STEP, "", AT, batch="B1", step="turning", uses=(BAR,)), HERE)
    declared = body_of_act(ACTS[3], HERE, declared=Declared(AT, "incorrect_data", [right["eventID"]]))
    events, understood = read(declared, right)

    (act,), faults = correcting(understood, events)
    assert (act.ref, act.corrects, act.reason) == (right["eventID"], wrong["eventID"], "incorrect_data")
    assert not faults

    ((lonely,), alone) = read(declared)
    acts, (fault,) = correcting(alone, [lonely])
    assert acts == []
    assert right["eventID"] in str(fault.says)


def test_an_event_that_never_happened_is_taken_back():
    wrong = body_of_act(ACTS[3], HERE)
    events, understood = read(body_of_act(ACTS[3], HERE, declared=Declared(AT, "did_not_occur")))

    (act,), _ = correcting(understood, events)
    assert (act.kind, act.corrects, act.reason) == (Deed.CORRECT, wrong["eventID"], "did_not_occur")
    assert not act.makes
