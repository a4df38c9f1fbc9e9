"""What browsers say about pages that broke the rules of content: logged, in as few words as will find the page."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from portal import logs
from portal.limits import REPORT, network_of, spend

PATH = "/content-reports"
LARGEST = 16 * 1024
MOST = 10
WORD = re.compile(r"[a-z][a-z-]{0,39}")


def register_reports(app: Flask) -> None:
    app.add_url_rule(PATH, "content_reports", take, methods=("POST",))
    app.extensions["csrf"].exempt(take)


def take() -> ResponseReturnValue:
    request.max_content_length = LARGEST
    spend(REPORT, network_of(request.remote_addr))
    try:
        told = list(_told(request.get_json(force=True, silent=True)))
    except RecursionError:  # brackets within brackets; no browser writes that
        told = []
    for each in told[:MOST]:
        logs.warn("content-rule.broken", **each)
    return "", 204


def _told(sent: Any) -> Iterator[dict[str, str]]:
    """From either form of report: a list by ``report-to``, one object by ``report-uri``."""
    for each in sent if isinstance(sent, list) else [sent]:
        body = (each.get("body") or each.get("csp-report")) if isinstance(each, dict) else None
        if isinstance(body, dict):
            yield {
                "directive": _word(body.get("effectiveDirective") or body.get("effective-directive")),
                "blocked": _place(body.get("blockedURL") or body.get("blocked-uri")),
                "page": _page(body.get("documentURL") or body.get("document-uri")),
            }


def _word(text: Any) -> str:
    return text if isinstance(text, str) and WORD.fullmatch(text) else "?"


def _place(address: Any) -> str:
    """The host that was blocked, or a word such as ``inline``."""
    try:
        host = urlsplit(str(address)).hostname
    except ValueError:
        return "?"
    return host[:100] if host else _word(address)


def _page(address: Any) -> str:
    """The door, not the address: that may hold ids and tokens."""
    try:
        found = current_app.url_map.bind_to_environ(request.environ).match(urlsplit(str(address)).path, method="GET")
    except (HTTPException, ValueError):
        return "?"
    return str(found[0])
