"""/inspection/export.zip: all of it and nothing else, told first, and to be checked without the portal."""

import csv
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import reading, session
from portal.demo.cast import HOUSES
from portal.records.entrustment import Verdict
from portal.records.file import StoredFile
from portal.rooms.authority import checking
from portal.rooms.authority.packing import cell, listed, safe
from portal.tenancy import Joint, Overseen, Upstream
from tests.browsing import words
from tests.rooms.inspecting import GUANGDONG, JIANGSU, SHANGHAI, added, in_sight, parcel
from tests.stage import sql, stored


def test_the_export_is_told_to_every_relation_in_it_before_it_is_handed_out(seat, world, told):
    browser, before = seat(JIANGSU), told()
    archive = parcel(browser.get("/inspection/export.zip"))

    new = added(before, told())
    assert new.pop(world.org["hengrui"].hex) == ["organisation.exported"]
    assert new.keys() == in_sight(world, "entrustment", "rival_entrustment", "eligible")
    assert set(map(tuple, new.values())) == {("entrustment.exported",)}
    for name in _named(archive, "ledger.jsonl"):
        assert json.loads(json.loads(archive.read(name).splitlines()[-1])["body"])["event"] == "entrustment.exported"


def test_the_parties_read_that_it_was_taken(seat, world):
    seat(JIANGSU).get("/inspection/export.zip")

    page = words(seat("chengyue/resident-supervisor").get(f"/entrustments/{world.entrustment}/trail"))
    assert "An authority took an export of the entrustment" in page


def test_everything_in_sight_is_in_the_export_and_nothing_else(seat, world, as_org):
    archive = parcel(seat(JIANGSU).get("/inspection/export.zip"))
    packed = {(each.split("/")[3], Path(each).stem) for each in _named(archive, ".json") if "/records/" in each}

    with as_org(JIANGSU), reading():
        kinds = [kind for kind in ledger.kept_records() if issubclass(kind, Joint | Overseen | Upstream)]
        seen = {(kind.__tablename__, str(row.id)) for kind in kinds for row in session.scalars(select(kind))}
    assert packed == seen
    assert {kind for kind, _ in packed} >= {
        "batch",
        "agreement_version",
        "signature",
        "exhibit",
        "verdict",
        "batch_document",
    }


def test_nothing_of_another_province_is_in_the_export(seat, world):
    archive = parcel(seat(SHANGHAI).get("/inspection/export.zip"))
    everything = b"".join(archive.read(name) for name in archive.namelist()) + "".join(archive.namelist()).encode()

    for name in ("rival_entrustment", "strange_entrustment", "rival_product"):
        assert str(getattr(world, name)).encode() not in everything
    assert HOUSES["lantai"].name.encode() not in everything


def test_an_authority_of_a_third_province_gets_only_what_is_its_own(seat):
    archive = parcel(seat(GUANGDONG).get("/inspection/export.zip"))

    assert all(HOUSES["hengrui"].name.encode() not in archive.read(name) for name in archive.namelist())


def test_the_manifest_names_every_member_with_its_hash_and_who_took_it(seat):
    archive = parcel(seat(JIANGSU).get("/inspection/export.zip"))
    manifest = json.loads(archive.read("MANIFEST.json"))

    hashes = {
        name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name != "MANIFEST.json"
    }
    assert {each["path"]: each["sha256"] for each in manifest["members"]} == hashes
    assert manifest["made_by"]["organisation"] == HOUSES["jiangsu"].name
    assert manifest["made_at"]
    assert manifest["damaged_files"] == []
    assert archive.testzip() is None


def test_two_exports_of_the_same_record_lie_in_the_same_order(seat):
    first, second = (parcel(seat(JIANGSU).get("/inspection/export.zip")) for _ in range(2))

    assert first.namelist() == second.namelist()
    same = [name for name in first.namelist() if "/records/" in name or "/files/" in name or "/lists/" in name]
    assert [first.read(name) for name in same] == [second.read(name) for name in same]


def test_the_export_checks_itself_without_the_portal(seat, tmp_path):
    parcel(seat(JIANGSU).get("/inspection/export.zip")).extractall(tmp_path)

    assert _checked(tmp_path) == (0, "Everything agrees.\n")


