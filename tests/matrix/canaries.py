"""Every text and file of every house carries a mark; no byte that anybody is answered may carry a mark of strangers."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import JSON, String, Text, inspect, text

from portal.db import now, session
from portal.filing.shelves import Place
from portal.tenancy import Joint, Public, all_records
from tests.matrix.upstream import led_to
from tests.stage import behind_the_walls, stored

MARK = re.compile(rb"CANARY-([a-z_]+(?:\.[a-z]+)?)-")
AN_ID = re.compile(rb"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
# What a house keeps in its own books and the authority of its province sees, while it looks on one of its entrustments;
# and whose authority that is.
OVERSEEN = {
    "appointment",
    "area",
    "authorisation",
    "duty",
    "equipment",
    "equipment_proof",
    "hearing",
    "lot_certificate",
    "lot_result",
    "material",
    "material_lot",
    "organisation",
    "self_inspection",
    "signature",
    "supplier",
}
OVERSEES = {"chengyue": {"shanghai"}, "hengrui": {"jiangsu"}, "qihe": {"guangdong"}}
# Columns that hold a word of the portal's own, a digest or an address of bytes; a mark would make them mean nothing.
CODED = {
    "about_kind",
    "agency",
    "answer",
    "because",
    "body_hash",
    "code",
    "contents_hash",
    "device_class",
    "disposition",
    "education",
    "facts_hash",
    "ends_because",
    "findings_hash",
    "grade",
    "held_by",
    "inputs_hash",
    "kept_by",
    "kid",
    "kind",
    "level",
    "language",
    "lines_hash",
    "media_type",
    "mode",
    "move",
    "offered_hash",
    "origin",
    "noted_hash",
    "papers_hash",
    "making_hash",
    "plan",
    "point",
    "post",
    "professional_title",
    "proved",
    "province",
    "public_key",
    "quantity",
    "object_version",
    "outcome",
    "owes",
    "question",
    "record_hash",
    "result",
    "roles",
    "role",
    "rule",
    "scope",
    "sha256",
    "specification_low",
    "specification_high",
    "side",
    "stage",
    "state",
    "subject_kind",
    "plan_hash",
    "supplied",
    "token_hash",
    "trigger",
    "vascular_site",
    "warning_low",
    "way",
    "warning_high",
    "assessments_hash",
    "verdict",
}
# Columns called like one of those that hold what somebody wrote.
WRITTEN = {("ending", "because"), ("posting_exception", "because"), ("hold_point", "because")}
# Numbers that are read for what they say each time they are drawn.
READ = {("trade_item", "di"), ("production_licence", "number"), ("registration_certificate", "number")}
# What is free text inside a JSON column.
FREE = {
    "adverse_events",
    "after_sales",
    "amend",
    "certificate_number",
    "letter",
    "name",
    "note",
    "number",
    "others",
    "owner",
    "product_name",
    "production",
    "quality",
    "reason",
    "registrant_name",
    "remark",
    "sites",
    "target",
    "technology",
    "text",
    "why",
}


def mark_everything(world: Any) -> None:
    """Mark every text, JSON text, file and event with whose it is: ``hengrui``, or ``rival_entrustment.hengrui``."""
    houses = {value: key for key, value in world.org.items()}
    places = {value: key for key, value in world.named.items()}
    session.remove()
    with behind_the_walls().begin() as books:
        for record in all_records():
            if hasattr(record, "owner_id") and not issubclass(record, Public):
                _mark(books, record, houses, places, led_to(books, places))
        _mark_events(books, houses, places)
        _mark_things(books, houses, places)
        _mark_notices(books, houses)


def _mark(
    books: Any,
    record: Any,
    houses: dict[UUID, str],
    places: dict[UUID, str],
    led: dict[str, dict[UUID, set[str]]],
) -> None:
    table = record.__tablename__
    columns = [
        each
        for each in inspect(record).columns
        if (table, each.name) in WRITTEN or (each.name not in CODED and (table, each.name) not in READ)
    ]
    texts = [each.name for each in columns if isinstance(each.type, String | Text) and each.name != "body"]
    trees = [each.name for each in columns if isinstance(each.type, JSON)]
    changed = []
    for row in books.execute(text(f"SELECT * FROM {table}")).mappings().all():
        about = row.get("entrustment_id") if issubclass(record, Joint) else None
        owner = houses[_uuid(row["owner_id"])]
        key = f"{places[_uuid(about)]}.{owner}" if about else f"{owner}.overseen" if table in OVERSEEN else owner
        key = f"{owner}.led" if _uuid(row["id"]) in led.get(table, ()) else key
        mark = f"CANARY-{key}-"
        new = {name: f"{mark}{row[name]}" for name in texts if row[name] is not None}
        new |= {
            name: json.dumps(_marked(_tree(row[name]), mark, free=name in FREE))
            for name in trees
            if row[name] is not None
        }
        if "body" in row:
            new["body"] = json.dumps(_marked(_tree(row["body"]), mark) | {"mark": mark}, ensure_ascii=False)
        if table == "stored_file":
            new |= _marked_file(row, mark)
        changed.append(new | {"id": row["id"]})
    for each in changed:
        books.execute(text(f"UPDATE {table} SET {', '.join(f'{n} = :{n}' for n in each)} WHERE id = :id"), each)


def _mark_events(books: Any, houses: dict[UUID, str], places: dict[UUID, str]) -> None:
    """What an event tells is marked with the stream it stands in."""
    ask = "SELECT e.id, e.body, s.about_id FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id"
    for row in books.execute(text(ask)).mappings().all():
        about = _uuid(row["about_id"])
        key = f"{places[about]}.ledger" if about in places else houses[about]
        body = json.dumps(json.loads(row["body"]) | {"mark": f"CANARY-{key}-"}, ensure_ascii=False)
        books.execute(text("UPDATE ledger_event SET body = :body WHERE id = :id"), {"body": body, "id": row["id"]})


def _mark_things(books: Any, houses: dict[UUID, str], places: dict[UUID, str]) -> None:
    """What is written on a thing is marked with whose it is; what was disclosed bears nobody's mark."""
    for row in books.execute(text("SELECT number, owner_id, entrustment_id FROM folio")).mappings().all():
        about, owner = row["entrustment_id"], houses[_uuid(row["owner_id"])]
        mark = {"mark": f"CANARY-{f'{places[_uuid(about)]}.{owner}' if about else owner}-", "folio": row["number"]}
        secret = "folio = :folio AND id NOT IN (SELECT node FROM disclosure)"
        books.execute(text(f"UPDATE node SET code = :mark || code WHERE {secret}"), mark)
        books.execute(text(f"UPDATE activity SET label = :mark || label WHERE {secret}"), mark)


