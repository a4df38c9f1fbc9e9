"""/batches/<id>/label-runs and /label-runs/<id>: labels are printed, counted and accounted for before the release."""

import io
import re
import shutil
import subprocess

import pikepdf
import pytest
from sqlalchemy import select

from agreements.identifiers import Malformed
from agreements.udi import Identification, read
from portal import pdf
from portal.commands.doctor import examine
from portal.db import session, today
from portal.records.label_run import LabelRun
from portal.records.trade_item import TradeItem
from portal.rooms.labels.drawing import serial_at
from tests.breaking import break_in
from tests.browsing import words
from tests.carriers.second_reader import read_datamatrix
from tests.rooms import batch_desk as desk
from tests.stage import sql, stored
from workflows.releasing import LABELS_RECONCILED

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
COUNTED = {"used": "5", "spoilt": "1", "destroyed": "0", "left_over": "4", "explanation": ""}
PDF = pytest.mark.skipif(not pdf.is_possible(), reason=pdf.WHY_NOT)


@pytest.fixture
def unit(as_org, world):
    with desk.books(as_org):
        wanted = select(TradeItem).where(TradeItem.entrustment_id == world.entrustment, TradeItem.level == "unit")
        return session.scalars(wanted).unique().one()


@pytest.fixture
def run(seat, world, unit):
    """Ten labels from S0099 on, for the batch whose record is complete."""
    door = f"/batches/{world.batch['recorded']}/label-runs/new"
    answer = seat(desk.CLERK).post(door, trade_item=str(unit.id), quantity="10", first_serial="S0099")
    assert answer.status_code == 302, words(answer)
    return answer.headers["Location"]


@pytest.fixture
def newest(as_org, world):
    def _newest():
        with desk.books(as_org):
            return session.scalars(select(LabelRun).order_by(LabelRun.id.desc())).unique().first()

    return _newest


def test_a_batch_waits_until_every_label_of_it_is_accounted_for(seat, as_org, world, run, newest):
    batch = world.batch["recorded"]
    release = f"/batches/{batch}/release-production"
    assert desk.names(words(seat(desk.PLANT_RELEASE).get(release)), LABELS_RECONCILED)
    assert seat(desk.CLERK).get(f"{run}/reconcile").status_code == 409

    assert seat(desk.CLERK).post(f"{run}/count", **COUNTED).status_code == 302
    assert seat(desk.CLERK).sign(f"{run}/reconcile").status_code == 302

    found = newest()
    assert (found.state, found.difference, found.reconciled_at is not None) == ("reconciled", 0, True)
    told = ["label_run.reconciled", "label_run.counted", "label_run.printed"]
    assert desk.events_of(as_org, found) == told
    assert seat(desk.PLANT_RELEASE).get(release).status_code == 200
    assert seat(desk.CLERK).get(f"{run}/count").status_code == 409
    assert found.number in words(seat(desk.RELEASE).get(f"/batches/{batch}/label-runs"))


@SQLITE
def test_a_difference_is_explained_or_nothing_is_reconciled(seat, run, newest):
    seat(desk.CLERK).post(f"{run}/count", **COUNTED | {"left_over": "3"})

    answer = seat(desk.CLERK).get(f"{run}/reconcile")
    assert answer.status_code == 409
    assert "Difference: 1." in words(answer)
    seat(desk.CLERK).post(f"{run}/count", **COUNTED | {"left_over": "3", "explanation": "One stuck in the printer."})
    assert seat(desk.CLERK).sign(f"{run}/reconcile").status_code == 302
    assert newest().difference == 1
    assert "One stuck in the printer." in words(seat(desk.RELEASE).get(run))


