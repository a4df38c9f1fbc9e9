"""/evidence/<kind>/new: what cannot be right is refused at its field, and everything typed is kept."""

from datetime import timedelta

import pytest

from portal.db import reading, session, today
from portal.records.evidence import ProductionLicence, RegistrationCertificate
from portal.rooms.evidence.kinds import KINDS
from tests.browsing import words
from tests.rooms.test_evidence_records import PLANT, keeper, paper, stored, typed

KIND = {kind.name: kind for kind in KINDS}
TOMORROW = (today() + timedelta(days=1)).isoformat()
WRONG = [
    ("production_licence", "number", "苏药监生产20240123号"),
    ("production_licence", "number", ""),
    ("production_licence", "scope", "13-07"),
    ("production_licence", "scope", "13-07 III\n99 III"),
    ("production_licence", "scope", "13-07 IV"),
    ("production_licence", "scope", "13-07 I"),
    ("production_licence", "sites", ["an address that is not ours"]),
    ("production_licence", "valid_from", "2024-02-30"),
    ("production_licence", "valid_until", "2024-03-14"),
    ("production_licence", "valid_until", "2029-03-16"),
    ("registration_certificate", "number", "国械注准2023313045"),
    ("registration_certificate", "number", "苏械注准20233130456"),
    ("registration_certificate", "device_class", "II"),
    ("registration_certificate", "valid_until", "2028-05-02"),
    ("inspection", "inspected_on", TOMORROW),
    ("inspection", "result", "splendid"),
    ("inspection", "valid_until", "2020-01-01"),
    ("inspection", "valid_until", "soon"),
    ("credit_statement", "stated_on", TOMORROW),
    ("credit_statement", "summary", " "),
    ("credit_check", "about_uscc", "91320594MA1MYWTQ20"),
    ("credit_check", "about_uscc", "91320594MA1MYWTQ"),
    ("credit_check", "adverse", ""),
    ("credit_check", "summary", "x" * 2001),
]


@pytest.mark.parametrize(("name", "field", "wrong"), WRONG)
def test_it_is_refused_at_its_field(seat, as_org, name, field, wrong):
    kind = KIND[name]
    with as_org(keeper(kind).split("/")[0]):
        before = len(stored(kind))

    answer = seat(keeper(kind)).post(f"/evidence/{kind.path}/new", **typed(kind, file=paper()) | {field: wrong})

    assert answer.status_code == 422
    assert f'id="{field}-errors"' in answer.text
    with as_org(keeper(kind).split("/")[0]):
        assert len(stored(kind)) == before


def test_a_scope_error_names_its_line_and_keeps_every_line(seat):
    scope = "13-07 III\n\n99 III"

    answer = seat(PLANT).post("/evidence/production-licences/new", **typed(KINDS[0], file=paper(), scope=scope))

    assert "Line 3" in words(answer) or "3" in words(answer).split("99")[0][-40:]
    assert "13-07 III" in answer.text.split('name="scope"')[1]


def test_the_limit_of_five_years_cites_its_article(seat):
    answer = seat(PLANT).post(
        "/evidence/production-licences/new", **typed(KINDS[0], file=paper(), valid_until="2030-01-01")
    )

    assert "53" in answer.text.split('id="valid_until-errors"')[1][:400]


def test_a_chosen_file_must_be_chosen_again_and_the_page_says_so(seat):
    answer = seat(PLANT).post("/evidence/production-licences/new", **typed(KINDS[0], file=paper(), number="?"))

    assert 'id="file-errors"' in answer.text


def test_a_filing_of_class_one_is_kept_with_scope_of_class_one_only(seat, as_org):
    filing = {"number": "苏苏药监械生产备20240045号", "valid_until": "2039-01-01"}
    browser = seat(PLANT)

    refused = browser.post("/evidence/production-licences/new", **typed(KINDS[0], file=paper()) | filing)
    kept = browser.post(
        "/evidence/production-licences/new", **typed(KINDS[0], file=paper()) | filing | {"scope": "13-07 I"}
    )

    assert (refused.status_code, kept.status_code) == (422, 302)


def test_numbers_are_kept_as_the_law_writes_them_however_they_were_typed(seat, as_org):
    given = typed(KINDS[0], file=paper(), number=" 苏药监械生产许 ２０２４０１２３ ", scope="１３－０７ Ⅲ")

    assert seat(PLANT).post("/evidence/production-licences/new", **given).status_code == 302
    with as_org("hengrui"), reading():
        licence = session.get_one(ProductionLicence, stored(KINDS[0])[-1].id)
        assert licence.number == "苏药监械生产许20240123号"
        assert licence.scope == [{"code": "13-07", "class": "III"}]


def test_a_certificate_shows_what_its_number_and_its_marks_say(seat, as_org, world):
    with as_org("chengyue"), reading():
        certificate = session.get_one(RegistrationCertificate, world.certificate)

    page = words(
        seat("chengyue/registrant-quality-manager").get(f"/evidence/registration-certificates/{certificate.id}")
    )

    assert certificate.address in page
    assert certificate.number[-4:] in page
    assert certificate.remark.split("：")[-1] in page.split(certificate.remark)[1]
