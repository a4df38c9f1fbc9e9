"""Who sees, makes and changes a row of each table, said once for both engines."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table

from portal.db import Record
from portal.records.ledger import ENTRUSTMENT, ORGANISATION
from portal.tenancy import (
    Fact,
    Identifying,
    Joint,
    Overseen,
    OverseenAtHome,
    Private,
    Public,
    SharableUpstream,
    Upstream,
)

Condition = Callable[["Tongue"], str]


@dataclass(frozen=True, slots=True)
class Tongue:
    """How an engine says what every rule is made of.  ``row`` precedes a column: nothing, ``NEW.`` or ``OLD.``.

    ``house``, ``person`` and ``day`` come from the context and are NULL where it names none; ``anybody`` holds in
    every valid context, ``identity`` while it is asked who somebody is, ``looking`` for an authority.  ``common`` are
    the entrustments the house takes part in today, an authority only while a case of the person is open; ``own`` those
    it is the registrant of and has not left, ``streams`` the ledger streams whose events it may read, ``people`` its
    persons, ``overseen`` the houses whose own records an authority sees, ``folios`` the numbers of those whose facts it
    reads, ``own_folios`` of its own among them: each a sub-select.  ``at_home`` asks of a node whether it is in the
    house's own books alone; ``led`` of a lot whether it led to common work: ``owner`` and ``lot`` stand for whose it is
    and its id.  ``at`` precedes a table that a condition reads besides.
    """

    house: str
    person: str
    anybody: str
    identity: str
    looking: str
    common: str
    own: str
    streams: str
    people: str
    overseen: str
    folios: str
    own_folios: str
    at_home: str
    led: str
    at: str = ""
    row: str = ""

    @property
    def may_write(self) -> str:
        return f"NOT {self.looking}"


@dataclass(frozen=True, slots=True)
class Rule:
    """The conditions of a table: a row that does not meet ``see`` is not there, ``make`` and ``change`` refuse."""

    see: Condition
    make: Condition
    change: Condition


def rule_of(kind: type[Record]) -> Rule:
    """The rule of a record's table, by whose books it stands in.  What nobody named belongs to identity alone."""
    name = kind.__tablename__
    if name in NAMED:
        return NAMED[name]
    for mixin, rule in BY_KIND:
        if issubclass(kind, mixin):
            return _upstream(kind, rule) if issubclass(kind, Upstream | SharableUpstream) else rule
    return OF_A_PERSON if "person_id" in kind.__table__.c else IDENTITY


def walled_tables() -> dict[str, tuple[Table, Rule]]:
    """Every table of the house with its rule, by name."""
    kinds: list[Any] = [mapper.class_ for mapper in Record.registry.mappers]
    return {kind.__tablename__: (kind.__table__, rule_of(kind)) for kind in sorted(kinds, key=_by_name)}


def _by_name(kind: Any) -> str:
    return str(kind.__tablename__)


def _mine(a: Tongue) -> str:
    return f"{a.row}owner_id = {a.house}"


def _i_write_mine(a: Tongue) -> str:
    return f"{a.may_write} AND {_mine(a)}"


def _ours(a: Tongue) -> str:
    """Whoever takes part in its entrustment today; without one, its owner.  Who left it sees nothing there any more."""
    return f"(({a.row}entrustment_id IS NULL AND {_mine(a)}) OR {a.row}entrustment_id IN {a.common})"


def _mine_or_overseen(a: Tongue) -> str:
    return f"({_mine(a)} OR {a.row}owner_id IN {a.overseen})"


def _ours_or_overseen(a: Tongue) -> str:
    return f"(({a.row}entrustment_id IS NULL AND {_mine_or_overseen(a)}) OR {a.row}entrustment_id IN {a.common})"


def _i_add_to_ours(a: Tongue) -> str:
    where = f"{a.row}entrustment_id IS NULL OR {a.row}entrustment_id IN {a.common} OR {a.row}entrustment_id IN {a.own}"
    return f"{_i_write_mine(a)} AND ({where})"


