"""The regulatory tables of ``agreements/data``, read once."""

import json
from hashlib import sha256
from importlib.resources import files
from typing import Any

import rfc8785


def table(name: str) -> dict[str, Any]:
    """Read ``agreements/data/<name>.json``; its top level is always an object."""
    loaded: dict[str, Any] = json.loads((files("agreements") / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def fingerprint(value: Any) -> str:
    """Return ``sha256:`` and the hex digest of the RFC 8785 canonical JSON of ``value`` (no floats in it)."""
    return "sha256:" + sha256(rfc8785.dumps(value)).hexdigest()
