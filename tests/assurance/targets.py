"""Everything that reads what strangers write: how it is fed, and which refusals are its own.

A target takes one text and either returns or raises one of its refusals; anything else is a fault, and so is taking
more than a second.  ``seeds`` are what it is meant to read: a mutation of something true goes deeper than noise.
"""

import io
import json
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import rfc8785
from flask import Flask, g, send_file
from wtforms import Form

from agreements import identifiers
from agreements.due_dates import due_rows
from agreements.spreadsheet import COLUMNS, check_rows
from portal.checking.kinds import Unfit, refuse_by_name_and_size
from portal.db import now
from portal.filing import clean_name
from portal.identity import Proof
from portal.ledger import GENESIS, Entry
from portal.rooms.trails.paging import Narrowed, _number
from portal.rooms.trails.reading import findings_of, rows_of
from portal.signing import Spent
from portal.telling import read_body
from portal.web.fields import DayField
from portal.web.history import timeline_of
from portal.web.moves import _uuid
from portal.web.once import asked_for
from portal.web.paging import _bound
from portal.web.ways import way_back
from portal.wording import LANGUAGES, language_now
from tests.assurance.canonical import canonical

NOBODY = UUID(int=0)
BEGUN = "rule,start\nAE-01,2026-02-10T08:00:00+08:00\n"
BODY = {
    "v": 1,
    "id": str(NOBODY),
    "at": "2026-11-03T01:02:03.000004Z",
    "actor": {
        "id": "1",
        "name": "n",
        "roles": ["operator"],
        "organisation_id": "2",
        "organisation": "o",
        "proved": "p",
    },
    "event": "batch.amended",
    "subject": {"kind": "batch", "id": str(NOBODY), "version": 3},
    "rows": [{"kind": "batch", "id": str(NOBODY), "version": 3, "hash": "f" * 64}],
    "changes": {
        "state": ["opened", "recorded"],
        "scope": [[{"code": "13", "class": "III"}], []],
        "facts": [{"name": "x", "sites": ["a"]}, {"name": None}],
        "products": [[{"name": "x"}], None],
        "finished_on": [None, "2026-11-03"],
    },
    "reason": "because",
    "told": {
        "findings": [{"met": True, "says": "s", "fact": {"says": "%(n)s", "values": {"n": 1}}, "sources": ["HOUSE "]}],
        "signature": [{"meaning": "m", "record_hash": "f" * 64, "version": 3}],
    },
}


@dataclass(frozen=True)
class Target:
    name: str
    seeds: tuple[str, ...]
    run: Callable[[str], Any]
    refusals: tuple[type[Exception], ...] = field(default=())


class _Day(Form):
    day = DayField("day")


def targets(app: Flask) -> list[Target]:
    """All of them; those that need the portal are asked inside a request of nobody in particular."""
    good_row = "Plate,13-01-01,III,true,false,false,false,false,other,2026-11-03"
    table = f"{','.join(COLUMNS)}\n{good_row}\n"
    numbers = (
        "91310115MA1K4CY12X",
        "苏药监械生产许20240123号",
        "苏苏药监械生产备20240045号",
        "国械注准20233130456",
        "苏苏械备20240123",
        "13-07-02",
        "06901234567892",
        "受托生产企业：衡锐；统一社会信用代码：91320412MA1W7HR34X",
    )
    ids = (str(NOBODY), "01a20386-ef98-707e-8a9e-fca82ad9892c", "{urn:uuid:0}", "")
    pages = ("/batches?before=x&after=y", "/sign-in?next=/", "/invitations/x", "/static/tokens.css", "/trails/0")
    return [
        Target("a spreadsheet of products", (table, f"{table}{good_row},\n", '"\n'), _spreadsheet),
        Target("a spreadsheet of deadlines", (BEGUN, f"{BEGUN}AE-01,9999-12-31T23:00Z\n", '"\n'), _begun),
        Target("identifiers", numbers, _identifiers),
        Target(
            "canonical JSON, twice", (json.dumps(BODY), '{"\U0001f600":1,"\ufb33":2,"a":[1,"\\u0000"]}'), _canonical
        ),
        Target("the body of an event", (json.dumps(BODY),), lambda text: _event(app, text)),
        Target("where to go after signing in", ("/batches", "/trail?event=x#y", "//x.example"), _within(app, _next)),
        Target("an id in the address", ids, _uuid, (Spent,)),
        Target("bounds of a page", (*ids, "25", "٣"), lambda text: _paging(app, text)),
        Target("a day in a form", ("2026-11-03", "0001-01-01", "2026年11月3日"), _day),
        Target("the name of a file", ("报告.pdf", "../../etc/x.csv", "a\u202efdp.exe", "x.pdf"), _within(app, _named)),
        Target("a cookie that names a language", ("en", "zh", "zh-Hans-CN;q=0.9,*"), lambda text: _language(app, text)),
        Target("a one-time code", ("123456", "１２３ ４５６"), lambda text: Proof(text, text).digits),
        Target("what makes a form once", ("WyJhIiwiYiJd.x", "..", "null"), lambda text: _once(app, text)),
        Target("any address", pages, lambda text: _any_page(app, text)),
    ]


