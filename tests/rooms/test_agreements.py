"""/agreements: both sides draw up two papers, read them as one document, and sign them."""

import html
import re
from uuid import UUID

import pytest
from sqlalchemy import select

from agreements.clauses import CLAUSES
from portal import ledger
from portal.db import new_id, reading, session, today
from portal.records.agreement import Agreement, Signature
from portal.rooms.agreements.chapters import CHAPTERS
from tests.browsing import words

WRITER, OTHER_WRITER = "chengyue/registrant-quality-manager", "hengrui/manufacturer-quality-manager"
SIGNER, OTHER_SIGNER = "chengyue/management-representative", "hengrui/management-representative"
READER, STRANGER, AUTHORITY = (
    "chengyue/registrant-release-person",
    "qihe/management-representative",
    "shanghai/authority-inspector",
)


@pytest.fixture
def draft(world):
    """The quality agreement that is being drafted between chengyue and hengrui."""
    return f"/agreements/{world.draft_agreement}"


@pytest.fixture
def begun(world, seat):
    """The entrustment agreement of the same entrustment, just begun."""
    answer = seat(WRITER).post(f"/entrustments/{world.eligible}/agreements", kind="entrustment")
    assert answer.status_code == 302
    return answer.location


@pytest.fixture
def look(as_org, world):
    """A record as it stands, read in the books of the registrant."""

    def _look(path):
        with as_org("chengyue"), reading():
            agreement = session.get_one(Agreement, UUID(path.rsplit("/", 1)[1]))
            return agreement, list(agreement.versions)

    return _look


def events_of(as_org, world, house="hengrui"):
    with as_org(house), reading():
        return [each.event for each in ledger.entries(entrustment_id=world.eligible)]


def settled(version, clause_id):
    return next(each for each in version.settlements if each["clause_id"] == clause_id)


def sign_both(seat, path):
    assert seat(WRITER).post(f"{path}/offer").status_code == 302
    assert seat(OTHER_SIGNER).sign(f"{path}/manufacturer-signs").status_code == 302
    assert seat(SIGNER).sign(f"{path}/registrant-countersigns").status_code == 302


def test_every_clause_has_its_place_in_one_chapter():
    placed = [each for _, clause_ids in CHAPTERS for each in clause_ids]

    assert sorted(placed) == sorted(each.id for each in CLAUSES)


def test_a_draft_is_begun_with_the_standard_text_and_the_ledger_says_so(begun, look, as_org, world):
    agreement, (version,) = look(begun)

    assert (agreement.state, agreement.kind, version.number, version.offered_at) == ("drafting", "entrustment", 1, None)
    assert len(version.settlements) == 10
    assert all(each["text"] for each in version.settlements)
    assert version.particulars["registrant"]["uscc"]
    assert version.particulars["products"][0]["certificate_number"]
    assert events_of(as_org, world)[0] == "agreement.drafted"


def test_a_second_draft_of_one_kind_is_refused_while_the_first_is_open(seat, world, as_org):
    page = f"/entrustments/{world.eligible}/agreements"

    answer = seat(OTHER_WRITER).post(page, kind="quality")

    assert answer.status_code == 409
    assert "No other agreement of this kind is being drawn up or signed." in words(answer)
    with as_org("chengyue"), reading():
        assert len(session.scalars(select(Agreement).where(Agreement.entrustment_id == world.eligible)).all()) == 1


def test_a_kind_that_does_not_exist_begins_nothing(seat, world):
    assert seat(WRITER).post(f"/entrustments/{world.eligible}/agreements", kind="marriage").status_code == 400


def test_the_list_says_where_both_stand_and_why(seat, world):
    drafted = words(seat(WRITER).get(f"/entrustments/{world.eligible}/agreements"))
    running = words(seat(READER).get(f"/entrustments/{world.entrustment}/agreements"))

    assert "It binds nobody before both sides have signed it." in drafted
    assert "No agreement of this kind has been begun." in drafted
    assert "Begin a draft" in drafted
    assert "Both agreements are in force." in running
    assert "Begin a draft" not in running