def _i_tell_in_ours(a: Tongue) -> str:
    """In an entrustment of theirs either house tells the other; of what is in none a house tells itself alone."""
    at_home = f"({a.row}entrustment_id IS NULL AND {a.row}for_id = {a.house})"
    return f"{a.may_write} AND ({at_home} OR {a.row}entrustment_id IN {a.common} OR {a.row}entrustment_id IN {a.own})"


def _told_to_us(a: Tongue) -> str:
    where = f"({a.row}entrustment_id IS NULL OR {a.row}entrustment_id IN {a.common})"
    return f"{a.may_write} AND {a.row}for_id = {a.house} AND {where}"


def _of_our_people(a: Tongue) -> str:
    return f"{a.may_write} AND {a.row}person_id IN {a.people}"


def _we_change_ours(a: Tongue) -> str:
    return f"{a.may_write} AND {_ours(a)}"


def _as_identity(a: Tongue) -> str:
    return a.identity


def _of_my_house(column: str) -> Condition:
    return lambda a: f"({a.identity} OR {a.row}{column} IN {a.people})"


def _my_stream(a: Tongue) -> str:
    """Its own, or of an entrustment it takes part in; an authority's look is written into the stream it concerns."""
    kind, about = f"{a.row}kind", f"{a.row}about_id"
    return (
        f"(({kind} = '{ORGANISATION}' AND ({about} = {a.house} OR {a.looking})) "
        f"OR ({kind} = '{ENTRUSTMENT}' AND ({about} IN {a.common} OR {about} IN {a.own})))"
    )


def _of_our_folios(a: Tongue) -> str:
    return f"{a.row}folio IN {a.folios}"


def _i_write_my_folios(a: Tongue) -> str:
    return f"{a.may_write} AND {a.row}folio IN {a.own_folios}"


def _we_mark_ours(a: Tongue) -> str:
    """Either side takes back what it told, and opens what the other packed: a mark, and nothing but that."""
    return f"{a.may_write} AND {_of_our_folios(a)}"


def _upstream_of_ours(column: str) -> Condition:
    """Upstream of what is mine is mine to see: the node in ``column`` was disclosed to common work of ours."""
    return lambda a: (
        f"({_of_our_folios(a)} OR EXISTS (SELECT 1 FROM {a.at}disclosure AS shown "
        f"WHERE shown.node = {a.row}{column} AND shown.folio IN {a.folios}))"
    )


def _upstream(kind: Any, rule: Rule) -> Rule:
    """What lies upstream of what is mine is mine to see: the lot behind the record led to common work of ours."""

    def see(a: Tongue) -> str:
        row, behind = a.row or f"{kind.__tablename__}.", kind.behind
        if behind.table is None:
            return f"({rule.see(a)} OR {a.led.format(owner=f'{row}owner_id', lot=f'{row}{behind.lot}')})"
        led = a.led.format(owner="behind.owner_id", lot=f"behind.{behind.lot}")
        return (
            f"({rule.see(a)} OR EXISTS (SELECT 1 FROM {a.at}{behind.table} AS behind "
            f"WHERE behind.owner_id = {row}owner_id AND behind.{behind.column} = {row}id AND {led}))"
        )

    return replace(rule, see=see)


def _i_disclose_my_own(a: Tongue) -> str:
    """A house shows what is in its own books alone, and only to its own common work."""
    return f"{_i_write_my_folios(a)} AND {a.at_home.format(f'{a.row}node')}"


