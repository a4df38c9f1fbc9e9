"""How often something may be done, counted in the database so that it holds for every worker and thread.

A span begins with its first use and is over after ``Limit.seconds``.  Each count is claimed by an UPDATE that names the
count it saw, so of two requests only one takes the last place.  Keys are kept as keyed hashes.

Of a limit for something done many times a second some places are claimed at a time, which the process then gives out
itself: never more than the limit, and fewer by what another process has left.
"""

import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Any

from flask import current_app
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from portal.db import aside, glance, now
from portal.records.tally import Tally
from portal.tenancy import beyond_tenants

TRIES = 20
KEPT_AFTER = timedelta(hours=1)
SWEEP_EVERY = 10 * 60
ALONE_AGAIN = 10


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` times in ``seconds``.  ``looks``: looking counts as well as sending.

    ``at_once``: so many places are claimed at a time.
    """

    name: str
    most: int
    seconds: int
    looks: bool = False
    at_once: int = 1


MINUTE, HOUR = 60, 60 * 60
SIGN_IN = Limit("sign-in", 5, MINUTE)  # an account
SIGN_IN_FROM = Limit("sign-in-from", 30, MINUTE)  # an address of the network
JOIN_FROM = Limit("join-from", 30, MINUTE)
ASK_FROM = Limit("ask-from", 60, MINUTE)  # for the question that a passkey answers
TOKEN_FROM = Limit("token-from", 120, MINUTE)
LINK = Limit("link", 3, HOUR)  # links sent to one e-mail address: an invitation, a way back in
SEARCH = Limit("search", 60, MINUTE, looks=True)
EXPORT = Limit("export", 6, HOUR, looks=True)
EXPORTING = Limit("exporting", 1, 5 * MINUTE, looks=True)  # for `alone`
UPLOAD = Limit("upload", 60, HOUR)
API = Limit("api", 600, MINUTE, looks=True, at_once=10)  # a token
WRITE = Limit("write", 300, MINUTE)  # a person, all doors together
FEED = Limit("feed", 30, HOUR, looks=True)  # a calendar's secret address
FEED_FROM = Limit("feed-from", 60, MINUTE, looks=True)
LABEL_FROM = Limit("label-from", 120, MINUTE, looks=True)  # the public page of a device label
REPORT = Limit("report", 60, MINUTE)  # what browsers say about broken content rules


class Throttled(Exception):
    """Too often; ``seconds`` until it may be tried again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"rests for {seconds} s")
        self.seconds = seconds


class Uncounted(RuntimeError):
    """The count could not be written; what is limited is refused rather than let through uncounted."""


def spend(limit: Limit, key: str) -> None:
    """Take one place of ``limit`` for whatever ``key`` names, or raise :class:`Throttled` or :class:`Uncounted`.

    Writes in a transaction of its own: on SQLite call it before the main session is open.
    """
    about = _about(limit, key)
    if _in_hand(limit, about):
        return
    try:
        _sweep()
        for _ in range(TRIES):
            if _claimed(limit, about):
                return
    except Throttled:
        if not _in_hand(limit, about):  # another thread took the last of them for both
            raise
        return
    except SQLAlchemyError as broken:
        raise Uncounted(limit.name) from broken
    raise Uncounted(limit.name)


@contextmanager
def alone(limit: Limit, key: str) -> Iterator[None]:
    """Hold the one place of ``limit`` while the block runs; raises :class:`Throttled` if somebody else holds it.

    A holder that dies lets go after ``limit.seconds``.
    """
    about = _about(limit, key)
    until = now() + timedelta(seconds=limit.seconds)
    try:
        held = _held(limit, about, until)
    except SQLAlchemyError as broken:
        raise Uncounted(limit.name) from broken
    if not held:
        raise Throttled(ALONE_AGAIN)
    try:
        yield
    finally:
        with suppress(SQLAlchemyError), beyond_tenants("identity: let go of a place"), aside() as books:
            books.execute(update(Tally).where(*_row(limit, about), Tally.until == until).values(until=now()))


def network_of(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 subscriber has to himself."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if found.version == 6:
        return str(found.ipv4_mapped or ip_network(f"{found}/64", strict=False))
    return str(found)


# What this process has claimed and not given out yet: how many places, and until when they count.
_left: dict[tuple[str, str], tuple[int, datetime]] = {}
_giving = threading.Lock()


def _in_hand(limit: Limit, about: str) -> bool:
    """Give out a place that was claimed before, if one is left of a span that is not over."""
    if limit.at_once == 1:
        return False
    with _giving:
        left, until = _left.pop((limit.name, about), (0, now()))
        if until <= now():
            return False
        if left > 1:
            _left[limit.name, about] = left - 1, until
        return True


def _put_by(limit: Limit, about: str, left: int, until: datetime) -> None:
    if left:
        with _giving:
            had, ends = _left.get((limit.name, about), (0, until))
            _left[limit.name, about] = (had + left if ends == until else left), until


def _claimed(limit: Limit, about: str) -> bool:
    """Whether a place was taken; False when another request was faster and the count has to be read again."""
    with beyond_tenants("identity: what is left of a limit"), glance() as books:  # the refused take no lock
        _refuse_beyond(limit, books.execute(select(Tally.count, Tally.until).where(*_row(limit, about))).first())
    ends = now() + timedelta(seconds=limit.seconds)
    try:
        with beyond_tenants("identity: spend of a limit"), aside() as books:
            row = select(Tally.id, Tally.count.label("spent"), Tally.until)
            seen = books.execute(row.where(*_row(limit, about)).with_for_update()).first()
            if seen is not None:
                _refuse_beyond(limit, seen[1:])
            before, until = (seen.spent, seen.until) if seen is not None and seen.until > now() else (0, ends)
            count = min(before + limit.at_once, limit.most)
            if seen is None:
                _begin(books, limit, about, until, count)
            else:
                same = (Tally.id == seen.id, Tally.count == seen.spent, Tally.until == seen.until)
                spent = books.execute(update(Tally).where(*same).values(count=count, until=until))
                if spent.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE always counts its rows
                    return False
    except IntegrityError:  # two first uses at once
        return False
    _put_by(limit, about, count - before - 1, until)
    return True


def _refuse_beyond(limit: Limit, seen: tuple[int, datetime] | None) -> None:
    if seen is not None and seen[0] >= limit.most and seen[1] > now():
        raise Throttled(max(1, ceil((seen[1] - now()).total_seconds())))


def _held(limit: Limit, about: str, until: datetime) -> bool:
    with beyond_tenants("identity: hold a place"), aside() as books:
        taken = books.execute(
            update(Tally).where(*_row(limit, about), Tally.until <= now()).values(count=1, until=until)
        )
        if taken.rowcount == 1:  # type: ignore[attr-defined]
            return True
    try:
        with beyond_tenants("identity: hold a place"), aside() as books:
            _begin(books, limit, about, until, 1)
    except IntegrityError:
        return False
    return True


def _begin(books: Session, limit: Limit, about: str, until: datetime, count: int) -> None:
    books.add(Tally(limit_name=limit.name, about=about, count=count, until=until))
    books.flush()


def _row(limit: Limit, about: str) -> tuple[Any, Any]:
    return Tally.limit_name == limit.name, Tally.about == about


def _about(limit: Limit, key: str) -> str:
    secret: str = current_app.config["SETTINGS"].secret_key
    return hmac.new(b"limit\0" + secret.encode(), f"{limit.name}\0{key}".encode(), hashlib.sha256).hexdigest()


_swept = [float("-inf")]


def _sweep() -> None:
    """Now and then this process throws away what counts no more; that it cannot is nobody's refusal."""
    if time.monotonic() - _swept[0] < SWEEP_EVERY:
        return
    _swept[0] = time.monotonic()
    with _giving:
        for each in [about for about, (_, until) in _left.items() if until <= now()]:
            del _left[each]
    try:
        with beyond_tenants("identity: forget old counts"), aside() as books:
            books.execute(delete(Tally).where(Tally.until < now() - KEPT_AFTER))
    except SQLAlchemyError as broken:
        logging.getLogger(__name__).warning("old counts were not swept: %s", type(broken).__name__)
