"""Opening a batch: what must be so on the day production starts."""

from dataclasses import dataclass

from workflows.defect_notice import no_unsettled_defect
from workflows.engine import Check, Side, Source, Transition
from workflows.powers import Power
from workflows.restart import RESTART
from workflows.stages import COMMERCIAL
from workflows.words import N_, Said


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """What must be so on the day a batch is opened; None where nothing was shown.

    ``transfer`` is the number of the product's signed design transfer, ``definition`` that of the version that holds
    on the day, ``definition_from`` since when it does, ``idle_since`` the last day before a standstill that no restart
    on record has ended: each empty without one.
    """

    stage: str
    transfer: str
    definition: str
    definition_from: str
    entrustment_active: bool
    product_is_entrusted: bool
    verdict_favourable_today: bool
    agreements_in_force: bool
    licence_valid: bool | None
    licence_until: str
    licence_covers_product: bool | None
    licence_names_site: bool | None
    certificate_valid: bool | None
    unsettled_defects: str
    idle_since: str


ACTIVE = Check[OpeningFacts](
    code="entrustment-active",
    says=N_("The entrustment is active."),
    holds=lambda facts: facts.entrustment_active,
    sources=(Source("ORDER-53", "32"),),
    mend="entrustments.show",
)
ENTRUSTED_PRODUCT = Check[OpeningFacts](
    code="product-entrusted",
    says=N_("The product belongs to this entrustment."),
    holds=lambda facts: facts.product_is_entrusted,
    sources=(Source("ORDER-53", "32"),),
    mend="entrustments.exhibits",
)
OPENING_VERDICT = Check[OpeningFacts](
    code="verdict-of-today",
    says=N_("The product has a favourable eligibility verdict of today."),
    holds=lambda facts: facts.verdict_favourable_today,
    sources=(Source("ORDER-739", "34"),),
    mend="verdicts.listing",
)
OPENING_AGREEMENTS = Check[OpeningFacts](
    code="agreements-in-force",
    says=N_("Both agreements are in force today."),
    holds=lambda facts: facts.agreements_in_force,
    sources=(Source("ORDER-53", "32"),),
    mend="agreements.listing",
)
LICENCE_VALID = Check[OpeningFacts](
    code="licence-valid",
    says=N_("The production licence is valid on the day production starts."),
    holds=lambda facts: facts.licence_valid,
    fact=lambda facts: (
        Said(N_("The licence shown is valid until %(until)s."), {"until": facts.licence_until})
        if facts.licence_until
        else Said(N_("No production licence is shown."))
    ),
    sources=(Source("ORDER-53", "14"), Source("ORDER-53", "17")),
    mend="entrustments.exhibits",
)
LICENCE_SCOPE = Check[OpeningFacts](
    code="licence-scope",
    says=N_("The licence's scope covers the product's classification code and class."),
    holds=lambda facts: facts.licence_covers_product,
    sources=(Source("ORDER-53", "14"),),
    mend="entrustments.exhibits",
)
LICENCE_SITE = Check[OpeningFacts](
    code="licence-site",
    says=N_("The site is a production address on the licence."),
    holds=lambda facts: facts.licence_names_site,
    sources=(Source("ORDER-53", "14"), Source("ORDER-53", "15")),
    mend="entrustments.exhibits",
)
CERTIFICATE_VALID = Check[OpeningFacts](
    code="certificate-valid",
    says=N_("The registration certificate is valid on the day production starts."),
    holds=lambda facts: facts.certificate_valid,
    sources=(Source("ORDER-47", "58"),),
    mend="entrustments.exhibits",
)
TRANSFERRED = Check[OpeningFacts](
    code="transfer-signed",
    says=N_("Before a commercial batch, the design transfer of the product is signed by both sides."),
    holds=lambda facts: facts.stage != COMMERCIAL or bool(facts.transfer),
    fact=lambda facts: (
        Said(N_("Design transfer %(number)s is signed by both."), {"number": facts.transfer})
        if facts.transfer
        else Said(N_("No design transfer of it is signed by both; prototypes and pilot batches may be opened."))
    ),
    sources=(Source("GMP-2025", "111"), Source("GMP-2025", "52"), Source("GUIDE-2022-20", "II(4)2")),
    mend="transfers.listing",
)
DEFINED = Check[OpeningFacts](
    code="definition-in-force",
    says=N_("For a commercial batch, a definition that both sides approved holds on the day production starts."),
    holds=lambda facts: facts.stage != COMMERCIAL or bool(facts.definition),
    fact=lambda facts: (
        Said(N_("%(number)s holds from %(since)s."), {"number": facts.definition, "since": facts.definition_from})
        if facts.definition
        else Said(N_("None holds on that day; prototypes and pilot batches may be opened."))
    ),
    sources=(Source("GUIDE-2022-20", "II(4)2"), Source("HOUSE")),
    mend="definitions.listing",
)
NO_UNSETTLED_DEFECT: Check[OpeningFacts] = no_unsettled_defect(lambda facts: facts.unsettled_defects)
NOT_IDLE = Check[OpeningFacts](
    code="not-idle",
    says=N_(
        "A similar product was made within the past year; otherwise a restart is on record, verified and reported."
    ),
    holds=lambda facts: facts.stage != COMMERCIAL or not facts.idle_since,
    fact=lambda facts: (
        Said(N_("None was made since %(since)s, a full year and more."), {"since": facts.idle_since})
        if facts.idle_since
        else Said("")
    ),
    sources=RESTART,
    mend="restarts.listing",
)

OPEN = Transition[OpeningFacts](
    name="open",
    label=N_("Open a batch"),
    says=N_("Production starts; everything that happens to the batch is written here."),
    sources=frozenset(),
    target="opened",
    power=Power.BATCH_RECORD,
    side=Side.MANUFACTURER,
    event="batch.opened",
    checks=(
        ACTIVE,
        ENTRUSTED_PRODUCT,
        OPENING_VERDICT,
        OPENING_AGREEMENTS,
        LICENCE_VALID,
        LICENCE_SCOPE,
        LICENCE_SITE,
        CERTIFICATE_VALID,
        TRANSFERRED,
        DEFINED,
        NO_UNSETTLED_DEFECT,
        NOT_IDLE,
    ),
)
