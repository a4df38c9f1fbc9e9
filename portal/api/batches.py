"""Batches: read, opened, written and moved on by a machine as far as a clerk could without signing."""

from uuid import UUID

from flask import abort, g, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload

from portal.acting import Intent, act
from portal.api.desk import desk
from portal.api.finding import find_within, insist_on_version, page_of, tagged
from portal.api.forms import insist_on, proof_of, typed
from portal.api.problems import Trouble
from portal.api.proposals import BatchToOpen, Figures, MoveToMake, PaperToFile, PaperToReplace
from portal.api.readings import Batches, BatchShape, BatchTurn, Papers, PaperShape
from portal.api.shapes import Given, Turn
from portal.db import session, today
from portal.facts import batch_facts, ground_of
from portal.records.batch import Batch, BatchDefinition, BatchDocument
from portal.records.entrustment import Entrustment
from portal.rooms.batches.forms import FIGURES, FiguresForm, OpeningForm, PaperForm
from portal.rooms.batches.opening import NumberTaken, open_batch
from portal.rooms.batches.recording import amend, file_paper
from portal.web import options, standing_side
from portal.web.deeds import insist, weigh_deed
from workflows.engine import Side
from workflows.recording import FILE, RECORD
from workflows.scopes import Scope

# The shape names its entrustment and its definition, and tells nothing more of either.
_AS_LISTED = (lazyload(Batch.entrustment), joinedload(Batch.binding).lazyload(BatchDefinition.definition))


@desk.door("/batches", Scope.BATCHES_READ, gives=Batches)
def list_batches(query: BatchTurn) -> Given:
    """List batches."""
    wanted = select(Batch).options(*_AS_LISTED)
    if query.entrustment_id:
        find_within(Entrustment, query.entrustment_id)
        wanted = wanted.where(Batch.entrustment_id == query.entrustment_id)
    if query.state:
        wanted = wanted.where(Batch.state == query.state)
    page, way = page_of(wanted, Batch, query, Batches, BatchShape, across=query.entrustment_id is None)
    return page, 200, way


@desk.door(
    "/entrustments/<uuid:entrustment_id>/batches",
    Scope.BATCHES_PROPOSE,
    method="POST",
    gives=BatchShape,
    status=201,
    tag="batches",
)
def open_a_batch(entrustment_id: UUID, json: BatchToOpen) -> Given:
    """Open a batch.

    Licence, certificate, agreements and verdict must be in order on the day production starts; what is not is listed.
    """
    ground = ground_of(find_within(Entrustment, entrustment_id, side=Side.MANUFACTURER))
    form = OpeningForm(**typed(**json.model_dump()))
    form.product_id.choices = options(ground.product_names)
    try:
        batch = open_batch(ground, insist_on(form).given, actor=g.actor)
    except NumberTaken as taken:
        says = gettext("This entrustment already has a batch %(number)s.", number=form.number.data)
        raise Trouble("invalid", errors=[("number", says)], decided=True) from taken
    return BatchShape.model_validate(batch), 201, {**tagged(batch), "Location": _address(batch)}


@desk.door("/batches/<uuid:batch_id>", Scope.BATCHES_READ, gives=BatchShape)
def read_batch(batch_id: UUID) -> Given:
    """Read a batch."""
    return _shown(find_within(Batch, batch_id))


@desk.door("/batches/<uuid:batch_id>", Scope.BATCHES_PROPOSE, method="PATCH", gives=BatchShape, sees=True)
def amend_batch(batch_id: UUID, json: Figures) -> Given:
    """Write figures, dates and versions into a batch that is still in the manufacturer's hands."""
    batch = find_within(Batch, batch_id, side=Side.MANUFACTURER)
    insist_on_version(batch)
    insist(weigh_deed(RECORD, batch.state, batch))
    given = json.model_dump(exclude_unset=True)
    if given.get("steps_done", 0) is None:
        del given["steps_done"]
    form = FiguresForm.over(batch, **typed(**{name: getattr(batch, name) for name in FIGURES} | given))
    form.batch = batch
    amend(batch, insist_on(form), by=g.actor)
    return _shown(batch)


