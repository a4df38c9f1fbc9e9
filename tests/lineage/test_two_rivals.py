"""Two rival registrants have their devices made at one plant, of one heat of titanium.

Read as a story: Chengyue and Lantai each have batches of that heat, and neither may learn of the other's, whichever
door it asks at.  The plant that made them all sees both.
"""

import csv
import io
import json
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

import pytest
from sqlalchemy import select

from portal.db import session
from portal.demo.producing import BAR, HEAT, PIECES, make_pieces
from portal.lineage.numbering import addresses
from portal.records.batch import Batch
from portal.records.lineage import Node
from portal.tenancy import acting_for
from tests.api.knocking import register
from tests.browsing import words
from tests.rooms.inspecting import SHANGHAI, parcel
from tests.walls.conftest import gates_open
from workflows.lineage import Thing

POLISHER = "since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&equipment=PG-02"
FROM_THERE = f"/traces/window{{}}?{POLISHER.replace(':00Z', '')}"
MADE = 2 * PIECES  # by each of them


class Rival(NamedTuple):
    house: str
    numbers: str  # how the numbers of its batches, and so of its pieces and boxes, begin


CHENGYUE, LANTAI = Rival("chengyue", "B2611"), Rival("lantai", "R2611")
BOTH_WAYS = ((CHENGYUE, LANTAI), (LANTAI, CHENGYUE))
EVENTS = "/epcis/events?perPage=100"


@dataclass
class House:
    """Somebody of a house before its browser, and a machine of the house before the interface."""

    browser: object
    machine: object

    def page(self, path):
        answer = self.browser.get(path)
        answer.get_data()
        return answer

    def asked(self, path):
        answer = self.machine.get(path)
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture
def of(app, world, seat):
    """A house at its desk: ``of("lantai")``."""

    def _of(house):
        who = f"{house}/plant-clerk" if house == "hengrui" else f"{house}/registrant-quality-manager"
        return House(seat(who), register(app, world, house))

    return _of


@pytest.fixture
def where(world):
    """Where a thing is traced, as the plant, which made it, knows: everybody's address of it is the same."""

    def _where(kind, code):
        with acting_for(world.org["hengrui"]):
            found = session.scalars(select(Node.id).where(Node.kind == kind, Node.code == code)).one()
            return f"/traces/{addresses([found])[found]}"

    return _where


def test_by_page_the_heat_leads_each_of_them_to_its_own_pieces_only(of, where):
    heat = where(Thing.SUPPLIER_LOT, HEAT)
    for own, others in BOTH_WAYS:
        house = of(own.house)
        for path in (f"{heat}", where(Thing.LOT, BAR), FROM_THERE.format(""), "/batches", "/"):
            _tells(house.page(path), own, others)
        of_theirs = where(Thing.BATCH, f"{others.numbers}-04"), where(Thing.UNIT, f"{others.numbers}-040001")
        assert {house.page(each).status_code for each in of_theirs} == {404}


def test_by_interface_each_is_told_of_its_own_batches_and_of_the_lot_they_share(of, world):
    lot = f"/material-lots/{world.lot_accepted}"
    for own, others in BOTH_WAYS:
        house = of(own.house)
        for path in ("/batches?limit=100", f"/window?{POLISHER}", f"/fhir/Device?identifier={own.numbers}-040001"):
            _tells(house.asked(path), own, others)
        assert house.asked(lot).json["number"] == BAR
        assert (
            others.numbers
            not in house.asked(f"/fhir/Device?identifier={others.numbers}-040001").text.partition('"entry"')[2]
        )


def test_by_events_each_hears_of_what_was_done_for_it(of, where):
    for own, others in BOTH_WAYS:
        house = of(own.house)
        for answer in (
            house.page(f"{where(Thing.SUPPLIER_LOT, HEAT)}/events.json"),
            house.page(FROM_THERE.format("/events.json")),
            house.asked(EVENTS),
            house.asked("/epcis/epcs?perPage=100"),
        ):
            _tells(answer, own, others)
        piece = _event_of(of("hengrui"), f"{others.numbers}-040001")
        assert house.asked(f"{EVENTS}&EQ_eventID={quote(piece)}").json["epcisBody"]["queryResults"]["resultsBody"] == {
            "eventList": []
        }


def test_by_export_each_takes_its_own_side_home(of, where, seat):
    for own, others in BOTH_WAYS:
        for path in (f"{where(Thing.SUPPLIER_LOT, HEAT)}/units.csv", FROM_THERE.format("/units.csv")):
            answer = of(own.house).page(path)
            _tells(answer, own, others)
            assert {each["batch"][:5] for each in _lines(answer)} == {own.numbers}
    archive = parcel(seat(SHANGHAI).get("/inspection/export.zip"))  # of the province of one of the two alone
    everything = b"".join(archive.read(each) for each in archive.namelist())
    assert (b"B2611" in everything, b"R2611" in everything) == (True, False)


