"""Checks an export of the portal, unpacked, without the portal: python3 check.py.  Needs nothing but Python 3.8.

Prints what does not agree and exits 1; exits 0 when everything does.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GENESIS = "0" * 64


def check(folder: Path) -> Iterator[str]:
    """Yield a sentence for everything that does not agree in the unpacked export."""
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    for member in manifest["members"]:
        path = folder / member["path"]
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != member["sha256"]:
            yield f"{member['path']}: missing, or not as it was handed out"
    for entrustment in manifest["entrustments"]:
        yield from check_entrustment(folder / entrustment["folder"], entrustment["head_seq"], entrustment["head_hash"])


def check_entrustment(folder: Path, last: int, head: str) -> Iterator[str]:
    """The chain of one entrustment, and every record in its folder against the last event that tells of it."""
    told: dict[tuple[str, str], tuple[tuple[int, str], str]] = {}
    previous, expected = GENESIS, 1
    for line in (folder / "ledger.jsonl").read_text("utf-8").splitlines():
        event = json.loads(line)
        sealed = b"event\0" + event["previous_hash"].encode() + b"\0" + event["body"].encode()
        place = f"{folder.name}: event {event['seq']}"
        if event["seq"] != expected or event["previous_hash"] != previous:
            yield f"{place} does not follow the event before it"
        if hashlib.sha256(sealed).hexdigest() != event["hash"]:
            yield f"{place} is not what was sealed"
        previous, expected = event["hash"], event["seq"] + 1
        for key, order, row_hash in _rows_told(event["body"]):
            if key not in told or told[key][0] <= order:
                told[key] = (order, row_hash)
    if (expected - 1, previous) != (last, head):
        yield f"{folder.name}: the chain does not end where its head says"
    for path in sorted((folder / "records").glob("*/*.json")):
        kind, row_id = path.parent.name, path.stem
        digest = hashlib.sha256(b"row\0" + kind.encode() + b"\0" + path.read_bytes()).hexdigest()
        if told.pop((kind, row_id), ((0, ""), ""))[1] != digest:
            yield f"{folder.name}: {kind} {row_id} differs from what the ledger last said of it"
    for kind, row_id in sorted(told):
        yield f"{folder.name}: {kind} {row_id} is told of in the ledger and is not here"


def _rows_told(body: str) -> list[tuple[tuple[str, str], tuple[int, str], str]]:
    """Each row that an event tells of: its key, its place in the order, its hash; none where nothing can be read."""
    try:
        event = json.loads(body)
        return [((row["kind"], row["id"]), (row["version"], event["at"]), row["hash"]) for row in event["rows"]]
    except (ValueError, KeyError, TypeError):
        return []


if __name__ == "__main__":
    troubles = list(check(Path(__file__).resolve().parent))
    for trouble in troubles:
        print(trouble)  # noqa: T201
    print(f"{len(troubles)} things do not agree." if troubles else "Everything agrees.")  # noqa: T201
    sys.exit(1 if troubles else 0)