def test_either_side_writes_the_clauses_and_what_is_not_sent_stays(seat, draft, look, as_org, world):
    page = f"{draft}/edit"

    answer = seat(OTHER_WRITER).post(page, **{"QA-38-text": "Weekly call, Monday 10:00.", "QA-40-choice": "open"})

    assert answer.status_code == 302
    agreement, (version,) = look(draft)
    assert settled(version, "QA-38")["text"] == "Weekly call, Monday 10:00."
    assert settled(version, "QA-40")["choice"] == "open"
    assert settled(version, "QA-20")["responsible"] == "registrant"
    assert settled(version, "QA-05")["text"].startswith("受托方的质量管理体系")
    assert (version.version, agreement.version) == (2, 2)
    assert events_of(as_org, world, "chengyue")[0] == "agreement_version.settled"
    shown = words(seat(WRITER).get(draft))
    assert "1 clause stands in the way" in shown
    assert "QA-38 Communication mechanism" in shown
    assert "Agreed, Both sides: Weekly call, Monday 10:00." in shown


def test_the_number_of_a_text_of_ones_own_is_kept_and_read_and_compared(seat, draft, look):
    own = {"QA-35-text": "They meet twice a year.", "QA-35-within": "6"}

    assert seat(OTHER_WRITER).post(f"{draft}/edit", **own).status_code == 302

    _, (version,) = look(draft)
    assert settled(version, "QA-35")["within"] == 6
    assert "within" not in settled(version, "QA-39")
    shown = words(seat(WRITER).get(draft))
    assert "The duty counts: 6 months" in shown
    assert "The duty counts: 5 working days" in shown


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"QA-35-text": "They meet twice a year."}, "Give the number that your text names; the duty counts by it."),
        ({"QA-35-within": "6"}, "The standard text names 3; write another number into the text too."),
        ({"QA-35-text": "Now and then.", "QA-35-within": "0"}, "Give a number from 1 to 366."),
        ({"QA-35-text": "Now and then.", "QA-35-within": "two"}, "Not a whole number; write digits only"),
    ],
)
def test_no_clock_is_left_to_guesswork(seat, draft, look, given, says):
    answer = seat(WRITER).post(f"{draft}/edit", **given, **{"QA-38-text": "kept as typed"})

    assert (answer.status_code, says in words(answer)) == (422, True)
    assert "kept as typed" in answer.text
    assert look(draft)[1][0].version == 1


def test_saving_what_is_there_already_writes_nothing(seat, draft, look):
    assert seat(WRITER, "en").post(f"{draft}/edit").status_code == 302
    assert look(draft)[1][0].version == 1


def test_standard_text_read_in_another_language_is_not_rewritten_by_saving_it(seat, draft, look):
    page = seat(WRITER).get(f"{draft}/edit").text
    shown = html.unescape(
        re.search(r'<textarea[^>]*name="QA-38-text"[^>]*>(.*?)</textarea>', page, re.DOTALL)[1]
    ).strip()
    assert shown.isascii()

    assert seat(WRITER).post(f"{draft}/edit", **{"QA-38-text": shown, "QA-44-choice": "open"}).status_code == 302

    assert not settled(look(draft)[1][0], "QA-38")["text"].isascii()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("QA-20-responsible", "entrusted"),
        ("QA-20-responsible", "both"),
        ("QA-29-responsible", "entrusted"),
        ("QA-53-choice", "refused"),
        ("QA-19-responsible", "registrant"),
    ],
)
def test_a_statutory_duty_can_be_neither_given_away_nor_refused(seat, draft, look, field, typed):
    answer = seat(OTHER_WRITER).post(f"{draft}/edit", **{field: typed, "QA-38-text": "kept as typed"})

    assert answer.status_code == 422
    assert re.search(rf'id="{field}(-0)?-errors"', answer.text)
    assert "kept as typed" in answer.text
    assert look(draft)[1][0].version == 1


def test_a_duty_stays_the_registrants_even_while_its_clause_is_open(seat, draft):
    given = {"QA-29-choice": "open", "QA-29-responsible": "entrusted"}

    assert seat(OTHER_WRITER).post(f"{draft}/edit", **given).status_code == 422


@pytest.mark.parametrize(
    ("field", "typed"), [("QA-38-choice", "perhaps"), ("QA-38-responsible", "nobody"), ("QA-38-text", "x" * 4001)]
)
def test_what_cannot_be_right_is_refused_at_its_field(seat, draft, field, typed):
    answer = seat(WRITER).post(f"{draft}/edit", **{field: typed})

    assert answer.status_code == 422
    assert f'id="{field}-errors"' in answer.text


