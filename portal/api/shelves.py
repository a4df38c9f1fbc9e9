"""A shelf for one kind of record: a door that lists it, a page at a time, and a door that reads a single one."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.interfaces import ORMOption

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.shapes import Given, Page, Shape, Turn
from portal.records.audit import Audit
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.tenancy import Shared, Upstream, current_tenant
from workflows.scopes import Scope

# What a list may be asked about, besides which page of it: only what belongs to this record.
ABOUT: Mapping[str, Any] = {"entrustment_id": Entrustment, "batch_id": Batch, "audit_id": Audit}


def shelve(
    kind: Any,
    rule: str,
    scope: Scope,
    *,
    many: tuple[str, type[Page], str],
    one: tuple[str, type[Shape], str],
    turn: type[Turn] = Turn,
    along: Sequence[ORMOption] = (),
    tag: str = "",
    withheld: Collection[str] = (),
) -> None:
    """Hang both doors.  ``many`` and ``one`` are each a name, what is given, and what the description says of it.

    ``turn`` is what a list may be asked; a record of :data:`ABOUT` that it names and that is not there to be seen is
    404.  ``along`` is loaded with the records of a page.  ``withheld`` is null to whoever is not the record's house.
    """
    listed, given = many[1], one[1]
    (item,) = get_args(listed.model_fields["items"].annotation)
    key = f"{kind.__tablename__}_id"

    def listing(query: Any) -> Given:
        wanted = select(kind).options(*along)
        if issubclass(kind, Upstream):  # what lies upstream of common work is read one by one
            wanted = wanted.where(kind.owner_id == current_tenant())
        named = {name: found for name in ABOUT if (found := getattr(query, name, None))}
        for name, found in named.items():
            wanted = wanted.where(getattr(kind, name) == find_within(ABOUT[name], found).id)
        across = issubclass(kind, Shared) and not named
        page, way = page_of(wanted, kind, query, listed, item, across=across)
        return page, 200, way

    def reading(**found: UUID) -> Given:
        record: Any = find_within(kind, found[key], upstream=True)
        shape = given.model_validate(record)
        if record.owner_id != current_tenant() and withheld:
            shape = shape.model_copy(update=dict.fromkeys(withheld))
        return shape, 200, tagged(record)

    listing.__annotations__["query"] = turn
    for view, name, says in ((listing, f"list_{many[0]}", many[2]), (reading, f"read_{one[0]}", one[2])):
        view.__name__, view.__doc__ = name, says
    desk.door(rule, scope, gives=listed, tag=tag)(listing)
    desk.door(f"{rule}/<uuid:{key}>", scope, gives=given, tag=tag)(reading)
