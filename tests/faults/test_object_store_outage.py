"""The object store fails in the middle of everything: nothing is half recorded, and everybody is told in time."""

import time
import urllib.parse
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.db import session
from portal.filing import Damaged, Store, s3
from portal.filing.s3 import S3Shelf
from portal.records.file import StoredFile
from tests import proxy
from tests.rooms.batch_desk import CLERK, PAPER, pdf
from tests.stage import sql

pytestmark = pytest.mark.xdist_group("object store")
FAULTS = ("refuse", "reset", "truncate", "lose", "busy", "stall")
# A silent store is waited for less long here than in earnest.
PATIENCE = 2
SECONDS = 45


@pytest.fixture
def gateway(object_store):
    there = urllib.parse.urlsplit(object_store)
    with proxy.before(there.hostname, there.port) as made:
        yield made


@pytest.fixture
def far_store(app, gateway, bucket, monkeypatch):
    """The portal with an object store behind a door that can fail."""
    monkeypatch.setattr(s3, "READ", PATIENCE)
    shelf = S3Shelf.at(bucket, gateway.address, "us-east-1")
    # One connection for each request, so that any of them can be the one that fails.
    shelf.client.meta.events.register("before-send.s3", _hang_up_afterwards)
    store = Store(shelf, app.config["SETTINGS"].largest_file)
    before, app.extensions["store"] = app.extensions["store"], store
    yield store
    app.extensions["store"] = before


def _hang_up_afterwards(request, **_):
    request.headers["Connection"] = "close"


def file_a_paper(seat, world):
    # The plant writes on a batch that is not complete yet.
    return seat(CLERK).post(f"/batches/{world.batch['opened']}/documents", **PAPER, file=pdf())


def on_record():
    return sql("SELECT count(*) FROM stored_file"), sql("SELECT count(*) FROM batch_document")


def test_a_paper_goes_through_the_object_store_and_is_taken_from_it(seat, world, far_store, as_org):
    assert file_a_paper(seat, world).status_code in (302, 303)

    with as_org("hengrui"):
        file = session.scalars(select(StoredFile).order_by(StoredFile.id.desc())).first()
        session.close()
    assert (file.stage, bool(file.object_version)) == ("accepted", True)
    assert far_store.read(file) == pdf()[0].getvalue()
    answer = seat(CLERK).get(f"/files/{file.id}")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(far_store.shelf.endpoint)
    told = sql("SELECT event FROM ledger_event ORDER BY at DESC LIMIT 1")
    assert told[0][0] == "stored_file.taken"


@pytest.mark.parametrize("spare", [0, 1, 2, 3])
@pytest.mark.parametrize("fault", FAULTS)
def test_an_upload_ends_in_a_definite_state(seat, world, far_store, gateway, engine, as_org, fault, spare):
    """Wherever it fails: either the paper is on record and whole, or nothing is, and the page says so."""
    if fault == "stall" and (spare or engine == "postgresql"):
        pytest.skip("a stall takes long, and is the same wherever it comes")
    before = on_record()
    gateway.fault, gateway.spare = fault, spare
    started = time.monotonic()
    answer = file_a_paper(seat, world)
    took = time.monotonic() - started
    gateway.fault = ""

    assert took < SECONDS
    if answer.status_code == 503:
        assert on_record() == before
        assert "does not answer" in answer.text
        assert "Retry-After" in answer.headers
    else:
        assert answer.status_code in (302, 303)
        with as_org("hengrui"):
            for file in session.scalars(select(StoredFile).where(StoredFile.object_version.is_not(None))):
                assert far_store.read(file) == pdf()[0].getvalue()
    assert file_a_paper(seat, world).status_code in (302, 303)


@pytest.mark.parametrize("fault", ["refuse", "busy", "truncate"])
def test_other_pages_do_not_notice(seat, world, far_store, gateway, fault):
    gateway.fault = fault
    browser = seat(CLERK)
    started = time.monotonic()

    for path in ("/", f"/batches/{world.batch['opened']}", f"/batches/{world.batch['opened']}/documents"):
        assert browser.get(path).status_code == 200
    assert time.monotonic() - started < 10
    assert gateway.seen == []


def test_a_file_out_of_reach_is_not_handed_out_and_not_told_as_taken(seat, world, far_store, gateway, as_org):
    file_a_paper(seat, world)
    file_id = _newest(as_org).id
    before = sql("SELECT count(*) FROM ledger_event")
    gateway.fault = "refuse"

    assert seat(CLERK).get(f"/files/{file_id}").status_code == 503
    assert sql("SELECT count(*) FROM ledger_event") == before


def test_a_paper_whose_object_is_gone_is_named_damaged_and_not_linked_to(seat, world, far_store, as_org):
    file_a_paper(seat, world)
    file = _newest(as_org)
    elsewhere = replace(far_store.shelf, bucket="somewhere-else")
    far_store.shelf.client.create_bucket(Bucket="somewhere-else", ObjectLockEnabledForBucket=True)

    with pytest.raises(Damaged):
        replace(far_store, shelf=elsewhere).read(file)
    with pytest.raises(Damaged):
        replace(far_store, shelf=elsewhere).link(file)


def _newest(as_org):
    with as_org("hengrui"):
        file = session.scalars(select(StoredFile).order_by(StoredFile.id.desc())).first()
        session.close()
        return file
