"""What is known at the moment somebody asks: gathered in bulk, so that a page costs the same for one record or fifty.

Rooms and the home page share these; a room that needs a fact nobody else needs keeps it to itself.
"""

from portal.facts.agreements import agreement_facts
from portal.facts.audits import audit_facts, finding_facts, may_lead, programme_facts
from portal.facts.batches import Contents, batch_facts, contents_of, opening_facts
from portal.facts.capas import action_facts, capa_facts
from portal.facts.changes import binding, change_facts, open_change, open_changes
from portal.facts.definitions import definition_facts
from portal.facts.entrustments import entrustment_facts
from portal.facts.ground import Ground, ground_of, grounds
from portal.facts.nonconformities import nonconformity_facts
from portal.facts.participation import admit_authorities, parties_of
from portal.facts.postings import exception_facts, posting_facts
from portal.facts.showing import (
    answer,
    judge_everywhere,
    present,
    proved,
    put_on_record,
    reach_verdict,
    show_again,
    withdraw,
)
from portal.facts.supervision import Supervision, supervisions
from portal.facts.transfers import gap_facts, transfer_facts, transfers_where

__all__ = [
    "Contents",
    "Ground",
    "Supervision",
    "action_facts",
    "admit_authorities",
    "agreement_facts",
    "answer",
    "audit_facts",
    "batch_facts",
    "binding",
    "capa_facts",
    "change_facts",
    "contents_of",
    "definition_facts",
    "entrustment_facts",
    "exception_facts",
    "finding_facts",
    "gap_facts",
    "ground_of",
    "grounds",
    "judge_everywhere",
    "may_lead",
    "nonconformity_facts",
    "open_change",
    "open_changes",
    "opening_facts",
    "parties_of",
    "posting_facts",
    "present",
    "programme_facts",
    "proved",
    "put_on_record",
    "reach_verdict",
    "show_again",
    "supervisions",
    "transfer_facts",
    "transfers_where",
    "withdraw",
]
