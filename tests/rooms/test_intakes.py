"""/intakes: a plant sends the files it has; good rows are taken, bad ones told, contradictions asked."""

import io
import json
from datetime import timedelta

import pytest
import time_machine
from click import UsageError
from sqlalchemy import select

from portal.commands.waiting import read_all
from portal.commands.watched import look_once, watch_over
from portal.db import now, reading, session
from portal.demo.equipping import OPERATORS
from portal.intakes import working
from portal.making.trying import LEASE, PAUSE
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.records.intake import ColumnMapping, Intake
from portal.records.lineage import Node, Recording
from portal.tenancy import acting_for
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.rooms.intake_desk import name_columns, readings, serials, table

TURNER = OPERATORS["turner"][0]
SQLITE = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def clerk(seat):
    return seat(desk.CLERK)


@pytest.fixture
def batch(as_org, world):
    with desk.books(as_org):
        return session.get_one(Batch, world.batch["opened"]).number


@pytest.fixture
def found(as_org):
    """The newest intake."""

    def _found():
        with desk.books(as_org):
            return session.scalars(select(Intake).order_by(Intake.id.desc())).first()

    return _found


@pytest.fixture
def send(clerk, world):
    def _send(content, name="检验.csv", to=None):
        given = {"entrustment": str(to or world.entrustment), "file": (io.BytesIO(content), name)}
        answer = clerk.post("/intakes/new", **given)
        return answer.headers.get("Location"), answer

    return _send


def test_a_file_is_understood_once_and_its_rows_are_taken(clerk, send, found, batch, as_org):
    where, _ = send(serials(batch, "T-1", "T-2"))
    page = words(clerk.get(f"{where}/columns"))
    assert "Serial numbers made" in page
    assert "T-2" in page
    assert found().stage == "received"

    assert name_columns(clerk, where).status_code == 302

    intake = found()
    assert (intake.stage, intake.taken, intake.faults) == ("taken", 2, [])
    with desk.books(as_org):
        recording = session.scalars(select(Recording).where(Recording.origin_ref == intake.sha256)).one()
        assert (recording.origin, str(recording.id)) == ("file", intake.recordings[0])
        assert len(session.scalars(select(Node).where(Node.code.in_(["T-1", "T-2"]))).all()) == 2
    assert clerk.get(where).status_code == 200


@SQLITE
def test_the_next_file_with_the_same_columns_is_taken_without_asking_and_another_head_asks_again(
    clerk, send, found, batch
):
    where, _ = send(serials(batch, "T-1"))
    name_columns(clerk, where)

    send(serials(batch, "T-2"))
    assert (found().stage, found().taken) == ("taken", 1)

    send(table([batch, "T-3", "2026-11-20", ""], head=["批号", "序列号", "打标日期", "备注"]))
    assert found().stage == "received"


def test_the_same_file_three_times_is_one_state(clerk, send, found, batch, as_org):
    where, _ = send(serials(batch, "T-1", "T-2"))
    name_columns(clerk, where)

    assert {send(serials(batch, "T-1", "T-2"))[0] for _ in range(2)} == {where}
    send(serials(batch, "T-2", "T-1", "T-3"))  # other bytes, and the same rows but for one

    intake = found()
    assert (intake.stage, intake.taken, intake.known) == ("taken", 1, 2)
    with desk.books(as_org):
        assert len(session.scalars(select(Node).where(Node.code.like("T-_"))).all()) == 3


@SQLITE
def test_bad_rows_are_told_with_place_reason_and_way_out_and_cost_no_other(clerk, send, found, batch):
    rows = [
        [batch, "T-1", "2026-11-20"],
        ["X-1", "T-2", "2026-11-20"],
        [batch, "T-3", "03/04/2026"],
        [batch, "", "2026-11-20"],
    ]
    where, _ = send(table(*rows, head=["批号", "序列号", "打标日期"]))
    name_columns(clerk, where)

    intake, page = found(), words(clerk.get(where))
    assert (intake.stage, intake.taken, len(intake.faults)) == ("taken_with_faults", 1, 3)
    assert "There is no batch X-1 in this entrustment" in page
    assert "C4 “03/04/2026” can be read in more than one way" in page
    assert "B5 The cell is empty, and “序列号” is needed" in page

    mended = clerk.get(f"{where}/faults.csv").data.decode("utf-8-sig")
    assert mended.splitlines()[0] == "批号,序列号,打标日期,What is wrong"
    assert len(mended.splitlines()) == 4
    send(mended.replace("X-1", batch).replace("03/04/2026", "2026-04-03").encode(), "again.csv")
    assert found().stage == "received"  # it has a column more, so it asks once what that is


