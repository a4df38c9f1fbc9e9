"""A lot of a material: received into quarantine, accepted by the quality people or rejected, blocked, recalled."""

from dataclasses import dataclass
from datetime import date

from workflows.engine import Check, Lifecycle, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

INCOMING = Source("GUIDE-2022-20", "template 8.2")
VERIFIED = (INCOMING, Source("ISO-13485", "7.4.3"))
PURCHASED = (Source("GUIDE-2022-20", "II(4)3"), Source("ISO-13485", "7.4.1"))
_HOUSE = (Source("HOUSE"),)
# What a lot is from its last day on, in whatever state that still lets it be used; nobody writes it down.
EXPIRED = State("expired", N_("Expired"), Tone.BAD)
# How an accepted lot is called of which pieces were rejected.
IN_PART = State("accepted", N_("Accepted in part"), Tone.GOOD)
USABLE_STATES = ("quarantine", "accepted", "blocked")


@dataclass(frozen=True, slots=True)
class LotFacts:
    """All that a move of a lot depends on.

    ``missing`` are the names of the certificates that it must bring and that are not there or not accepted;
    ``uninspected`` and ``failed`` the characteristics without a result, and with one that does not conform;
    ``by_actor`` those of which whoever asks has written the result down, and the pieces that they rejected.  A result
    of a piece that is rejected is not among ``failed``.  ``rejected`` names the pieces, or how many;
    ``something_is_left`` is whether there are others.
    """

    missing: tuple[str, ...]
    uninspected: tuple[str, ...]
    failed: tuple[str, ...]
    expires_on: str
    expired: bool
    supplier: str
    supplier_approved: bool
    by_actor: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    something_is_left: bool = True


def is_expired(expires_on: date | None, on: date) -> bool:
    """From the day on that stands on its label; that day itself counts as past."""
    return expires_on is not None and expires_on <= on


def _named(found: tuple[str, ...]) -> Said:
    return Said(N_("%(count)s, the first: %(first)s."), {"count": len(found), "first": found[0]}) if found else Said("")


CERTIFIED = Check[LotFacts](
    code="lot-certified",
    says=N_("Every certificate that a lot of this material must bring is filed, and its file is accepted."),
    holds=lambda facts: not facts.missing,
    fact=lambda facts: _named(facts.missing),
    sources=VERIFIED,
    mend="material_lots.certify",
)
INSPECTED = Check[LotFacts](
    code="lot-inspected",
    says=N_("Every characteristic that is inspected on receipt has its result."),
    holds=lambda facts: not facts.uninspected,
    fact=lambda facts: _named(facts.uninspected),
    sources=VERIFIED,
    mend="material_lots.inspect",
)
PASSED = Check[LotFacts](
    code="lot-conforms",
    says=N_("Every result of the inspection on receipt conforms, but for those of pieces that are rejected."),
    holds=lambda facts: not facts.failed,
    fact=lambda facts: _named(facts.failed),
    sources=VERIFIED,
    mend="material_lots.inspect",
)
UNEXPIRED = Check[LotFacts](
    code="lot-not-expired",
    says=N_("The lot has not expired."),
    holds=lambda facts: not facts.expired,
    fact=lambda facts: Said(N_("It expires on %(on)s."), {"on": facts.expires_on}) if facts.expires_on else Said(""),
    sources=_HOUSE,
)
FROM_APPROVED = Check[LotFacts](
    code="lot-supplier-approved",
    says=N_("Its supplier is approved."),
    holds=lambda facts: facts.supplier_approved,
    fact=lambda facts: Said(N_("It comes from %(supplier)s."), {"supplier": facts.supplier}),
    sources=PURCHASED,
)
BY_ANOTHER = Check[LotFacts](
    code="lot-accepted-by-another",
    says=N_("Whoever accepts the lot wrote down none of its results, and rejected none of its pieces."),
    holds=lambda facts: not facts.by_actor,
    fact=lambda facts: _named(facts.by_actor),
    sources=_HOUSE,
)
WHOLE = Check[LotFacts](
    code="lot-whole",
    says=N_("No piece of it is rejected; otherwise it is accepted in part."),
    holds=lambda facts: not facts.rejected,
    fact=lambda facts: _named(facts.rejected),
    sources=_HOUSE,
    mend="material_lots.accept_part",
)
PARTED = Check[LotFacts](
    code="lot-parted",
    says=N_("Pieces of it are rejected, each with its reason."),
    holds=lambda facts: bool(facts.rejected),
    fact=lambda facts: _named(facts.rejected),
    sources=_HOUSE,
    mend="material_lots.set_aside",
)
LEFT = Check[LotFacts](
    code="lot-has-others",
    says=N_("Others are left that can be accepted."),
    holds=lambda facts: facts.something_is_left,
    sources=_HOUSE,
)
FIT = (CERTIFIED, INSPECTED, PASSED, UNEXPIRED, FROM_APPROVED, BY_ANOTHER)

