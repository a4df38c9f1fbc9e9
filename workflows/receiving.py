"""What is written about a lot of a material between its moves, and until when."""

from dataclasses import dataclass

from workflows.engine import Check, Source, Transition
from workflows.powers import Power
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """Where the material of a lot and its supplier stand on the day it is received."""

    material_state: str
    supplier_state: str


RECEIVE = Transition[ReceiptFacts](
    name="receive",
    label=N_("Receive a lot"),
    says=N_("Material, supplier, the supplier's lot, quantity and days; it lies in quarantine until it is accepted."),
    sources=frozenset(),
    target="quarantine",
    power=Power.MATERIAL_RECEIVE,
    event="material_lot.received",
    checks=(
        Check[ReceiptFacts](
            code="material-in-use",
            says=N_("The material is in use."),
            holds=lambda facts: facts.material_state == "in_use",
            sources=(Source("HOUSE"),),
        ),
        Check[ReceiptFacts](
            code="supplier-not-ended",
            says=N_("The relation to the supplier has not ended."),
            holds=lambda facts: facts.supplier_state != "ended",
            sources=(Source("HOUSE"),),
        ),
    ),
)


def _while(code: str, says: str, *states: str) -> Check[str]:
    return Check(
        code=code,
        says=says,
        holds=lambda state: state in states,
        sources=(Source("HOUSE"),),
        mend="material_lots.show",
    )


UNDECIDED = _while("lot-undecided", N_("The lot is in quarantine: nobody has decided on it yet."), "quarantine")
OPEN = _while("lot-open", N_("The lot is in quarantine, or it was accepted and is blocked."), "quarantine", "blocked")
HERE = _while("lot-here", N_("The lot was neither rejected nor recalled."), "quarantine", "accepted", "blocked")


def _deed(name: str, label: str, says: str, event: str, check: Check[str]) -> Transition[str]:
    return Transition(
        name=name,
        label=label,
        says=says,
        sources=frozenset(),
        target="",
        power=Power.MATERIAL_RECEIVE,
        event=event,
        checks=(check,),
    )


AMEND = _deed(
    "amend",
    N_("Amend the receipt"),
    N_("The supplier's lot, quantity and days, until somebody decides on the lot."),
    "material_lot.amended",
    UNDECIDED,
)
STORE = _deed(
    "store",
    N_("Say where it lies"),
    N_("Its storage place, and the numbers of its RFID tags."),
    "material_lot.stored",
    HERE,
)
CERTIFY = _deed(
    "certify",
    N_("File a certificate"),
    N_("Its kind, number, issuer and day, with the paper itself."),
    "material_lot.certified",
    OPEN,
)
INSPECT = _deed(
    "inspect",
    N_("Write down a result"),
    N_("What was measured of one characteristic, with which instrument; a later result takes its place."),
    "material_lot.inspected",
    OPEN,
)
SET_ASIDE = _deed(
    "set_aside",
    N_("Reject pieces of it"),
    N_("Their serial numbers or how many, with the reason; typed, or from a file. The others can be accepted."),
    "material_lot.pieces-rejected",
    UNDECIDED,
)
RESTORE = _deed(
    "restore",
    N_("Take a rejection of pieces back"),
    N_("The pieces count among the others again, with the reason why."),
    "material_lot.rejection-taken-back",
    UNDECIDED,
)
STRIKE = _deed(
    "strike",
    N_("Strike a certificate out"),
    N_("It stays on record with its reason, and counts no longer."),
    "material_lot.certificate-struck",
    OPEN,
)
