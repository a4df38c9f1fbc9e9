"""GET /files/<id>: who may take a file, and what is written down before it is handed out."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal import ledger
from portal.db import new_id, reading, session
from portal.records.entrustment import Exhibit
from portal.records.evidence import ProductionLicence
from portal.records.file import StoredFile
from tests.rooms.test_evidence_records import KINDS, paper, typed

PLANT, REGISTRANT, AUTHORITY = "hengrui/plant-clerk", "chengyue/resident-supervisor", "jiangsu/authority-inspector"


@pytest.fixture
def private(as_org, world):
    """The file of the plant's licence, in the plant's own books."""
    with as_org("hengrui"), reading():
        return session.get_one(ProductionLicence, world.licence).file_id


@pytest.fixture
def shared(as_org, world):
    """The same paper as it is shown in the entrustment."""
    with as_org("hengrui"), reading():
        return session.scalars(
            select(Exhibit.file_id).where(
                Exhibit.subject_id == world.licence, Exhibit.entrustment_id == world.entrustment
            )
        ).one()


def test_its_owner_takes_it_byte_for_byte(seat, as_org, private):
    answer = seat(PLANT).get(f"/files/{private}")

    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    with as_org("hengrui"), reading():
        file = session.get_one(StoredFile, private)
        assert len(answer.data) == file.size
        assert ledger.entries(subject_id=private)[0].event == "stored_file.taken"


@pytest.mark.parametrize("who", [PLANT, REGISTRANT, AUTHORITY])
def test_a_shown_file_is_taken_by_both_parties_and_the_authority_and_each_time_written_down(
    seat, as_org, world, shared, who
):
    assert seat(who).get(f"/files/{shared}").status_code == 200

    with as_org("chengyue"), reading():
        taken = ledger.entries(subject_id=shared, entrustment_id=world.entrustment)[0]
        assert taken.event == "stored_file.taken"
        assert taken.body["actor"]["id"] == str(world.person[who])


def test_it_is_handed_out_under_lock_and_never_opened_in_the_page(seat, private):
    headers = seat(PLANT).get(f"/files/{private}").headers

    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", [REGISTRANT, AUTHORITY, "lantai/resident-supervisor", "qihe/plant-clerk"])
def test_a_private_file_does_not_exist_for_anybody_else(seat, private, who):
    browser = seat(who)
    found, missing = browser.get(f"/files/{private}"), browser.get(f"/files/{new_id()}")

    assert (found.status_code, found.data) == (404, missing.data)


@pytest.mark.parametrize("who", ["lantai/resident-supervisor", "qihe/plant-clerk", "guangdong/authority-inspector"])
def test_a_shown_file_does_not_exist_for_strangers(seat, shared, who):
    browser = seat(who)
    found, missing = browser.get(f"/files/{shared}"), browser.get(f"/files/{new_id()}")

    assert (found.status_code, found.data) == (404, missing.data)


def test_nobody_takes_a_file_without_signing_in(app, private):
    assert app.test_client().get(f"/files/{private}").status_code == 302


def test_if_it_cannot_be_written_down_it_is_not_handed_out(seat, private, monkeypatch):
    def fail(*_, **__):
        raise OperationalError("the disk is full", {}, Exception())

    monkeypatch.setattr(ledger, "witness", fail)

    answer = seat(PLANT).get(f"/files/{private}")

    assert answer.status_code == 503
    assert b"%PDF-" not in answer.data


def test_a_name_in_chinese_comes_through(seat, as_org, world):
    made = seat("hengrui/manufacturer-quality-manager").post(
        "/evidence/production-licences/new", **typed(KINDS[0], file=paper("生产许可证.pdf"))
    )
    with as_org("hengrui"), reading():
        file_id = session.get_one(ProductionLicence, UUID(made.location.rsplit("/", 1)[1])).file_id

    named = seat(PLANT).get(f"/files/{file_id}").headers["Content-Disposition"]

    assert "filename*=UTF-8''%E7%94%9F%E4%BA%A7%E8%AE%B8%E5%8F%AF%E8%AF%81.pdf" in named