@desk.door("/batches/<uuid:batch_id>/moves", Scope.BATCHES_PROPOSE, method="POST", gives=BatchShape, sees=True)
def move_batch(batch_id: UUID, json: MoveToMake) -> Given:
    """Move a batch on: declare its record complete, or take it up again.

    Releases and rejections are refused: they are signed by people.
    """
    batch = find_within(Batch, batch_id)
    insist_on_version(batch)
    facts, intent = batch_facts([batch], g.actor.id)[batch.id], Intent(batch.version, json.reason)
    act(batch, json.move, facts=facts, actor=g.actor, side=standing_side(batch), on=today(), intent=intent)
    return _shown(batch)


@desk.door("/batches/<uuid:batch_id>/documents", Scope.BATCHES_READ, gives=Papers)
def list_papers(batch_id: UUID, query: Turn) -> Given:
    """List the papers of a batch, replaced ones too."""
    batch = find_within(Batch, batch_id)
    page, way = page_of(
        select(BatchDocument).where(BatchDocument.batch_id == batch.id), BatchDocument, query, Papers, PaperShape
    )
    return page, 200, way


@desk.door(
    "/batches/<uuid:batch_id>/documents",
    Scope.BATCHES_PROPOSE,
    method="POST",
    gives=PaperShape,
    status=201,
    uploads=True,
)
def file_a_paper(batch_id: UUID, json: PaperToFile) -> Given:
    """File a paper with a batch."""
    return _filed(find_within(Batch, batch_id, side=Side.MANUFACTURER), json)


@desk.door("/batches/<uuid:batch_id>/documents/<uuid:batch_document_id>", Scope.BATCHES_READ, gives=PaperShape)
def read_paper(batch_id: UUID, batch_document_id: UUID) -> Given:
    """Read a paper of a batch."""
    paper = _paper(find_within(Batch, batch_id), batch_document_id)
    return PaperShape.model_validate(paper), 200, tagged(paper)


@desk.door(
    "/batches/<uuid:batch_id>/documents/<uuid:batch_document_id>/replacements",
    Scope.BATCHES_PROPOSE,
    method="POST",
    gives=PaperShape,
    status=201,
    sees=True,
)
def replace_a_paper(batch_id: UUID, batch_document_id: UUID, json: PaperToReplace) -> Given:
    """File a later paper in the place of an earlier one, whose ETag is named; the earlier one stays on record."""
    batch = find_within(Batch, batch_id, side=Side.MANUFACTURER)
    earlier = _paper(batch, batch_document_id)
    insist_on_version(earlier)
    return _filed(batch, json, replaces=earlier.id)


def _paper(batch: Batch, paper_id: UUID) -> BatchDocument:
    paper = find_within(BatchDocument, paper_id)
    return paper if paper.batch_id == batch.id else abort(404)


def _filed(batch: Batch, json: PaperToFile, replaces: UUID | None = None) -> Given:
    insist(weigh_deed(FILE, batch.state, batch))
    given, proof = json.model_dump(exclude={"file", "file_id"}), proof_of(json, Batch.__tablename__, batch.id)
    form = insist_on(PaperForm.replacing(batch, None, **typed(**given, replaces=replaces, file=proof.upload)))
    used = select(BatchDocument.id).where(BatchDocument.file_id == json.file_id)
    proof.refuse_used(session.scalars(used).first() if json.file_id else None)
    file = proof.kept(subject_kind=Batch.__tablename__, subject_id=batch.id, entrustment_id=batch.entrustment_id)
    paper = file_paper(batch, form, file, by=g.actor)
    return PaperShape.model_validate(paper), 201, tagged(paper)


def _shown(batch: Batch) -> Given:
    return BatchShape.model_validate(batch), 200, tagged(batch)


def _address(batch: Batch) -> str:
    return url_for("api.read_batch", batch_id=batch.id)
