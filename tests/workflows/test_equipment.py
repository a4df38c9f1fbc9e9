"""Equipment, rooms and authorisations: each condition of each move, alone."""

from dataclasses import replace
from datetime import date

import pytest

from workflows import area, authorisation, equipment
from workflows.area import AREA, AreaFacts
from workflows.authorisation import AUTHORISATION, AuthorisationFacts
from workflows.engine import weigh_opening
from workflows.equipment import EQUIPMENT, EquipmentFacts, ProofFacts
from workflows.powers import POWERS_OF, Role

ON = date(2026, 11, 23)
QUALITY = POWERS_OF[Role.MANUFACTURER_QUALITY_MANAGER]
CLERK = POWERS_OF[Role.PLANT_CLERK]
MACHINE = EquipmentFacts("registered", calibrated=True, unvalidated=())
ROOM = AreaFacts("registered", licensed=True)
TRAINED = AuthorisationFacts("prepared", evidenced=True, own=False, trained_by_another=True)


def weigh(lifecycle, name, facts, powers=QUALITY, state=None):
    return lifecycle.weigh(name, state=state or facts.state, facts=facts, powers=powers, side=None, on=ON)


def codes(decision):
    return {each.code for each in decision.unmet}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, set()),
        ({"calibrated": False}, {"calibration-in-date"}),
        ({"unvalidated": ("OQ", "PQ")}, {"validation-in-date"}),
    ],
)
def test_equipment_goes_into_service_once_it_is_proven(given, missing):
    decision = weigh(EQUIPMENT, "put_in_service", replace(MACHINE, **given))
    assert codes(decision) == missing
    assert decision.allowed is (not missing)


def test_what_is_lacking_is_named():
    (unmet,) = weigh(EQUIPMENT, "put_in_service", replace(MACHINE, unvalidated=("OQ", "PQ"))).unmet
    assert str(unmet.fact) == "Lacking: OQ, PQ."


def test_a_clerk_takes_equipment_out_of_service_and_cannot_put_it_back():
    used = replace(MACHINE, state="in_service")
    assert weigh(EQUIPMENT, "take_out", used, CLERK).allowed
    out = replace(MACHINE, state="out_of_service")
    assert not weigh(EQUIPMENT, "put_in_service", out, CLERK).allowed
    assert weigh(EQUIPMENT, "put_in_service", out).allowed
    assert not weigh(EQUIPMENT, "retire", used, CLERK).allowed


@pytest.mark.parametrize(
    ("state", "amend", "prove"),
    [
        ("registered", True, True),
        ("in_service", False, True),
        ("out_of_service", True, True),
        ("retired", False, False),
    ],
)
def test_what_has_to_be_proven_changes_only_while_nothing_rests_on_it(state, amend, prove):
    facts = replace(MACHINE, state=state)
    for deed, allowed in ((equipment.AMEND, amend), (equipment.PROVE, prove)):
        assert weigh_opening(deed, facts, powers=CLERK, side=None, on=ON).allowed is allowed


def test_a_proof_is_struck_out_once_and_by_quality():
    def struck(powers, *, is_struck):
        return weigh_opening(equipment.STRIKE, ProofFacts(is_struck), powers=powers, side=None, on=ON).allowed

    assert struck(QUALITY, is_struck=False)
    assert not struck(QUALITY, is_struck=True)
    assert not struck(CLERK, is_struck=False)


def test_a_room_is_used_where_the_licence_names_the_site_and_its_grade_stays_meanwhile():
    assert weigh(AREA, "put_in_use", ROOM).allowed
    assert codes(weigh(AREA, "put_in_use", replace(ROOM, licensed=False))) == {"area-on-licensed-site"}
    for state, allowed in (("registered", True), ("in_use", False), ("out_of_use", True), ("retired", False)):
        decision = weigh_opening(area.AMEND, replace(ROOM, state=state), powers=CLERK, side=None, on=ON)
        assert decision.allowed is allowed


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, set()),
        ({"evidenced": False}, {"training-evidenced"}),
        ({"own": True}, {"not-ones-own-authorisation"}),
        ({"trained_by_another": False}, {"trained-by-another"}),
    ],
)
def test_an_authorisation_is_signed_on_the_record_of_a_training_by_others(given, missing):
    decision = weigh(AUTHORISATION, "grant", replace(TRAINED, **given))
    assert codes(decision) == missing
    assert decision.transition.signature


def test_a_signed_authorisation_is_not_amended_and_only_ended():
    signed = replace(TRAINED, state="in_force")
    assert not weigh_opening(authorisation.AMEND, signed, powers=QUALITY, side=None, on=ON).allowed
    assert weigh(AUTHORISATION, "end", signed).allowed
    assert not weigh(AUTHORISATION, "withdraw", signed).allowed
