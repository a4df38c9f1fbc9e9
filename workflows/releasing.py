"""What is asked of a batch: its figures before the record is complete, and everything else before it is released."""

from dataclasses import dataclass
from datetime import date

from workflows.change import MadeUnder, changes_implemented
from workflows.defect_notice import no_unsettled_defect
from workflows.definition import LaidDown, as_laid_down, as_permitted
from workflows.duty import HoldingFacts, holding_words
from workflows.engine import Check, Source
from workflows.words import N_, Said

GMP_2025_SINCE = date(2026, 11, 1)
ANNOUNCEMENT_38_SINCE = date(2024, 6, 1)


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """All that the two releases depend on.  Quantities are whole pieces, None while not counted."""

    stage: str
    entrustment_active: bool
    agreements_in_force: bool
    licence_valid_while_made: bool | None
    steps_planned: int
    steps_done: int
    finished: bool
    put_in: int | None
    passed: int | None
    scrapped: int | None
    sampled: int | None
    has_production_record: bool
    documents_unsigned: int
    has_incoming: bool
    has_process: bool
    has_final: bool
    results_failed: int
    has_label: bool
    has_instructions: bool
    versions_stated: bool
    udi_stated: bool
    has_release_sheet: bool
    open_nonconformities: int
    implantable: bool | None
    production_days: int
    days_with_resident: int
    days_excepted: int
    first_day_alone: str
    exception: str
    open_hold_points: int
    unsettled_defects: str
    production_records_reviewed: bool
    results_reviewed: bool
    release_file_reviewed: bool
    released_by_actor: bool
    duties: HoldingFacts
    under: MadeUnder
    laid_down: LaidDown
    udi_in_use: bool = True
    open_label_runs: int = 0
    plans_unmet: tuple[str, ...] = ()

    @property
    def unbalanced(self) -> int | None:
        """Pieces put in that are neither passed, scrapped nor sampled; None while something is not counted."""
        counted = (self.put_in, self.passed, self.scrapped, self.sampled)
        if any(each is None for each in counted):
            return None
        put_in, *came_out = (each or 0 for each in counted)
        return put_in - sum(came_out)

    @property
    def days_alone(self) -> int:
        """Days of production with neither a resident at the site nor an exception."""
        return self.production_days - self.days_with_resident - self.days_excepted


def supervised(facts: BatchFacts) -> Said:
    """Whether anybody supervised production, and the exception in full where one was made."""
    if facts.implantable is False:
        return Said(N_("The product is not implantable."))
    if facts.days_alone:
        days: dict[str, str | int] = {"days": facts.days_alone, "first": facts.first_day_alone}
        return Said(N_("Days with neither a resident nor an exception: %(days)s, the first %(first)s."), days)
    if facts.days_excepted:
        excepted: dict[str, str | int] = {"days": facts.days_excepted, "reason": facts.exception}
        return Said(N_("Days under a reasoned exception: %(days)s. The reason: %(reason)s"), excepted)
    return Said(N_("Days of production, each with a resident: %(days)s."), {"days": facts.production_days})


_GUIDE = Source("GUIDE-2022-20", "III(6)7")


def _gmp(item: int) -> Source:
    return Source("GMP-2025", f"104({item})")


