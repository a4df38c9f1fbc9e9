"""A machine before the doors for files: it announces one, sends it exactly as it is told to, says that it is there."""

import hashlib
import urllib.request
from uuid import UUID

from portal.db import today
from portal.demo.papers import paper
from portal.filing import Place
from tests.faults.test_shelves import sent
from tests.rooms.batch_desk import CLERK
from tests.stage import sql, stored

CONTENT = paper("announced before it was sent")
OTHER = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])


def announcement(content=CONTENT, **other):
    about = {"name": "BPR-1.pdf", "media_type": "application/pdf", "size": len(content)}
    return about | {"sha256": hashlib.sha256(content).hexdigest()} | other


def place(world):
    return f"/batches/{world.batch['opened']}/files"


def declared(plant, world, content=CONTENT):
    answer = plant.post(place(world), announcement(content))
    assert answer.status_code == 201, answer.text
    return answer.json


def send(plant, told, content=CONTENT, **changed):
    """Do exactly what the answer says; the status of what comes of it."""
    if told["send"]["method"] == "POST":
        return sent(told["send"], content, **changed)
    address = told["send"]["url"].removeprefix("/api/v1")
    return plant.put(address, content, **told["send"]["headers"]).status_code


def received(plant, world, told, **headers):
    named = {"If_Match": plant.tag(f"/files/{told['id']}")} | headers
    return plant.post(f"{place(world)}/{told['id']}/received", {}, **named)


def stage(told):
    return sql("SELECT stage FROM stored_file WHERE id = :id", id=stored(UUID(told["id"])))[0][0]


def events(told):
    rows = sql("SELECT event FROM ledger_event WHERE subject_id = :id ORDER BY seq", id=stored(UUID(told["id"])))
    return [row[0] for row in rows]


def place_of(told, world):
    return Place(world.org["hengrui"], UUID(told["id"]), told["sha256"], told["size"])


def paper_with(told):
    about = {"kind": "label", "title": "LB-35-05", "result": "not_applicable", "dated_on": today().isoformat()}
    return about | {"file_id": told["id"]}


def taken(seat, told, who=CLERK):
    """What somebody gets who takes the file; None if it is not handed out."""
    answer = seat(who).get(f"/files/{told['id']}")
    if answer.status_code == 302:
        with urllib.request.urlopen(answer.headers["Location"], timeout=10) as far:
            return far.read()
    return answer.data if answer.status_code == 200 else None


def used(house, world):
    rows = sql(
        "SELECT sha256, max(size) FROM stored_file WHERE owner_id = :owner GROUP BY sha256",
        owner=stored(world.org[house]),
    )
    return sum(size for _, size in rows)
