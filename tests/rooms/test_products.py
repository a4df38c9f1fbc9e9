"""/products: what a registrant says of its devices."""

import pytest
from sqlalchemy import event, select

from portal import ledger
from portal.db import engines, new_id, reading, session
from portal.records.entrustment import Exhibit, Verdict
from portal.records.product import Product
from tests.browsing import words
from tests.stage import is_question

KEEPER, READER = "chengyue/registrant-quality-manager", "chengyue/registrant-release-person"
SAID = {
    "name": "Hollow screw",
    "model": "HS-4.0",
    "code": "13-01-02",
    "device_class": "III",
    "is_implantable": "yes",
    "contains_animal_origin_material": "no",
    "directly_from_animal_tissue": "no",
    "is_allogeneic": "no",
    "contains_allogeneic_material": "unknown",
    "vascular_site": "unknown",
    "udi_di": "06901234567892",
    "certificate_id": "",
}


def id_in(answer):
    return answer.location.rsplit("/", 1)[1]


def products_called(name):
    with reading():
        return session.scalars(select(Product).where(Product.name == name)).all()


def test_a_product_is_recorded_and_the_ledger_says_so(seat, as_org):
    answer = seat(KEEPER).post("/products/new", **SAID)

    assert answer.status_code == 302
    with as_org("chengyue"), reading():
        (product,) = products_called("Hollow screw")
        (entry,) = ledger.entries(subject_id=product.id)
        assert str(product.id) == id_in(answer)
        assert (product.code, product.is_implantable, product.contains_allogeneic_material) == ("13-01-02", True, None)
        assert (product.vascular_site, product.certificate_id) == (None, None)
        assert entry.event == "product.recorded"


def test_it_is_shown_and_listed(seat):
    browser = seat(KEEPER)
    made = browser.post("/products/new", **SAID).location

    assert "Hollow screw" in browser.get("/products/").text
    assert "06901234567892" in browser.get(made).text


def test_what_changes_at_home_changes_where_it_is_shown_and_is_judged_anew(seat, as_org, world):
    page = f"/products/{world.product}/edit"

    answer = seat(KEEPER).post(page, **SAID | {"is_implantable": "unknown", "certificate_id": str(world.certificate)})

    assert answer.status_code == 302
    with as_org("hengrui"), reading():
        exhibit = session.scalars(
            select(Exhibit).where(Exhibit.subject_id == world.product, Exhibit.entrustment_id == world.entrustment)
        ).one()
        newest = session.scalars(
            select(Verdict).where(Verdict.product_id == world.product).order_by(Verdict.reached_at.desc())
        ).first()
        assert exhibit.facts["name"] == "Hollow screw HS-4.0"
        assert exhibit.facts["is_implantable"] is None
        assert newest.because == "product.changed"
    with as_org("chengyue"), reading():
        newest = ledger.entries(subject_id=world.product)[0]
        assert newest.event == "product.amended"
        assert newest.body["changes"]["is_implantable"] == [True, None]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "  "),
        ("name", "x" * 201),
        ("code", "13-01"),
        ("code", "99-01-01"),
        ("device_class", "IV"),
        ("is_implantable", ""),
        ("vascular_site", "knee"),
        ("udi_di", "06901234567893"),
        ("udi_di", "6901234567892"),
        ("certificate_id", "00000000-0000-7000-8000-000000000000"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field_and_all_that_was_typed_is_kept(seat, as_org, field, typed):
    answer = seat(KEEPER).post("/products/new", **SAID | {"model": "kept as typed", field: typed})

    assert answer.status_code == 422
    assert f'id="{field}-errors"' in answer.text
    assert 'value="kept as typed"' in answer.text
    with as_org("chengyue"):
        assert products_called("Hollow screw") == []


@pytest.mark.parametrize(
    ("field", "also"),
    [
        ("directly_from_animal_tissue", {"directly_from_animal_tissue": "yes"}),
        ("is_allogeneic", {"is_allogeneic": "yes", "contains_allogeneic_material": "no"}),
    ],
)
def test_answers_that_contradict_each_other_are_refused(seat, field, also):
    answer = seat(KEEPER).post("/products/new", **SAID | also)

    assert answer.status_code == 422
    assert f'id="{field}-errors"' in answer.text


def test_a_certificate_of_another_class_is_refused(seat, world):
    answer = seat(KEEPER).post(
        "/products/new", **SAID | {"device_class": "II", "certificate_id": str(world.certificate)}
    )

    assert answer.status_code == 422
    assert 'id="certificate_id-errors"' in answer.text


def test_whoever_may_only_read_reads(seat, world):
    browser = seat(READER)

    assert browser.get(f"/products/{world.product}").status_code == 200
    assert browser.get("/products/new").status_code == 403
    assert browser.post("/products/new", **SAID).status_code == 403
    assert browser.post(f"/products/{world.product}/edit", **SAID).status_code == 403


def test_only_a_registrant_has_products(seat):
    browser = seat("hengrui/manufacturer-quality-manager")

    assert browser.get("/products/").status_code == 200
    assert browser.post("/products/new", page="/products/", **SAID).status_code == 403


def test_an_authority_has_no_way_into_a_registrants_own_books(seat, world):
    assert seat("shanghai/authority-inspector").get(f"/products/{world.product}").status_code == 403


@pytest.mark.parametrize(
    "stranger", ["hengrui/manufacturer-quality-manager", "lantai/registrant-quality-manager", "qihe/plant-clerk"]
)
def test_to_others_a_product_does_not_exist(seat, world, stranger):
    browser = seat(stranger)
    found, missing = browser.get(f"/products/{world.product}"), browser.get(f"/products/{new_id()}")

    assert (found.status_code, found.data) == (404, missing.data)


def test_a_stranger_changes_nothing(seat, world):
    browser = seat("lantai/registrant-quality-manager")

    assert browser.post(f"/products/{world.product}/edit", page="/products/new", **SAID).status_code == 404


def test_a_page_that_is_out_of_date_changes_nothing_and_gives_back_what_was_typed(seat, world):
    first, second = seat(KEEPER), seat(KEEPER)
    page = f"/products/{world.product}/edit"
    old = second.get(page)
    seen = {"seen_version": "1", "csrf_token": old.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]}
    assert first.post(page, **SAID).status_code == 302

    answer = second.client.post(page, data=SAID | seen | {"name": "Typed too late"})

    assert answer.status_code == 409
    assert "Typed too late" in words(answer)


def test_without_its_token_nothing_is_recorded(seat, as_org):
    answer = seat(KEEPER).client.post("/products/new", data=SAID)

    assert answer.status_code == 400
    with as_org("chengyue"):
        assert products_called("Hollow screw") == []


@pytest.mark.parametrize("path", ["/products/", "/products/{product}"])
def test_a_page_asks_fewer_than_twelve_questions(seat, world, path):
    browser, asked = seat(KEEPER), []
    event.listen(engines().reading, "before_cursor_execute", lambda *said: asked.append(said[2]))

    assert browser.get(path.format(product=world.product)).status_code == 200

    assert len([each for each in asked if is_question(each)]) < 12, asked
