"""Starting again after a year in which no similar product was made: verified first, and reported in writing."""

from dataclasses import dataclass

from workflows.engine import Check, Side, Source, Transition
from workflows.powers import Power
from workflows.words import N_, Said

RESTART = (Source("ORDER-53", "43"), Source("GMP-2025", "94"))


@dataclass(frozen=True, slots=True)
class RestartFacts:
    """``standing_still`` counts the products of which no similar one was made for a full year."""

    entrustment_is_open: bool
    standing_still: int


FILE_RESTART = Transition[RestartFacts](
    name="file",
    label=N_("File a restart"),
    says=N_("What was verified before production starts again, and the report to the authority."),
    sources=frozenset(),
    target="",
    power=Power.EVIDENCE_KEEP,
    side=Side.MANUFACTURER,
    event="restart.filed",
    checks=(
        Check[RestartFacts](
            code="stands-still",
            says=N_("No similar product was made here for a full year."),
            holds=lambda facts: facts.standing_still > 0,
            fact=lambda facts: (
                Said("") if facts.standing_still else Said(N_("Production has not stood still; nothing is asked."))
            ),
            sources=RESTART,
        ),
        Check[RestartFacts](
            code="entrustment-open",
            says=N_("The entrustment has not ended."),
            holds=lambda facts: facts.entrustment_is_open,
            sources=(Source("HOUSE"),),
        ),
    ),
)
