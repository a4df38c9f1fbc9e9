"""/approved-sources: the manufacturer proposes from where a material comes, the registrant approves it."""

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.records.approved_source import ApprovedSource
from portal.records.definition import Definition, DefinitionMaterial
from portal.records.supplier import Supplier
from tests.browsing import words

PLANT, REGISTRANT = "hengrui/manufacturer-quality-manager", "chengyue/registrant-quality-manager"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def proposal(as_org, world):
    """What the plant types to propose its titanium supplier for the nitric acid."""

    def _proposal(code="CH-HNO3-68", supplier="SP-001", **given):
        with as_org("hengrui"):
            lines = select(DefinitionMaterial).where(
                DefinitionMaterial.definition_id == world.definition, DefinitionMaterial.code == code
            )
            line = session.scalars(lines).one().id
            of = session.scalars(select(Supplier.id).where(Supplier.number == supplier)).one()
            session.close()
        chosen = {
            "material": str(line),
            "supplier": str(of),
            "supplied": "other",
            "basis": "Evaluated, samples passed.",
        }
        return chosen | given

    return _proposal


def proposed(seat, world, given):
    answer = seat(PLANT).post(f"/entrustments/{world.entrustment}/sources/new", **given)
    assert answer.status_code == 302, words(answer)
    return answer.headers["Location"]


def test_the_manufacturer_proposes_and_the_registrant_approves_with_a_signature(seat, as_org, world, proposal):
    at = proposed(seat, world, proposal())
    page = words(seat(REGISTRANT).get("/"))
    assert "Approve the source: source AS-" in page

    assert seat(REGISTRANT).sign(f"{at}/approve").status_code == 302

    with as_org("chengyue"):
        found = session.scalars(select(ApprovedSource).where(ApprovedSource.material_code == "CH-HNO3-68")).one()
        told = [each.event for each in ledger.entries(subject_id=found.id, entrustment_id=world.entrustment)]
        assert (found.state, found.supplier_name) == ("approved", "演示钛业（宝鸡）有限公司")
        assert told == ["approved_source.approved", "approved_source.proposed"]
        session.close()
    assert "Source of a material approved" in words(seat(PLANT).get("/notices"))


def test_a_later_version_takes_its_sources_along_and_an_earlier_one_gets_none(as_org, world):
    with as_org("hengrui"):
        first, second = (session.get_one(Definition, each) for each in (world.definition, world.drafted_definition))
        wanted = select(ApprovedSource).where(
            ApprovedSource.entrustment_id == world.entrustment, ApprovedSource.state == "approved"
        )
        source = session.scalars(wanted).one()

        assert source.holds_for(first, "RM-TI-012")
        assert source.holds_for(second, "RM-TI-012")
        assert not source.holds_for(second, "PK-TY-1073")
        source.since_version = 2
        assert not source.holds_for(first, "RM-TI-012")
        source.since_version, source.state = 1, "suspended"
        assert not source.holds_for(first, "RM-TI-012")
        session.rollback()
        session.close()


@ON_EITHER_ENGINE_THE_SAME
def test_the_supplier_of_a_key_item_waits_for_the_registrants_audit(seat, world, proposal):
    at = proposed(seat, world, proposal(supplied="sterilisation"))
    answer = seat(REGISTRANT).get(f"{at}/approve")

    assert answer.status_code == 409
    assert "has audited the supplier of a key item" in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_the_manufacturer_does_not_approve_its_own_proposal_and_the_registrant_proposes_none(seat, world):
    assert seat(PLANT).get(f"/approved-sources/{world.approved_source}/approve").status_code == 409
    assert seat(REGISTRANT).get(f"/entrustments/{world.entrustment}/sources/new").status_code == 403


@ON_EITHER_ENGINE_THE_SAME
def test_the_same_source_is_refused_a_second_time_with_the_number_of_the_first(seat, world, proposal):
    answer = seat(PLANT).post(f"/entrustments/{world.entrustment}/sources/new", **proposal("RM-TI-012"))

    assert answer.status_code == 409
    assert "AS-2026-001 stands." in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_a_suspended_supplier_is_not_offered(seat, world):
    page = words(seat(PLANT).get(f"/entrustments/{world.entrustment}/sources/new"))

    assert "SP-001" in page
    assert "SP-003" not in page


def test_either_side_suspends_with_a_reason_and_only_the_registrant_lets_it_count_again(seat, as_org, world):
    with as_org("hengrui"):
        wanted = select(ApprovedSource.id).where(
            ApprovedSource.entrustment_id == world.entrustment, ApprovedSource.state == "approved"
        )
        at = f"/approved-sources/{session.scalars(wanted).one()}"
        session.close()
    assert seat(PLANT).post(f"{at}/suspend", reason="").status_code == 422
    assert seat(PLANT).post(f"{at}/suspend", reason="Its mill certificate was forged.").status_code == 302
    assert seat(PLANT).get(f"{at}/reinstate").status_code == 409
    assert seat(REGISTRANT).sign(f"{at}/reinstate", reason="Settled.").status_code == 302


@ON_EITHER_ENGINE_THE_SAME
def test_a_rival_of_the_same_plant_finds_none_of_it(seat, world):
    rival = seat("lantai/registrant-quality-manager")

    assert rival.get(f"/approved-sources/{world.approved_source}").status_code == 404
    assert rival.get(f"/entrustments/{world.entrustment}/sources").status_code == 404
    assert seat("jiangsu/authority-inspector").get(f"/approved-sources/{world.approved_source}").status_code == 200