def _spreadsheet(text: str, reader: Callable[..., Any] = check_rows) -> None:
    raw = io.TextIOWrapper(
        io.BytesIO(text.encode("utf-8", "surrogatepass")), "utf-8", errors="surrogateescape", newline=""
    )
    for row in reader(raw):
        json.dumps(getattr(row, "data", None), ensure_ascii=False)
        str(row)


def _begun(text: str) -> None:
    _spreadsheet(text, due_rows)


def _identifiers(text: str) -> None:
    for name in (
        "parse_licence_number",
        "parse_production_filing",
        "parse_certificate_number",
        "parse_class_one_filing",
    ):
        try:
            str(getattr(identifiers, name)(text))
        except identifiers.Malformed as wrong:
            str(wrong.says)
    for name in (
        "uscc_problem",
        "code_problem",
        "gtin_problem",
        "marked_as_entrusted",
        "parse_remark",
        "parse_remarks",
    ):
        getattr(identifiers, name)(text)


def _canonical(text: str) -> None:
    """Both write the same bytes, or both refuse."""
    try:
        value = json.loads(text, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return
    one, other = (_or_refused(write, value) for write in (rfc8785.dumps, canonical))
    if one != other:
        raise AssertionError(f"{one!r} is not {other!r}")


def _or_refused(write: Callable[[Any], bytes], value: Any) -> bytes | None:
    try:
        return write(value)
    except (ValueError, RecursionError):
        return None


def _event(app: Flask, text: str) -> None:
    body, whole = read_body(text, event="batch.amended", subject_kind="batch", subject_id=NOBODY)
    place = (NOBODY, 1, now(), "batch.amended", GENESIS, body, GENESIS, text, ("organisation", NOBODY))
    entry = Entry(*place, readable=whole)
    with app.test_request_context("/"):
        g.actor = types.SimpleNamespace(may=lambda _: True)
        timeline_of([entry])
        findings_of(entry)
        rows_of(entry)


def _within(app: Flask, ask: Callable[[str], Any]) -> Callable[[str], None]:
    def _ask(text: str) -> None:
        with app.test_request_context("/"):
            ask(text)

    return _ask


def _next(text: str) -> None:
    found = way_back(text)
    if found is not None and (not found.startswith("/") or found.startswith("//") or "\\" in found):
        raise AssertionError(found)


def _paging(app: Flask, text: str) -> None:
    query = {"before": text, "after": text, "record": text, "event": text, "kind": text}
    with app.test_request_context("/", query_string={key: _sendable(value) for key, value in query.items()}):
        _bound("before")
        _number("after")
        Narrowed.asked()


def _day(text: str) -> None:
    form = _Day(_Sent(day=text))
    form.validate()
    str(form.day())


class _Sent(dict[str, str]):
    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []


def _named(text: str) -> None:
    name = clean_name(text)
    try:
        refuse_by_name_and_size(name, len(text), 1000)
    except Unfit as wrong:
        str(wrong.says)
    if "." not in name:
        return
    answer = send_file(io.BytesIO(b"x"), mimetype="application/pdf", as_attachment=True, download_name=name)
    header = answer.headers["Content-Disposition"]
    if not header.startswith("attachment") or any(each in header for each in "\r\n\\") or "/" in name:
        raise AssertionError(header)


def _language(app: Flask, text: str) -> None:
    clean = _sendable(text).replace("\r", "").replace("\n", "")
    headers = {"Cookie": f"language={clean}", "Accept-Language": clean}
    with app.test_request_context("/", headers=headers):
        if language_now() not in LANGUAGES:
            raise AssertionError(language_now())


def _once(app: Flask, text: str) -> None:
    with app.test_request_context("/", method="POST", data={"once": _sendable(text)}):
        g.actor = types.SimpleNamespace(id=NOBODY)
        if asked_for() is not None:
            raise AssertionError(text)


def _any_page(app: Flask, text: str) -> None:
    path, _, query = _sendable(text).partition("?")
    found = {"PATH_INFO": f"/{path}".encode().decode("latin-1")}  # as the server hands it over, line breaks and all
    answer = app.test_client().open("/", query_string=query, environ_overrides=found)
    answer.close()
    if answer.status_code >= 500:
        raise AssertionError(answer.status)


def _sendable(text: str) -> str:
    """As a browser would send it: nothing that is not text."""
    return text.encode("utf-8", "replace").decode()