PUBLIC = Rule(see=lambda a: a.anybody, make=_i_write_mine, change=_i_write_mine)
PRIVATE = Rule(see=_mine, make=_i_write_mine, change=_i_write_mine)
PRIVATE_AND_IDENTIFYING = Rule(see=lambda a: f"({_mine(a)} OR {a.identity})", make=_i_write_mine, change=_i_write_mine)
JOINT = Rule(see=_ours, make=_i_add_to_ours, change=_we_change_ours)
OVERSEEN = Rule(see=_mine_or_overseen, make=_i_write_mine, change=_i_write_mine)
OVERSEEN_AT_HOME = Rule(see=_ours_or_overseen, make=_i_add_to_ours, change=_we_change_ours)
IDENTITY = Rule(see=_as_identity, make=_as_identity, change=_as_identity)
OF_A_PERSON = Rule(see=_as_identity, make=_of_my_house("person_id"), change=_as_identity)
FACT = Rule(see=_of_our_folios, make=_i_write_my_folios, change=_we_mark_ours)
# In this order: some are also of a wider kind that comes later.
BY_KIND: tuple[tuple[Any, Rule], ...] = (
    (Public, PUBLIC),
    (Identifying, PRIVATE_AND_IDENTIFYING),
    (Private, PRIVATE),
    (Overseen, OVERSEEN),
    (OverseenAtHome, OVERSEEN_AT_HOME),
    (Upstream, OVERSEEN),
    (Joint, JOINT),
    (Fact, FACT),
)
_OF_OUR_PEOPLE = Rule(see=_of_our_people, make=_of_our_people, change=_of_our_people)
NAMED = {
    "entrustment": Rule(
        see=_ours,
        make=lambda a: f"{_i_write_mine(a)} AND {a.row}entrustment_id = {a.row}id",
        change=_we_change_ours,
    ),
    "ledger_stream": Rule(see=_my_stream, make=_my_stream, change=_my_stream),
    "ledger_event": Rule(
        see=lambda a: f"{a.row}stream_id IN {a.streams}",
        make=lambda a: f"({a.row}stream_id IN {a.streams} OR {a.looking})",
        change=lambda a: f"{a.row}stream_id IS NULL",
    ),
    "ticket": Rule(see=lambda a: a.anybody, make=lambda a: f"{a.anybody} AND {a.may_write}", change=lambda a: "1 = 0"),
    "node": replace(FACT, see=_upstream_of_ours("id")),
    "link": replace(FACT, see=_upstream_of_ours("target")),
    "activity": replace(FACT, see=_upstream_of_ours("id")),
    "disclosure": replace(FACT, make=_i_disclose_my_own),
    # Old answers of every house are forgotten at once, by nobody in particular.
    "remembered_answer": Rule(
        see=lambda a: f"({_mine(a)} OR {a.identity})",
        make=_i_write_mine,
        change=lambda a: f"({_i_write_mine(a)} OR {a.identity})",
    ),
    # Told to one house's people, in an entrustment by either house and only while that one takes part in it.
    "notice": Rule(see=_told_to_us, make=_i_tell_in_ours, change=_told_to_us),
    "notice_copy": _OF_OUR_PEOPLE,
    "letter": _OF_OUR_PEOPLE,
    "notice_wish": _OF_OUR_PEOPLE,
    "calendar_feed": Rule(
        see=lambda a: f"({a.identity} OR {a.row}person_id = {a.person})",
        make=lambda a: f"{a.may_write} AND {a.row}person_id = {a.person}",
        change=lambda a: f"{a.may_write} AND {a.row}person_id = {a.person}",
    ),
    "secret": Rule(see=_as_identity, make=_of_my_house("id"), change=_as_identity),
    "web_session": Rule(see=_of_my_house("person_id"), make=_as_identity, change=_of_my_house("person_id")),
    "sign_intent": Rule(
        see=lambda a: f"{a.row}person_id = {a.person}",
        make=lambda a: f"{a.may_write} AND {a.row}person_id = {a.person}",
        change=lambda a: f"{a.row}person_id = {a.person}",
    ),
    "security_event": Rule(
        see=lambda a: f"({a.identity} OR {a.row}organisation_id = {a.house})",
        make=lambda a: f"({a.identity} OR {a.row}organisation_id = {a.house})",
        change=_as_identity,
    ),
}
