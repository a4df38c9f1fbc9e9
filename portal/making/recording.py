"""Putting acts on record: the good ones in one recording, each bad one told with its place, nothing twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from portal.db import now
from portal.identity.system import Doer
from portal.lineage.knowing import folios_of
from portal.lineage.receiving import bring_in
from portal.lineage.recording import Recorded, Unrecordable, record
from portal.lineage.telling import Telling
from portal.making.allowing import Allowing
from portal.making.books import Books, look_up
from portal.making.excursions import watch_the_readings
from portal.making.marketed import not_released
from portal.making.reading import Reader
from portal.making.telling_apart import ref_of, told_before, told_of
from portal.making.weaving import Loom, standing_things
from portal.records.batch import Batch
from workflows.acts import Act
from workflows.lineage import Impossible, Thing
from workflows.words import N_, Said


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an act, or a value of one, was not taken: where it stood in what was sent, and what is wrong with it."""

    place: str
    says: Said


@dataclass(frozen=True, slots=True)
class Question:
    """An act that contradicts what stands under the same number: ``deed`` is the number of that in the graph."""

    place: str
    says: Said
    act: Act
    deed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the acts: what was written, what could not be, what was known before, what has to be asked."""

    recorded: Recorded | None = None
    faults: Sequence[Fault] = ()
    known: Sequence[str] = ()
    questions: Sequence[Question] = ()
    written: Sequence[str] = field(default_factory=list)


def put_on_record(
    acts: Sequence[Act],
    *,
    entrustment_id: UUID | None,
    by: Doer,
    origin: str = "typed",
    origin_ref: str | None = None,
) -> Outcome:
    """Write these acts into the books of an entrustment, or of the house alone; each is judged after those before it.

    A bad act costs no other, but for those that rest on it.  What was told before is not written twice.
    """
    fresh, known, questions = _told_apart(acts, entrustment_id)
    faults: list[Fault] = []
    books = _with_receipts(look_up(fresh, entrustment_id), fresh, by)
    while fresh:
        telling = Telling(entrustment_id, origin, origin_ref)
        wrong = list(_woven(fresh, books, telling))
        if not wrong:
            try:
                recorded = record(telling, by=by, batches=_batches(fresh, books))
            except Unrecordable as found:
                wrong = list(found.faults)
            else:
                watch_the_readings(telling, books, by=by)
                return Outcome(recorded, faults, known, questions, [each.place for each in fresh])
        faults += [Fault(each.place, each.says) for each in wrong]
        fresh = _without(fresh, wrong)
    return Outcome(None, faults, known, questions)


def _with_receipts(books: Books, acts: Sequence[Act], by: Doer) -> Books:
    """The same, once lots that were received before receipts were told of have come into the graph too."""
    missing = [each for number, each in books.lots.items() if (Thing.LOT, number) not in books.at_home]
    if not missing:
        return books
    bring_in(missing, by=by)
    return look_up(acts, books.entrustment_id)


def _told_apart(acts: Sequence[Act], entrustment_id: UUID | None) -> tuple[list[Act], list[str], list[Question]]:
    """What is new, the places of what was told before, and what contradicts that; of acts told twice here the first."""
    before = {}
    if folios := [each.number for each in folios_of(entrustment_id)]:
        before = dict(told_before(folios, (ref_of(each) for each in acts)))
    fresh: list[Act] = []
    known: list[str] = []
    questions: list[Question] = []
    here: dict[str, Act] = {}
    for act in acts:
        ref, stands = ref_of(act), before.get(ref_of(act))
        if stands is None and ref not in here:
            here[ref] = act
            fresh.append(act)
        elif (stands.told if stands else told_of(here[ref])) == told_of(act):
            known.append(act.place)
        elif stands is not None:
            says = N_("Under this number something else is on record. Keep that, or correct it with a reason.")
            questions.append(Question(act.place, Said(says), act, stands.deed))
        else:
            says = N_("It contradicts %(place)s, which bears the same number.")
            questions.append(Question(act.place, Said(says, {"place": here[ref].place}), act, 0))
    return fresh, known, questions


def _woven(acts: Sequence[Act], books: Books, telling: Telling) -> Iterator[Impossible]:
    """Weave the acts into the telling; each that cannot have happened is told."""
    corrected = dict(told_before([each.number for each in folios_of(books.entrustment_id)], _corrected(acts)))
    loom = Loom(
        books,
        Allowing(books, acts),
        Reader(books, now()),
        corrected,
        telling,
        standing_things(acts, books.entrustment_id),
    )
    unreleased = not_released(acts, books)
    for act in acts:
        if act.place in unreleased:
            yield Impossible(act.place, unreleased[act.place])
            continue
        try:
            loom.weave(act)
        except Impossible as fault:
            yield fault


def _corrected(acts: Sequence[Act]) -> Iterator[str]:
    return (each.corrects for each in acts if each.corrects)


def _batches(acts: Sequence[Act], books: Books) -> list[Batch]:
    return [books.batches[each] for each in dict.fromkeys(act.batch for act in acts) if each in books.batches]


def _without(acts: Sequence[Act], wrong: Sequence[Impossible]) -> list[Act]:
    """The acts in which nothing is wrong; a value may stand at another place than its act."""
    places = {each.place for each in wrong}
    return [each for each in acts if each.place not in places and not places & {value.place for value in each.values}]
