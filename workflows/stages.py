"""At which stage a batch is made: to try something out, or to be sold."""

from typing import Any

from workflows.engine import Check, Source
from workflows.words import N_, Said

COMMERCIAL = "commercial"
STAGES = {
    "prototype": N_("Prototype"),
    "pilot": N_("Pilot"),
    COMMERCIAL: N_("Commercial"),
}

# Of anything that knows its ``stage``.
MADE_TO_SELL = Check[Any](
    code="commercial-batch",
    says=N_("The batch is a commercial one: prototypes and pilot batches are never released to the market."),
    holds=lambda facts: facts.stage == COMMERCIAL,
    fact=lambda facts: Said(STAGES[facts.stage]),
    sources=(Source("HOUSE"),),
)
MADE_TO_TRY = Check[Any](
    code="trial-batch",
    says=N_("The batch is a prototype or a pilot batch."),
    holds=lambda facts: facts.stage != COMMERCIAL,
    fact=lambda facts: Said(STAGES[facts.stage]),
    sources=(Source("HOUSE"),),
)