@SQLITE
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"quantity": "0"}, "whole number"),
        ({"quantity": "100001"}, "At most 100000"),
        ({"quantity": "ten"}, "Not a whole number"),
        ({"first_serial": "S"}, "ends in digits"),
        ({"first_serial": "S9999"}, "do not suffice"),
        ({"first_serial": "批1"}, "signs that do not belong"),
        ({"first_serial": "A(21)1"}, "digits in brackets"),
        ({"trade_item": "00000000-0000-0000-0000-000000000000"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_printed_is_said_and_no_run_begins(seat, world, unit, newest, given, says):
    before = newest().id
    plain = {"trade_item": str(unit.id), "quantity": "10", "first_serial": ""}

    answer = seat(desk.CLERK).post(f"/batches/{world.batch['recorded']}/label-runs/new", **plain | given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert newest().id == before


@SQLITE
def test_only_the_plant_prints_and_only_while_the_batch_is_in_its_hands(seat, world, run):
    doors = "/batches/{}/label-runs/new"

    assert seat(desk.CLERK).get(doors.format(world.batch["production_released"])).status_code == 409
    assert seat(desk.QUALITY).get(doors.format(world.batch["recorded"])).status_code == 403
    assert seat("lantai/registrant-quality-manager").get(run).status_code == 404
    assert seat("lantai/registrant-quality-manager").get(f"{run}/labels").status_code == 404


@SQLITE
def test_every_label_says_in_print_what_its_carrier_says(seat, world, run, unit):
    page = seat(desk.RELEASE).get(f"{run}/labels").text
    texts = re.findall(r'<p class="text">([^<]+)</p>', page)
    told = [read(each, today()) for each in texts]

    assert [each.serial for each in told] == [f"S{number:04}" for number in range(99, 109)]
    assert {(each.di, each.lot) for each in told} == {(unit.di, "B2611-02")}
    assert page.count("<svg") == 10
    assert 'lang="zh-Hans"' in page
    assert "受托生产企业" in page
    assert "国械注准" in page
    assert seat(desk.RELEASE).get(f"{run}/labels?from=8").text.count("<svg") == 3
    for beyond in ("0", "11", "x", "１", "99999999"):
        assert seat(desk.RELEASE).get(f"{run}/labels?from={beyond}").status_code == 404


@SQLITE
def test_a_batch_amended_so_that_no_label_can_be_drawn_says_so_in_their_place(seat, world, run):
    break_in("batch")
    sql("UPDATE batch SET expires_on = '2001-01-01' WHERE id = :id", id=stored(world.batch["recorded"]))

    assert "expired before it was made" in words(seat(desk.RELEASE).get(run))
    sheet = seat(desk.RELEASE).get(f"{run}/labels")
    assert (sheet.status_code, sheet.text.count("<svg")) == (200, 0)
    assert "失效日期早于生产日期" in sheet.text


@PDF
@SQLITE
def test_the_file_has_a_page_for_each_label_and_is_read_back_by_another_library(seat, run, tmp_path):
    answer = seat(desk.RELEASE).get(f"{run}/labels.pdf?from=9")

    assert answer.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as file:
        assert len(file.pages) == 2
    if not shutil.which("pdftoppm"):
        pytest.skip("The PDF was not drawn: pdftoppm is missing. On Debian or Ubuntu: apt install poppler-utils.")
    (tmp_path / "labels.pdf").write_bytes(answer.data)
    subprocess.run(
        ["pdftoppm", "-r", "200", "-f", "2", "-l", "2", "-png", "labels.pdf", "label"], cwd=tmp_path, check=True
    )
    (picture,) = tmp_path.glob("label*.png")
    carried = read_datamatrix(picture.read_bytes()).decode()

    told = read("]d2" + carried, today())
    assert isinstance(told, Identification)
    assert (told.lot, told.serial) == ("B2611-02", "S0108")


@SQLITE
def test_without_pango_the_print_view_remains_and_doctor_says_what_to_install(seat, run, monkeypatch):
    def missing(name):
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(pdf.importlib, "import_module", missing)

    assert seat(desk.RELEASE).get(f"{run}/labels.pdf").status_code == 404
    assert "labels.pdf" not in seat(desk.RELEASE).get(run).text
    assert seat(desk.RELEASE).get(f"{run}/labels").status_code == 200
    (found,) = (each for each in examine({}) if each.what == pdf.WHY_NOT)
    assert found.well is None
    assert "libpango" in found.mend


@pytest.mark.parametrize(("first", "step", "expected"), [("S0099", 0, "S0099"), ("S0099", 1, "S0100"), ("7", 2, "9")])
def test_serial_numbers_are_counted_up_as_wide_as_they_were(first, step, expected):
    assert serial_at(first, step) == expected


@pytest.mark.parametrize(("first", "step"), [("S9", 1), ("S", 0), ("", 0), ("S٢", 1), ("S1x", 1)])
def test_what_cannot_be_counted_up_is_refused(first, step):
    with pytest.raises(Malformed):
        serial_at(first, step)
