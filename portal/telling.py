"""What the body of an event says, or that it can no longer be read.

Bodies are written by :func:`portal.ledger.write` alone, so only somebody who rewrote the database can have spoilt one.
Verification names the place; until then every page that shows the event must still open and say so.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

# A place that a value is written into, as all sentences of ours have it; two signs stand for one.
_PLACE = re.compile(r"%(?:\((\w+)\)s|%)")
_AUTHOR = ("id", "name", "organisation_id", "organisation", "proved")


def read_body(text: str, *, event: str, subject_kind: str, subject_id: UUID) -> tuple[Mapping[str, Any], bool]:
    """The body and whether it is whole; for one that is not, an empty body of the same form."""
    try:
        body = json.loads(text)
        if _is_whole(body):
            return body, True
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    nobody: dict[str, Any] = {**dict.fromkeys(_AUTHOR, ""), "roles": []}
    subject = {"kind": subject_kind, "id": str(subject_id), "version": None}
    empty: dict[str, Any] = {"rows": [], "changes": {}, "reason": None, "told": {}}
    return {"actor": nobody, "event": event, "subject": subject, **empty}, False


def _is_whole(body: Any) -> bool:
    """Whether every part has the form its readers count on; raises what a missing or misshapen one raises."""
    actor, subject, told = body["actor"], body["subject"], body["told"]
    return (
        _are(str, (actor[each] for each in _AUTHOR))
        and _are(str, actor["roles"])
        and isinstance(subject["kind"], str)
        and bool(UUID(subject["id"]))
        and isinstance(body["reason"], str | None)
        and all(bool(UUID(row["id"])) and isinstance(row["kind"], str) for row in body["rows"])
        and all(len(change) == 2 and _is_change(*change) for change in body["changes"].values())
        and isinstance(told, dict)
        and _each(told.get("findings"), _is_finding)
        and _each(told.get("signature"), _is_signature)
    )


def _is_change(old: Any, new: Any) -> bool:
    """From one value to another; a dictionary only to or from another one."""
    is_inside = isinstance(old, dict) or isinstance(new, dict)
    return (
        _is_told(old) and _is_told(new) and (not is_inside or all(isinstance(each, dict | None) for each in (old, new)))
    )


def _is_told(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_told, value.values()))
    if isinstance(value, list):
        return _are(str, value) or all(isinstance(each, dict) and _is_told(each) for each in value)
    return isinstance(value, str | int | None)


def _is_finding(finding: Any) -> bool:
    fact = finding["fact"]
    return (
        finding["met"] in (True, False, None)
        and isinstance(finding["says"], str)
        and (fact is None or _is_said(fact))
        and _are(str, finding["sources"])
    )


def _is_said(words: Any) -> bool:
    """Whether it can be said: without values as it stands, with them if each of its places has one."""
    says, values = words["says"], words["values"]
    named = {each for each in _PLACE.findall(says) if each}
    within = (each for each in values.values() if isinstance(each, dict))
    return not values or ("%" not in _PLACE.sub("", says) and named <= values.keys() and all(map(_is_said, within)))


def _is_signature(signature: Any) -> bool:
    return _are(str, (signature["meaning"], signature["record_hash"])) and isinstance(signature["version"], int)


def _each(found: Any, is_one: Callable[[Any], bool]) -> bool:
    return found is None or (isinstance(found, list) and all(map(is_one, found)))


def _are(kind: Any, values: Any) -> bool:
    return all(isinstance(each, kind) for each in values)
