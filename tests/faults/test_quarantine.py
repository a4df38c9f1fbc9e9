"""A file that cannot be checked waits, counts for nothing, and is taken up again when it can."""

import io
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.checking import asking
from portal.commands.files import check_all
from portal.db import new_id, now, session
from portal.demo.papers import paper
from portal.facts import batch_facts
from portal.facts import files as waiting
from portal.filing import Damaged, NotScanned, Scanner
from portal.records.batch import Batch, BatchDocument
from portal.records.entrustment import Exhibit
from portal.records.evidence import ProductionLicence
from portal.records.file import StoredFile
from tests import clamd
from tests.browsing import words
from tests.rooms.batch_desk import CLERK, PAPER, pdf
from tests.stage import sql

REGISTRANT = "chengyue/registrant-quality-manager"
DOWN = Scanner("/nowhere/at/all")


@pytest.fixture(scope="session")
def scanner():
    if clamd.binary() is None:
        pytest.skip(clamd.WHY_NOT)
    with tempfile.TemporaryDirectory(prefix="clam") as folder, clamd.clamd(Path(folder)) as running:
        yield running


@pytest.fixture
def scanned_by(app):
    """Put a scanner in front of the portal's own store, or take it away again."""
    before = app.extensions["store"]

    def put(scanner):
        app.extensions["store"] = replace(before, scanner=scanner)
        return app.extensions["store"]

    yield put
    app.extensions["store"] = before


def file_a_paper(seat, world, kind="final_inspection", content=None):
    sent = pdf() if content is None else pdf("paper.txt", content)
    return seat(CLERK).post(f"/batches/{world.batch['opened']}/documents", **PAPER | {"kind": kind}, file=sent)


def newest(as_org, house="hengrui"):
    with as_org(house):
        file = session.scalars(select(StoredFile).order_by(StoredFile.id.desc())).first()
        session.close()
        return file


@pytest.mark.xdist_group("scanner")
def test_what_the_scanner_finds_is_refused_by_name_and_leaves_nothing(seat, world, scanned_by, scanner):
    store = scanned_by(scanner)
    before = sql("SELECT count(*) FROM stored_file")

    answer = file_a_paper(seat, world, content=clamd.INFECTED)

    assert answer.status_code == 422
    assert f"The virus scanner found something in the file: {clamd.NAME}" in words(answer)
    assert sql("SELECT count(*) FROM stored_file") == before
    assert list(store.shelf.left_behind(now() + timedelta(hours=1))) == []
    logged = sql("SELECT about FROM security_event WHERE event = 'stored_file.refused'")
    assert [clamd.NAME in each[0] for each in logged] == [True]


@pytest.mark.xdist_group("scanner")
@pytest.mark.negative_control
def test_without_the_scanner_the_same_file_would_be_accepted(seat, world):
    assert file_a_paper(seat, world, content=clamd.INFECTED).status_code == 302


@pytest.mark.xdist_group("scanner")
def test_a_clean_file_says_which_scanner_with_which_signatures_looked_at_it(seat, world, as_org, scanned_by, scanner):
    scanned_by(scanner)
    file_a_paper(seat, world)

    assert newest(as_org).checks["scanner"].startswith("ClamAV 1")


def test_without_an_answer_of_the_scanner_a_file_waits_and_nobody_gets_it(seat, world, as_org, scanned_by):
    scanned_by(DOWN)

    answer = file_a_paper(seat, world)

    assert answer.status_code == 302
    assert "waits to be checked" in words(seat(CLERK).get(answer.headers["Location"]))
    file = newest(as_org)
    assert (file.stage, file.checks["waits"]) == ("received", "scanner")
    for who in (CLERK, REGISTRANT, "jiangsu/authority-inspector"):
        page = seat(who).get(f"/files/{file.id}")
        assert (page.status_code, b"%PDF" in page.data) == (409, False)
        assert "the virus scanner does not answer" in words(page)
    told = sql("SELECT count(*) FROM ledger_event WHERE event = 'stored_file.taken'")
    assert told[0][0] == 0


