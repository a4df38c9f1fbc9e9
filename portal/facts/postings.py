"""What a posting and an exception from posting depend on."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from agreements.clause_table import RESIDENTS
from portal.db import session, today
from portal.facts.agreements import settlements_of
from portal.facts.ground import Ground, grounds
from portal.records.agreement import Agreement, AgreementVersion
from portal.records.entrustment import Entrustment
from portal.records.person import Person
from portal.records.resident import Posting, PostingException, elsewhere
from portal.tenancy import current_tenant
from workflows.posting import PostingFacts
from workflows.posting_exception import ExceptionFacts
from workflows.powers import Role


def duties_of(known: Iterable[Ground]) -> dict[UUID, str]:
    """By entrustment, what clause QA-46 of the quality agreement in force lays down for residents.

    Nothing while it is not agreed; one query whatever their number.
    """
    signed = {
        agreement.id: ground.entrustment.id
        for ground in known
        if (agreement := ground.agreement("quality")) and ground.in_force("quality", today())
    }
    versions = session.scalars(
        select(AgreementVersion)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(Agreement.id.in_(signed), AgreementVersion.number == Agreement.offered)
    )
    return {signed[each.agreement_id]: _agreed_duties(each) for each in versions}


def opening_posting_facts(ground: Ground) -> PostingFacts:
    """What a posting depends on before anybody is named."""
    return PostingFacts(
        entrustment_is_open=not ground.entrustment.where.final,
        duties_agreed=bool(duties_of([ground]).get(ground.entrustment.id)),
        is_resident=None,
        production_evidenced=False,
        quality_evidenced=False,
        paper_counts=False,
        overlaps=0,
        overlaps_on="",
        is_over=False,
    )


def posting_facts(postings: Sequence[Posting], known: Mapping[UUID, Ground] | None = None) -> dict[UUID, PostingFacts]:
    """The facts of each, in eight queries whatever their number; in none where there is none."""
    if not postings:
        return {}
    wanted = {each.entrustment_id for each in postings}
    ground = known or grounds(session.scalars(select(Entrustment).where(Entrustment.id.in_(wanted))).all())
    duties = duties_of(ground[each] for each in wanted)
    people = _own_people({each.person_id for each in postings})
    others = _posted({each.person_id for each in postings})
    return {
        each.id: _facts(each, ground[each.entrustment_id], duties.get(each.entrustment_id, ""), people, others)
        for each in postings
    }


def posted(person_id: UUID) -> list[Posting]:
    """Where somebody of the own house is posted: in every entrustment that the house takes part in."""
    return _posted({person_id})


def exception_facts(found: Sequence[PostingException]) -> dict[UUID, ExceptionFacts]:
    return {
        each.id: ExceptionFacts(
            entrustment_is_open=not each.entrustment.where.final,
            reasoned=bool(each.because.strip() and each.measures.strip()),
        )
        for each in found
    }


def _facts(
    posting: Posting, ground: Ground, duties: str, people: dict[UUID, Person], others: list[Posting]
) -> PostingFacts:
    person, mine = people.get(posting.person_id), posting.owner_id == current_tenant()
    clashes = elsewhere(
        posting.person_id,
        posting.since,
        posting.until,
        entrustment_id=posting.entrustment_id,
        site_id=posting.site_id,
        among=[each for each in others if each.id != posting.id] if mine else [],
    )
    return PostingFacts(
        entrustment_is_open=not ground.entrustment.where.final,
        duties_agreed=bool(posting.duties) and posting.duties == duties,
        is_resident=_is_resident(person) if mine else None,
        production_evidenced=bool(posting.production_experience.strip()),
        quality_evidenced=bool(posting.quality_experience.strip()),
        paper_counts=posting.file.accepted,
        overlaps=len(clashes),
        overlaps_on=max(posting.since, min(each.since for each in clashes)).isoformat() if clashes else "",
        is_over=posting.until < today(),
    )


def _agreed_duties(version: AgreementVersion) -> str:
    clauses = (each for each in settlements_of(version) if each.clause_id == RESIDENTS)
    return next((each.text.strip() for each in clauses if each.choice == "agreed"), "")


def _is_resident(person: Person | None) -> bool:
    return person is not None and person.deactivated_at is None and Role.RESIDENT_SUPERVISOR in person.roles


def _own_people(ids: set[UUID]) -> dict[UUID, Person]:
    return {each.id: each for each in session.scalars(select(Person).where(Person.id.in_(ids)))}


def _posted(people: set[UUID]) -> list[Posting]:
    running = select(Posting).where(Posting.person_id.in_(people), Posting.state == "posted")
    return list(session.scalars(running.order_by(Posting.since)).unique())
