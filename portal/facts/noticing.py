"""What has changed at a partner, as its exhibits show it: where one of them reads otherwise, a change is opened."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.db import session, today
from portal.facts.changes import Changed, open_changes
from portal.ledger import Author
from portal.records.entrustment import Entrustment, Exhibit

# The exhibits that say under what somebody may make or market something, and the kind of change that each tells of.
WATCHED = {"licence": "licence", "certificate": "registration", "site": "site"}
# Of these a later one takes the place of the one before; certificates stand side by side.
ONE_AFTER_THE_OTHER = frozenset({"licence", "site"})


def shown_before(entrustment: Entrustment, exhibit: Exhibit) -> Mapping[str, Any]:
    """How what ``exhibit`` is about was shown in the entrustment until now; empty if it was not."""
    if exhibit.kind not in WATCHED:
        return {}
    wanted = select(Exhibit).where(
        Exhibit.entrustment_id == entrustment.id, Exhibit.kind == exhibit.kind, Exhibit.withdrawn_at.is_(None)
    )
    if exhibit.kind not in ONE_AFTER_THE_OTHER:
        wanted = wanted.where(Exhibit.subject_id == exhibit.subject_id)
    with session.no_autoflush:
        latest = session.scalars(wanted.order_by(Exhibit.presented_at.desc(), Exhibit.id.desc()).limit(1)).first()
    return dict(latest.facts) if latest else {}


def notice(entrustment: Entrustment, exhibit: Exhibit, was: Mapping[str, Any], *, by: Author) -> None:
    """Open a change where ``exhibit`` says something else now than what ``was`` shown before."""
    if exhibit.kind in WATCHED and was:
        _open(entrustment, exhibit, _differences(was, exhibit.facts), by=by)


def notice_gone(entrustment: Entrustment, exhibit: Exhibit, *, by: Author) -> None:
    """Open a change where ``exhibit`` was taken back and nothing stands in its place."""
    if exhibit.kind in WATCHED and not shown_before(entrustment, exhibit):
        _open(entrustment, exhibit, [Changed("exhibit", "withdrawn_at", None, today().isoformat())], by=by)


def _open(entrustment: Entrustment, exhibit: Exhibit, changed: list[Changed], *, by: Author) -> None:
    title = str(exhibit.facts.get("number") or exhibit.facts.get("name") or "")
    open_changes(WATCHED[exhibit.kind], title, changed, by=by, within=[entrustment])


def _differences(was: Mapping[str, Any], became: Mapping[str, Any]) -> list[Changed]:
    return [
        Changed("exhibit", field, _text(was.get(field)), _text(became.get(field)))
        for field in sorted(was.keys() | became.keys())
        if was.get(field) != became.get(field)
    ]


def _text(value: Any) -> str | None:
    """A list as one line, a row of a licence's scope as code and class."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_text, value)))
    if isinstance(value, Mapping):
        return f"{value.get('code_prefix')} ({value.get('device_class')})"
    return None if value is None else str(value)