def test_a_paper_that_waits_does_not_count_for_the_batch_until_it_is_accepted(seat, world, as_org, scanned_by):
    def counts():
        with as_org("hengrui"):
            batch = session.get_one(Batch, world.batch["opened"])
            facts = batch_facts([batch], world.person[CLERK])[batch.id]
            session.close()
            return facts.has_release_sheet

    assert counts()
    with as_org("hengrui"):
        wanted = select(BatchDocument).where(BatchDocument.batch_id == world.batch["opened"])
        before = session.scalars(wanted.where(BatchDocument.kind == "release_sheet")).one().id
        session.close()
    scanned_by(DOWN)
    path = f"/batches/{world.batch['opened']}/documents?replaces={before}"
    newer = PAPER | {"kind": "release_sheet", "replaces": str(before), "reason": "A better copy."}
    assert seat(CLERK).post(path, **newer, file=pdf()).status_code == 302
    assert not counts()

    assert check_all(scanned_by(None))
    assert newest(as_org).stage == "accepted"
    assert counts()
    assert [each[0] for each in sql("SELECT event FROM ledger_event ORDER BY at DESC LIMIT 2")] == [
        "stored_file.accepted",
        "stored_file.checked",
    ]


def test_a_licence_whose_proof_waits_is_shown_to_the_partner_only_once_it_is_accepted(seat, world, as_org, scanned_by):
    def shown():
        with as_org("chengyue"):
            exhibit = session.scalars(
                select(Exhibit).where(Exhibit.subject_id == world.licence, Exhibit.entrustment_id == world.entrustment)
            ).one()
            found = exhibit.facts["valid_until"], session.get_one(StoredFile, exhibit.file_id).sha256
            session.close()
            return found

    before = shown()
    scanned_by(DOWN)
    path = f"/evidence/production-licences/{world.licence}/edit"
    browser = seat("hengrui/manufacturer-quality-manager")
    with as_org("hengrui"):
        licence = session.get_one(ProductionLicence, world.licence)
        typed = {
            "number": licence.number,
            "scope": "\n".join(f"{each['code']} {each['class']}" for each in licence.scope),
            "sites": list(licence.sites),
            "valid_from": str(licence.valid_from),
            "valid_until": str(licence.valid_until - timedelta(days=30)),
        }
        session.close()
    sent = (io.BytesIO(paper("a newer licence")), "newer.pdf")
    answer = browser.post(path, **typed, file=sent)
    assert answer.status_code == 302, words(answer)
    assert shown() == before

    check_all(scanned_by(None))

    assert shown()[0] == typed["valid_until"]
    assert shown()[1] == newest(as_org).sha256 != before[1]


def test_a_file_that_turns_out_bad_later_is_refused_with_its_reason_and_its_bytes_are_removed(
    seat, world, as_org, scanned_by, monkeypatch
):
    store = scanned_by(DOWN)
    file_a_paper(seat, world)
    monkeypatch.setattr(Scanner, "infection", lambda *_: "Late.Find")
    monkeypatch.setattr(Scanner, "version", lambda *_: "ClamAV 1/2/3")

    check_all(store)

    file = newest(as_org)
    assert (file.stage, file.refused_because["values"]) == ("refused", {"name": "Late.Find"})
    assert list(store.shelf.left_behind(now() + timedelta(hours=1))) == []
    page = seat(REGISTRANT).get(f"/files/{file.id}")
    assert (page.status_code, "Late.Find" in words(page)) == (409, True)


def test_a_slow_check_makes_the_file_wait_and_not_the_person(seat, world, as_org, monkeypatch, scanned_by):
    def slow(*_, **__):
        raise asking.NotChecked

    with monkeypatch.context() as given:
        given.setattr("portal.filing.keeping.ask", slow)
        assert file_a_paper(seat, world).status_code == 302
        assert newest(as_org).checks == {"waits": "time"}
    check_all(scanned_by(None))

    assert newest(as_org).stage == "accepted"


def test_bytes_that_vanish_from_quarantine_end_as_a_refusal(seat, world, as_org, scanned_by):
    store = scanned_by(DOWN)
    file_a_paper(seat, world)
    for each in store.shelf.left_behind(now() + timedelta(hours=1)):
        store.shelf.discard(each)

    check_all(scanned_by(None))

    assert newest(as_org).refused_because["says"].startswith("Its bytes were lost")


def test_what_no_record_waits_for_is_cleared_away_after_a_day(app, world, scanned_by, monkeypatch):
    store = scanned_by(None)
    place = waiting.Place(world.org["hengrui"], new_id(), "0" * 64, 1)
    store.shelf.receive(place, b"x")

    assert waiting.clear_away(store) == 0
    monkeypatch.setattr(waiting, "GIVEN_UP", timedelta(seconds=-5))
    assert waiting.clear_away(store) == 1
    with pytest.raises(Damaged), store.shelf.received(place):
        pass


def test_a_scanner_that_says_something_else_gives_no_permission(tmp_path):
    with pytest.raises(NotScanned):
        DOWN.infection(io.BytesIO(b"x"))
