"""What somebody decides about a file that was read: a contradiction is answered, the whole of it is taken back."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from portal import ledger
from portal.db import now, session
from portal.identity.system import Doer
from portal.intakes.looking import Read
from portal.intakes.running import books_of, next_ref, told_in
from portal.lineage.undoing import Irrevocable, in_the_way, undo
from portal.making.recording import put_on_record
from portal.making.trying import take_up_again
from portal.records.intake import Intake
from portal.records.lineage import Recording
from workflows.intake import ENDED, REFUSED, UNDONE, WITH_FAULTS, IntakeFacts
from workflows.words import N_, Said

KEEP, CORRECT = "keep", "correct"
GIVEN_UP = N_("The rest was given up, since reading it broke again and again: %(reason)s")
GONE = Said(N_("The row is not found in the file any more."))


class Unanswerable(ValueError):
    """The correction cannot have happened either; ``reasons`` say why, and nothing was written."""

    def __init__(self, reasons: Sequence[Said]) -> None:
        super().__init__("; ".join(map(str, reasons)))
        self.reasons = reasons


def answer(intake: Intake, place: int, answered: str, reason: str, found: Read, *, by: Doer) -> None:
    """Keep what stands, or put the row in its place.  Raises :class:`Unanswerable`."""
    question = intake.questions[place]
    written = _corrected(intake, place, reason, found, by=by) if answered == CORRECT else []
    intake.recordings = [*intake.recordings, *written]
    intake.taken += len(written)
    intake.questions = [
        question | {"answer": answered, "reason": reason} if at == place else each
        for at, each in enumerate(intake.questions)
    ]
    ledger.write(intake, "intake.answered", by=by, reason=reason)


def take_back(intake: Intake, reason: str, *, by: Doer) -> None:
    """Strike all that its rows told, the last part first.

    Raises :class:`portal.lineage.undoing.Irrevocable`; the caller's transaction is then to be given up.
    """
    for each in reversed(intake.recordings):
        undo(session.get_one(Recording, UUID(each)), by=by, reason=reason)
    intake.stage = UNDONE
    ledger.write(intake, "intake.undone", by=by, reason=reason)


def take_up(intake: Intake, reason: str, *, by: Doer) -> None:
    """Let a file whose reading stopped be read on."""
    take_up_again(intake.id)
    ledger.write(intake, "intake.taken-up", by=by, reason=reason)


def give_up(intake: Intake, reason: str, *, by: Doer) -> None:
    """Nobody reads on: refused where nothing of it was taken, else taken with the rest as a fault."""
    take_up_again(intake.id)
    says = Said(GIVEN_UP, {"reason": reason})
    if intake.recordings:
        intake.stage = WITH_FAULTS
        intake.faults = [*intake.faults, {"place": "", "sheet": 0, "rows": [], "says": says.as_data()}]
    else:
        intake.stage, intake.refused_because = REFUSED, {"place": "", **says.as_data()}
    intake.ended_at = now()
    ledger.write(intake, "intake.given-up", by=by, reason=reason)


def intake_facts(intake: Intake) -> IntakeFacts:
    """What may be done with it depends on this; of several parts the last one is asked what rests on it."""
    rests: Sequence[Said] = ()
    if intake.stage in ENDED and intake.recordings:
        rests = in_the_way(session.get_one(Recording, UUID(intake.recordings[-1])))
    return IntakeFacts(intake.stage, len(intake.open_questions), rests, stopped=intake.is_stopped)


def _corrected(intake: Intake, place: int, reason: str, found: Read, *, by: Doer) -> list[str]:
    """The recording in which the row took the place of what stood."""
    question = intake.questions[place]
    act = next((each for each in found.acts if each.place == question["place"]), None)
    if act is None:
        raise Unanswerable([GONE])
    corrected = replace(act, ref=next_ref(question["ref"]), corrects=question["ref"], reason=reason)
    outcome = put_on_record(
        [corrected],
        entrustment_id=books_of(act, intake),
        by=by,
        origin="file",
        origin_ref=told_in(intake, f"answer-{place + 1}"),
    )
    if outcome.recorded is None:
        refused = [*(each.says for each in outcome.faults), *(each.says for each in outcome.questions)]
        raise Unanswerable(refused or [GONE])
    return [str(outcome.recorded.recording.id)]


__all__ = [
    "CORRECT",
    "KEEP",
    "Irrevocable",
    "Unanswerable",
    "answer",
    "give_up",
    "intake_facts",
    "take_back",
    "take_up",
]
