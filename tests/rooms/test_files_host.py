"""Files handed out at a host of their own, and how much a house may keep."""

import time
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import time_machine

from portal.db import session
from portal.identity import end_session
from portal.records.evidence import ProductionLicence
from portal.records.proof import WebSession
from portal.tenancy import beyond_tenants
from tests.browsing import words
from tests.rooms.batch_desk import CLERK, PAPER, pdf
from tests.stage import sql

HOST = "files.localhost"


@pytest.fixture
def apart(app):
    """The portal with a host for files beside its own."""
    before, hosts = app.config["SETTINGS"], app.config["TRUSTED_HOSTS"]
    app.config["SETTINGS"] = replace(before, files=replace(before.files, host=HOST))
    app.config["TRUSTED_HOSTS"] = [*hosts, HOST]
    yield app
    app.config["SETTINGS"], app.config["TRUSTED_HOSTS"] = before, hosts


@pytest.fixture
def file_id(as_org, world):
    with as_org("hengrui"):
        found = session.get_one(ProductionLicence, world.licence).file_id
        session.close()
    return found


def link(seat, file_id, who=CLERK):
    answer = seat(who).get(f"/files/{file_id}")
    assert answer.status_code == 302
    return answer.headers["Location"]


def followed(app, address):
    """With no cookie at all, as the other host never gets one."""
    there = urlsplit(address)
    return app.test_client().get(there.path, base_url=f"http://{there.netloc}")


def taken():
    return sql("SELECT count(*) FROM ledger_event WHERE event = 'stored_file.taken'")[0][0]


def test_the_file_comes_from_the_other_host_and_the_taking_is_told_when_it_happens(apart, seat, file_id, world):
    address = link(seat, file_id)
    assert urlsplit(address).hostname == HOST
    assert taken() == 0

    answer = followed(apart, address)

    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert taken() == 1


def test_a_link_is_good_for_a_minute(apart, seat, file_id):
    address = link(seat, file_id)

    with time_machine.travel(time.time() + 62):
        assert followed(apart, address).status_code == 404
    assert taken() == 0


def test_a_link_ends_with_the_session_that_it_was_given_to(apart, seat, file_id, world):
    address = link(seat, file_id)
    with beyond_tenants("test: whose session"):
        found = session.query(WebSession).filter_by(person_id=world.person[CLERK], ended_at=None).all()
        ids = [each.id for each in found]
        session.rollback()
    for each in ids:
        end_session(each)

    assert followed(apart, address).status_code == 404


@pytest.mark.parametrize("change", [lambda token: token[:-2], lambda token: "x" + token, lambda _: "x.y.z"])
def test_a_forged_link_leads_nowhere(apart, seat, file_id, change):
    head, _, token = link(seat, file_id).rpartition("/")

    assert followed(apart, f"{head}/{change(token)}").status_code == 404


def test_the_files_host_answers_nothing_else(apart, seat, file_id):
    browser = seat(CLERK)

    for path in ("/", "/session", "/static/tokens.css", f"/files/{file_id}", "/evidence/"):
        answer = browser.client.get(path, base_url=f"http://{HOST}")
        assert (answer.status_code, answer.data) == (404, b""), path


def test_and_the_portal_hands_out_nothing_by_such_a_link(apart, seat, file_id):
    token = link(seat, file_id).rpartition("/")[2]

    assert seat(CLERK).get(f"/files/handed-out/{token}").status_code == 404


def test_a_stranger_gets_no_link(apart, seat, file_id):
    assert seat("qihe/plant-clerk").get(f"/files/{file_id}").status_code == 404


def test_a_house_keeps_no_more_than_its_quota_and_is_told_how_much_is_left(app, seat, world):
    before = app.extensions["store"]
    app.extensions["store"] = replace(before, quota=1)
    try:
        answer = seat(CLERK).post(f"/batches/{world.batch['opened']}/documents", **PAPER, file=pdf())
    finally:
        app.extensions["store"] = before

    assert answer.status_code == 422
    assert "Your organisation may keep 0 MB of files, and 0 MB are left." in words(answer)


@pytest.mark.negative_control
def test_within_the_quota_the_same_file_is_kept(seat, world):
    assert seat(CLERK).post(f"/batches/{world.batch['opened']}/documents", **PAPER, file=pdf()).status_code == 302
