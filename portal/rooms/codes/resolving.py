"""Where the address that a label carries leads, by the kind of information that is asked for.

Source: GS1-Conformant Resolver Standard; RFC 9264 for the set of links.
"""

import json
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from agreements.udi import Identification, build_link
from portal.facts.labels import Label, recall_of

VOCABULARY = "https://ref.gs1.org/voc/"
LINKSET = "application/linkset+json"
CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
PIP, EPCIS, RECALL, DEFAULT = "pip", "epcis", "recallStatus", "defaultLink"
EVENTS = "/api/v1/epcis/events"


def address_asked(prefix: str) -> str:
    """The path as it was sent, from ``prefix`` on: a slash within a value was written %2F, and must not be lost."""
    sent = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    parts = urlsplit(sent)
    path = parts.path[parts.path.find(prefix) :]
    return path + (f"?{parts.query}" if parts.query else "")


def kind_asked() -> str:
    """The kind of link, without the name of its vocabulary; none is the default, the page of the product."""
    asked = request.args.get("linkType", "")
    for name in ("gs1:", VOCABULARY, "https://gs1.org/voc/"):
        asked = asked.removeprefix(name)
    wants_set = request.accept_mimetypes.provided and request.accept_mimetypes.best == LINKSET
    return "linkset" if wants_set or asked == "all" else asked or PIP


def resolved(told: Identification, label: Label, on: date) -> ResponseReturnValue | None:
    """The answer, or None where there is no link of the kind that was asked for."""
    kind = kind_asked()
    if kind == "linkset":
        return _linkset(told, label, on)
    where = _links(told, on).get(kind)
    return _open(redirect(where, 307), told, on) if where else None


def page_of(told: Identification, on: date, *, outside: bool = False) -> str:
    base = current_app.config["SETTINGS"].address if outside else request.script_root
    return build_link(told, f"{base}/d", on)


def _links(told: Identification, on: date, *, outside: bool = False) -> dict[str, str]:
    """Where each kind of link leads.  Who is signed in is shown what they may see; machines ask for events."""
    base = current_app.config["SETTINGS"].address
    if g.actor is not None and not outside:
        events = url_for("scans.show", q=build_link(told, base, on))
    else:
        events = f"{base if outside else request.script_root}{EVENTS}"
    links = {PIP: page_of(told, on, outside=outside), EPCIS: events}
    return links | ({RECALL: links[PIP]} if recall_of(told) else {})


def _linkset(told: Identification, label: Label, on: date) -> Response:
    """Each link with its target, in both languages; the same for everybody."""
    links, title = _links(told, on, outside=True), label.product
    page = {"href": links[PIP], "title": title, "type": "text/html", "hreflang": ["zh", "en"]}
    body: dict[str, Any] = {"anchor": build_link(told, current_app.config["SETTINGS"].address, on)}
    body |= {VOCABULARY + DEFAULT: [page], VOCABULARY + PIP: [page]}
    if RECALL in links:
        body[VOCABULARY + RECALL] = [page]
    body[VOCABULARY + EPCIS] = [{"href": links[EPCIS], "title": title, "type": "application/json"}]
    answer = Response(json.dumps({"linkset": [body]}, ensure_ascii=False), content_type=LINKSET)
    answer.headers.add("Link", f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"')
    return _open(answer, told, on)


def _open(answer: Any, told: Identification, on: date) -> Response:
    """Any page may read it (CORS), and each answer names where the set of links is."""
    made: Response = current_app.make_response(answer)
    here = build_link(told, request.script_root, on)
    mark = "&" if "?" in here else "?"
    made.headers.add("Link", f'<{here}{mark}linkType=linkset>; rel="linkset"; type="{LINKSET}"')
    made.headers["Access-Control-Allow-Origin"] = "*"
    made.headers["Access-Control-Expose-Headers"] = "Link"
    return made
