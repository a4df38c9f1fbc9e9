"""GET /d/<code>, /01/<code>, /00/<code>, /.well-known/gs1resolver: what anybody may ask with the code of a label."""

import json
import re

import pytest
from sqlalchemy import func, select

from agreements.udi import check_digit
from portal.db import glance, session
from portal.demo.cast import HOUSES
from portal.facts import labels
from portal.facts.labels import Recall
from portal.limits import LABEL_FROM, spend
from portal.records.trade_item import TradeItem
from portal.tenancy import acting_for, beyond_tenants
from tests.breaking import break_in
from tests.browsing import words
from tests.stage import sql, stored

QUALITY = "chengyue/registrant-quality-manager"
PIP, EPCIS = "https://ref.gs1.org/voc/pip", "https://ref.gs1.org/voc/epcis"
NO_SUCH = "0690000000000" + check_digit("0690000000000")


@pytest.fixture
def anybody(app):
    """Somebody who never signed in."""

    def _get(path, **headers):
        return app.test_client().get(path, headers={"Accept-Language": "en", **headers})

    return _get


@pytest.fixture
def di(world):
    return sql("SELECT di FROM trade_item WHERE id = :id", id=stored(world.trade_item))[0][0]


@pytest.fixture
def batch(world):
    return sql("SELECT number FROM batch WHERE id = :id", id=stored(world.batch["marketing_released"]))[0][0]


def test_the_page_says_what_the_label_says_and_asks_for_no_session(anybody, di, batch):
    answer = anybody(f"/d/01/{di}/10/{batch}/21/SN0001?17=271231&11=261101")
    page = words(answer)

    assert answer.status_code == 200
    for each in (HOUSES["chengyue"].name, HOUSES["hengrui"].name, di, batch, "SN0001", "2027-12-31", "2026-11-01"):
        assert each in page
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_it_speaks_the_language_of_the_browser_and_switches_by_a_link(anybody, di):
    zh = anybody(f"/d/01/{di}", **{"Accept-Language": "zh-CN"})
    assert 'lang="zh-CN"' in zh.text
    assert "受托生产企业" in zh.text
    switch = re.search(r'href="([^"]*lang=en)"', zh.text)
    assert 'lang="en"' in anybody(switch[1], **{"Accept-Language": "zh-CN"}).text


def test_nothing_on_it_leads_further_or_tells_of_others(anybody, di, batch, world):
    page = anybody(f"/d/01/{di}/10/{batch}").text
    main = page.partition("<main")[2]

    assert "href=" not in main
    assert str(world.trade_item) not in page
    others = {number for (number,) in sql("SELECT number FROM batch")} - {batch}
    assert others
    assert not [each for each in others if each in page]


def test_a_device_that_was_made_and_one_that_was_not_have_the_same_page(anybody, di, batch):
    known = anybody(f"/d/01/{di}/10/{batch}/21/{batch}0001").text

    unknown = anybody(f"/d/01/{di}/10/NEVERMADE/21/NEVERMADE0001").text

    assert known.replace(batch, "NEVERMADE") == unknown


def test_what_stands_for_nothing_is_the_same_404_whatever_it_is(anybody, di):
    box = sql("SELECT di FROM trade_item WHERE state = 'entered'")[0][0]
    paths = [f"/d/01/{box}", f"/d/01/{NO_SUCH}", f"/01/{NO_SUCH}", "/d/rubbish", f"/d/01/{di[:-1]}0", "/d/MA.1.nothing"]
    answers = [anybody(each) for each in paths]

    assert {each.status_code for each in answers} == {404}
    assert len({each.text for each in answers}) == 1


def test_where_two_registrants_claim_one_identifier_nothing_is_said(anybody, di, world):
    assert anybody(f"/d/01/{di}").status_code == 200
    break_in("trade_item")
    sql(
        "UPDATE trade_item SET di = :di WHERE entrustment_id = :rival AND state = 'in_use'",
        di=di,
        rival=stored(world.rival_entrustment),
    )
    claimed = sql("SELECT count(*) FROM trade_item WHERE di = :di AND state = 'in_use'", di=di)[0][0]

    assert anybody(f"/d/01/{di}").status_code == (404 if claimed > 1 else 200)


def test_it_rests_for_whoever_asks_too_often(app, anybody, di):
    with app.test_request_context():
        for _ in range(LABEL_FROM.most):
            spend(LABEL_FROM, "127.0.0.1")

    assert anybody(f"/d/01/{di}").status_code == 429
    assert anybody(f"/01/{di}").status_code == 429


def test_of_a_recall_it_says_that_it_does_not_know_and_never_that_there_is_none(anybody, di, monkeypatch):
    page = words(anybody(f"/d/01/{di}"))
    assert "This page does not know of recalls." in page
    assert "not recalled" not in page

    monkeypatch.setattr("portal.rooms.codes.routes.recall_of", lambda _: Recall("ZH-2611-01"))

    assert "This device is being recalled (ZH-2611-01)." in words(anybody(f"/d/01/{di}"))
    assert labels.recall_of(None) is None