def test_a_page_that_somebody_overtook_writes_nothing_and_gives_back_what_was_typed(seat, draft, look):
    first, second = seat(WRITER), seat(OTHER_WRITER)
    seen = {"seen_version": "1", "csrf_token": second.token()}
    first.post(f"{draft}/edit", **{"QA-38-text": "Weekly."})

    answer = second.client.post(f"{draft}/edit", data=seen | {"QA-39-text": "Our own indicators."})

    assert answer.status_code == 409
    assert "Our own indicators." in answer.text
    assert "QA-39" in answer.text
    assert settled(look(draft)[1][0], "QA-38")["text"] == "Weekly."


def test_once_offered_the_clauses_and_the_term_are_closed(seat, draft, look):
    seat(WRITER).post(f"{draft}/offer")

    for door in ("edit", "term"):
        answer = seat(OTHER_WRITER).get(f"{draft}/{door}")
        assert answer.status_code == 409
        assert "no version lies on the table" in words(answer)
    agreement, (version,) = look(draft)
    assert (agreement.state, agreement.offered, agreement.offered_hash) == ("offered", 1, version.text_hash)
    assert version.offered_at is not None


def test_nobody_offers_a_text_that_changed_after_it_was_read(seat, draft, look):
    browser = seat(WRITER)
    token = {"csrf_token": browser.token(), "seen_version": "1"}
    seat(OTHER_WRITER).post(f"{draft}/edit", **{"QA-38-text": "Something else."})

    assert browser.client.post(f"{draft}/offer", data=token).status_code == 409
    assert look(draft)[0].state == "drafting"


def test_an_open_clause_that_must_be_settled_holds_the_offer_back(seat, draft):
    seat(WRITER).post(f"{draft}/edit", **{"QA-38-choice": "open"})

    answer = seat(WRITER).get(f"{draft}/offer")

    assert answer.status_code == 409
    assert "Open clauses: 1; the first is QA-38." in words(answer)


def test_revising_opens_the_next_version_with_the_reason_and_the_same_clauses(seat, draft, look, as_org, world):
    seat(WRITER).post(f"{draft}/edit", **{"QA-38-text": "Weekly."})
    seat(WRITER).post(f"{draft}/offer")

    answer = seat(OTHER_WRITER).post(f"{draft}/revise", reason="We cannot call weekly.")

    assert answer.status_code == 302
    agreement, (old, new) = look(draft)
    assert (agreement.state, agreement.offered, agreement.offered_hash) == ("drafting", None, None)
    assert (new.number, new.note, new.offered_at) == (2, "We cannot call weekly.", None)
    assert new.settlements == old.settlements
    assert old.offered_at is not None
    assert events_of(as_org, world)[0] == "agreement.revised"


def test_without_a_wish_the_term_names_the_document_that_set_the_day(seat, draft, look):
    agreement, _ = look(draft)
    assert (agreement.ends_because, agreement.ends_on) == ("licence", agreement.wished_until)

    for page in (draft, f"{draft}/term"):
        said = words(seat(WRITER).get(page))
        assert f"It ends on {agreement.ends_on.isoformat()} with the production licence." in said
        assert "as the parties wish" not in said


def test_what_a_clause_has_to_settle_is_read_in_the_reader_s_language(seat, draft):
    assert "registrant name and domicile" in words(seat(WRITER).get(f"{draft}/edit"))
    chinese = words(seat(WRITER, language="zh").get(f"{draft}/edit"))
    assert "注册人名称、住所" in chinese
    assert "registrant name and domicile" not in chinese


def test_the_term_is_set_and_its_reason_shown(seat, draft, look, as_org, world):
    wished = today().replace(day=28)
    wished = wished.replace(year=wished.year + 1)

    answer = seat(OTHER_WRITER).post(f"{draft}/term", wished_until=wished.isoformat())

    assert answer.status_code == 302
    agreement, _ = look(draft)
    assert (agreement.wished_until, agreement.ends_on, agreement.ends_because) == (wished, wished, "wish")
    assert events_of(as_org, world)[0] == "agreement.term-set"
    assert "as the parties wish" in words(seat(READER).get(draft))


