"""An appointment to a key post: prepared with its evidence, signed as a letter of authorisation, ended."""

from dataclasses import dataclass
from datetime import date

from workflows.engine import Check, Lifecycle, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

EDUCATIONS = {
    "none": N_("None"),
    "secondary": N_("Secondary school"),
    "college": N_("College (three years)"),
    "bachelor": N_("Bachelor"),
    "master": N_("Master"),
    "doctor": N_("Doctor"),
}
TITLES = {
    "none": N_("No professional title"),
    "junior": N_("Junior professional title"),
    "mid": N_("Mid-level professional title"),
    "senior": N_("Senior professional title"),
}
KEY_POSTS = {
    "legal_representative": N_("Legal representative"),
    "person_in_charge": N_("Person in charge of the company"),
    "management_representative": N_("Management representative"),
    "production_head": N_("Head of production"),
    "quality_head": N_("Head of quality"),
    "release_reviewer": N_("Product release reviewer"),
}


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """``lacks`` are the conditions of the law that the person does not meet today, as agreements.key_posts names them.

    ``holder`` is whoever holds the post now, where only one may; ``also`` are the other posts this person holds;
    ``small`` is whether the house says that it is a small maker.
    """

    post: str
    lacks: frozenset[str]
    device_class: str
    evidenced: bool
    authorised: bool
    holder: str
    also: frozenset[str]
    small: bool
    own: bool


GMP_2025 = date(2026, 11, 1)
ANN_124 = date(2023, 3, 1)
SCHOOLING = (Source("GMP-2025", "19-22"), Source("ANN-2022-124", "6"))


def _asked(what: str, says: str, sources: tuple[Source, ...]) -> Check[AppointmentFacts]:
    return Check(
        code=f"holder-{what.replace('_', '-')}",
        says=says,
        holds=lambda facts: what not in facts.lacks,
        sources=sources,
        since=ANN_124,
    )


FULL_TIME = _asked(
    "full_time",
    N_("Whoever holds a key post works full-time for the organisation; the legal representative alone need not."),
    (Source("GMP-2025", "17"), Source("ANN-2022-124", "6")),
)
SCHOOLED = _asked("schooled", N_("Education or professional title is what the law asks of the post."), SCHOOLING)
PRACTISED = _asked("practised", N_("The years of practice are what the law asks of the post."), SCHOOLING)
SENIOR = _asked(
    "senior",
    N_("The management representative is one of the senior managers."),
    (Source("ANN-2022-124", "6"),),
)
CLEAN = _asked("clean_record", N_("The management representative has no bad record."), (Source("ANN-2022-124", "6"),))
OF_QUALITY = _asked(
    "of_quality",
    N_("The release reviewer comes from the quality department or the higher quality management."),
    (Source("GMP-2025", "19-22"),),
)
TRAINED = _asked("trained", N_("The release reviewer is trained for the post."), (Source("GMP-2025", "19-22"),))
EVIDENCED = Check[AppointmentFacts](
    code="qualification-evidenced",
    says=N_("The evidence of the qualification is filed and accepted."),
    holds=lambda facts: facts.evidenced,
    sources=(Source("ANN-2022-124", "26"),),
    mend="appointments.amend",
    since=ANN_124,
)
AUTHORISED = Check[AppointmentFacts](
    code="authorisation-written",
    says=N_("The letter says what the holder of the post is authorised to do."),
    holds=lambda facts: facts.authorised,
    sources=(Source("ANN-2022-124", "8"),),
    mend="appointments.amend",
    since=ANN_124,
)
APART = Check[AppointmentFacts](
    code="production-and-quality-apart",
    says=N_("Nobody heads production and quality at once."),
    holds=lambda facts: not {"production_head", "quality_head"} <= facts.also | {facts.post},
    sources=(Source("GMP-2025", "14"), Source("ANN-2022-124", "9")),
    since=ANN_124,
)
ONLY_IF_SMALL = Check[AppointmentFacts](
    code="representative-heads-quality-if-small",
    says=N_("The management representative heads quality as well only at a small maker."),
    holds=lambda facts: facts.small or not {"management_representative", "quality_head"} <= facts.also | {facts.post},
    sources=(Source("ANN-2022-124", "9"),),
    mend="appointments.amend",
    since=ANN_124,
)
VACANT = Check[AppointmentFacts](
    code="post-vacant",
    says=N_("Nobody else holds the post."),
    holds=lambda facts: not facts.holder,
    fact=lambda facts: (
        Said(N_("It is held by %(holder)s."), {"holder": facts.holder})
        if facts.holder
        else Said(N_("The post is vacant."))
    ),
    sources=(Source("HOUSE"),),
)
ANOTHERS = Check[AppointmentFacts](
    code="not-ones-own-letter",
    says=N_("Nobody signs their own letter of authorisation."),
    holds=lambda facts: not facts.own,
    sources=(Source("HOUSE"),),
)