def test_a_device_past_the_day_on_its_label_is_said_to_be_past(anybody, di):
    assert "past its last day of use" in words(anybody(f"/d/01/{di}?17=200101"))
    assert "past its last day of use" not in words(anybody(f"/d/01/{di}?17=691231"))


def test_the_narrow_question_opens_no_table_and_is_open_to_nobody_who_acts_for_a_house(world, di, engine):
    asked = labels.question(engine, "gs1", di)
    with beyond_tenants("test: the narrow question"), glance() as books:
        assert [tuple(row)[1:] for row in books.execute(asked)] == [(HOUSES["chengyue"].name, HOUSES["hengrui"].name)]
        assert books.scalars(select(func.count()).select_from(TradeItem)).one() == 0
    with acting_for(world.org["chengyue"]):
        connection = session.connection()
        assert connection.execute(select(func.count()).select_from(TradeItem.__table__)).scalar_one() > 0
        assert connection.execute(asked).all() == []


def test_the_address_on_a_label_leads_to_its_page(anybody, di):
    answer = anybody(f"/01/{di}/10/A%2F2/21/12?17=271231")

    assert answer.status_code == 307
    assert answer.location == f"/d/01/{di}/10/A%2F2/21/12?17=271231"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert 'rel="linkset"' in answer.headers["Link"]
    assert "A/2" in words(anybody(answer.location))


def test_head_answers_as_get_does(app, di):
    answer = app.test_client().head(f"/01/{di}")

    assert (answer.status_code, answer.location, answer.data) == (307, f"/d/01/{di}", b"")


@pytest.mark.parametrize(("query", "accept"), [("?linkType=linkset", "*/*"), ("", "application/linkset+json")])
def test_the_set_of_links_is_what_rfc_9264_asks_for(anybody, di, query, accept):
    answer = anybody(f"/01/{di}/21/7{query}", Accept=accept)
    (links,) = json.loads(answer.text)["linkset"]

    assert answer.content_type == "application/linkset+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert links["anchor"] == f"http://localhost/01/{di}/21/7"
    assert links[PIP][0]["href"] == f"http://localhost/d/01/{di}/21/7"
    assert links["https://ref.gs1.org/voc/defaultLink"] == links[PIP]
    assert links[EPCIS][0]["href"].startswith("http://localhost/api/v1/epcis/")
    assert "https://ref.gs1.org/voc/recallStatus" not in links


def test_the_set_of_links_names_a_recall_where_one_was_announced(anybody, di, monkeypatch):
    monkeypatch.setattr("portal.rooms.codes.resolving.recall_of", lambda _: Recall("ZH-2611-01"))

    (links,) = json.loads(anybody(f"/01/{di}?linkType=linkset").text)["linkset"]

    assert links["https://ref.gs1.org/voc/recallStatus"] == links[PIP]
    assert anybody(f"/01/{di}?linkType=gs1:recallStatus").status_code == 307


@pytest.mark.parametrize("kind", ["gs1:pip", "pip", PIP, "https://gs1.org/voc/pip"])
def test_a_kind_of_link_may_be_named_in_each_of_the_ways(anybody, di, kind):
    assert anybody(f"/01/{di}?linkType={kind}").location == f"/d/01/{di}"


def test_events_are_for_whoever_may_see_them(anybody, seat, di):
    stranger, reader = anybody(f"/01/{di}?linkType=gs1:epcis"), seat(QUALITY).get(f"/01/{di}?linkType=gs1:epcis")

    assert stranger.location.startswith("/api/v1/epcis/")
    assert reader.status_code == 307
    assert reader.location.startswith("/scan?q=")
    assert reader.headers["Cache-Control"] == "no-store"


def test_a_kind_of_link_that_is_not_there_is_404(anybody, di):
    assert anybody(f"/01/{di}?linkType=gs1:recipeInfo").status_code == 404


def test_a_compressed_address_is_refused_with_its_reason(anybody, di):
    answer = anybody(f"/01/{di}/DBnfF2kA")

    assert answer.status_code == 400
    assert "compressed" in answer.text


def test_a_package_leads_strangers_to_sign_in_and_nobody_further(anybody, seat):
    for sscc in ("106141412345678908", "106141412345678900"):
        answer = anybody(f"/00/{sscc}")
        assert answer.status_code == 307
        assert anybody(answer.location).location.startswith("/sign-in")


def test_the_resolver_describes_itself(anybody):
    told = anybody("/.well-known/gs1resolver").json

    assert told["resolverRoot"] == "http://localhost"
    assert "01" in told["supportedPrimaryKeys"]
