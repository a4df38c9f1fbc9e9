"""Putting an exception on record before it is signed."""

from datetime import date

from portal.acting import begin
from portal.db import new_id, today
from portal.identity import Actor
from portal.records.entrustment import Entrustment
from portal.records.resident import PostingException
from portal.tenancy import side_in
from workflows.engine import Decision, weigh_opening
from workflows.posting_exception import ASK, ExceptionFacts


def decide_asking(entrustment: Entrustment, *, by: Actor) -> Decision[ExceptionFacts]:
    """Whether an exception can be asked for here: until the entrustment has ended."""
    facts = ExceptionFacts(entrustment_is_open=not entrustment.where.final, reasoned=False)
    return weigh_opening(ASK, facts, powers=by.powers, side=side_in(entrustment.id), on=today())


def ask_for_exception(
    entrustment: Entrustment, since: date, until: date, *, because: str, measures: str, by: Actor
) -> PostingException:
    """Ask for it, or raise :class:`portal.acting.Refused`; both days are included."""
    found = PostingException(
        id=new_id(), entrustment_id=entrustment.id, since=since, until=until, because=because, measures=measures
    )
    begin(found, decide_asking(entrustment, by=by), actor=by, side=side_in(entrustment.id))
    return found
