"""What the pages of the ledger say beside the events themselves."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext

from agreements.sources import UnknownInstrument
from portal import ledger
from portal.records.ledger import ENTRUSTMENT
from portal.verifying import Found, Trouble
from portal.web.history import event_name, record_url
from portal.web.kind_names import KIND_NAMES
from portal.wording import cite, said
from workflows.engine import Source
from workflows.words import N_, Said

TROUBLES = {
    Trouble.CHAIN_BROKEN: N_(
        "The chain is broken: an event is not what was sealed, or does not follow the one before."
    ),
    Trouble.ROW_DIFFERS: N_("A record differs from what its last event said of it."),
    Trouble.ROW_WITHOUT_EVENT: N_("There is a record that no event tells of."),
    Trouble.ROW_MISSING: N_("An event tells of a record that is gone."),
    Trouble.GAP: N_("An event is missing from the chain."),
}
Choices = list[tuple[str, str]]


def troubles_of(found: Iterable[Found]) -> list[tuple[str, str, int]]:
    """What was found, in words, with the exact place and the code that the command gives it."""
    return [(said(TROUBLES[each.trouble]), each.says, each.trouble.value) for each in found]


def choices_of(told: Sequence[tuple[str, str]]) -> tuple[Choices, Choices]:
    """The events and the kinds of record by which a stream can be narrowed, as the reader would look them up."""
    events = sorted(((name, said(event_name(name))) for name in {event for event, _ in told}), key=lambda one: one[1])
    kinds = sorted(((name, kind_name(name)) for name in {kind for _, kind in told}), key=lambda one: one[1])
    return events, kinds


def kind_name(kind: str) -> str:
    return said(KIND_NAMES.get(kind, kind))


def chained(entry: ledger.Entry) -> bool:
    """Whether the event follows the one before it in its own stream, or is the first of all."""
    if entry.seq == 1:
        return entry.previous_hash == ledger.GENESIS
    about = entry.stream[1] if entry.stream[0] == ENTRUSTMENT else None
    before = ledger.entries(entrustment_id=about, before_seq=entry.seq, limit=1)
    return bool(before) and (before[0].seq, before[0].hash) == (entry.seq - 1, entry.previous_hash)


def rows_of(entry: ledger.Entry) -> list[dict[str, Any]]:
    """The records that were written with the event."""
    return [
        {**each, "name": kind_name(each["kind"]), "url": record_url(each["kind"], UUID(each["id"]))}
        for each in entry.body["rows"]
    ]


def findings_of(entry: ledger.Entry) -> list[dict[str, Any]]:
    """The conditions that were judged when the move was made, as they were judged then."""
    return [
        {
            "met": each["met"],
            "says": said(each["says"]),
            "fact": _fact(each["fact"]),
            "sources": _cited(each["sources"]),
        }
        for each in entry.body["told"].get("findings") or ()
    ]


def _cited(sources: Iterable[str]) -> list[str]:
    """Where the rules are written; a place that is in no table any more stays as it was sealed."""
    told = []
    for each in sources:
        try:
            told.append(cite(Source(*each.split(" ", 1))))
        except UnknownInstrument:
            told.append(each)
    return told


def _fact(fact: dict[str, Any] | None) -> str:
    return said(Said.of(fact)) if fact else gettext("not given")
