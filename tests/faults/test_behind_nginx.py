"""Behind the proxy as portal/nginx.conf sets it up: only TLS, only our name, and no request within a request"""

import contextlib
import re
import ssl
from http.client import RemoteDisconnected

import pytest

from portal.db import engines
from portal.limits import REPORT
from tests import nginx
from tests.nginx import ask
from tests.stage import KEY

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n"
PLAIN = b"POST /sign-in HTTP/1.1\r\nHost: portal.example\r\n"
CHUNKED = b"0\r\n\r\n" + SMUGGLED
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


def whole(line):
    return PLAIN + line + b"\r\n" + CHUNKED


AMBIGUOUS = {
    "length and chunks": whole(b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n" % len(CHUNKED)),
    "chunks and length": whole(b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
    "two lengths": whole(b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(CHUNKED)),
    "a list of lengths": whole(b"Content-Length: 0, %d\r\n" % len(CHUNKED)),
    "a length with a sign": whole(b"Content-Length: +%d\r\n" % len(CHUNKED)),
    "an unknown coding": whole(b"Transfer-Encoding: xchunked\r\n"),
    "a coding on top of chunks": whole(b"Transfer-Encoding: chunked, identity\r\n"),
    "a blank before the colon": whole(b"Transfer-Encoding : chunked\r\n"),
    "a folded line": whole(b"Content-Length: 0\r\nX-Note: a\r\n Transfer-Encoding: chunked\r\n"),
    "a vertical tab": whole(b"Transfer-Encoding:\x0bchunked\r\n"),
    "a null": whole(b"Content-Length: 0\r\nX-Note: a\x00b\r\n"),
}


@pytest.fixture
def front(engine, world, tmp_path):
    if engine == "sqlite":
        pytest.skip("production keeps its books in PostgreSQL")
    if nginx.binary() is None:
        pytest.skip(nginx.WHY_NOT)
    settings = {
        "PORTAL_ENVIRONMENT": "production",
        "PORTAL_SECRET_KEY": KEY,
        "PORTAL_HOSTS": nginx.NAME,
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_DATABASE_URL": engines().writing.url.render_as_string(hide_password=False),
    }
    with nginx.before(settings, tmp_path) as front:
        yield front


def answers(line, sent):
    """The status of each answer that one connection gives to these bytes until the other side closes it."""
    got = b""
    with line, contextlib.suppress(ConnectionError):
        line.settimeout(30)
        line.sendall(sent)
        while piece := line.recv(65536):
            got += piece
    return [int(each) for each in STATUS.findall(got)]


def test_pages_are_led_to_tls_machines_are_refused_and_no_other_name_is_answered(front):
    page, knock = (ask(front.in_the_clear(), "GET", path) for path in ("/sign-in?x=1", "/api/v1/batches"))
    entered = ask(front.over_tls(), "GET", "/sign-in")

    assert (page.status, page.headers["Location"]) == (308, "https://portal.example/sign-in?x=1")
    assert knock.status == 403
    with pytest.raises(RemoteDisconnected):
        ask(front.in_the_clear("other.example"), "GET", "/sign-in")
    with pytest.raises(ssl.SSLError):
        front.line("other.example")
    assert entered.status == 200
    assert entered.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert entered.headers["Set-Cookie"].startswith("__Host-")
    assert entered.headers["Server"] == "nginx"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_old_tls_and_ciphers_without_forward_secrecy_are_refused(front):
    for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
        context = front.trusting()
        context.minimum_version = context.maximum_version = version
        with front.line(context=context) as line:
            assert line.version() == name

    old, weak = front.trusting(), front.trusting()
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    weak.set_ciphers("AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA")
    for context in (old, weak):
        with pytest.raises(ssl.SSLError):
            front.line(context=context)


def test_whoever_calls_cannot_say_from_where(front):
    """Sixty reports a minute from one address, whatever it calls itself; only the proxy is believed."""
    named = [{"X-Forwarded-For": f"198.51.100.{at}", "Forwarded": f"for=198.51.100.{at}"} for at in range(REPORT.most)]
    through, past = front.over_tls(), front.past_it()

    assert {ask(through, "POST", "/content-reports", each).status for each in named} == {204}
    assert ask(through, "POST", "/content-reports", {"X-Forwarded-For": "203.0.113.9"}).status == 429
    assert {ask(past, "POST", "/content-reports", each).status for each in [*named, *named[:5]]} == {204}


def test_a_request_whose_end_is_ambiguous_carries_no_other_one(front):
    """Neither through the proxy nor, should it ever pass such a one on, at the portal itself."""
    for line in (front.line, front.line_past_it):
        found = {kind: answers(line(), sent) for kind, sent in AMBIGUOUS.items()}
        assert {kind: each for kind, each in found.items() if len(each) > 1 or any(code < 400 for code in each)} == {}
        assert len(answers(line(), PLAIN + b"Content-Length: 0\r\n\r\n" + SMUGGLED)) == 2