@SQLITE
def test_a_bad_cell_is_no_formula_in_what_is_sent_back(clerk, send, batch):
    where, _ = send(table([batch, "=cmd()", "03/04/2026"], head=["批号", "序列号", "打标日期"]))
    name_columns(clerk, where)

    assert ",'=cmd()," in clerk.get(f"{where}/faults.csv").text


def test_a_contradiction_is_asked_and_never_overwrites(clerk, send, found, batch, as_org):
    where, _ = send(readings(batch, "51.5", "52.0"))
    name_columns(clerk, where)
    assert found().taken == 2, found().faults

    where, _ = send(readings(batch, "51.5", "53.9"))
    intake = found()
    assert (intake.stage, intake.known, len(intake.open_questions)) == ("taken_with_faults", 1, 1)
    assert "53.9" in words(clerk.get(f"{where}/questions"))

    answer = clerk.post(f"{where}/questions", answer="correct", reason="Misread display.", question="0")
    assert answer.status_code == 302, words(answer)
    intake = found()
    assert (intake.open_questions, intake.questions[0]["answer"]) == ([], "correct")
    assert clerk.get(f"{where}/questions").status_code == 409

    send(readings(batch, "51.5", "53.9", "53.0"))  # what was corrected is known as it stands now
    assert (found().known, found().taken, found().questions) == (2, 1, [])


@SQLITE
def test_an_answer_may_keep_what_stands(clerk, send, found, batch):
    where, _ = send(readings(batch, "51.5"))
    name_columns(clerk, where)
    where, _ = send(readings(batch, "52.5"))

    assert clerk.post(f"{where}/questions", answer="keep", question="0").status_code == 422
    assert (
        clerk.post(f"{where}/questions", answer="keep", reason="The display was read.", question="0").status_code == 302
    )
    assert (found().open_questions, found().recordings) == ([], [])


def test_a_file_is_taken_back_until_something_rests_on_it(clerk, send, found, batch, as_org):
    where, _ = send(serials(batch, "T-1"))
    name_columns(clerk, where)
    packed, _ = send(table(["369012345678901234", "T-1", "2026-11-21"], head=["箱号", "内装", "装箱时间"]))
    name_columns(clerk, packed)
    assert found().taken == 1, found().faults

    refused = clerk.get(f"{where}/take-back")
    assert refused.status_code == 409
    assert "T-1 went on since" in words(refused)

    assert clerk.post(f"{packed}/take-back", reason="Wrong box.").status_code == 302
    assert clerk.post(f"{where}/take-back", reason="Wrong batch.").status_code == 302
    assert found().stage == "undone"

    again, _ = send(serials(batch, "T-1"))
    assert again != where
    assert (found().stage, found().taken) == ("taken", 1), found().faults


@SQLITE
def test_columns_are_shown_as_they_would_be_read_before_anything_is_kept(clerk, send, found, batch, as_org):
    where, _ = send(serials(batch, "T-1"))
    with desk.books(as_org):
        before = len(session.scalars(select(ColumnMapping)).all())
    answer = name_columns(clerk, where, look="1", column_1="")

    assert answer.status_code == 422
    assert "No column is taken for “Serial number”" in words(answer)
    assert name_columns(clerk, where, column_1="").status_code in (200, 422)
    with desk.books(as_org):
        assert len(session.scalars(select(ColumnMapping)).all()) == before
    assert found().stage == "received"


@SQLITE
def test_the_sort_of_a_sheet_may_be_said_otherwise(clerk, send, found, batch):
    where, _ = send(serials(batch, "T-1"))

    page = words(clerk.get(f"{where}/columns?sort=packing"))
    assert "One row for each device or package that went into a package" in page
    assert clerk.get(f"{where}/columns?sort=nonsense").status_code == 200
    assert clerk.get(f"{where}/columns?sheet=7").status_code == 404


