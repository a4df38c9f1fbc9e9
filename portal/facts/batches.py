"""What opening a batch and its two releases depend on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from agreements.eligibility import Verdict
from portal.db import session, today
from portal.facts.changes import binding, made_under
from portal.facts.duties import holding
from portal.facts.ground import Ground, grounds
from portal.facts.inspected import Inspection, inspections_of
from portal.facts.standstill import Making
from portal.facts.supervision import Supervised, Supervision, supervisions
from portal.facts.trade_items import identifiers_in
from portal.records.batch import Batch, BatchDocument, Nonconformity
from portal.records.change import Change
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.label_run import LabelRun
from portal.records.trade_item import TradeItem
from workflows.definition import LaidDown
from workflows.duty import HoldingFacts
from workflows.opening import OpeningFacts
from workflows.releasing import BatchFacts

RELEASE_MARKETING = "batch.release_marketing"


def opening_facts(making: Making, product: Exhibit | None, starts_on: date, stage: str) -> OpeningFacts:
    """What must be so for production to start on ``starts_on``; the licence is asked about that day, not today."""
    ground = making.ground
    met = _met(ground.judged(product, starts_on)) if product else {}
    licence = ground.latest("licence")
    definition = ground.definition_of(product.subject_id, starts_on) if product else None
    idle = making.idle_since(product, starts_on) if product else None
    return OpeningFacts(
        stage=stage,
        transfer=ground.transfers.get(product.subject_id, "") if product else "",
        definition=definition.called if definition else "",
        definition_from=f"{definition.holds_from}" if definition else "",
        entrustment_active=ground.entrustment.state == "active",
        product_is_entrusted=product is not None,
        verdict_favourable_today=product is not None and ground.favourable_today(product),
        agreements_in_force=ground.both_in_force(starts_on),
        licence_valid=met.get("licence-valid"),
        licence_until=str(licence.facts.get("valid_until") or "") if licence else "",
        licence_covers_product=met.get("licence-scope"),
        licence_names_site=met.get("licence-site"),
        certificate_valid=met.get("certificate-valid"),
        unsettled_defects=ground.defects_of(product.subject_id) if product else "",
        idle_since=idle.isoformat() if idle else "",
    )


@dataclass(frozen=True)
class Contents:
    """What a batch record holds: its papers with their files, replaced ones too, and its nonconformities."""

    papers: list[BatchDocument] = field(default_factory=list)
    nonconformities: list[Nonconformity] = field(default_factory=list)


def contents_of(batches: Sequence[Batch], points: Iterable[Nonconformity] | None = None) -> dict[UUID, Contents]:
    """The contents of each, in two queries whatever their number; in one where the open ``points`` are enough."""
    found = {each.id: Contents() for each in batches}
    for paper in session.scalars(
        select(BatchDocument)
        .where(BatchDocument.batch_id.in_(found))
        .options(joinedload(BatchDocument.file))
        .order_by(BatchDocument.id)
    ):
        found[paper.batch_id].papers.append(paper)
    of_them = select(Nonconformity).where(Nonconformity.batch_id.in_(found)).order_by(Nonconformity.number)
    for point in session.scalars(of_them) if points is None else points:
        if point.batch_id in found:
            found[point.batch_id].nonconformities.append(point)
    return found


def batch_facts(
    batches: Sequence[Batch],
    actor_id: UUID,
    known: dict[UUID, Ground] | None = None,
    contents: dict[UUID, Contents] | None = None,
    supervised: dict[UUID, Supervision] | None = None,
    *,
    bound: dict[UUID, list[Change]] | None = None,
) -> dict[UUID, BatchFacts]:
    """The facts of each, in twelve queries whatever their number; six more where inspections have a plan."""
    about = {each.entrustment_id for each in batches}
    ground = known or grounds(session.scalars(select(Entrustment).where(Entrustment.id.in_(about))).all())
    held = contents or contents_of(batches)
    duties = holding(RELEASE_MARKETING, about)
    under = supervised or supervisions(about)
    changes = bound if bound is not None else binding(batches)
    registered = identifiers_in(about)
    labelled = _open_label_runs([each.id for each in batches])
    inspected = inspections_of(batches)
    watched = {each.id: under[each.entrustment_id].of(each) for each in batches}
    return {
        each.id: _facts(
            each,
            ground[each.entrustment_id],
            held[each.id],
            actor_id,
            watched=watched[each.id],
            duties=duties[each.entrustment_id],
            changes=changes[each.id],
            registered=registered[each.entrustment_id],
            open_label_runs=labelled.get(each.id, 0),
            inspected=inspected[each.id],
        )
        for each in batches
    }


def _facts(
    batch: Batch,
    ground: Ground,
    held: Contents,
    actor_id: UUID,
    *,
    watched: Supervised,
    duties: HoldingFacts,
    changes: Sequence[Change],
    registered: Sequence[TradeItem],
    open_label_runs: int,
    inspected: Sequence[Inspection],
) -> BatchFacts:
    product = ground.product(batch.product_id)
    papers = [each for each in held.papers if each.replaced_at is None]
    kinds = {each.kind for each in papers if each.file is None or each.file.accepted}
    return BatchFacts(
        stage=batch.stage,
        entrustment_active=ground.entrustment.state == "active",
        agreements_in_force=ground.both_in_force(today()),
        licence_valid_while_made=_licensed_throughout(batch, ground),
        steps_planned=batch.steps_planned,
        steps_done=batch.steps_done,
        finished=batch.finished_on is not None,
        put_in=batch.put_in,
        passed=batch.passed,
        scrapped=batch.scrapped,
        sampled=batch.sampled,
        has_production_record="production_record" in kinds,
        documents_unsigned=sum(not each.signed_by.strip() for each in papers),
        has_incoming="incoming_inspection" in kinds,
        has_process="process_inspection" in kinds,
        has_final="final_inspection" in kinds,
        results_failed=sum(each.result == "failed" for each in papers),
        has_label="label" in kinds,
        has_instructions="instructions" in kinds,
        versions_stated=bool(batch.label_version and batch.instructions_version),
        udi_stated=bool(batch.udi_di),
        has_release_sheet="release_sheet" in kinds,
        open_nonconformities=sum(each.closed_at is None for each in held.nonconformities),
        implantable=product.facts.get("is_implantable") if product else None,
        production_days=watched.days,
        days_with_resident=watched.with_resident,
        days_excepted=watched.excepted,
        first_day_alone=watched.first_alone.isoformat() if watched.first_alone else "",
        exception="; ".join(watched.reasons),
        open_hold_points=watched.holds,
        unsettled_defects=ground.defects_of(batch.product_id),
        production_records_reviewed=batch.production_records_reviewed_at is not None,
        results_reviewed=batch.results_reviewed_at is not None,
        release_file_reviewed=batch.release_file_reviewed_at is not None,
        released_by_actor=batch.production_released_by_id == actor_id,
        duties=duties,
        under=made_under(changes),
        laid_down=_laid_down(batch, changes),
        udi_in_use=_is_in_use(batch, registered),
        open_label_runs=open_label_runs,
        plans_unmet=tuple(each.line.characteristic for each in inspected if not each.is_met),
    )


def _laid_down(batch: Batch, changes: Sequence[Change]) -> LaidDown:
    definition = batch.definition
    if definition is None:
        return LaidDown()
    label, instructions = definition.label_version or "", definition.instructions_version or ""
    kept = (batch.label_version, batch.instructions_version) == (label, instructions)
    permitted = definition.change_id in (None, *(each.id for each in changes))
    return LaidDown(definition.called, label, instructions, kept, permitted)


def _open_label_runs(batch_ids: Sequence[UUID]) -> dict[UUID, int]:
    wanted = select(LabelRun.batch_id, func.count()).where(LabelRun.batch_id.in_(batch_ids))
    open_ones = wanted.where(LabelRun.reconciled_at.is_(None)).group_by(LabelRun.batch_id)
    rows = session.execute(open_ones).all()
    return dict(rows)


def _is_in_use(batch: Batch, registered: Sequence[TradeItem]) -> bool:
    """Where the registrant keeps no identifier of the product there is nothing to compare with."""
    of_it = [each for each in registered if each.product_id == batch.product_id]
    return not of_it or any(each.since and each.di == batch.udi_di for each in of_it)


def _licensed_throughout(batch: Batch, ground: Ground) -> bool | None:
    licence = ground.latest("licence")
    if licence is None:
        return None
    first, last = licence.facts.get("valid_from"), licence.facts.get("valid_until")
    ended = batch.finished_on or today()
    return (not first or date.fromisoformat(first) <= batch.started_on) and (
        not last or ended <= date.fromisoformat(last)
    )


def _met(verdict: Verdict) -> dict[str, bool | None]:
    return {finding.code: finding.met for finding in verdict.findings}
