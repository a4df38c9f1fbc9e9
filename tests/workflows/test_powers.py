"""Who may: the whole policy, read as requirements."""

import pytest

from workflows.catalogue import LIFECYCLES
from workflows.powers import POWERS_OF, ROLE_NAMES, Power, Role, powers_of

OF_MANUFACTURER = (Role.MANUFACTURER_QUALITY_MANAGER, Role.MANUFACTURER_RELEASE_PERSON, Role.PLANT_CLERK)
OF_REGISTRANT = (Role.REGISTRANT_QUALITY_MANAGER, Role.REGISTRANT_RELEASE_PERSON, Role.RESIDENT_SUPERVISOR)
OF_EITHER = (Role.MANAGEMENT_REPRESENTATIVE, Role.ORGANISATION_ADMINISTRATOR)


def holders(power):
    return {role for role, powers in POWERS_OF.items() if power in powers}


def test_marketing_release_belongs_to_the_registrants_authorised_person_alone():
    assert holders(Power.BATCH_RELEASE_MARKETING) == {Role.REGISTRANT_RELEASE_PERSON}


def test_production_release_belongs_to_the_manufacturers_authorised_person_alone():
    assert holders(Power.BATCH_RELEASE_PRODUCTION) == {Role.MANUFACTURER_RELEASE_PERSON}


@pytest.mark.parametrize("role", [*OF_MANUFACTURER, *OF_EITHER])
def test_no_role_of_a_manufacturer_holds_a_deed_of_the_registrant(role):
    assert POWERS_OF[role].isdisjoint({Power.BATCH_RELEASE_MARKETING, Power.BATCH_REVIEW})


@pytest.mark.parametrize("role", [*OF_REGISTRANT, *OF_EITHER])
def test_no_role_of_a_registrant_holds_a_deed_of_the_manufacturer(role):
    assert POWERS_OF[role].isdisjoint({Power.BATCH_RELEASE_PRODUCTION, Power.BATCH_RECORD})


@pytest.mark.parametrize("role", Role)
def test_whoever_releases_does_not_keep_the_record(role):
    release = {Power.BATCH_RELEASE_PRODUCTION, Power.BATCH_RELEASE_MARKETING}

    assert len(POWERS_OF[role] & release) <= 1
    assert not (POWERS_OF[role] & release and Power.BATCH_RECORD in POWERS_OF[role])


def test_an_inspector_may_look_and_take_copies_and_nothing_else():
    assert {power.split(":")[1] for power in POWERS_OF[Role.AUTHORITY_INSPECTOR]} == {"read", "take"}


def test_only_an_inspector_takes_everything_at_once():
    assert holders(Power.EXPORT_TAKE) == {Role.AUTHORITY_INSPECTOR}


def test_an_inspector_sees_no_evidence_at_home_and_no_people():
    assert POWERS_OF[Role.AUTHORITY_INSPECTOR].isdisjoint({Power.EVIDENCE_READ, Power.PERSON_READ})


@pytest.mark.parametrize("power", [Power.ORGANISATION_KEEP, Power.PERSON_KEEP])
def test_only_the_administrator_keeps_people_and_the_house(power):
    assert holders(power) == {Role.ORGANISATION_ADMINISTRATOR}


def test_a_reset_of_factors_is_confirmed_by_those_who_answer_for_the_people_or_the_system():
    assert holders(Power.PERSON_RESTORE) == {Role.ORGANISATION_ADMINISTRATOR, Role.MANAGEMENT_REPRESENTATIVE}


def test_the_administrator_decides_nothing_about_quality():
    moves = {move.power for lifecycle in LIFECYCLES for move in lifecycle.transitions}

    assert POWERS_OF[Role.ORGANISATION_ADMINISTRATOR].isdisjoint(moves)


def test_agreements_are_signed_by_the_management_representative():
    assert holders(Power.AGREEMENT_SIGN) == {Role.MANAGEMENT_REPRESENTATIVE}


def test_a_plant_clerk_records_and_raises_and_closes_nothing():
    clerk = POWERS_OF[Role.PLANT_CLERK]

    assert {Power.BATCH_RECORD, Power.NONCONFORMITY_RAISE} <= clerk
    assert Power.NONCONFORMITY_CLOSE not in clerk


def test_quality_people_of_either_side_audit_and_answer_and_the_representative_approves_the_programme():
    quality = {
        Role.MANAGEMENT_REPRESENTATIVE,
        Role.REGISTRANT_QUALITY_MANAGER,
        Role.MANUFACTURER_QUALITY_MANAGER,
    }

    for power in (Power.AUDIT_KEEP, Power.AUDIT_SIGN, Power.AUDITOR_READ, Power.AUDIT_ANSWER):
        assert holders(power) == quality, power
    assert holders(Power.AUDIT_APPROVE) == {Role.MANAGEMENT_REPRESENTATIVE}


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_name_and_powers_and_can_come_home(role):
    assert ROLE_NAMES[role]
    assert Power.HOME_READ in POWERS_OF[role]


def test_every_power_is_granted_to_somebody():
    assert powers_of(frozenset(Role)) == set(Power)


def test_nobody_without_a_role_may_do_anything():
    assert powers_of(frozenset()) == frozenset()


def test_powers_add_up():
    roles = frozenset({Role.PLANT_CLERK, Role.REGISTRANT_QUALITY_MANAGER})

    assert powers_of(roles) == POWERS_OF[Role.PLANT_CLERK] | POWERS_OF[Role.REGISTRANT_QUALITY_MANAGER]
