"""The batch desk: lists, the record, its figures, its papers, its reviews."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.db import today
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from workflows.recording import PRODUCTION_RELEASED, STILL_UNDERWAY

STRANGERS = ("lantai/registrant-quality-manager", "qihe/plant-clerk", "guangdong/authority-inspector")
FIGURES = {
    "steps_done": "17",
    "finished_on": "",
    "expires_on": "",
    "put_in": "1200",
    "passed": "1181",
    "scrapped": "7",
    "sampled": "12",
    "label_version": "5",
    "instructions_version": "3",
    "udi_di": "06900000004173",
    "reason": "",
}


@pytest.fixture
def opened(world):
    return world.batch["opened"]


@pytest.fixture
def released(world):
    return world.batch["production_released"]


@pytest.fixture
def figures(as_org, opened):
    batch = desk.batch_of(as_org, opened)
    return FIGURES | {"finished_on": batch.finished_on.isoformat(), "expires_on": batch.expires_on.isoformat()}


def test_everybody_sees_the_batches_of_their_own_entrustments_alone(seat):
    mine, rivals = words(seat(desk.QUALITY).get("/batches")), words(seat(STRANGERS[0]).get("/batches"))

    assert "B2611-01" in mine
    assert "R2611-01" not in mine
    assert "B2611-01" not in rivals
    assert "R2611-01" in rivals


def test_the_plant_sees_those_of_all_whom_it_makes_for_and_filters_by_the_address(seat):
    clerk = seat(desk.CLERK)

    assert all(number in words(clerk.get("/batches")) for number in ("B2611-01", "R2611-01"))
    assert "R2611-01" not in words(clerk.get("/batches?q=B2611"))
    assert "B2611-02" not in words(clerk.get("/batches?state=opened"))
    assert "No batch answers to this filter." in words(clerk.get("/batches?q=nothing%25"))


def test_the_batches_of_an_entrustment_offer_to_open_one_to_the_plant_alone(seat, world):
    path = f"/entrustments/{world.entrustment}/batches"

    assert f"{path}/open" in seat(desk.CLERK).get(path).text
    assert f"{path}/open" not in seat(desk.QUALITY).get(path).text


@pytest.mark.parametrize("who", [desk.CLERK, desk.RELEASE, "jiangsu/authority-inspector"])
def test_the_record_is_shown_to_both_sides_and_their_authorities(seat, released, who):
    page = words(seat(who).get(f"/batches/{released}"))

    assert "Batch B2611-03" in page
    assert "NC-" in page
    assert "I have reviewed the batch record and confirm every condition of production release." in page


def test_the_record_says_what_holds_the_next_move(seat, released):
    page = words(seat(desk.RELEASE).get(f"/batches/{released}"))

    assert "Not yet. Conditions: 3 not met" in page


def test_an_authoritys_look_is_in_the_ledger_before_it_sees_anything(seat, as_org, released):
    seat("shanghai/authority-inspector").get(f"/batches/{released}")

    assert desk.events_of(as_org, desk.batch_of(as_org, released))[0] == "batch.read"


@pytest.mark.parametrize("below", ["", "/edit", "/documents", "/reviews", "/nonconformities"])
@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_cannot_tell_that_a_batch_exists(seat, released, below, who):
    found, missing = seat(who).get(f"/batches/{released}{below}"), seat(who).get(f"/batches/{uuid4()}{below}")

    assert found.status_code == missing.status_code
    assert found.status_code in (403, 404)
    assert found.status_code == 403 or found.data == missing.data


def test_the_figures_are_amended_and_the_ledger_keeps_the_old_ones(seat, as_org, opened, figures):
    change = figures | {"passed": "1180", "scrapped": "8", "reason": "Counted again."}

    answer = seat(desk.CLERK).post(f"/batches/{opened}/edit", **change)

    batch = desk.batch_of(as_org, opened)
    assert answer.status_code == 302
    assert (batch.passed, batch.scrapped) == (1180, 8)
    page = seat(desk.CLERK).get(f"/batches/{opened}").text
    assert "<del>1181</del>" in page
    assert "Counted again." in page


def test_sending_what_is_on_record_writes_nothing(seat, as_org, opened, figures):
    before = desk.batch_of(as_org, opened).version

    assert seat(desk.CLERK).post(f"/batches/{opened}/edit", **figures).status_code == 302
    assert desk.batch_of(as_org, opened).version == before


@pytest.mark.parametrize(
    ("field", "wrong", "says"),
    [
        ("passed", "-1", "A whole number from 0"),
        ("put_in", "12,5x", "Not a whole number"),
        ("steps_done", "18", "Only 17 steps are prescribed"),
        ("finished_on", "2020-01-01", "cannot have finished before that"),
        ("finished_on", "2999-01-01", "has not come yet"),
        ("expires_on", "2020-01-01", "would expire before it is made"),
        ("expires_on", "soon", "Not a date"),
        ("udi_di", "%", "Letters, digits"),
        ("scrapped", "8", "say why"),
    ],
)
def test_a_wrong_figure_is_refused_at_its_field_and_everything_typed_is_kept(
    seat, as_org, opened, figures, field, wrong, says
):
    before = desk.batch_of(as_org, opened).version

    answer = seat(desk.CLERK).post(f"/batches/{opened}/edit", **figures | {field: wrong, "label_version": "typed"})

    assert answer.status_code == 422
    assert says in words(answer)
    assert 'value="typed"' in answer.text
    assert f'value="{wrong}"' in answer.text
    assert desk.batch_of(as_org, opened).version == before


def test_a_stale_page_is_refused_and_keeps_what_was_typed(seat, as_org, world, opened, figures):
    clerk = seat(desk.CLERK)
    page = hidden_fields(clerk.get(f"/batches/{opened}/edit").text)
    desk.amend(world, opened, sampled=13)

    answer = clerk.client.post(
        f"/batches/{opened}/edit", data=page | figures | {"label_version": "typed", "reason": "x"}
    )

    assert answer.status_code == 409
    assert "typed" in words(answer)
    assert desk.batch_of(as_org, opened).label_version == "5"


@pytest.mark.parametrize("below", ["edit", "documents"])
@pytest.mark.parametrize("state", ["production_released", "marketing_released"])
def test_what_is_released_is_not_written_on_any_more(seat, world, below, state):
    answer = seat(desk.CLERK).post(f"/batches/{world.batch[state]}/{below}", **FIGURES)

    assert answer.status_code == 409
    assert STILL_UNDERWAY.says in words(seat(desk.CLERK).get(f"/batches/{world.batch[state]}/{below}"))


@pytest.mark.parametrize("below", ["edit", "documents"])
@pytest.mark.parametrize("who", [desk.RELEASE, desk.QUALITY, desk.PLANT_RELEASE, "shanghai/authority-inspector"])
def test_nobody_but_the_plant_writes_the_record(seat, opened, below, who):
    assert seat(who).get(f"/batches/{opened}/{below}").status_code == 403


@pytest.mark.parametrize("below", ["edit", "documents", "reviews"])
def test_without_a_token_nothing_is_written(seat, opened, released, below):
    who, batch_id = (desk.QUALITY, released) if below == "reviews" else (desk.CLERK, opened)

    assert seat(who).client.post(f"/batches/{batch_id}/{below}").status_code == 400


def test_a_paper_is_filed_with_its_file_and_binds_the_record(seat, as_org, opened):
    before = desk.batch_of(as_org, opened)

    answer = seat(desk.CLERK).post(f"/batches/{opened}/documents", **desk.PAPER, file=desk.pdf("fi-2.pdf"))

    batch, papers = desk.batch_of(as_org, opened), desk.paper_of(as_org, opened, "final_inspection")
    assert answer.status_code == 302
    assert [each.title for each in papers][-1] == desk.PAPER["title"]
    assert batch.papers_hash != before.papers_hash
    assert desk.events_of(as_org, batch)[0] == "batch.paper-filed"
    assert "fi-2.pdf" in words(seat(desk.RELEASE).get(f"/batches/{opened}"))


def test_a_paper_is_replaced_with_a_reason_and_the_earlier_one_stays(seat, as_org, opened):
    (earlier,) = desk.paper_of(as_org, opened, "final_inspection")
    path, page = f"/batches/{opened}/documents", f"/batches/{opened}/documents?replaces={earlier.id}"
    given = desk.PAPER | {"replaces": str(earlier.id)}

    refused = seat(desk.CLERK).post(path, page=page, **given, file=desk.pdf())
    answer = seat(desk.CLERK).post(path, page=page, **given | {"reason": "Measured again."}, file=desk.pdf())

    replaced, latest = desk.paper_of(as_org, opened, "final_inspection")
    assert (refused.status_code, answer.status_code) == (422, 302)
    assert "Say why the earlier paper is replaced." in words(refused)
    assert (replaced.id, replaced.replaced_at is not None, latest.replaced_at) == (earlier.id, True, None)
    assert desk.events_of(as_org, desk.batch_of(as_org, opened))[0] == "batch.paper-replaced"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": ""}, "Choose the kind of paper."),
        ({"title": " "}, "title"),
        ({"result": "not_applicable"}, "An inspection record says whether it passed or failed."),
        ({"dated_on": (today() + timedelta(days=2)).isoformat()}, "This day has not come yet"),
        ({"file": desk.pdf("paper.exe")}, "This kind of file is not accepted"),
        ({"file": desk.pdf("paper.pdf", b"MZ not a pdf")}, "its content is something else"),
        ({"file": desk.pdf("paper.pdf", b"")}, "The file is empty."),
        ({"file": ""}, "Choose the file."),
    ],
)
def test_a_wrong_paper_is_refused_at_its_field(seat, as_org, opened, changes, says):
    given = desk.PAPER | {"signed_by": "typed", "file": desk.pdf()} | _fresh(changes)

    answer = seat(desk.CLERK).post(f"/batches/{opened}/documents", **given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert 'value="typed"' in answer.text
    assert len(desk.paper_of(as_org, opened, "final_inspection")) == 1


def _fresh(changes):
    """A file is read once; each engine gets its own."""
    file = changes.get("file")
    return changes | ({"file": desk.pdf(file[1], file[0].getvalue())} if file else {})


@pytest.mark.parametrize("part", desk.REVIEWS)
def test_the_registrant_reviews_one_part_at_a_time_and_says_what_it_found(seat, as_org, released, part):
    answer = seat(desk.QUALITY).post(f"/batches/{released}/reviews", subject=part, note="All read; no objection.")

    batch = desk.batch_of(as_org, released)
    assert answer.status_code == 302
    assert [each for each in desk.REVIEWS if getattr(batch, f"{each}_reviewed_at")] == [part]
    assert desk.events_of(as_org, batch)[0] == "batch.reviewed"
    assert "All read; no objection." in words(seat(desk.CLERK).get(f"/batches/{released}"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"subject": "results", "note": " "}, "Say what you looked at"),
        ({"subject": "all", "note": "typed"}, "Not a valid choice"),
        ({"note": "typed"}, "Choose what you have reviewed."),
    ],
)
def test_a_review_that_says_nothing_is_refused(seat, as_org, released, given, says):
    answer = seat(desk.QUALITY).post(f"/batches/{released}/reviews", **given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert desk.batch_of(as_org, released).results_reviewed_at is None


def test_what_changed_while_it_was_read_is_not_reviewed(seat, as_org, world, released):
    reader = seat(desk.QUALITY)
    page = hidden_fields(reader.get(f"/batches/{released}/reviews").text)
    desk.raised(seat, world, released)

    answer = reader.client.post(f"/batches/{released}/reviews", data=page | {"subject": "results", "note": "typed"})

    assert answer.status_code == 409
    assert "typed" in words(answer)
    assert desk.batch_of(as_org, released).results_reviewed_at is None


@pytest.mark.parametrize("state", ["opened", "recorded", "marketing_released"])
def test_there_is_nothing_to_review_before_production_release_or_after_the_decision(seat, world, state):
    answer = seat(desk.QUALITY).get(f"/batches/{world.batch[state]}/reviews")

    assert answer.status_code == 409
    assert desk.names(words(answer), PRODUCTION_RELEASED)


@pytest.mark.parametrize("who", [desk.CLERK, desk.PLANT_RELEASE, desk.PLANT_QUALITY])
def test_the_plant_does_not_review_in_the_registrants_place(seat, released, who):
    assert seat(who).get(f"/batches/{released}/reviews").status_code == 403


def test_a_review_is_void_once_papers_or_nonconformities_change(seat, as_org, world, released):
    desk.review_all(world, released)

    desk.raised(seat, world, released)

    batch = desk.batch_of(as_org, released)
    assert [getattr(batch, f"{each}_reviewed_at") for each in desk.REVIEWS] == [None, None, None]
