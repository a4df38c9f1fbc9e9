"""Which roles fit which organisation, when somebody's access may be ended or given back, and by how many hands."""

from dataclasses import dataclass

from workflows.engine import Check, Source, Transition
from workflows.powers import Power, Role
from workflows.words import N_

OF_A_PARTY = (
    Role.ORGANISATION_ADMINISTRATOR,
    Role.MANAGEMENT_REPRESENTATIVE,
    Role.LEGAL_REPRESENTATIVE,
    Role.PERSON_IN_CHARGE,
)
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
    """What ending somebody's access depends on, and giving it back; ``other_administrators`` counts the active ones."""

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

END_SESSIONS = Transition[PersonFacts](
    name="end_sessions",
    label=N_("End every session"),
    says=N_("The person is signed out everywhere, and can sign in again with the factors they have."),
    sources=frozenset(),
    target="active",
    power=Power.PERSON_KEEP,
    event="person.sessions-ended",
    checks=(ACTIVE,),
    reason=True,
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


@dataclass(frozen=True, slots=True)
class ResetFacts:
    """What resetting somebody's factors depends on; ``second_hands`` counts who could confirm beside the proposer."""

    is_active: bool
    is_oneself: bool
    is_proposed: bool
    proposed_by_oneself: bool
    second_hands: int


STILL_ACTIVE = Check[ResetFacts](
    code="reset-person-active",
    says=N_("The person is active."),
    holds=lambda facts: facts.is_active,
    sources=(Source("HOUSE"),),
)
NOT_ONES_OWN = Check[ResetFacts](
    code="reset-not-oneself",
    says=N_("Nobody has a hand in resetting their own factors."),
    holds=lambda facts: not facts.is_oneself,
    sources=(Source("HOUSE"),),
)
NOT_PROPOSED = Check[ResetFacts](
    code="reset-not-proposed",
    says=N_("No reset of this person is proposed already."),
    holds=lambda facts: not facts.is_proposed,
    sources=(Source("HOUSE"),),
)
A_SECOND_HAND = Check[ResetFacts](
    code="reset-second-hand",
    says=N_(
        "Somebody else can confirm: a management representative or another administrator, not the person concerned. "
        "Where there is nobody, whoever runs the installation enters a second administrator with `portal enrol`."
    ),
    holds=lambda facts: facts.second_hands > 0,
    sources=(Source("HOUSE"),),
    mend="people.invite",
)
PROPOSED = Check[ResetFacts](
    code="reset-proposed",
    says=N_("A reset of this person is proposed, and not older than seven days."),
    holds=lambda facts: facts.is_proposed,
    sources=(Source("HOUSE"),),
)
ANOTHER_HAND = Check[ResetFacts](
    code="reset-another-hand",
    says=N_("Whoever confirms is not the one who proposed."),
    holds=lambda facts: not facts.proposed_by_oneself,
    sources=(Source("HOUSE"),),
)

PROPOSE_RESET = Transition[ResetFacts](
    name="reset",
    label=N_("Propose a reset of the factors"),
    says=N_(
        "For somebody who lost passkeys, authenticator and recovery codes. "
        "Nothing happens before a second person confirms."
    ),
    sources=frozenset(),
    target="active",
    power=Power.PERSON_KEEP,
    event="person.reset-proposed",
    checks=(STILL_ACTIVE, NOT_ONES_OWN, NOT_PROPOSED, A_SECOND_HAND),
    reason=True,
)
CONFIRM_RESET = Transition[ResetFacts](
    name="confirm_reset",
    label=N_("Confirm the reset of the factors"),
    says=N_(
        "Password, passkeys, authenticator, recovery codes and every session of the person end now. "
        "You get a link that opens for 24 hours and once; whoever comes back by it signs nothing for another 24 hours."
    ),
    sources=frozenset(),
    target="active",
    power=Power.PERSON_RESTORE,
    event="person.factors-reset",
    checks=(PROPOSED, NOT_ONES_OWN, ANOTHER_HAND),
    grave=True,
)