APPOINTMENT = Lifecycle[AppointmentFacts](
    subject="appointment",
    says=N_(
        "Somebody is appointed to a key post: the person in charge signs the letter of authorisation once the law's"
        " conditions are met, and ends the appointment when the person leaves the post."
    ),
    states=(
        State("prepared", N_("Prepared")),
        State("in_office", N_("In office"), Tone.GOOD),
        State("ended", N_("No longer in office"), final=True),
        State("withdrawn", N_("Withdrawn"), final=True),
    ),
    initial="prepared",
    transitions=(
        Transition(
            name="appoint",
            label=N_("Sign the letter of authorisation"),
            says=N_("From then on the person holds the post; every partner of a running entrustment sees who it is."),
            sources=frozenset({"prepared"}),
            target="in_office",
            power=Power.APPOINTMENT_SIGN,
            event="appointment.begun",
            checks=(
                FULL_TIME,
                SCHOOLED,
                PRACTISED,
                SENIOR,
                CLEAN,
                OF_QUALITY,
                TRAINED,
                EVIDENCED,
                AUTHORISED,
                APART,
                ONLY_IF_SMALL,
                VACANT,
                ANOTHERS,
            ),
            signature=N_("I appoint this person to this post and authorise them as written."),
        ),
        Transition(
            name="relieve",
            label=N_("End the appointment"),
            says=N_("The person no longer holds the post; partners no longer see them in it."),
            sources=frozenset({"in_office"}),
            target="ended",
            power=Power.APPOINTMENT_SIGN,
            event="appointment.ended",
            signature=N_("I end this appointment and its authorisation."),
            reason=True,
            grave=True,
        ),
        Transition(
            name="withdraw",
            label=N_("Withdraw the draft"),
            says=N_("Nobody is appointed; the draft stays on record."),
            sources=frozenset({"prepared"}),
            target="withdrawn",
            power=Power.APPOINTMENT_KEEP,
            event="appointment.withdrawn",
            reason=True,
            grave=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class ReportingFacts:
    """``reported``: the authority has been told of this holder already."""

    state: str
    post: str
    reported: bool


STILL_PREPARED = Check[str](
    code="appointment-prepared",
    says=N_("The letter is not signed yet."),
    holds=lambda state: state == "prepared",
    sources=(Source("HOUSE"),),
)
OF_A_REPRESENTATIVE = Check[ReportingFacts](
    code="representative-in-office",
    says=N_("It is the appointment of a management representative, and the letter is signed."),
    holds=lambda facts: facts.post == "management_representative" and facts.state == "in_office",
    sources=(Source("ANN-2022-124", "8"),),
)
NOT_REPORTED = Check[ReportingFacts](
    code="not-reported-yet",
    says=N_("The authority has not been told of it yet."),
    holds=lambda facts: not facts.reported,
    sources=(Source("HOUSE"),),
)

PREPARE = Transition[None](
    name="prepare",
    label=N_("Prepare an appointment"),
    says=N_("Post, person, qualification and its evidence; the person in charge signs it afterwards."),
    sources=frozenset(),
    target="prepared",
    power=Power.APPOINTMENT_KEEP,
    event="appointment.prepared",
)
AMEND = Transition[str](
    name="amend",
    label=N_("Amend the draft"),
    says=N_("Qualification, evidence, letter, days; until the letter is signed."),
    sources=frozenset(),
    target="",
    power=Power.APPOINTMENT_KEEP,
    event="appointment.amended",
    checks=(STILL_PREPARED,),
)
REPORT = Transition[ReportingFacts](
    name="report",
    label=N_("Record the report to the authority"),
    says=N_("Within 15 working days the authority is told who the management representative is."),
    sources=frozenset(),
    target="",
    power=Power.APPOINTMENT_KEEP,
    event="appointment.reported",
    checks=(OF_A_REPRESENTATIVE, NOT_REPORTED),
)