COUNTED = Check[BatchFacts](
    code="quantities-counted",
    says=N_("Pieces put in, passed, scrapped and sampled are all counted."),
    holds=lambda facts: facts.unbalanced is not None,
    sources=(Source("GMP-2025", "104(2)"), Source("HOUSE")),
    mend="batches.edit",
)
BALANCED = Check[BatchFacts](
    code="material-balance",
    says=N_("The material balance closes: what was put in was passed, scrapped or sampled."),
    holds=lambda facts: None if facts.unbalanced is None else facts.unbalanced == 0,
    fact=lambda facts: (
        Said(N_("Not all pieces are counted."))
        if facts.unbalanced is None
        else Said(N_("%(pieces)s pieces are unaccounted for."), {"pieces": facts.unbalanced})
    ),
    sources=(Source("HOUSE"),),
    mend="batches.edit",
)
STEPS_DONE = Check[BatchFacts](
    code="all-steps-done",
    says=N_("Every prescribed production step is done."),
    holds=lambda facts: facts.steps_done == facts.steps_planned and facts.finished,
    fact=lambda facts: Said(
        N_("%(done)s of %(planned)s steps are done."), {"done": facts.steps_done, "planned": facts.steps_planned}
    ),
    sources=(_GUIDE, _gmp(1)),
    mend="batches.edit",
)
RECORD_COMPLETE = Check[BatchFacts](
    code="batch-record-complete",
    says=N_("The batch record is complete and traceable, and every paper of it is signed."),
    holds=lambda facts: facts.has_production_record and facts.documents_unsigned == 0,
    fact=lambda facts: (
        Said(N_("%(count)s papers are unsigned."), {"count": facts.documents_unsigned})
        if facts.has_production_record
        else Said(N_("The batch production record is not filed."))
    ),
    sources=(_GUIDE, _gmp(2)),
    mend="batches.documents",
)
QUALITY_CONTROL = Check[BatchFacts](
    code="quality-control-passed",
    says=N_("Incoming, in-process and final inspection records are complete, and every result passed."),
    holds=lambda facts: facts.has_incoming and facts.has_process and facts.has_final and facts.results_failed == 0,
    fact=lambda facts: (
        Said(N_("%(count)s results failed."), {"count": facts.results_failed})
        if facts.results_failed
        else Said(N_("Inspection records still missing are listed among the documents."))
        if not (facts.has_incoming and facts.has_process and facts.has_final)
        else Said(N_("All three kinds are filed and passed."))
    ),
    sources=(_GUIDE, _gmp(3)),
    mend="batches.documents",
)
PLANS_MET = Check[BatchFacts](
    code="inspection-plans-met",
    says=N_("Each inspection with a plan was carried out on as many pieces as it asks for, and the batch is accepted."),
    holds=lambda facts: not facts.plans_unmet,
    fact=lambda facts: (
        Said(N_("Not so: %(names)s."), {"names": ", ".join(facts.plans_unmet)}) if facts.plans_unmet else Said("")
    ),
    sources=(_gmp(3), Source("GBT-2828.1", "tables 1, 2-A, 2-B, 2-C"), Source("HOUSE")),
    mend="steps.results",
)
NONCONFORMITIES_CLOSED = Check[BatchFacts](
    code="nonconformities-closed",
    says=N_("Every nonconformity, rework or downgrade of the batch is settled and closed."),
    holds=lambda facts: facts.open_nonconformities == 0,
    fact=lambda facts: Said(N_("%(count)s are open."), {"count": facts.open_nonconformities}),
    sources=(_GUIDE, _gmp(4)),
    mend="nonconformities.listing",
)
LABELS_RIGHT = Check[BatchFacts](
    code="labels-right",
    says=N_("Instructions for use and label are filed in the stated versions."),
    holds=lambda facts: facts.has_label and facts.has_instructions and facts.versions_stated,
    sources=(_GUIDE, _gmp(5)),
    mend="batches.documents",
)
AS_DEFINED: Check[BatchFacts] = as_laid_down(lambda facts: facts.laid_down)
UDI_RIGHT = Check[BatchFacts](
    code="udi-stated",
    says=N_("The device identifier of the batch is stated."),
    holds=lambda facts: facts.udi_stated,
    sources=(_gmp(5),),
    mend="batches.edit",
    since=GMP_2025_SINCE,
)
UDI_IN_USE = Check[BatchFacts](
    code="udi-in-use",
    says=N_("The device identifier of the batch is one that the registrant has taken into use for the product."),
    holds=lambda facts: facts.udi_in_use,
    sources=(Source("UDI-ROLL-OUT"), Source("HOUSE")),
    mend="trade_items.listing",
)
LABELS_RECONCILED = Check[BatchFacts](
    code="labels-reconciled",
    says=N_("Every label that was printed for the batch is accounted for."),
    holds=lambda facts: facts.open_label_runs == 0,
    fact=lambda facts: Said(N_("Runs of labels not reconciled: %(count)s."), {"count": facts.open_label_runs}),
    sources=(Source("HOUSE"),),
    mend="labels.listing",
)
RELEASE_SHEET = Check[BatchFacts](
    code="release-sheet",
    says=N_("The production release sheet is issued and filed."),
    holds=lambda facts: facts.has_release_sheet,
    sources=(_GUIDE, Source("GMP-2025", "104")),
    mend="batches.documents",
)
STILL_ENTRUSTED = Check[BatchFacts](
    code="entrustment-active",
    says=N_("The entrustment is active and both agreements are in force."),
    holds=lambda facts: facts.entrustment_active and facts.agreements_in_force,
    sources=(Source("ORDER-53", "32"),),
    mend="entrustments.show",
)
MADE_UNDER_LICENCE = Check[BatchFacts](
    code="made-under-licence",
    says=N_("The production licence was valid on every day of production."),
    holds=lambda facts: facts.licence_valid_while_made,
    sources=(Source("ORDER-53", "14"), Source("ORDER-53", "17")),
    mend="entrustments.exhibits",
)
RESIDENT_POSTED = Check[BatchFacts](
    code="resident-posted",
    says=N_(
        "Unless the product is known not to be implantable, a resident was posted at the site on each day of "
        "production, or a reasoned exception covers it."
    ),
    holds=lambda facts: facts.implantable is False or facts.days_alone == 0,
    fact=supervised,
    sources=(Source("ANN-2024-38", "(3)"),),
    mend="residents.listing",
    since=ANNOUNCEMENT_38_SINCE,
)
HOLDS_LIFTED = Check[BatchFacts](
    code="hold-points-lifted",
    says=N_("Every hold point of the batch is lifted by the resident, or withdrawn by whoever set it."),
    holds=lambda facts: facts.open_hold_points == 0,
    fact=lambda facts: Said(N_("%(count)s are open."), {"count": facts.open_hold_points}),
    sources=(Source("HOUSE"),),
    mend="batches.show",
)
CHANGES_IMPLEMENTED: Check[BatchFacts] = changes_implemented(lambda facts: facts.under)
AS_PERMITTED: Check[BatchFacts] = as_permitted(lambda facts: facts.laid_down)
NO_UNSETTLED_DEFECT: Check[BatchFacts] = no_unsettled_defect(lambda facts: facts.unsettled_defects)
RECORDS_REVIEWED = Check[BatchFacts](
    code="production-records-reviewed",
    says=N_("The registrant has reviewed the production records."),
    holds=lambda facts: facts.production_records_reviewed,
    sources=(Source("ANN-2024-38", "(8)"), Source("ORDER-53", "34")),
    mend="batches.reviews",
)
RESULTS_REVIEWED = Check[BatchFacts](
    code="results-reviewed",
    says=N_("The registrant has reviewed the inspection results."),
    holds=lambda facts: facts.results_reviewed,
    sources=(Source("ANN-2024-38", "(8)"), Source("ORDER-53", "34")),
    mend="batches.reviews",
)
RELEASE_FILE_REVIEWED = Check[BatchFacts](
    code="release-file-reviewed",
    says=N_("The registrant has reviewed the manufacturer's production release file."),
    holds=lambda facts: facts.release_file_reviewed,
    sources=(Source("ANN-2024-38", "(8)"), Source("ORDER-53", "34")),
    mend="batches.reviews",
)
ANOTHER_PERSON = Check[BatchFacts](
    code="two-people-release",
    says=N_("Whoever releases to the market did not release for production."),
    holds=lambda facts: not facts.released_by_actor,
    sources=(Source("ORDER-53", "34"), Source("ANN-2024-38", "(8)")),
)
DUTIES_KEPT = Check[BatchFacts](
    code="duties-kept",
    says=N_("No duty whose breach holds up the marketing release is breached."),
    holds=lambda facts: facts.duties.breached == 0,
    fact=lambda facts: holding_words(facts.duties),
    sources=(Source("ANN-2024-38", "(1)"), Source("HOUSE")),
    mend="duties.listing",
)

_EITHER_RELEASE = (
    STILL_ENTRUSTED,
    MADE_UNDER_LICENCE,
    RESIDENT_POSTED,
    HOLDS_LIFTED,
    CHANGES_IMPLEMENTED,
    AS_PERMITTED,
    NO_UNSETTLED_DEFECT,
    UDI_IN_USE,
)
OF_PRODUCTION = (
    *_EITHER_RELEASE,
    BALANCED,
    STEPS_DONE,
    RECORD_COMPLETE,
    QUALITY_CONTROL,
    PLANS_MET,
    NONCONFORMITIES_CLOSED,
    LABELS_RIGHT,
    AS_DEFINED,
    UDI_RIGHT,
    LABELS_RECONCILED,
    RELEASE_SHEET,
)
OF_MARKETING = (
    *_EITHER_RELEASE,
    RECORDS_REVIEWED,
    RESULTS_REVIEWED,
    RELEASE_FILE_REVIEWED,
    NONCONFORMITIES_CLOSED,
    DUTIES_KEPT,
    ANOTHER_PERSON,
)