MATERIAL_LOT = Lifecycle[LotFacts](
    subject="material_lot",
    says=N_(
        "What is received lies in quarantine until its certificates are there and its inspection is done; the quality"
        " people accept or reject it with their signature. A lot without acceptance cannot be issued. From the day on"
        " that its label names it is expired, whatever its state; nobody has to write that down."
    ),
    states=(
        State("quarantine", N_("In quarantine"), Tone.WARN),
        State("accepted", N_("Accepted for production"), Tone.GOOD),
        State("blocked", N_("Blocked for now"), Tone.BAD),
        State("rejected", N_("Rejected on receipt"), Tone.BAD, final=True),
        State("recalled", N_("Recalled by the supplier"), Tone.BAD, final=True),
    ),
    initial="quarantine",
    transitions=(
        Transition(
            name="accept",
            label=N_("Accept the lot"),
            says=N_("From then on it may be issued to production."),
            sources=frozenset({"quarantine"}),
            target="accepted",
            power=Power.MATERIAL_SIGN,
            event="material_lot.accepted",
            checks=(*FIT, WHOLE),
            signature=N_("I looked at certificates and inspection of this lot and accept it for production."),
        ),
        Transition(
            name="accept_part",
            label=N_("Accept the lot in part"),
            says=N_("What is not rejected may be issued to production from then on; what is rejected never."),
            sources=frozenset({"quarantine"}),
            target="accepted",
            power=Power.MATERIAL_SIGN,
            event="material_lot.accepted-in-part",
            checks=(*FIT, PARTED, LEFT),
            signature=N_(
                "I looked at certificates and inspection of this lot. I accept the pieces named as accepted for"
                " production and reject the others for the reasons written."
            ),
        ),
        Transition(
            name="reject",
            label=N_("Reject the lot"),
            says=N_("It is never issued; what is done with it is said in the reason."),
            sources=frozenset({"quarantine"}),
            target="rejected",
            power=Power.MATERIAL_SIGN,
            event="material_lot.rejected",
            signature=N_("I reject this lot."),
            reason=True,
            grave=True,
        ),
        Transition(
            name="block",
            label=N_("Block the lot"),
            says=N_("Nothing of it is issued until it is let go again."),
            sources=frozenset({"accepted"}),
            target="blocked",
            power=Power.MATERIAL_KEEP,
            event="material_lot.blocked",
            reason=True,
        ),
        Transition(
            name="unblock",
            label=N_("Let the lot go again"),
            says=N_("What led to the block is settled; it may be issued again."),
            sources=frozenset({"blocked"}),
            target="accepted",
            power=Power.MATERIAL_SIGN,
            event="material_lot.unblocked",
            checks=FIT,
            signature=N_("What led to the block is settled as written, and I accept this lot for production again."),
            reason=True,
        ),
        Transition(
            name="recall",
            label=N_("Note that its supplier recalled it"),
            says=N_("Nothing of it is issued any more; what was made of it is looked for."),
            sources=frozenset({"quarantine", "accepted", "blocked"}),
            target="recalled",
            power=Power.MATERIAL_KEEP,
            event="material_lot.recalled",
            reason=True,
            grave=True,
        ),
    ),
)