def _mark_notices(books: Any, houses: dict[UUID, str]) -> None:
    """What a notice calls a record is marked with the one house that is told; a duty is called by its rule."""
    for house, name in houses.items():
        mark = "UPDATE notice SET name = :mark || name WHERE for_id = :house AND about_kind <> 'duty'"
        books.execute(text(mark), {"mark": f"CANARY-{name}-", "house": stored(house)})


def _marked(tree: Any, mark: str, *, free: bool = False) -> Any:
    if isinstance(tree, dict):
        return {name: _marked(value, mark, free=name in FREE) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_marked(each, mark, free=free) for each in tree]
    return f"{mark}{tree}" if free and isinstance(tree, str) else tree


def _marked_file(row: Any, mark: str) -> dict[str, Any]:
    """The same file with a mark at its end, under its new digest."""
    store = current_app.extensions["store"]
    owner, made = _uuid(row["owner_id"]), _uuid(row["id"])
    content = store.shelf.read(Place(owner, made, row["sha256"], row["size"])) + f"\n% {mark}\n".encode()
    digest = hashlib.sha256(content).hexdigest()
    place = Place(owner, made, digest, len(content))
    store.shelf.receive(place, content)
    store.shelf.accept(place, now())
    return {"sha256": digest, "size": len(content)}


