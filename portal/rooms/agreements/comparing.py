"""What changed: between two versions, word by word; and from entry to entry of the ledger."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext

from agreements.clauses import Clause, Parties, Settlement, clause, compare, in_language
from agreements.duty_rules import COUNTED, clock_under
from portal import ledger
from portal.records.agreement import Agreement
from portal.rooms.agreements.forms import CHOICES, RESPONSIBLE
from portal.web.event_names import EVENT_NAMES
from portal.web.history import timeline_of
from portal.wording import language_now, said, span

# A Latin word or a figure is one piece, and so is each Chinese character: a reader sees whole words change.
_PIECE = re.compile(r"[0-9A-Za-zÀ-ɏ]+|\s+|.", re.DOTALL)
EVENTS = [each for each in EVENT_NAMES if each.startswith(("agreement.", "agreement_version."))]
NEWEST, LONGEST = 20, 160


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text: "same", taken out ("del") or put in ("ins")."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How one clause differs.

    ``choice``, ``responsible`` and ``counted`` are the words before and after, None where they are the same.
    """

    clause: Clause
    choice: tuple[str, str] | None
    responsible: tuple[str, str] | None
    counted: tuple[str, str] | None
    text: list[Run]
    reason: list[Run]

    @property
    def is_visible(self) -> bool:
        return bool(self.choice or self.responsible or self.counted) or any(
            run.kind != "same" for run in [*self.text, *self.reason]
        )


def differences(
    old: Sequence[Settlement], new: Sequence[Settlement], parties: tuple[Parties, Parties], language: str
) -> list[Difference]:
    """Every clause that reads differently to a reader of ``language``; ``parties`` of the old and the new version."""
    found = []
    for change in compare(old, new):
        before = change.before or Settlement(change.clause_id)
        after = change.after or Settlement(change.clause_id)
        texts = (_text(before, parties[0], language), _text(after, parties[1], language))
        found.append(
            Difference(
                clause=clause(change.clause_id),
                choice=_pair(before.choice, after.choice),
                responsible=_pair(before.responsible, after.responsible),
                counted=_pair(counted(before, parties[0]), counted(after, parties[1])),
                text=runs(*texts),
                reason=runs(before.reason, after.reason),
            )
        )
    return [each for each in found if each.is_visible]


def counted(settlement: Settlement, parties: Parties) -> str:
    """By what the duty of an agreed clause counts; empty for a clause by which none counts."""
    if settlement.clause_id not in COUNTED or settlement.choice != "agreed":
        return ""
    clock = clock_under(settlement, parties)
    return span(clock) if clock else str(gettext("no number"))


def runs(old: str, new: str) -> list[Run]:
    """The old and the new text woven into one."""
    return list(_woven(_PIECE.findall(old), _PIECE.findall(new)))


def history_of(agreement: Agreement) -> tuple[list[dict[str, Any]], int]:
    """The newest events about the agreement and its versions, and how many older ones there are."""
    mine = {str(agreement.id), *(str(each.id) for each in agreement.versions)}
    entries = [
        each
        for each in ledger.entries(entrustment_id=agreement.entrustment_id, events=EVENTS)
        if each.body["subject"]["id"] in mine
    ]
    told = timeline_of(entries[:NEWEST])
    for event, entry in zip(told, entries, strict=False):
        if changed := entry.body["changes"].get("settlements"):
            event["changes"] = _clause_changes(*changed)
    return told, max(0, len(entries) - NEWEST)


def _woven(old: list[str], new: list[str]) -> Iterator[Run]:
    for verb, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            yield Run("same", "".join(old[start:end]))
            continue
        if end > start:
            yield Run("del", "".join(old[start:end]))
        if new_end > new_start:
            yield Run("ins", "".join(new[new_start:new_end]))


def _pair(before: str, after: str) -> tuple[str, str] | None:
    return (before, after) if before != after else None


def _text(settlement: Settlement, parties: Parties, language: str) -> str:
    return in_language(settlement, parties, language) if settlement.text else ""


def _clause_changes(old: list[Any] | None, new: list[Any] | None) -> list[tuple[str, str | None, str | None]]:
    """Which clauses an entry of the ledger changed, and what was decided before and after."""
    before = {each["clause_id"]: each for each in old or ()}
    changed = [
        (before[each["clause_id"]], each) for each in new or () if before.get(each["clause_id"]) not in (None, each)
    ]
    return [
        (f"{now['clause_id']} {clause(now['clause_id']).title(language_now())}", _told(was, now), _told(now, was))
        for was, now in changed
    ]


def _told(settlement: dict[str, Any], other: dict[str, Any]) -> str:
    """What was decided; the wording only where it differs from the ``other``."""
    words = {"choice": said(CHOICES[settlement["choice"]]), "responsible": said(RESPONSIBLE[settlement["responsible"]])}
    if settlement["text"] == other["text"]:
        decided = str(gettext("%(choice)s, %(responsible)s", **words))
        number = settlement.get("within")
        return str(gettext("%(decided)s, counted %(number)s", decided=decided, number=number)) if number else decided
    text = settlement["text"] if len(settlement["text"]) <= LONGEST else f"{settlement['text'][:LONGEST]}…"
    return str(gettext("%(choice)s, %(responsible)s: %(text)s", text=text, **words))