@pytest.mark.parametrize("typed", ["2099-01-01", "2001-01-01", "soon", ""])
def test_an_end_that_cannot_be_is_refused_at_its_field(seat, draft, look, typed):
    answer = seat(WRITER).post(f"{draft}/term", wished_until=typed)

    assert answer.status_code == 422
    assert 'id="wished_until-errors"' in answer.text
    if typed == "2099-01-01":
        assert f"The production licence ends on {look(draft)[0].ends_on.isoformat()}" in words(answer)
        assert typed in answer.text
    assert look(draft)[0].version == 1


def test_both_sides_sign_both_agreements_and_only_then_do_they_bind(seat, draft, begun, look, as_org, world):
    sign_both(seat, draft)

    assert "binds once the other agreement is signed" in words(seat(READER).get(draft))
    refused = seat(SIGNER).get(f"/entrustments/{world.eligible}/agree")
    assert refused.status_code == 409
    sign_both(seat, begun)
    assert "It binds both sides until" in words(seat(READER).get(draft))
    assert "Both agreements are in force." in words(seat(READER).get(f"/entrustments/{world.eligible}/agreements"))
    assert seat(SIGNER).get(f"/entrustments/{world.eligible}/agree").status_code == 200
    with as_org("hengrui"), reading():
        signed = session.scalars(select(Signature).where(Signature.subject_id == world.draft_agreement)).all()
        assert [each.side for each in signed] == ["manufacturer", "registrant"]


def test_a_signature_under_a_version_that_was_taken_back_binds_nobody(seat, draft, look):
    seat(WRITER).post(f"{draft}/offer")
    seat(SIGNER).sign(f"{draft}/registrant-signs")
    seat(OTHER_WRITER).post(f"{draft}/revise", reason="One more point.")

    assert look(draft)[0].state == "drafting"
    assert "a version that was taken back; it binds nobody" in words(seat(READER).get(draft))
    assert "Nobody has signed this version." in words(seat(READER).get(f"{draft}/document"))


def test_an_agreement_is_withdrawn_with_a_reason_and_another_may_be_begun(seat, draft, look, world):
    assert seat(WRITER).post(f"{draft}/withdraw").status_code == 422
    assert seat(WRITER).post(f"{draft}/withdraw", reason="Start over.").status_code == 302
    assert look(draft)[0].state == "withdrawn"
    assert seat(WRITER).get(f"{draft}/edit").status_code == 409

    assert seat(WRITER).post(f"/entrustments/{world.eligible}/agreements", kind="quality").status_code == 302


def test_a_renewal_is_drafted_while_the_running_agreement_stays_in_force(seat, world, as_org):
    page = f"/entrustments/{world.entrustment}/agreements"

    made = seat(WRITER).post(page, kind="quality")

    assert made.status_code == 302
    assert "Both agreements are in force." in words(seat(READER).get(page))
    assert made.location in seat(READER).get(page).text


@pytest.mark.parametrize("door", ["", "/edit", "/term", "/compare", "/document", "/offer"])
def test_to_a_stranger_it_does_not_exist(seat, draft, door):
    browser = seat(STRANGER)

    answer = browser.get(f"{draft}{door}")

    assert answer.status_code == 404
    assert answer.data == browser.get(f"/agreements/{new_id()}{door}").data


@pytest.mark.parametrize("door", ["/edit", "/term", "/offer", "/revise", "/withdraw"])
@pytest.mark.parametrize("who", [READER, AUTHORITY])
def test_it_is_not_for_everybody_to_write(seat, draft, who, door):
    assert seat(who).get(f"{draft}{door}").status_code == 403


def test_without_a_token_nothing_is_written(seat, draft, look, world):
    browser = seat(WRITER)

    for path in (f"{draft}/edit", f"{draft}/term", f"{draft}/offer", f"/entrustments/{world.eligible}/agreements"):
        assert browser.client.post(path, data={"seen_version": "1", "kind": "entrustment"}).status_code == 400
    assert look(draft)[0].version == 1


@pytest.mark.parametrize("door", ["", "/document"])
def test_an_authority_reads_and_the_ledger_says_that_it_looked(seat, world, as_org, door):
    answer = seat(AUTHORITY).get(f"/agreements/{world.quality_agreement}{door}")

    assert answer.status_code == 200
    with as_org("chengyue"), reading():
        newest = ledger.entries(entrustment_id=world.entrustment)[0]
        assert newest.event == "agreement.read"
