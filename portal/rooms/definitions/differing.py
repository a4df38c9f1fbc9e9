"""What differs between one version of a definition and the version before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.records.definition import PARTS, Definition, Line
from portal.rooms.definitions.keeping import HEAD

Fields = list[tuple[str, Any, Any]]


@dataclass(frozen=True)
class Difference:
    """One line that is new, gone, or says something else: ``fields`` are name, what it was, what it became.

    ``line`` is the line of this version, or of the one before where it is gone; None for what stands above the lines.
    """

    part: str
    how: str
    line: Any
    fields: Fields


def differences(definition: Definition) -> list[Difference]:
    """Everything that differs from the version before, in the order of the page; nothing for a first version."""
    before = definition.follows
    if before is None:
        return []
    head = _changed({name: getattr(before, name) for name in HEAD}, {name: getattr(definition, name) for name in HEAD})
    found = [Difference("head", "changed", None, head)] if head else []
    for part in PARTS:
        found += _between(part, _by_key(before.standing(part)), _by_key(definition.standing(part)))
    return found


def _between(part: str, was: Mapping[Any, Line], now: Mapping[Any, Line]) -> list[Difference]:
    found = [Difference(part, "struck", line, []) for key, line in was.items() if key not in now]
    for key, line in now.items():
        if key not in was:
            found.append(Difference(part, "added", line, []))
        elif fields := _changed(was[key].written, line.written):
            found.append(Difference(part, "changed", line, fields))
    return found


def _by_key(lines: list[Line]) -> dict[Any, Line]:
    return {each.key: each for each in lines}


def _changed(was: Mapping[str, Any], became: Mapping[str, Any]) -> Fields:
    return [(name, was[name], value) for name, value in became.items() if was[name] != value]
