"""A stream of the ledger page by page: by event number, so that old pages cost what new ones do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext

from portal import ledger

SIZE = 25


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a reader wants to see of a stream; empty means all of it."""

    event: str
    kind: str
    record_id: UUID | None

    @classmethod
    def asked(cls) -> "Narrowed":
        return cls(request.args.get("event", ""), request.args.get("kind", ""), _uuid(request.args.get("record", "")))

    @property
    def is_anything(self) -> bool:
        return bool(self.event or self.kind or self.record_id)


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, newest first, and the way to those before and after them."""

    entries: Sequence[ledger.Entry]
    previous_url: str | None
    next_url: str | None
    shown: str


def page_of(narrowed: Narrowed, entrustment_id: UUID | None = None) -> Page:
    """The events around ``?before=`` or ``?after=`` of a stream, one page of them."""
    before, after = _number("before"), _number("after")
    found = ledger.entries(
        subject_id=narrowed.record_id,
        entrustment_id=entrustment_id,
        limit=SIZE + 1,
        events=(narrowed.event,) if narrowed.event else (),
        subject_kind=narrowed.kind or None,
        before_seq=before,
        after_seq=after,
    )
    forward = after is not None and before is None
    rows = found[-SIZE:] if forward else found[:SIZE]
    newer = len(found) > SIZE if forward else before is not None
    older = forward or len(found) > SIZE
    return Page(
        rows,
        _url("after", rows[0].seq) if rows and newer else None,
        _url("before", rows[-1].seq) if rows and older else None,
        gettext("No. %(last)s to %(first)s", first=rows[0].seq, last=rows[-1].seq) if rows else "",
    )


def _number(name: str) -> int | None:
    """What no page of ours would ask for is no bound at all."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _url(name: str, seq: int) -> str:
    """Only what narrows the stream is carried on: an address is not built from words that its reader chose."""
    kept: dict[str, Any] = {key: request.args[key] for key in ("event", "kind", "record") if key in request.args}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **kept, name: seq})