@pytest.mark.parametrize("what", ["records/batch/*.json", "ledger.jsonl", "files/*", "lists/batch.csv"])
def test_whatever_is_changed_in_the_export_is_found(seat, tmp_path, what):
    parcel(seat(JIANGSU).get("/inspection/export.zip")).extractall(tmp_path)
    touched = next(tmp_path.glob(f"entrustments/*/{what}"))
    touched.write_bytes(touched.read_bytes().replace(b"1", b"2", 1))

    number, said = _checked(tmp_path)
    assert number == 1
    assert touched.name in said


def test_a_forged_manifest_does_not_hide_a_forged_record(seat, tmp_path):
    parcel(seat(JIANGSU).get("/inspection/export.zip")).extractall(tmp_path)
    forged = next(tmp_path.glob("entrustments/*/records/batch/*.json"))
    forged.write_bytes(forged.read_bytes().replace(b'"passed":1181', b'"passed":1188'))
    manifest = json.loads((tmp_path / "MANIFEST.json").read_text("utf-8"))
    for each in manifest["members"]:
        each["sha256"] = hashlib.sha256((tmp_path / each["path"]).read_bytes()).hexdigest()
    (tmp_path / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")

    assert [f"batch {forged.stem} differs" in each for each in checking.check(tmp_path)] == [True]


def test_files_and_verdicts_are_in_it_byte_for_byte(seat, app, world, as_org):
    archive = parcel(seat(JIANGSU).get("/inspection/export.zip"))

    with as_org(JIANGSU), reading():
        files = {file.id: file.sha256 for file in session.scalars(select(StoredFile)) if file.entrustment_id}
        verdicts = {str(verdict.id): verdict.body_hash for verdict in session.scalars(select(Verdict))}
    packed = {Path(each).name.split("_")[0]: archive.read(each) for each in archive.namelist() if "/files/" in each}
    assert {each: hashlib.sha256(packed[str(each)]).hexdigest() for each in files} == files
    for verdict_id, digest in verdicts.items():
        body = archive.read(next(each for each in archive.namelist() if each.endswith(f"/verdicts/{verdict_id}.json")))
        assert hashlib.sha256(body).hexdigest() == digest


def test_a_damaged_file_is_named_and_not_passed_on(seat, app, world):
    store = app.extensions["store"]
    ((digest, file_id),) = sql(
        "SELECT sha256, id FROM stored_file WHERE entrustment_id = :id AND name LIKE '%release-sheet%' LIMIT 1",
        id=stored(world.entrustment),
    )
    (store.shelf.folder / digest[:2] / digest).write_bytes(b"something else")
    archive = parcel(seat(JIANGSU).get("/inspection/export.zip"))

    damaged = json.loads(archive.read("MANIFEST.json"))["damaged_files"]
    assert any(str(file_id).replace("-", "") in each.replace("-", "") for each in damaged)
    assert not set(damaged) & set(archive.namelist())
    assert b"something else" not in b"".join(archive.read(name) for name in archive.namelist())


def test_the_lists_open_in_a_spreadsheet_and_run_no_formula(seat):
    archive = parcel(seat(JIANGSU).get("/inspection/export.zip"))

    for name in _named(archive, ".csv"):
        content = archive.read(name).decode("utf-8")
        assert content.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(content[1:])))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert not [
            each
            for row in rows
            for each in row
            if each.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
        ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u3000="])
def test_a_cell_that_would_be_a_formula_is_text(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"


def test_a_harmless_cell_stays_as_it_is():
    assert [cell(each) for each in ("B-1", None, 12, True, ["a"], "苏药监")] == [
        "B-1",
        "",
        "12",
        "true",
        '["a"]',
        "苏药监",
    ]
    assert listed([{"a": "x,y", "b": 'say "no"'}]) == '\ufeffa,b\r\n"x,y","say ""no"""\r\n'.encode()


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("../../etc/passwd", "passwd"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("C:\\run\\me.exe", "me.exe"),
        ("a b/c:d.pdf", "cd.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("批记录 1.pdf", "批记录-1.pdf"),
        (".hidden", "hidden"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
    ],
)
def test_no_name_leads_out_of_the_folder(name, part):
    assert safe(name) == part


def test_every_path_in_the_export_is_safe_on_any_machine(seat):
    for name in parcel(seat(JIANGSU).get("/inspection/export.zip")).namelist():
        assert not name.startswith(("/", "\\"))
        assert ".." not in name.split("/")
        assert not set(name) & set('\\:*?"<>|')


def _named(archive, ending):
    return [each for each in archive.namelist() if each.endswith(ending)]


def _checked(folder):
    done = subprocess.run([sys.executable, folder / "check.py"], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout
