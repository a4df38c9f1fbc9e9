"""Whether a lot of a material may be issued to a batch today, with what is in its way."""

from dataclasses import dataclass

from workflows.engine import Check, Source, Transition
from workflows.material_lot import CERTIFIED as LOT_CERTIFIED
from workflows.material_lot import PURCHASED
from workflows.powers import Power
from workflows.words import N_, Said

TRACED = Source("GMP-2025", "81-82")


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """A lot against the version of the definition that a batch is made under.

    ``wanted``: the version asks for the material; ``unit`` is None where lot and version count it in units that cannot
    be compared.  ``source`` is the number of the approved source under which it comes, empty where there is none.
    """

    number: str
    state: str
    expired: bool
    expires_on: str
    certified: bool
    supplier: str
    supplier_approved: bool
    code: str
    version: str
    wanted: bool
    comparable: bool
    source: str


ACCEPTED = Check[IssueFacts](
    code="lot-accepted",
    says=N_("The lot is accepted, and neither blocked, rejected nor recalled."),
    holds=lambda facts: facts.state == "accepted",
    fact=lambda facts: Said(N_("Lot %(number)s: %(state)s."), {"number": facts.number, "state": facts.state}),
    sources=(Source("GUIDE-2022-20", "template 8.2"),),
)
NOT_EXPIRED = Check[IssueFacts](
    code="lot-not-expired",
    says=N_("The lot has not expired."),
    holds=lambda facts: not facts.expired,
    fact=lambda facts: Said(N_("It expires on %(on)s."), {"on": facts.expires_on}) if facts.expires_on else Said(""),
    sources=(Source("HOUSE"),),
)
STILL_CERTIFIED = Check[IssueFacts](
    code="lot-certified",
    says=LOT_CERTIFIED.says,
    holds=lambda facts: facts.certified,
    sources=LOT_CERTIFIED.sources,
)
FROM_APPROVED = Check[IssueFacts](
    code="lot-supplier-approved",
    says=N_("Its supplier is approved."),
    holds=lambda facts: facts.supplier_approved,
    fact=lambda facts: Said(N_("It comes from %(supplier)s."), {"supplier": facts.supplier}),
    sources=PURCHASED,
)
WANTED = Check[IssueFacts](
    code="material-wanted",
    says=N_("The version that the batch is made under asks for this material."),
    holds=lambda facts: facts.wanted,
    fact=lambda facts: Said(N_("%(code)s in %(version)s."), {"code": facts.code, "version": facts.version}),
    sources=(TRACED,),
)
COMPARABLE = Check[IssueFacts](
    code="units-comparable",
    says=N_("The lot is counted in a unit that can be brought to that of the definition."),
    holds=lambda facts: facts.comparable,
    sources=(Source("HOUSE"),),
)
SOURCED = Check[IssueFacts](
    code="source-approved",
    says=N_("The registrant has approved that this material comes from this supplier, for this version."),
    holds=lambda facts: bool(facts.source),
    fact=lambda facts: Said(N_("Source %(number)s."), {"number": facts.source}) if facts.source else Said(""),
    sources=(Source("GUIDE-2022-20", "II(4)3"),),
    mend="approved_sources.listing",
)
ISSUE = Transition[IssueFacts](
    name="issue",
    label=N_("Issue a lot to a batch"),
    says=N_("What was taken of it goes into the batch."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    event="material_lot.issued",
    checks=(ACCEPTED, NOT_EXPIRED, STILL_CERTIFIED, FROM_APPROVED, WANTED, COMPARABLE, SOURCED),
)
