"""What the tests of the batch desk do behind it: change a record as somebody of a house would, and read the books."""

import io
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select

from agreements.sources import cite
from portal import ledger
from portal.db import session, today
from portal.demo.hands import move, played_by
from portal.demo.papers import paper as a_pdf
from portal.facts import batch_facts, change_facts, entrustment_facts, show_again
from portal.records.agreement import Signature
from portal.records.batch import Batch, BatchDocument
from portal.records.change import Change
from portal.records.entrustment import Entrustment
from portal.records.evidence import ProductionLicence
from portal.rooms.changes.keeping import decide
from workflows.defining import AMEND
from workflows.powers import Role

REASON = "Scratches beyond the limit of the drawing."
CLERK, PLANT_RELEASE = "hengrui/plant-clerk", "hengrui/manufacturer-release-person"
PLANT_QUALITY = "hengrui/manufacturer-quality-manager"
RELEASE, QUALITY = "chengyue/registrant-release-person", "chengyue/registrant-quality-manager"
REVIEWS = ("production_records", "results", "release_file")
PAPER = {
    "kind": "final_inspection",
    "title": "FI-2 Final inspection, repeated",
    "result": "passed",
    "signed_by": "Inspector",
    "dated_on": "2026-11-01",
    "replaces": "",
    "reason": "",
}


A_PAPER = a_pdf("a paper")


def pdf(name="paper.pdf", content=A_PAPER):
    return io.BytesIO(content), name


@contextmanager
def books(as_org):
    """Look into the plant's books and close them again, so that the next request finds them free."""
    with as_org("hengrui"):
        try:
            yield
        finally:
            session.close()


def batch_of(as_org, batch_id):
    with books(as_org):
        return session.get(Batch, batch_id)


def events_of(as_org, record):
    """What the ledger says of a record, the newest first."""
    with books(as_org):
        return [each.event for each in ledger.entries(subject_id=record.id, entrustment_id=record.entrustment_id)]


def signatures_of(as_org, record_id):
    with books(as_org):
        return session.scalars(select(Signature).where(Signature.subject_id == record_id).order_by(Signature.id)).all()


def amend(world, batch_id, **changes):
    with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
        batch = session.get_one(Batch, batch_id)
        for name, value in changes.items():
            setattr(batch, name, value)
        ledger.write(batch, "batch.amended", by=by)


def make_under(world, batch_id, definition_id):
    """The batch is bound to another version than the one of its day."""
    with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
        batch = session.get_one(Batch, batch_id)
        batch.binding.definition_id = definition_id
        ledger.write(batch, "batch.amended", by=by, also=[batch.binding])


def ask_of_every_piece(world, batch_id):
    """The inspections of the version under which the batch is made have a plan, and nothing was inspected by it."""
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        definition = session.get_one(Batch, batch_id).binding.definition
        for line in definition.inspections:
            if line.stage == "finished":
                line.coverage = "every_piece"
                ledger.write(line, AMEND.event, by=by)


def amend_paper(world, batch_id, kind, **changes):
    with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
        batch = session.get_one(Batch, batch_id)
        paper = next(each for each in batch.papers if each.kind == kind)
        for name, value in changes.items():
            setattr(paper, name, value)
        with session.no_autoflush:
            batch.bind_papers()
        ledger.write(batch, "batch.paper-replaced", by=by, also=[paper])


def take_away(world, batch_id, kind):
    amend_paper(world, batch_id, kind, replaced_at=ledger.now())


def paper_of(as_org, batch_id, kind):
    with books(as_org):
        wanted = select(BatchDocument).where(BatchDocument.batch_id == batch_id, BatchDocument.kind == kind)
        return session.scalars(wanted.order_by(BatchDocument.id)).all()


def let_licence_end(world):
    """The plant finds that its licence ended yesterday, and every partner sees it."""
    with played_by("hengrui", Role.MANUFACTURER_QUALITY_MANAGER, world.org) as by:
        licence = session.get_one(ProductionLicence, world.licence)
        licence.valid_until = today() - timedelta(days=1)
        ledger.write(licence, "production_licence.amended", by=by)
        show_again(licence, by=by)


def suspend(world):
    with played_by("chengyue", Role.MANAGEMENT_REPRESENTATIVE, world.org) as by:
        entrustment = session.get_one(Entrustment, world.entrustment)
        move(entrustment, "suspend", by=by, facts=entrustment_facts([entrustment])[entrustment.id], reason=REASON)


def approve_a_change(world, *, on=None):
    """The plant submits what both sides have weighed; the registrant approves it from a day on, today unless given."""
    with played_by("hengrui", Role.MANUFACTURER_QUALITY_MANAGER, world.org) as by:
        wanted = select(Change).where(Change.entrustment_id == world.entrustment, Change.side == "manufacturer")
        change = session.scalars(wanted).one()
        move(change, "submit", by=by, facts=change_facts([change])[change.id])
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        change = session.get_one(Change, change.id)
        decide(change, verdict="none", reason="The certificate does not name it.", effective_on=on or today(), by=by)
        move(change, "approve", by=by, facts=change_facts([change])[change.id])


def review_all(world, batch_id):
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        batch = session.get_one(Batch, batch_id)
        for each in REVIEWS:
            setattr(batch, f"{each}_reviewed_at", ledger.now())
        ledger.write(batch, "batch.reviewed", by=by)


def facts_for(world, batch_id, person):
    house, role = person.split("/")
    with played_by(house, Role(role), world.org) as by:
        batch = session.get_one(Batch, batch_id)
        return batch_facts([batch], by.id)[batch.id]


def names(answer_words, check):
    """Whether a page names an unmet condition and where it is written."""
    return check.says in answer_words and all(cite(source, "en") in answer_words for source in check.sources)


def raised(seat, world, batch_id, who=CLERK, **given):
    """A nonconformity raised on its page; returns where it lies."""
    path = f"/batches/{batch_id}/nonconformities/new"
    answer = seat(who).post(path, **({"title": "Scratches", "description": "Seven plates.", "pieces": "7"} | given))
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]
