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
from portal.making.readings_again import Again, Key, Stands
from portal.making.sorting import Sorting
from portal.making.surroundings import watch_the_rooms
from portal.making.telling_apart import ref_of, told_before, told_of
from portal.making.together import Together, together
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


def all_in_all(found: Sequence[Outcome]) -> Outcome:
    """What became of acts that were told in several books; of the recordings the first."""
    recorded = next((each.recorded for each in found if each.recorded), None)
    return Outcome(
        recorded,
        [fault for each in found for fault in each.faults],
        [place for each in found for place in each.known],
        [question for each in found for question in each.questions],
        [place for each in found for place in each.written],
    )


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
    books = _with_receipts(look_up(fresh, entrustment_id), fresh, by)
    reader = Reader(books, now())
    fresh = list(_read_apart(fresh, Again(fresh, books, reader), known, questions))
    if any(each.corrects for each in fresh):  # a line corrected brings along what was read with it
        books = look_up(fresh, entrustment_id)
        reader = Reader(books, now())
    faults: list[Fault] = []
    apart: set[str] = set()
    while fresh:
        telling, told = Telling(entrustment_id, origin, origin_ref), list(together(fresh, apart))
        wrong = list(_woven([each.act for each in told], books, reader, telling))
        if not wrong:
            try:
                recorded = record(telling, by=by, batches=_batches(fresh, books))
            except Unrecordable as found:
                wrong = list(found.faults)
            else:
                watch_the_readings(telling, books, by=by)
                if any(each.area for each in fresh):
                    watch_the_rooms(recorded, by=by)
                return Outcome(recorded, faults, known, questions, [each.place for each in fresh])
        apart, wrong = _by_line(told, wrong)
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
    """What is new, the places of what was told before, and what contradicts that; of acts told twice here the first.

    Lines of readings are known by what was read: :func:`_read_apart`.
    """
    before = {}
    if folios := [each.number for each in folios_of(entrustment_id)]:
        before = dict(told_before(folios, (ref_of(each) for each in acts if not each.is_a_reading)))
    fresh: list[Act] = []
    known: list[str] = []
    questions: list[Question] = []
    here: dict[str, Act] = {}
    for act in acts:
        if act.is_a_reading:
            fresh.append(act)
            continue
        ref = ref_of(act)
        stands = before.get(ref)
        if stands is None and ref not in here:
            here[ref] = act
            fresh.append(act)
        elif (stands.told if stands else told_of(here[ref])) == told_of(act):
            known.append(act.place)
        else:
            questions.append(_question(act, stands.deed if stands else 0, here.get(ref)))
    return fresh, known, questions


def _read_apart(acts: Sequence[Act], again: Again, known: list[str], questions: list[Question]) -> Iterator[Act]:
    """Of the lines of readings those that are new, and all else; the others are added to what is known and asked."""
    here: dict[Key, tuple[Act, Stands]] = {}
    for act in acts:
        told = None if act.corrects else again.of(act)
        if told is None:
            yield again.corrected(act)
            continue
        key, says, stands = told
        first = here.get(key)
        if stands is None and first is None:
            here[key] = act, says
            yield act
        elif says.says_the_same(stands or here[key][1]):
            known.append(act.place)
        else:
            questions.append(_question(act, stands.deed if stands else 0, first[0] if first else None))


def _question(act: Act, deed: int, first: Act | None) -> Question:
    if deed or first is None:
        says = N_("Under this number something else is on record. Keep that, or correct it with a reason.")
        return Question(act.place, Said(says), act, deed)
    says = N_("It contradicts %(place)s, which bears the same number.")
    return Question(act.place, Said(says, {"place": first.place}), act, 0)


def _woven(acts: Sequence[Act], books: Books, reader: Reader, telling: Telling) -> Iterator[Impossible]:
    """Weave the acts into the telling; each that cannot have happened is told."""
    corrected = dict(told_before([each.number for each in folios_of(books.entrustment_id)], _corrected(acts)))
    named = standing_things(acts, books.entrustment_id)
    sorting = Sorting.before(acts, books, named, telling)
    loom = Loom(books, Allowing(books, acts), reader, corrected, telling, sorting, named)
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
    about = dict.fromkeys(number for act in acts for number in books.about(act))
    return [books.batches[each] for each in about if each in books.batches]


def _by_line(told: Sequence[Together], wrong: Sequence[Impossible]) -> tuple[set[str], list[Impossible]]:
    """The lines that are looked at one by one next, since something is wrong among them; and what is wrong besides."""
    places = {each.place for each in wrong}
    blamed = [
        each.told
        for each in told
        if len(each.told) > 1 and places & {each.act.place, *(value.place for value in each.act.values)}
    ]
    inside = {place for lines in blamed for each in lines for place in (each.place, each.values[0].place)}
    return {each.place for lines in blamed for each in lines}, [each for each in wrong if each.place not in inside]


def _without(acts: Sequence[Act], wrong: Sequence[Impossible]) -> list[Act]:
    """The acts in which nothing is wrong; a value may stand at another place than its act."""
    places = {each.place for each in wrong}
    return [each for each in acts if each.place not in places and not places & {value.place for value in each.values}]
