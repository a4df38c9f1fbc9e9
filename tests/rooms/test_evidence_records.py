"""/evidence: the same doors for each of the seven kinds."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from portal import ledger
from portal.db import engines, new_id, reading, session, today
from portal.demo.cast import HOUSES
from portal.demo.papers import paper as a_pdf
from portal.records.entrustment import Exhibit, Verdict
from portal.records.file import StoredFile
from portal.rooms.evidence.kinds import KINDS
from tests.browsing import words
from tests.stage import is_question

PLANT, REGISTRANT = "hengrui/manufacturer-quality-manager", "chengyue/registrant-quality-manager"
CLERK, RELEASER = "hengrui/plant-clerk", "chengyue/registrant-release-person"
YESTERDAY = (today() - timedelta(days=1)).isoformat()
LICENCE = {
    "number": "苏药监械生产许20240123号",
    "scope": "13-07 III\n13-10 II",
    "valid_from": "2024-03-15",
    "valid_until": "2029-03-14",
}
TYPED = {
    "production_licence": LICENCE,
    "inspection": {
        "inspected_on": YESTERDAY,
        "inspected_by": "Provincial authority",
        "result": "passed",
        "covers": "13",
        "valid_until": "",
    },
    "internal_audit": {
        "began_on": YESTERDAY,
        "ended_on": YESTERDAY,
        "covers": "Cleaning",
        "result": "passed",
        "findings": "2",
        "still_open": "1",
    },
    "audit_report": {
        "audited_on": YESTERDAY,
        "mode": "on_site",
        "covers": "Cleaning",
        "result": "passed",
        "summary": "Nothing",
    },
    "credit_statement": {"stated_on": YESTERDAY, "summary": "None"},
    "registration_certificate": {
        "number": "国械注准20233130456",
        "product_name": "Plate",
        "registrant_name": "Chengyue",
        "device_class": "III",
        "address": "Somewhere（委托生产）",
        "remark": "",
        "valid_from": "2023-05-01",
        "valid_until": "2028-04-30",
    },
    "credit_check": {
        "about_uscc": HOUSES["hengrui"].uscc,
        "checked_on": YESTERDAY,
        "consulted": "Credit China",
        "adverse": "unknown",
        "summary": "Nothing",
    },
}
OF_PLANT = {"production_licence", "inspection", "credit_statement", "internal_audit", "audit_report"}
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


PROOF = a_pdf("proof")


def paper(name="paper.pdf", content=PROOF):
    return io.BytesIO(content), name


def keeper(kind):
    return PLANT if kind.name in OF_PLANT else REGISTRANT


def house(kind):
    return keeper(kind).split("/")[0]


def one_of_theirs(kind, world):
    names = {"production_licence": "licence", "registration_certificate": "certificate"}
    return getattr(world, names.get(kind.name, kind.name))


def typed(kind, **also):
    site = {"sites": [f"{HOUSES['hengrui'].domicile}6号楼"]} if kind.name == "production_licence" else {}
    return TYPED[kind.name] | site | also


def stored(kind):
    with reading():
        return session.scalars(select(kind.record).order_by(kind.record.id)).all()


@each_kind
def test_it_is_recorded_with_its_file_and_the_ledger_says_so(seat, as_org, kind):
    browser = seat(keeper(kind))

    answer = browser.post(f"/evidence/{kind.path}/new", **typed(kind, file=paper()))

    assert answer.status_code == 302
    with as_org(house(kind)), reading():
        record = stored(kind)[-1]
        (entry,) = ledger.entries(subject_id=record.id)
        file = session.get(StoredFile, record.file_id)
        assert answer.location.endswith(f"/evidence/{kind.path}/{record.id}")
        assert (entry.event, [row["kind"] for row in entry.body["rows"]]) == (
            f"{kind.name}.recorded",
            [kind.name, "stored_file"],
        )
        assert (file.name, file.entrustment_id, file.subject_id) == ("paper.pdf", None, record.id)
    assert browser.get(answer.location).status_code == 200
    assert f"/files/{file.id}" in browser.get("/evidence/").text


@each_kind
def test_without_a_paper_there_is_no_new_evidence(seat, as_org, kind):
    with as_org(house(kind)):
        before = len(stored(kind))

    answer = seat(keeper(kind)).post(f"/evidence/{kind.path}/new", **typed(kind))

    assert answer.status_code == 422
    assert 'id="file-errors"' in answer.text
    with as_org(house(kind)):
        assert len(stored(kind)) == before


@each_kind
def test_a_paper_that_is_not_what_it_says_is_refused_at_its_field(seat, as_org, kind):
    answer = seat(keeper(kind)).post(f"/evidence/{kind.path}/new", **typed(kind, file=paper(content=b"MZ program")))

    assert answer.status_code == 422
    assert 'id="file-errors"' in answer.text


@each_kind
def test_an_edit_without_a_new_paper_keeps_the_old_one(seat, as_org, world, kind):
    record_id = one_of_theirs(kind, world)
    with as_org(house(kind)), reading():
        before = session.get_one(kind.record, record_id).file_id

    answer = seat(keeper(kind)).post(f"/evidence/{kind.path}/{record_id}/edit", **typed(kind))

    assert answer.status_code == 302
    with as_org(house(kind)), reading():
        assert session.get_one(kind.record, record_id).file_id == before
        assert ledger.entries(subject_id=record_id)[0].event == f"{kind.name}.amended"


def test_a_newer_paper_replaces_the_old_one_which_stays_on_record(seat, as_org, world):
    with as_org("hengrui"), reading():
        before = session.get_one(KINDS[0].record, world.licence).file_id

    seat(PLANT).post(f"/evidence/production-licences/{world.licence}/edit", **typed(KINDS[0], file=paper("newer.pdf")))

    with as_org("hengrui"), reading():
        now_there = session.get_one(KINDS[0].record, world.licence).file_id
        assert session.get_one(StoredFile, now_there).name == "newer.pdf"
        assert session.get(StoredFile, before) is not None
        assert ledger.entries(subject_id=world.licence)[0].body["changes"]["file_id"] == [str(before), str(now_there)]


def test_a_change_reaches_every_partner_and_its_verdict(seat, as_org, world):
    seat(PLANT).post(f"/evidence/production-licences/{world.licence}/edit", **typed(KINDS[0]))

    for partner, entrustment_id in (("chengyue", world.entrustment), ("lantai", world.rival_entrustment)):
        with as_org(partner), reading():
            shown = session.scalars(
                select(Exhibit).where(Exhibit.subject_id == world.licence, Exhibit.entrustment_id == entrustment_id)
            ).one()
            newest = session.scalars(
                select(Verdict).where(Verdict.entrustment_id == entrustment_id).order_by(Verdict.reached_at.desc())
            ).first()
            assert shown.facts["number"] == LICENCE["number"]
            assert (newest.because, newest.favourable) == ("licence.changed", False)


@each_kind
def test_what_is_retired_stays_on_record_and_is_withdrawn_from_partners(seat, as_org, world, kind):
    record_id = one_of_theirs(kind, world)
    browser = seat(keeper(kind))

    answer = browser.post(f"/evidence/{kind.path}/{record_id}/retire", reason="Replaced by a newer one.")

    assert answer.status_code == 302
    with as_org(house(kind)), reading():
        entry = ledger.entries(subject_id=record_id)[0]
        assert session.get_one(kind.record, record_id).retired_on == today()
        assert (entry.event, entry.body["reason"]) == (f"{kind.name}.retired", "Replaced by a newer one.")
        shown = session.scalars(select(Exhibit).where(Exhibit.subject_id == record_id)).all()
        assert shown
        assert all(each.withdrawn_at for each in shown)
    link = f"/evidence/{kind.path}/{record_id}"
    assert link not in browser.get("/evidence/").text
    assert link in browser.get("/evidence/?retired=1").text


@each_kind
def test_it_is_retired_once(seat, as_org, world, kind):
    browser, page = seat(keeper(kind)), f"/evidence/{kind.path}/{one_of_theirs(kind, world)}"
    browser.post(f"{page}/retire", reason="Replaced.")

    again = browser.post(f"{page}/retire", page="/evidence/", reason="Again.")
    edited = browser.post(f"{page}/edit", page="/evidence/", **typed(kind))

    assert (again.status_code, edited.status_code) == (302, 302)
    with as_org(house(kind)), reading():
        assert ledger.entries(subject_id=one_of_theirs(kind, world))[0].body["reason"] == "Replaced."


@each_kind
def test_nothing_is_retired_without_a_reason(seat, as_org, world, kind):
    answer = seat(keeper(kind)).post(f"/evidence/{kind.path}/{one_of_theirs(kind, world)}/retire", reason="  ")

    assert answer.status_code == 422
    with as_org(house(kind)):
        assert all(each.retired_on is None for each in stored(kind))


@each_kind
def test_whoever_may_only_read_reads(seat, world, kind):
    browser = seat(CLERK if kind.name in OF_PLANT else RELEASER)
    page = f"/evidence/{kind.path}/{one_of_theirs(kind, world)}"

    assert browser.get(page).status_code == 200
    for door in (f"/evidence/{kind.path}/new", f"{page}/edit", f"{page}/retire"):
        assert browser.post(door, page="/evidence/", **typed(kind)).status_code == 403


@each_kind
def test_the_other_side_does_not_keep_this_kind(seat, kind):
    browser = seat(REGISTRANT if kind.name in OF_PLANT else PLANT)

    assert browser.post(f"/evidence/{kind.path}/new", page="/evidence/", **typed(kind)).status_code == 403


@each_kind
def test_to_others_it_does_not_exist(seat, world, kind):
    page = f"/evidence/{kind.path}/{one_of_theirs(kind, world)}"
    partner = seat(REGISTRANT if kind.name in OF_PLANT else PLANT)
    missing = partner.get(f"/evidence/{kind.path}/{new_id()}")

    for stranger in (partner, seat("qihe/registrant-quality-manager")):
        found = stranger.get(page)
        assert (found.status_code, found.data) == (404, missing.data)
        for door in ("edit", "retire"):
            assert stranger.post(f"{page}/{door}", page="/evidence/", **typed(kind)).status_code == 404


@each_kind
def test_a_page_that_is_out_of_date_changes_nothing_and_gives_back_what_was_typed(seat, as_org, world, kind):
    browser, page = seat(keeper(kind)), f"/evidence/{kind.path}/{one_of_theirs(kind, world)}"
    late = typed(kind) | {
        next(name for name in ("remark", "summary", "covers", "scope") if name in typed(kind)): "Late"
    }

    edited = browser.post(f"{page}/edit", **late | {"seen_version": "0"})
    retired = browser.post(f"{page}/retire", reason="Late", seen_version="0")

    assert (edited.status_code, retired.status_code) == (409, 409)
    assert "Late" in words(edited)
    assert "Late" in words(retired)
    with as_org(house(kind)):
        assert {each.version for each in stored(kind)} == {1}


@each_kind
def test_without_its_token_nothing_is_recorded(seat, as_org, kind):
    with as_org(house(kind)):
        before = len(stored(kind))

    answer = seat(keeper(kind)).client.post(f"/evidence/{kind.path}/new", data=typed(kind, file=paper()))

    assert answer.status_code == 400
    with as_org(house(kind)):
        assert len(stored(kind)) == before


@pytest.mark.parametrize("path", ["/evidence/", "/evidence/production-licences/{licence}"])
def test_a_page_asks_fewer_than_twelve_questions(seat, world, path):
    browser, asked = seat(PLANT), []
    event.listen(engines().reading, "before_cursor_execute", lambda *said: asked.append(said[2]))

    assert browser.get(path.format(licence=world.licence)).status_code == 200

    assert len([each for each in asked if is_question(each)]) < 12, asked
