"""Putting a posting on record before it is signed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.acting import begin
from portal.db import new_id, today
from portal.facts import Ground
from portal.facts.postings import duties_of, opening_posting_facts
from portal.identity import Actor
from portal.records.file import StoredFile
from portal.records.person import Person
from portal.records.resident import Posting
from portal.tenancy import side_in
from workflows.engine import Decision, weigh_opening
from workflows.posting import PROPOSE, PostingFacts


@dataclass(frozen=True, slots=True)
class Planned:
    """What is known of a posting before it is proposed; ``key_links`` are the steps to supervise."""

    since: date
    until: date
    key_links: list[str]
    production_experience: str
    quality_experience: str


def decide_proposal(ground: Ground, *, by: Actor) -> Decision[PostingFacts]:
    """Whether anybody can be proposed here: the entrustment is open and the duties of residents are agreed."""
    side = side_in(ground.entrustment.id)
    return weigh_opening(PROPOSE, opening_posting_facts(ground), powers=by.powers, side=side, on=today())


def propose_posting(
    ground: Ground, person: Person, planned: Planned, file: StoredFile, *, by: Actor, posting_id: UUID | None = None
) -> Posting:
    """Propose ``person`` with the duties that the quality agreement lays down, or raise :class:`Refused`.

    ``file`` proves the experience; where it was stored for a posting that did not exist yet, ``posting_id`` is its id.
    """
    decision, site = decide_proposal(ground, by=by), ground.latest("site")
    posting = Posting(
        id=posting_id or new_id(),
        entrustment_id=ground.entrustment.id,
        person_id=person.id,
        person_name=person.name,
        person_title=person.title,
        site_id=site.subject_id if site else None,
        site_name=str(site.facts.get("name") or "") if site else "",
        since=planned.since,
        until=planned.until,
        key_links=planned.key_links,
        production_experience=planned.production_experience,
        quality_experience=planned.quality_experience,
        duties=duties_of([ground]).get(ground.entrustment.id, ""),
        file_id=file.id,
    )
    begin(posting, decision, actor=by, also=[file], side=side_in(ground.entrustment.id))
    return posting