def test_by_scan_a_number_of_the_others_is_a_number_that_nothing_bears(of, where):
    for own, others in BOTH_WAYS:
        house = of(own.house)
        assert house.page(f"/scan?q={quote(HEAT)}").location == where(Thing.SUPPLIER_LOT, HEAT)
        for mine in (f"{own.numbers}-040001", f"{own.numbers}-04-X1", f"{own.numbers}-04"):
            theirs, nobodys = mine.replace(own.numbers, others.numbers), mine.replace(own.numbers, "N2611")
            assert _scanned(house, mine).request.path.startswith(("/traces/", "/batches/"))
            found, missing = _scanned(house, theirs), _scanned(house, nobodys)
            assert found.request.path == missing.request.path in {"/scan", "/find"}
            assert _main(found).replace(theirs, nobodys) == _main(missing)


def test_by_count_the_two_sides_make_up_what_the_plant_made_and_neither_is_told_the_sum(of, where):
    counted = {each: _counts(of(each), where) for each in ("chengyue", "lantai", "hengrui")}

    assert counted["chengyue"] == counted["lantai"]
    assert counted["chengyue"]["pieces"] == MADE
    assert {name: 2 * count for name, count in counted["lantai"].items()} == counted["hengrui"]


def test_what_is_made_for_one_of_them_changes_nothing_that_the_other_reads(of, where, world, app):
    before = {house: _all_that_is_read(of(house), where) for house in ("chengyue", "hengrui")}

    with acting_for(world.org["hengrui"]):
        another = session.scalars(select(Batch.id).where(Batch.number == f"{LANTAI.numbers}-01")).one()
    with app.app_context():
        make_pieces(world.org, "hengrui", another, 4, shipped=True)

    after = {house: _all_that_is_read(of(house), where) for house in ("chengyue", "hengrui")}
    assert after["chengyue"] == before["chengyue"]
    assert not {name for name in before["hengrui"] if after["hengrui"][name] == before["hengrui"][name]}


def test_the_plant_that_made_them_all_sees_both(of, where):
    plant = of("hengrui")
    for path in (where(Thing.SUPPLIER_LOT, HEAT), f"{where(Thing.SUPPLIER_LOT, HEAT)}/units.csv"):
        text = plant.page(path).text
        assert (CHENGYUE.numbers in text, LANTAI.numbers in text) == (True, True)
    told = plant.asked(EVENTS).text
    assert (CHENGYUE.numbers in told, LANTAI.numbers in told) == (True, True)
    for rival in (CHENGYUE, LANTAI):
        assert plant.page(f"/scan?q={rival.numbers}-040001").status_code == 302


@pytest.mark.negative_control
def test_where_the_wall_is_taken_down_each_reads_the_others_numbers(of, where, engine, monkeypatch):
    """Otherwise all of the above would also pass where the two were never in one place."""
    heat = where(Thing.SUPPLIER_LOT, HEAT)
    house = of("chengyue")
    assert LANTAI.numbers not in house.page(heat).text
    with gates_open(engine, monkeypatch):
        for answer in (house.page(heat), house.page(f"{heat}/units.csv"), house.page(f"{heat}/events.json")):
            assert LANTAI.numbers in answer.text


def _tells(answer, own, others):
    """It says what is the reader's own, and nothing of the other's."""
    text = answer.text
    assert answer.status_code == 200, text
    assert own.numbers in text
    assert others.numbers not in text


def _lines(answer):
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def _scanned(house, code):
    return house.browser.get(f"/scan?q={code}", follow_redirects=True)


def _main(answer):
    return answer.text.partition("<main")[2].partition("</main")[0]


def _counts(house, where):
    heat = where(Thing.SUPPLIER_LOT, HEAT)
    pieces = len(_lines(house.page(f"{heat}/units.csv")))
    assert f"{pieces} units downstream" in words(house.page(heat))
    events = house.asked(EVENTS).json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    made = [each for each in events if each.get("bizStep") == "commissioning"]
    return {
        "pieces": pieces,
        "pieces told as events": sum(len(each["epcList"]) for each in made),
        "acts past the polisher": house.asked(f"/window?{POLISHER}").json["count"],
    }


def _all_that_is_read(house, where):
    heat = where(Thing.SUPPLIER_LOT, HEAT)
    return {
        "page": words(house.page(heat)),
        "export": house.page(f"{heat}/units.csv").text,
        "events": json.dumps(house.asked(EVENTS).json["epcisBody"]["queryResults"]["resultsBody"]),
        "window": house.asked(f"/window?{POLISHER}").text,
    }


def _event_of(house, serial):
    events = house.asked(EVENTS).json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return next(each["eventID"] for each in events if any(serial in epc for epc in each.get("epcList", [])))
