"""What was told wrongly is taken back or corrected: the old stays readable, and no chain is cut."""

from dataclasses import replace

import pytest

from portal.db import session, unit_of_work
from portal.lineage.recording import Unrecordable, record
from portal.lineage.telling import Telling, Told
from portal.lineage.tracing import Way, graph
from portal.lineage.undoing import Irrevocable, undo
from portal.records.batch import Batch
from portal.records.lineage import Node, Recording
from portal.tenancy import acting_for
from portal.verifying import verify
from tests.lineage.plant import BEGAN
from tests.stage import as_the_verifier, sql
from workflows.lineage import MICRO, Amount, Deed, Thing


class Story:
    """One batch: a bar received, a step that used of it, pieces, a box."""

    def __init__(self, tell, world):
        self.tell, self.world = tell, world
        home = Telling(None)
        bar = home.thing(Thing.LOT, "BAR")
        home.deed(Told(Deed.RECEIVE, BEGAN, "in", makes=[bar], amounts={bar: Amount(10 * MICRO, "kg")}))
        self.received = tell(home)

    def telling(self):
        told = Telling(self.world.entrustment)
        return told, told.thing(Thing.BATCH, "B-1")

    def step(self, kilos, **more):
        telling, batch = self.telling()
        bar = telling.thing(Thing.LOT, "BAR", at_home=True)
        amounts = {bar: Amount(kilos * MICRO, "kg")}
        telling.deed(Told(Deed.STEP, BEGAN, "row 1", uses=[bar], touches=[batch], amounts=amounts, batch=batch, **more))
        return self.tell(telling)

    def pieces(self, *serials, **more):
        telling, batch = self.telling()
        made = telling.units(serials, item=0, batch=batch)
        telling.deed(Told(Deed.COMMISSION, BEGAN, "row 2", uses=[batch], makes=made, batch=batch, **more))
        return self.tell(telling)

    def pack(self, kind, *serials):
        telling = Telling(self.world.entrustment)
        box = telling.thing(Thing.PACKAGE, "X-1")
        telling.deed(
            Told(kind, BEGAN, "row 3", package=box, moves=[telling.thing(Thing.UNIT, each) for each in serials])
        )
        return self.tell(telling)

    def undo(self, made, reason="sent twice"):
        by = self.tell.by
        with acting_for(by.organisation_id, person_id=by.id), unit_of_work():
            return undo(session.get_one(Recording, made.recording.id), by=by, reason=reason)


@pytest.fixture
def story(tell, by, world):
    tell.by = by
    return Story(tell, world)


@pytest.fixture
def downstream(as_):
    def _downstream(code):
        with as_("hengrui"):
            start = [each.id for each in session.query(Node).where(Node.code == code)]
            return {each.code for each in graph(start, Way.FORWARD).nodes.values() if each.kind < Deed.RECEIVE}

    return _downstream


def test_what_was_taken_back_leads_nowhere_and_stays_readable(story, downstream):
    made = story.step(4)
    assert "B-1" in downstream("BAR")

    story.undo(made)

    assert downstream("BAR") == {"BAR"}
    (told,) = sql("SELECT struck_by FROM activity WHERE id = :deed", deed=made.deeds[0])[0]
    assert told is not None
    assert story.step(10), "the lot is whole again"
    with as_the_verifier() as connection:
        assert list(verify(connection)) == []


def test_nothing_is_taken_back_that_something_rests_on(story):
    made = story.pieces("S-1", "S-2")
    packed = story.pack(Deed.PACK, "S-1")

    with pytest.raises(Irrevocable, match="S-1 went on since, to: Packing"):
        story.undo(made)

    story.undo(packed)
    story.undo(made)
    with pytest.raises(Irrevocable, match="taken back already"):
        story.undo(made)


def test_steps_of_one_batch_know_nothing_of_each_other(story):
    first = story.step(1)
    story.step(2)
    story.undo(first)

    third = story.step(3)
    story.pieces("S-1")
    with pytest.raises(Irrevocable, match="B-1 went on since, to: Serialisation"):
        story.undo(third)


def test_a_serial_number_taken_back_may_be_given_anew(story):
    story.undo(story.pieces("S-1"))
    assert story.pieces("S-1")


def test_an_unpacking_taken_back_leaves_the_piece_where_it_lay(story):
    story.pieces("S-1")
    story.pack(Deed.PACK, "S-1")
    opened = story.pack(Deed.UNPACK, "S-1")

    story.undo(opened)

    with pytest.raises(Unrecordable, match="S-1 lies in X-1"):
        telling = Telling(story.world.entrustment)
        other = telling.thing(Thing.PACKAGE, "X-2")
        told = Told(Deed.PACK, BEGAN, "row 4", package=other, moves=[telling.thing(Thing.UNIT, "S-1")])
        telling.deed(told)
        story.tell(telling)


def test_a_correction_gives_the_same_serial_numbers_again(story):
    wrong = story.pieces("S-1", "S-2")
    assert story.pieces("S-1", "S-3", corrects=wrong.deeds[0], reason="misread")


def test_a_correction_does_not_cut_off_what_went_on(story):
    wrong = story.pieces("S-1", "S-2")
    story.pack(Deed.PACK, "S-1")

    with pytest.raises(Unrecordable, match=r"row 2.*S-1 went on since"):
        story.pieces("S-2", "S-3", corrects=wrong.deeds[0], reason="misread")
    assert story.pieces("S-1", "S-3", corrects=wrong.deeds[0], reason="misread")


def test_a_correction_leaves_no_less_than_was_used(story, tell):
    story.step(8)
    home = Telling(None)
    bar = home.thing(Thing.LOT, "BAR")
    told = Told(Deed.RECEIVE, BEGAN, "row 9", makes=[bar], amounts={bar: Amount(7 * MICRO, "kg")})
    right = replace(told, corrects=story.received.deeds[0], reason="weighed again")
    home.deed(right)

    with pytest.raises(Unrecordable, match=r"row 9.*8 kg were used already"):
        tell(home)

    enough = Telling(None)
    bar = enough.thing(Thing.LOT, "BAR")
    enough.deed(replace(right, makes=[bar], amounts={bar: Amount(9 * MICRO, "kg")}))
    assert tell(enough)
    with pytest.raises(Unrecordable, match="1 kg are left"):
        story.step(2)


def test_a_batch_answers_for_what_is_recorded_of_it_and_for_what_is_taken_back(as_, by, world):
    def bound():
        with as_("hengrui"):
            found = session.get_one(Batch, world.batch["opened"])
            return found.making_hash, found.version

    def written(work):
        with acting_for(by.organisation_id, person_id=by.id), unit_of_work():
            return work(session.get_one(Batch, world.batch["opened"]))

    def told(batch):
        telling = Telling(world.entrustment)
        handle = telling.thing(Thing.BATCH, batch.number, record_id=batch.id)
        telling.deed(Told(Deed.STEP, BEGAN, "row 1", touches=[handle], batch=handle))
        return record(telling, by=by, batches=[batch])

    def taken_back(_):
        undo(session.get_one(Recording, made.recording.id), by=by, reason="another batch")

    before = bound()
    made = written(told)
    after = bound()
    written(taken_back)

    assert len({before, after, bound()}) == 3
    assert [after[1] - before[1], bound()[1] - after[1]] == [1, 1]
