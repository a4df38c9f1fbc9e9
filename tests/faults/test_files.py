"""Files that lie about themselves, and bytes that rot."""

import io

import pytest
from sqlalchemy import select

from portal import ledger
from portal.checking.kinds import CHECKER
from portal.db import aside, new_id, reading, session
from portal.demo.papers import paper
from portal.filing import BEGINNINGS, Damaged, LocalShelf, NotAcceptable, Store, clean_name
from portal.records.evidence import ProductionLicence
from portal.records.file import StoredFile
from portal.records.proof import SecurityEvent
from portal.tenancy import acting_for, beyond_tenants
from tests import hostile

OVERRIDE, ISOLATE = "\u202e", "\u2066"


@pytest.fixture
def store(tmp_path, app, world):
    """A store used by the registrant."""
    with acting_for(world.org["chengyue"]):
        yield Store(LocalShelf(tmp_path), largest=2000)
        session.rollback()


PAPER = paper("x")


def keep(store, name, content=PAPER):
    return store.keep(name, io.BytesIO(content), subject_kind="site", subject_id=new_id())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scan.pdf", b"MZ\x90\x00 a program"),
        ("scan.pdf", b"<html><script>"),
        ("scan.png", b"%PDF-1.4"),
        ("list.csv", b"a,b\0c"),
        ("scan.pdf", b""),
        ("scan.pdf", b"%PDF-" + b"x" * 2000),
        ("scan.pdf.exe", b"%PDF-1.4"),
        ("scan.svg", b"<svg/>"),
        ("scan", b"%PDF-1.4"),
        (f"scan{OVERRIDE}fdp.exe", b"%PDF-1.4"),
        ("", b"%PDF-1.4"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_leaves_nothing(store, name, content):
    with pytest.raises(NotAcceptable) as refused:
        keep(store, name, content)

    assert str(refused.value.says)
    assert [each for each in store.shelf.folder.rglob("*") if each.is_file()] == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\scans\\licence.pdf", "licence.pdf"),
        (f"in{OVERRIDE}no{ISOLATE}cent.pdf", "innocent.pdf"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
        ('quo"te.pdf', "quote.pdf"),
        ("生产许可证.pdf", "生产许可证.pdf"),
        ("...pdf", "pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        (f"pru:\u0308fung{OVERRIDE}.pdf", "pr\u00fcfung.pdf"),
    ],
)
def test_a_name_loses_paths_and_every_mark_that_deceives(given, kept):
    assert clean_name(given) == kept == clean_name(kept)


def test_a_name_cannot_lead_out_of_the_store(store, tmp_path):
    file = keep(store, "../../outside.pdf")

    assert [path.parent.parent for path in store.shelf.folder.rglob(file.sha256)] == [tmp_path]
    assert file.name == "outside.pdf"


@pytest.mark.parametrize("ending", BEGINNINGS)
def test_each_kind_is_known_by_its_content(store, ending):
    file = keep(store, f"scan.{ending}", hostile.GOOD[ending])

    assert (file.name, file.stage, file.media_type) == (f"scan.{ending}", "accepted", BEGINNINGS[ending][0])
    assert file.checks["checker"] == CHECKER
    with pytest.raises(NotAcceptable):
        keep(store, f"scan.{ending}", b"\x01anything else")


def _damage(store, file, content=b"%PDF-1.4 something else"):
    (path,) = store.shelf.folder.rglob(file.sha256)
    path.write_bytes(content) if content is not None else path.unlink()


@pytest.mark.parametrize("content", [b"%PDF-1.4 something else", b"", None])
def test_bytes_that_changed_are_not_read(store, content):
    file = keep(store, "scan.pdf")
    _damage(store, file, content)

    with pytest.raises(Damaged):
        store.read(file)


@pytest.mark.parametrize("content", [b"%PDF-1.4 something else", None])
def test_a_damaged_file_is_not_handed_out_and_the_security_log_says_so(app, seat, as_org, world, content):
    file = _of_the_licence(as_org, world)
    _damage(app.extensions["store"], file, content)

    answer = seat("hengrui/plant-clerk").get(f"/files/{file.id}")

    assert answer.status_code == 500
    assert b"something else" not in answer.data
    with beyond_tenants("test: what the security log says"), aside() as books:
        logged = books.scalars(select(SecurityEvent).where(SecurityEvent.event == "stored_file.damaged")).all()
        assert [each.about for each in logged] == [f"/files/{file.id}"]


@pytest.mark.negative_control
def test_without_the_check_damaged_bytes_would_go_out(app, seat, as_org, world, monkeypatch):
    file = _of_the_licence(as_org, world)
    _damage(app.extensions["store"], file)
    monkeypatch.setattr(LocalShelf, "read", lambda shelf, place: shelf._path(place).read_bytes())

    assert b"something else" in seat("hengrui/plant-clerk").get(f"/files/{file.id}").data


def _of_the_licence(as_org, world):
    with as_org("hengrui"), reading():
        return session.get_one(StoredFile, session.get_one(ProductionLicence, world.licence).file_id)


def test_a_file_from_before_files_were_checked_still_counts_and_its_hash_in_the_ledger_stays_true():
    before = {"id": new_id(), "name": "scan.pdf", "sha256": "0" * 64}
    later = dict.fromkeys(("stage", "checks", "refused_because", "object_version"))

    assert ledger.hash_of_row("stored_file", before | later) == ledger.hash_of_row("stored_file", before)
    assert ledger.hash_of_row("stored_file", before | later | {"stage": "refused"}) != ledger.hash_of_row(
        "stored_file", before
    )
    assert StoredFile(**before).accepted