class Sweep:
    """Who may know which marks and which ids."""

    def __init__(self, taking_part: dict[str, dict[str, str]], world: Any) -> None:
        self._taking_part = taking_part
        self._houses = {value: key for key, value in world.org.items()}
        self._places = {value: key for key, value in world.named.items()}
        self._knowing: dict[bytes, set[str]] = {}
        self._anybodys: set[bytes] = set()
        self._led: dict[str, dict[UUID, set[str]]] = {}
        self._led_from: dict[str, set[str]] = {}
        self._gather()

    def foreign(self, house: str | None, answer: Iterable[bytes], *, typed: UUID | None = None) -> set[str]:
        """Marks and ids in the answer that this house has no business knowing; what it typed itself is no secret."""
        own = {typed.hex.encode()} if typed else set()
        found: set[str] = set()
        for part in answer:
            found |= {mark.decode() for mark in set(MARK.findall(part)) if not self.may_know(house, mark.decode())}
            ids = {each.replace(b"-", b"") for each in AN_ID.findall(part)} - own
            found |= {f"id {each.decode()}" for each in ids if self._is_foreign(house, each)}
        return found

    def may_know(self, house: str | None, key: str) -> bool:
        place = key.partition(".")[0]
        if house is None:
            return False
        return (
            house.partition("/")[0] == place
            or house in self._taking_part.get(place, ())
            or self._looked_where(house, place)
            or (key.endswith((".overseen", ".led")) and house in OVERSEES.get(place, ()))
            or (key.endswith(".led") and house in self._led_from.get(place, ()))
        )

    def _looked_where(self, house: str, authority: str) -> bool:
        """Whoever takes part in an entrustment may know who looked at it."""
        return any(house in parties and parties.get(authority) == "authority" for parties in self._taking_part.values())

    def _is_foreign(self, house: str | None, an_id: bytes) -> bool:
        if an_id not in self._knowing or an_id in self._anybodys:
            return False
        return house not in self._knowing[an_id]

    def _gather(self) -> None:
        """An id may be known to whoever may read a row in which it stands."""
        ask = "SELECT e.*, s.about_id FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id"
        with behind_the_walls().connect() as books:
            self._led = led_to(books, self._places)
            for row in books.execute(text(ask)).mappings():
                self._note(row, None, row["about_id"])
                self._note_hashes(row)
            for row in books.execute(text("SELECT * FROM notice WHERE entrustment_id IS NULL")).mappings():
                self._note(row, row["for_id"], None)
            for record in all_records():
                if not hasattr(record, "owner_id"):
                    continue
                for row in books.execute(text(f"SELECT * FROM {record.__tablename__}")).mappings():
                    if issubclass(record, Public):
                        self._anybodys.add(_uuid(row["id"]).hex.encode())
                    else:
                        overseen = record.__tablename__ in OVERSEEN
                        self._note(row, row["owner_id"], row.get("entrustment_id"), overseen=overseen)
                        self._note_led(record.__tablename__, row)

    def _note_hashes(self, event: Any) -> None:
        """Whoever sees a record of a house's own books may know its hash, though not the ledger that tells of it."""
        overseers = OVERSEES.get(self._houses.get(_uuid(event["about_id"]), ""), set())
        for told in json.loads(event["body"])["rows"]:
            readers = self._readers_of_led(told["kind"], _uuid(told["id"]))
            readers |= overseers if told["kind"] in OVERSEEN else set()
            for half in AN_ID.findall(told["hash"].encode()) if readers else ():
                self._knowing.setdefault(half, set()).update(readers)

    def _readers_of_led(self, table: str, row_id: UUID) -> set[str]:
        """Whoever takes part in what the lot behind a row led to."""
        return {house for place in self._led.get(table, {}).get(row_id, ()) for house in self._taking_part[place]}

    def _note_led(self, table: str, row: Any) -> None:
        if readers := self._readers_of_led(table, _uuid(row["id"])):
            self._led_from.setdefault(self._houses[_uuid(row["owner_id"])], set()).update(readers)
            for each in AN_ID.findall(" ".join(map(str, row.values())).encode()):
                self._knowing.setdefault(each.replace(b"-", b""), set()).update(readers)

    def _note(self, row: Any, owner_id: Any, about: Any, *, overseen: bool = False) -> None:
        readers = set()
        if owner_id and not about:
            owner = self._houses[_uuid(owner_id)]
            readers = {*_of(owner), *(each for each in self._houses.values() if self._looked_where(each, owner))}
            readers |= OVERSEES.get(owner, set()) if overseen else set()
        if about:
            readers |= set(self._taking_part.get(self._places.get(_uuid(about), ""), ()))
            readers |= _of(self._houses[_uuid(about)]) if _uuid(about) in self._houses else set()
        for each in AN_ID.findall(" ".join(map(str, row.values())).encode()):
            self._knowing.setdefault(each.replace(b"-", b""), set()).update(readers)


def _of(house: str) -> set[str]:
    """What is its own a house knows through everybody, an inspector without a case among them."""
    return {house, f"{house}/without a case"}


def parts_of(answer: Any) -> Iterator[bytes]:
    """Every byte of an answer: body, headers, and what is packed inside it."""
    yield str(answer.headers).encode()
    yield from unpacked(answer.data)


def unpacked(content: bytes) -> Iterator[bytes]:
    """The bytes, and those of every file in them when they are a ZIP or a workbook."""
    yield content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            for name in parcel.namelist():
                yield name.encode()
                yield from unpacked(parcel.read(name))


def _tree(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
