"""Reading an agreement: as one document, as a comparison, in both languages."""

import pytest
from sqlalchemy import event

from portal.db import engines
from tests.browsing import words
from tests.stage import is_question

WRITER, OTHER_WRITER = "chengyue/registrant-quality-manager", "hengrui/manufacturer-quality-manager"
SIGNER, OTHER_SIGNER = "chengyue/management-representative", "hengrui/management-representative"
READER = "chengyue/registrant-release-person"


def article(answer):
    """The document itself, without the frame around it."""
    return answer.text.split("<article", 1)[1].split("</article>", 1)[0]


@pytest.fixture
def draft(world):
    """The quality agreement that is being drafted between chengyue and hengrui."""
    return f"/agreements/{world.draft_agreement}"


def test_the_comparison_shows_each_change_where_it_stands(seat, draft):
    seat(WRITER).post(f"{draft}/edit", **{"QA-38-text": "Call every Monday at ten."})
    seat(WRITER).post(f"{draft}/offer")
    seat(OTHER_WRITER).post(f"{draft}/revise", reason="Monday is a bad day.")
    seat(OTHER_WRITER).post(f"{draft}/edit", **{"QA-38-text": "Call every Friday at ten.", "QA-48-choice": "agreed"})

    page = seat(READER).get(f"{draft}/compare")

    assert page.status_code == 200
    assert "Call every <del>Monday</del><ins>Friday</ins> at ten." in page.text
    assert "<del>Open</del> <ins>Agreed</ins>" in page.text
    assert "2 clauses" in words(page)
    assert "read the same" in words(seat(READER).get(f"{draft}/compare?old=1&new=1"))
    assert seat(READER).get(f"{draft}/compare?old=1&new=9").status_code == 404


def test_chinese_text_is_compared_character_by_character(seat, draft):
    seat(WRITER).post(f"{draft}/edit", **{"QA-38-text": "每周一例会"})
    seat(WRITER).post(f"{draft}/offer")
    seat(OTHER_WRITER).post(f"{draft}/revise", reason="改期")
    seat(OTHER_WRITER).post(f"{draft}/edit", **{"QA-38-text": "每周五例会"})

    assert "每周<del>一</del><ins>五</ins>例会" in seat(READER, "zh").get(f"{draft}/compare?old=1&new=2").text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Quality agreement", "Marketing release", "Who is responsible for what", "Signatures", "USCC"]),
        ("zh", ["上市放行", "委托方（注册人）"]),
    ],
)
def test_the_document_reads_in_both_languages_and_own_wording_stays(seat, draft, language, said):
    seat(WRITER).post(f"{draft}/edit", **{"QA-38-text": "Weekly call, 每周一."})
    seat(WRITER).post(f"{draft}/offer")
    seat(SIGNER).sign(f"{draft}/registrant-signs")

    page = seat(OTHER_SIGNER, language).get(f"{draft}/document")

    assert page.status_code == 200
    assert 'class="document"' in page.text
    for each in [*said, "Weekly call, 每周一."]:
        assert each in words(page)
    assert page.text.count('class="signature"') == 1


def test_the_document_of_a_signed_agreement_keeps_the_particulars_that_were_signed(seat, world):
    page = f"/agreements/{world.quality_agreement}/document"
    before = article(seat(READER).get(page))
    renamed = {
        "name": "Renamed after signing",
        "model": "",
        "code": "13-01-01",
        "device_class": "III",
        "is_implantable": "yes",
        "contains_animal_origin_material": "no",
        "directly_from_animal_tissue": "no",
        "is_allogeneic": "no",
        "contains_allogeneic_material": "no",
        "vascular_site": "unknown",
        "udi_di": "",
        "certificate_id": str(world.certificate),
    }

    assert seat(WRITER).post(f"/products/{world.product}/edit", **renamed).status_code == 302

    assert article(seat(READER).get(page)) == before
    assert "Renamed after signing" in words(seat(READER).get(f"/entrustments/{world.entrustment}"))


def test_a_version_that_does_not_exist_is_not_found(seat, draft):
    assert seat(READER).get(f"{draft}/document?version=7").status_code == 404
    assert seat(READER).get(f"{draft}/document?version=1").status_code == 200


@pytest.mark.parametrize("page", ["/agreements/{0}", "/agreements/{0}/document", "/entrustments/{1}/agreements"])
def test_a_page_asks_the_database_few_questions(seat, world, page):
    browser, asked = seat(READER), []
    path = page.format(world.quality_agreement, world.entrustment)
    browser.get(path)

    for engine in (engines().reading, engines().writing):
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert browser.get(path).status_code == 200

    assert len([each for each in asked if is_question(each)]) < 12