@SQLITE
@pytest.mark.parametrize("content", [("a," * 100_000).encode(), b"\n\n"], ids=["columns", "nothing"])
def test_a_file_that_cannot_be_read_at_all_is_refused_as_a_whole(clerk, send, found, content):
    where, _ = send(content)

    assert found().stage == "refused"
    assert "Refused" in words(clerk.get(where))


@SQLITE
def test_a_file_that_is_no_table_is_not_taken(send):
    where, answer = send(desk.A_PAPER, "paper.pdf")

    assert (where, answer.status_code) == (None, 422)
    assert "ends in .csv, .txt, .xlsx or .xml" in words(answer)


@SQLITE
def test_an_entrustment_of_others_cannot_be_chosen(send, world):
    where, answer = send(b"a,b", to=world.strange_entrustment)

    assert (where, answer.status_code) == (None, 422)


def test_a_large_file_is_read_behind_the_page_in_parts_and_an_interruption_doubles_nothing(
    app, clerk, send, found, batch, as_org, monkeypatch
):
    with app.app_context():
        read_all(app.extensions["store"])  # what the demonstration left
    monkeypatch.setattr("portal.intakes.working.AT_ONCE", 10)
    monkeypatch.setattr("portal.intakes.running.A_PART", 4)
    where, _ = send(serials(batch, *(f"T-{each}" for each in range(10))))
    name_columns(clerk, where)
    assert found().stage == "mapped"
    assert clerk.get(where).headers["Refresh"] == "5"

    told, calls = working.tell_a_part, []

    def killed_after_a_part(*given, **more):
        if len(calls) == 1:
            raise KeyboardInterrupt
        calls.append(given)
        return told(*given, **more)

    monkeypatch.setattr(working, "tell_a_part", killed_after_a_part)
    with app.app_context(), pytest.raises(KeyboardInterrupt):
        read_all(app.extensions["store"])
    assert (found().stage, found().done, found().taken) == ("running", 4, 4)
    assert "<progress" in clerk.get(where).text

    monkeypatch.setattr(working, "tell_a_part", told)
    with app.app_context(), time_machine.travel(now() + LEASE + PAUSE):
        assert read_all(app.extensions["store"]) == 1
        assert read_all(app.extensions["store"]) == 0
    intake = found()
    assert (intake.stage, intake.taken, len(intake.recordings)) == ("taken", 10, 3)
    with desk.books(as_org):
        assert len(session.scalars(select(Node).where(Node.code.like("T-_"))).all()) == 10
    assert clerk.post(f"{where}/take-back", reason="All of it.").status_code == 302


@SQLITE
def test_a_file_that_breaks_three_times_is_left_with_its_reason_until_somebody_has_it_taken_up(
    app, clerk, send, found, batch, monkeypatch
):
    monkeypatch.setattr("portal.intakes.working.AT_ONCE", 10)
    where, _ = send(serials(batch, "T-1"))
    name_columns(clerk, where)
    assert clerk.get(f"{where}/take-up").status_code == 409
    with monkeypatch.context() as broken, app.app_context():
        broken.setattr(working, "tell_a_part", lambda *_, **__: {}["no such row"])
        for each in range(4):
            with time_machine.travel(now() + 3 * each * PAUSE):
                read_all(app.extensions["store"])
                page = words(clerk.get(where))

    assert "Reading stopped" in page
    assert "3 times without a result, last with KeyError" in page
    with app.app_context(), time_machine.travel(now() + 3 * 4 * PAUSE):
        assert read_all(app.extensions["store"]) == 0
        assert clerk.post(f"{where}/take-up").status_code == 422
        assert clerk.post(f"{where}/take-up", reason="Mended.").status_code == 302
        assert read_all(app.extensions["store"]) == 1
    assert (found().stage, found().taken) == ("taken", 1)


