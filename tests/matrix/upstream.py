"""What of a plant's own books is seen in common work, since the lot behind it went into that."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.stage import behind_the_walls, sql, stored

# What of a house's own books lies upstream of common work, told by the lots that led there.
LED = {
    "material_lot": "SELECT l.id FROM material_lot l WHERE l.id = :lot",
    "lot_certificate": "SELECT c.id FROM lot_certificate c WHERE c.lot_id = :lot",
    "lot_result": "SELECT r.id FROM lot_result r WHERE r.lot_id = :lot",
    "material": "SELECT l.material_id FROM material_lot l WHERE l.id = :lot",
    "supplier": "SELECT l.supplier_id FROM material_lot l WHERE l.id = :lot",
    "stored_file": "SELECT c.file_id FROM lot_certificate c WHERE c.lot_id = :lot",
}


def led_to(books: Any, places: dict[UUID, str]) -> dict[str, dict[UUID, set[str]]]:
    """By table and id, in which relations of the world what lies upstream of them is seen."""
    ask = (
        "SELECT n.record_id, f.entrustment_id FROM node n JOIN disclosure d ON d.node = n.id "
        "JOIN folio f ON f.number = d.folio WHERE n.kind = 2 AND n.record_id IS NOT NULL"
    )
    found: dict[str, dict[UUID, set[str]]] = {table: {} for table in LED}
    for lot, about in books.execute(text(ask)).all():
        for table, of_it in LED.items():
            for (each,) in books.execute(text(of_it), {"lot": lot}).all():
                found[table].setdefault(uuid_of(each), set()).add(places[uuid_of(about)])
    return found


def lying_upstream(world: Any) -> Iterator[tuple[str, UUID, str, str | None, tuple[str, ...]]]:
    """Of each plant the lot that common goods were made of and what tells of it: kind, id, whose, state, seen where."""
    houses, places = ({value: key for key, value in each.items()} for each in (world.org, world.named))
    with behind_the_walls().connect() as books:
        led = led_to(books, places)
    for kind in ("material_lot", "material", "supplier", "stored_file"):
        for made, where in led[kind].items():
            state = ", state" if kind != "stored_file" else ""
            ((owner, *stands),) = sql(f"SELECT owner_id{state} FROM {kind} WHERE id = :id", id=stored(made))
            yield kind, made, houses[uuid_of(owner)], (stands or [None])[0], tuple(sorted(where))


def uuid_of(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
