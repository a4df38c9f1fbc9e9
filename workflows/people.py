"""Which roles fit which kind of organisation, and when somebody may be deactivated or let in again."""

from dataclasses import dataclass

from workflows.engine import Check, Source, Transition
from workflows.powers import Power, Role
from workflows.words import N_

OF_A_PARTY = (Role.ORGANISATION_ADMINISTRATOR, Role.MANAGEMENT_REPRESENTATIVE)
OF_A_REGISTRANT = (Role.REGISTRANT_QUALITY_MANAGER, Role.REGISTRANT_RELEASE_PERSON, Role.RESIDENT_SUPERVISOR)
OF_A_MANUFACTURER = (Role.MANUFACTURER_QUALITY_MANAGER, Role.MANUFACTURER_RELEASE_PERSON, Role.PLANT_CLERK)
# An authority only reads; its people are entered by whoever runs the installation.
OF_AN_AUTHORITY = (Role.AUTHORITY_INSPECTOR,)


def fitting_roles(*, registrant: bool, manufacturer: bool, authority: bool) -> tuple[Role, ...]:
    """The roles that people of such an organisation can hold, in the order in which they are offered."""
    if authority:
        return OF_AN_AUTHORITY
    return OF_A_PARTY + OF_A_REGISTRANT * registrant + OF_A_MANUFACTURER * manufacturer


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What deactivating and reactivating depend on; ``other_administrators`` counts the active ones."""

    is_active: bool
    is_oneself: bool
    is_administrator: bool
    other_administrators: int


ACTIVE = Check[PersonFacts](
    code="person-active",
    says=N_("The person is active."),
    holds=lambda facts: facts.is_active,
    sources=(Source("HOUSE"),),
)
INACTIVE = Check[PersonFacts](
    code="person-deactivated",
    says=N_("The person is deactivated."),
    holds=lambda facts: not facts.is_active,
    sources=(Source("HOUSE"),),
)
ANOTHER = Check[PersonFacts](
    code="not-oneself",
    says=N_("Nobody deactivates themselves."),
    holds=lambda facts: not facts.is_oneself,
    sources=(Source("HOUSE"),),
)
ADMINISTRATOR_LEFT = Check[PersonFacts](
    code="administrator-left",
    says=N_("Another administrator of the organisation remains active."),
    holds=lambda facts: not facts.is_administrator or facts.other_administrators > 0,
    sources=(Source("HOUSE"),),
    mend="people.invite",
)

DEACTIVATE = Transition[PersonFacts](
    name="deactivate",
    label=N_("Deactivate"),
    says=N_("The person can no longer sign in, and every session ends now. What they did stays under their name."),
    sources=frozenset(),
    target="deactivated",
    power=Power.PERSON_KEEP,
    event="person.deactivated",
    checks=(ACTIVE, ANOTHER, ADMINISTRATOR_LEFT),
    reason=True,
    grave=True,
)
REACTIVATE = Transition[PersonFacts](
    name="reactivate",
    label=N_("Reactivate"),
    says=N_("The person can sign in again, with the password and the authenticator they had."),
    sources=frozenset(),
    target="active",
    power=Power.PERSON_KEEP,
    event="person.reactivated",
    checks=(INACTIVE,),
    reason=True,
)
