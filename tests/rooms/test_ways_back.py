"""`next`: whoever signs in, or chooses a language, is led to a page of this portal and to nowhere else."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException

from portal.web import ways
from portal.web.ways import way_back

HERE = "https://portal.example"
PIECES = ["/", "\\", ".", "..", ":", "@", "?", "#", "%2f", "%2F", "%5c", "%255c", "%09", "%0d%0a", "%00", "%e2%80%ae"]
PIECES += [
    "https:",
    "javascript:",
    "evil.example",
    "//evil.example",
    "/people",
    "/find?q=",
    "/sign-in",
    "\t",
    "\n",
    "\u2028",
]
WILD = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=8).map("".join)


@pytest.fixture
def engine():
    return "sqlite"


@pytest.fixture
def judge(app):
    def _judge(wanted):
        with app.test_request_context("/sign-in", base_url=HERE):
            return way_back(wanted)

    return _judge


def lands_here(app, answer):
    """Read the way a browser does: blanks within are dropped, a backslash is a slash."""
    read = "".join(each for each in answer if each not in "\t\r\n").replace("\\", "/")
    parts = urlsplit(urljoin(f"{HERE}/sign-in", read))
    try:
        app.url_map.bind("portal.example").match(parts.path, method="GET")
    except HTTPException:
        return False
    return (parts.scheme, parts.netloc) == ("https", "portal.example") and read.isascii()


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(WILD, WILD.map(lambda text: f"/{text}"), WILD.map(lambda text: f"/people{text}")))
@example("//evil.example/people")
@example("/%2f/evil.example/people")
@example("/people/../..//evil.example")
@example("/people?next=//evil.example")
def test_whatever_is_asked_for_leads_here_or_nowhere(app, judge, wanted):
    answer = judge(wanted)

    assert answer is None or lands_here(app, answer), (wanted, answer)


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example/people",
        "/\\evil.example/people",
        "/%5cevil.example/people",
        "/%2f/evil.example",
        "/%2fevil.example/people",
        "/people%00",
        "/people%0d%0aSet-Cookie:x=1",
        "/people%E2%80%AE",
        "/people?q=%0d%0a",
        "/people?q=%5c",
        "/%70eople/%2e%2e/%2e%2e",
        "/people%252f",
        "/people%ff",
        "https:/people",
        "https://portal.example/people",
        "people",
        "",
        "/sign-out",
        "/static/tokens.css",
        "/people" + "?" + "x" * 2000,
    ],
)
def test_it_leads_nowhere_else(judge, evil):
    assert judge(evil) is None


@pytest.mark.parametrize(
    "good", ["/", "/people", "/find?q=%E6%89%B9%20a", "/batches?state=opened&page=2", "/find?q=a+b"]
)
def test_a_page_of_ours_is_found_again_with_its_question(judge, good):
    assert judge(good) == good


def test_a_question_in_chinese_is_written_as_an_address(judge):
    assert judge("/find?q=批号") == "/find?q=" + quote("批号")


@pytest.mark.negative_control
def test_a_check_of_the_first_letter_alone_would_be_found_out(app, judge, monkeypatch):
    monkeypatch.setattr(ways, "way_back", lambda wanted: wanted if wanted.startswith("/") else None)

    assert not lands_here(app, ways.way_back("//evil.example/people"))
    assert not lands_here(app, ways.way_back("/\\evil.example/people"))