@pytest.mark.parametrize(("in_parts", "ends"), [(10, "refused"), (1, "taken_with_faults")])
def test_a_file_at_which_reading_stopped_may_be_given_up_and_what_was_taken_stays(
    app, clerk, send, found, batch, monkeypatch, in_parts, ends
):
    with app.app_context():
        read_all(app.extensions["store"])  # what the demonstration left
    monkeypatch.setattr("portal.intakes.working.AT_ONCE", 1)
    monkeypatch.setattr("portal.intakes.running.A_PART", in_parts)
    where, _ = send(serials(batch, "T-1", "T-2"))
    whole = working.tell_a_part
    name_columns(clerk, where)
    left = [1] if ends == "taken_with_faults" else []

    def tell(*told, **how):
        left.pop()
        return whole(*told, **how)

    monkeypatch.setattr(working, "tell_a_part", tell)
    for each in range(5):
        with app.app_context(), time_machine.travel(now() + 3 * each * PAUSE):
            read_all(app.extensions["store"])
    with time_machine.travel(now() + 15 * PAUSE):
        assert found().number in words(clerk.get("/stopped"))
        assert "could not be gone through" in words(clerk.get("/"))
        assert clerk.post(f"{where}/give-up").status_code == 422
        assert clerk.post(f"{where}/give-up", reason="The machine is scrapped.").status_code == 302
        assert "The machine is scrapped." in words(clerk.get(where))
        assert found().number not in words(clerk.get("/stopped"))
    assert (found().stage, found().taken) == (ends, len(found().recordings))
    assert (found().taken > 0) == (ends == "taken_with_faults")


@SQLITE
def test_a_registrant_sees_nothing_of_what_its_plant_sends(seat, send, batch):
    where, _ = send(serials(batch, "T-1"))

    assert seat(desk.QUALITY).get(where).status_code == 403
    assert seat("anhe/plant-clerk").get(where).status_code == 404


def test_a_watched_folder_takes_what_has_stopped_growing_and_reports_beside_it(app, world, found, batch, tmp_path):
    number = _number_of(world)
    for name, content in (("a.csv", readings(batch, "51.5")), ("b.csv", b"\n\n"), ("c.tmp", b"still written")):
        (tmp_path / name).write_bytes(content)
    with app.app_context():
        watched, by = watch_over(f"{tmp_path}={number}")
        assert look_once(watched, app.extensions["store"], by=by) == []
        (tmp_path / "a.csv").write_bytes(readings(batch, "51.5", "52.0"))
        moved = look_once(watched, app.extensions["store"], by=by)
        assert moved == [("b.csv", "refused")]
        assert look_once(watched, app.extensions["store"], by=by) == [("a.csv", "taken")]
        with pytest.raises(UsageError, match="no entrustment WT-NOWHERE"):
            watch_over(f"{tmp_path}=WT-NOWHERE")

    assert found().stage == "received"
    assert sorted(each.name for each in tmp_path.rglob("*") if each.is_file()) == [
        "a.csv",
        "a.csv.json",
        "b.csv",
        "b.csv.json",
        "c.tmp",
    ]
    assert json.loads((tmp_path / "taken" / "a.csv.json").read_text("utf-8"))["number"] == found().number


def _number_of(world):
    with acting_for(world.org["hengrui"]), reading():
        return session.get_one(Entrustment, world.entrustment).number


def test_a_batch_record_of_a_production_system_is_taken_without_naming_anything(clerk, send, found, batch):
    began = now().replace(microsecond=0) - timedelta(hours=2)
    segment = f"""<SegmentResponse><ID>SR-1</ID><ProcessSegmentID>数控精铣</ProcessSegmentID>
<ActualStartTime>{began.isoformat()}</ActualStartTime><PersonnelActual><PersonID>{TURNER}</PersonID></PersonnelActual>
<EquipmentActual><EquipmentID>EQ-001</EquipmentID></EquipmentActual></SegmentResponse>"""
    bad = segment.replace("SR-1", "SR-2").replace(began.isoformat(), "?")
    record = f"""<BatchProductionRecord xmlns="http://www.mesa.org/xml/B2MML"><BatchID>{batch}</BatchID>
{segment}{bad}</BatchProductionRecord>"""
    where, _ = send(record.encode(), "批记录.xml")
    again, _ = send(record.encode(), "批记录.xml")

    intake = found()
    assert (intake.name, intake.rows, again) == ("批记录.xml.txt", 1, where)
    told = clerk.get(f"{where}/faults.csv").text
    assert "is no moment" in told
    assert "SegmentResponse[2]" in told
    assert (intake.stage, intake.taken) == ("taken_with_faults", 1), intake.faults
