"""The marks are there, in every text, file and packed page; and a leak that is planted is found."""

import io
import zipfile

import pytest

from portal.tenancy import Joint, Overseen, Private, Upstream, all_records
from tests.matrix.canaries import MARK, Sweep, unpacked
from tests.matrix.oracle import Cell
from tests.matrix.principals import EVERYBODY
from tests.matrix.relations import TAKING_PART
from tests.matrix.runner import Run
from tests.matrix.scene import PARTIES, PLACES
from tests.stage import sql

# Nothing but ids, dates, keys and words of the portal's own; and what a machine was answered, which nobody was yet.
CODES_ONLY = {
    "agreement",
    "attempt",
    "batch_definition",
    "capture",
    "client_key",
    "folio",
    "named_query",
    "participation",
    "recording",
    "remembered_answer",
}


def test_every_table_of_a_house_carries_its_marks(scene):
    bare = []
    for record in all_records():
        if issubclass(record, Private | Overseen | Upstream | Joint) and record.__tablename__ not in CODES_ONLY:
            rows = sql(f"SELECT * FROM {record.__tablename__}")
            marked = [row for row in rows if MARK.search(str(tuple(row)).encode())]
            bare += [record.__tablename__] if not marked else []

    assert bare == []


def test_every_house_and_every_relation_is_marked_and_shown_to_those_who_may_see_it(stage, scene):
    """Otherwise finding nothing would say nothing."""
    run = Run(stage.app, scene)
    seen = set()
    for who in ("chengyue/registrant-quality-manager", "lantai/registrant-quality-manager", "qihe/plant-clerk"):
        for path in ("/people", "/products/", "/evidence/", "/batches", "/entrustments", "/find"):
            seen |= set(MARK.findall(run.ask(Cell(EVERYBODY[who], "GET", path)).data))

    known = {mark.decode().partition(".")[0] for mark in seen}
    assert {"chengyue", "lantai", "qihe", *PLACES} <= known


def test_what_a_house_is_told_of_no_entrustment_bears_its_own_mark(stage, scene):
    page = Run(stage.app, scene).ask(Cell(EVERYBODY["lantai/registrant-quality-manager"], "GET", "/notices"))

    assert b"CANARY-lantai-" in page.data
    assert b"Own matter" in page.data or "本单位事项".encode() in page.data


def test_the_inspector_takes_marked_files_and_events_of_the_own_province_only(stage, scene):
    inspector = EVERYBODY["shanghai/authority-inspector"]
    parts = list(unpacked(Run(stage.app, scene).ask(Cell(inspector, "GET", "/inspection/export.zip")).data))
    marks = {mark.decode() for part in parts for mark in MARK.findall(part)}

    assert len(parts) > 50
    assert {mark for mark in marks if mark.endswith(".overseen")} == {"chengyue.overseen"}
    assert {mark for mark in marks if mark.endswith(".led")} == {"hengrui.led"}  # what common work was made of
    known = {mark.partition(".")[0] for mark in marks if not mark.endswith((".overseen", ".led"))}
    assert known - {"shanghai"} == {"entrustment", "proposed", "eligible"}


def test_what_is_packed_twice_is_unpacked_twice():
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as parcel:
        parcel.writestr("sheet.xml", "CANARY-lantai-")
    with zipfile.ZipFile(outer, "w") as parcel:
        parcel.writestr("table.xlsx", inner.getvalue())

    assert b"CANARY-lantai-" in list(unpacked(outer.getvalue()))


@pytest.mark.parametrize("house", PARTIES)
def test_a_house_may_know_its_own_marks_and_those_of_its_relations(house, scene):
    sweep = Sweep(TAKING_PART, scene.world)

    assert {other for other in PARTIES if sweep.may_know(house, other)} == {house}
    assert {place for place in PLACES if sweep.may_know(house, f"{place}.hengrui")} == {
        place for place in PLACES if house in TAKING_PART[place]
    }


@pytest.mark.negative_control
@pytest.mark.parametrize("leak", ["a text", "an id", "a header"])
def test_a_door_that_prints_a_record_of_strangers_is_found_out(leak, stage, scene, monkeypatch):
    rival = next(each for each in scene.subjects["batch"] if each.place == "rival_entrustment")
    said = "CANARY-rival_entrustment.hengrui-R2611" if leak == "a text" else str(rival.id)
    view = "home.find"
    page = ("", {"X-Record": said}) if leak == "a header" else f"<p>{said}</p>"
    run = Run(stage.app, scene)
    for who in ("chengyue/registrant-quality-manager", "hengrui/plant-clerk"):
        run.browser(EVERYBODY[who])  # it takes its token from the page that is planted over
    monkeypatch.setitem(stage.app.view_functions, view, lambda: page)

    run.judge(Cell(EVERYBODY["chengyue/registrant-quality-manager"], "GET", "/find"))
    run.judge(Cell(EVERYBODY["hengrui/plant-clerk"], "GET", "/find"))

    assert [each.split(":")[0] for each in run.leaks] == ["chengyue/registrant-quality-manager"]
