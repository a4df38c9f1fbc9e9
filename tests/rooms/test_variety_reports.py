"""The report of product varieties: drawn from the records, kept as it was filed, read by both sides and no rival."""

import json
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.db import session, today
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.variety_report import VarietyReport
from tests.browsing import words

WRITER = "hengrui/manufacturer-quality-manager"
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def prepared(world):
    return f"/entrustments/{world.entrustment}/variety-report"


@pytest.fixture
def filed(as_org, world):
    """The reports on record, newest first."""

    def _filed() -> list[VarietyReport]:
        with as_org("hengrui"):
            wanted = select(VarietyReport).where(VarietyReport.entrustment_id == world.entrustment)
            return list(session.scalars(wanted.order_by(VarietyReport.id.desc())))

    return _filed


@pytest.fixture
def shown(as_org, world):
    """What is shown of a kind."""

    def _shown(kind: str) -> Exhibit:
        with as_org("hengrui"):
            wanted = select(Exhibit).where(Exhibit.entrustment_id == world.entrustment, Exhibit.kind == kind)
            return session.scalars(wanted.where(Exhibit.withdrawn_at.is_(None))).one()

    return _shown


@pytest.fixture
def note(seat, world, as_org):
    """Note that the report was filed."""

    def _note(**changed: str):
        with as_org("hengrui"):
            version = session.get_one(Entrustment, world.entrustment).version
        given = {"reported_on": today().isoformat(), "reference": "receipt 2026-1120", "seen_version": str(version)}
        return seat(WRITER).post(f"/entrustments/{world.entrustment}/reports", **given | changed)

    return _note


def test_it_names_the_registrant_the_products_and_the_term_as_order_53_article_42_asks(seat, prepared, as_org, world):
    page = words(seat(WRITER).get(prepared))

    with as_org("hengrui"):
        entrustment = session.get_one(Entrustment, world.entrustment)
        named = [entrustment.registrant.name, entrustment.registrant.uscc, entrustment.manufacturer.name]
    for each in (*named, "Entrustment agreement", "Registration certificate"):
        assert each in page
    assert "not shown" not in page
    assert "not signed yet" not in page


@ON_SQLITE
def test_what_is_noted_as_filed_stays_as_it_was_though_the_records_go_on(seat, note, filed, prepared, shown):
    before = len(filed())
    assert note().status_code == 302
    first = filed()[0]
    assert (len(filed()), first.reported_on, first.reference) == (before + 1, today(), "receipt 2026-1120")
    licence = json.loads(first.body)["licence"]["number"]
    assert licence in words(seat(WRITER).get(prepared))

    seat(WRITER).post(f"/entrustments/exhibits/{shown('licence').id}/withdraw", reason="Replaced by a newer one.")

    assert licence not in words(seat(WRITER).get(prepared))
    page = words(seat(WRITER).get(f"/variety-reports/{first.id}"))
    assert [each for each in (first.body_hash, "receipt 2026-1120", licence) if each not in page] == []


@ON_SQLITE
def test_a_report_without_its_day_or_reference_is_refused_at_the_field_and_nothing_is_kept(note, filed):
    before = len(filed())

    assert note(reported_on="").status_code == 422
    assert note(reference="").status_code == 422
    assert note(reported_on="2999-01-01").status_code == 422
    assert len(filed()) == before


@ON_SQLITE
def test_the_registrant_and_the_authority_read_it_and_a_rival_at_the_plant_finds_nothing(seat, filed, prepared, world):
    address = f"/variety-reports/{filed()[0].id}"

    for reader in ("chengyue/registrant-quality-manager", "shanghai/authority-inspector"):
        assert [seat(reader).get(each).status_code for each in (address, prepared)] == [200, 200]
    for each in (address, prepared):
        nothing = seat("qihe/registrant-quality-manager").get(each)
        assert nothing.status_code == 404
        assert str(UUID(address.rsplit("/", 1)[1])) not in nothing.text
