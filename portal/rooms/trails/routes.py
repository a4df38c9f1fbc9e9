"""Where the ledger is read: of a relation, of one's own house, event by event, and whether it is whole."""

import json
from typing import Any
from uuid import UUID

from flask import abort, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import ledger
from portal.db import glance
from portal.facts import ground_of
from portal.records.entrustment import Entrustment
from portal.records.ledger import ENTRUSTMENT
from portal.rooms.trails.paging import Narrowed, page_of
from portal.rooms.trails.reading import chained, choices_of, findings_of, rows_of, troubles_of
from portal.verifying import verify_entrustment
from portal.web import Room, crumb, find
from portal.web.between import between
from portal.web.frame import home_crumb
from portal.web.history import event_name, record_url, timeline_of
from portal.wording import said, short_hash
from workflows.powers import ROLE_NAMES, Power

room = Room("trails", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/trail", power=Power.TRAIL_READ)
def entrustment(entrustment_id: UUID) -> ResponseReturnValue:
    relation, narrowed = find(Entrustment, entrustment_id), Narrowed.asked()
    last, head = ledger.head_of(entrustment_id)
    return _stream(
        narrowed,
        entrustment_id,
        crumbs=[home_crumb(), crumb(gettext("Trail"))],
        between=_between(relation),
        title=gettext("Trail of %(number)s", number=relation.number),
        identity=_identity(gettext("Trail of %(number)s", number=relation.number), last, head),
        last=last,
        head=head,
        verify_url=url_for("trails.verify", entrustment_id=entrustment_id),
        all_url=url_for("trails.entrustment", entrustment_id=entrustment_id),
    )


@room.get("/trail", power=Power.TRAIL_READ)
def organisation() -> ResponseReturnValue:
    """The own house's books; what is done in common is in the trail of each entrustment."""
    return _stream(
        Narrowed.asked(),
        None,
        crumbs=[home_crumb(), crumb(gettext("Trail of our own books"))],
        title=gettext("Trail of our own books"),
        verify_url=None,
        all_url=url_for("trails.organisation"),
    )


@room.get("/trails/<uuid:event_id>", power=Power.TRAIL_READ)
def event(event_id: UUID) -> ResponseReturnValue:
    """One event: in words, as it was sealed, and whether the seal still fits."""
    entry = ledger.entry(event_id) or abort(404)
    kind, about_id = entry.stream
    relation = find(Entrustment, about_id) if kind == ENTRUSTMENT else None
    number = gettext("Event %(number)s", number=entry.seq)
    return render_template(
        "trails/event.html",
        crumbs=[home_crumb(), _trail_crumb(relation), crumb(number)],
        **({"between": _between(relation)} if relation else {}),
        identity=_identity(said(event_name(entry.event)), entry.seq, entry.hash),
        title=gettext("%(number)s: %(event)s", number=number, event=said(event_name(entry.event))),
        entry=entry,
        author=entry.body["actor"],
        roles=[said(ROLE_NAMES.get(each, each)) for each in entry.body["actor"]["roles"]],
        told=timeline_of([entry])[0],
        record_url=record_url(entry.body["subject"]["kind"], entry.body["subject"]["id"]),
        findings=findings_of(entry),
        rows=rows_of(entry),
        sealed=json.dumps(entry.body, ensure_ascii=False, indent=2, sort_keys=True) if entry.readable else entry.text,
        recomputed=ledger.hash_of_event(entry.previous_hash, entry.text),
        chained=chained(entry),
    )


@room.get("/entrustments/<uuid:entrustment_id>/trail/verify", power=Power.TRAIL_READ)
def verify(entrustment_id: UUID) -> ResponseReturnValue:
    """Recompute the chain and every row of one relation, on a connection of its own, and say what was found."""
    relation = find(Entrustment, entrustment_id)
    last, head = ledger.head_of(entrustment_id)
    with glance() as apart:
        found = verify_entrustment(apart.connection(), entrustment_id)
    number = gettext("Verification of %(number)s", number=relation.number)
    trail = crumb(gettext("Trail"), "trails.entrustment", entrustment_id=entrustment_id)
    return render_template(
        "trails/verify.html",
        crumbs=[home_crumb(), trail, crumb(gettext("Verification"))],
        between=_between(relation),
        identity=_identity(number, last, head),
        title=number,
        last=last,
        head=head,
        troubles=troubles_of(found),
        trail_url=url_for("trails.entrustment", entrustment_id=entrustment_id),
    )


def _stream(narrowed: Narrowed, entrustment_id: UUID | None, **given: Any) -> str:
    page = page_of(narrowed, entrustment_id)
    return render_template(
        "trails/stream.html",
        events=timeline_of(page.entries),
        page=page,
        narrowed=narrowed,
        choices=choices_of(ledger.kinds_told(entrustment_id)),
        **given,
    )


def _between(relation: Entrustment) -> Any:
    return between(relation, ground_of(relation))


def _trail_crumb(relation: Entrustment | None) -> tuple[str, str | None]:
    if relation is None:
        return crumb(gettext("Trail of our own books"), "trails.organisation")
    return crumb(gettext("Trail"), "trails.entrustment", entrustment_id=relation.id)


def _identity(what: str, seq: int, digest: str) -> str:
    line: str = gettext(
        "%(what)s · No. %(seq)s · %(hash)s · printed for %(reader)s",
        what=what,
        seq=seq,
        hash=short_hash(digest),
        reader=g.actor.organisation_name,
    )
    return line
