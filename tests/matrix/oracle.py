"""What the table says must come of one question.  Knows the table and the cast, nothing of the application."""

from dataclasses import dataclass

from tests.matrix.principals import Principal
from tests.matrix.relations import HOUSES
from tests.matrix.scene import Subject
from tests.matrix.table import INSPECTOR, Door, doors

API = "/api/v1/"
WITHOUT_COOKIES = (API, "/content-reports")
# What of the graph of making is in no entrustment is a material lot, and no device.
DEVICES = "/api/v1/fhir/Device/<node_id>"
# EPCIS 2.0 asks that OPTIONS tell what is spoken, and of subscriptions that we say that there are none.
EPCIS, NOT_DONE = "/api/v1/epcis", "/subscriptions"
SIGN_IN, SAME_AS_MISSING, A_PROBLEM = "to the sign-in page", "the bytes of a missing record", "as a problem"


@dataclass(frozen=True)
class Cell:
    """One question.  ``variant`` is how it is asked besides: with an override header, or without the form's token."""

    who: Principal
    method: str
    path: str
    subject: Subject | None = None
    variant: str = ""

    @property
    def key(self) -> str:
        about = f" [{self.subject.called}]" if self.subject else ""
        return f"{self.who.name}: {self.method} {self.path}{about}{self.variant and f' ({self.variant})'}"

    @property
    def door(self) -> Door | None:
        return doors().get(f"{'GET' if self.method in ('HEAD', 'GET') else self.method} {self.path}")


@dataclass(frozen=True)
class Expected:
    """The statuses that are right; ``how`` narrows them."""

    statuses: frozenset[int]
    how: str = ""


def _only(*statuses: int, how: str = "") -> Expected:
    return Expected(frozenset(statuses), how)


def expected(cell: Cell) -> Expected:
    """From the outside in: is there a door, is it somebody, may their role, is the record theirs, is it time."""
    door = cell.door
    if cell.method == "OPTIONS" or door is None:
        if cell.method != "OPTIONS":
            return _only(405)
        return _only(204 if cell.path.startswith(EPCIS) else 200)  # which methods there are is no secret
    if door.gate == "machines":
        return _of_the_machine(cell, door)
    if cell.variant == "no token" and not door.path.startswith(WITHOUT_COOKIES):  # then no form's token is needed
        return _only(400)
    return Expected(door.answers) if door.gate == "anybody" else _of_whoever_it_is(cell, door)


def _of_whoever_it_is(cell: Cell, door: Door) -> Expected:
    if not cell.who.counts:
        return _only(401) if cell.method == "POST" else _only(302, how=SIGN_IN)
    if door.gate == "themselves":  # nobody in the cast holds a record of their own there
        return Expected(door.answers) if cell.subject is None else _only(404, how=SAME_AS_MISSING)
    return _of_the_person(cell, door)


def _of_the_machine(cell: Cell, door: Door) -> Expected:
    """An empty body is refused before anybody looks whose record it is; which record, ``tests/api`` asks."""
    if not cell.who.machine or cell.who.house is None:
        return _only(401, how=A_PROBLEM)
    if cell.method in ("POST", "PATCH", "PUT"):
        return _only(415)
    if cell.subject is not None and not _finds(cell, door):
        return _only(404, how=SAME_AS_MISSING)
    if cell.subject is not None and cell.subject.place is None and door.path == DEVICES:
        return _only(404, how=SAME_AS_MISSING)
    return _only(501 if door.path.endswith(NOT_DONE) else 204 if cell.method == "DELETE" else 200)


def _of_the_person(cell: Cell, door: Door) -> Expected:
    house, about = cell.who.house or "", cell.subject
    if not cell.who.roles & (door.roles or frozenset()) or (door.house and door.house not in HOUSES[house]):
        return _only(403)
    if about is not None and not _finds(cell, door):
        return _only(404, how=SAME_AS_MISSING)
    if about is not None and (door.author and about.owner != house):
        return _only(403)
    if about is not None and door.side not in (None, about.side_of(house)):
        return _only(409 if door.move else 403)
    return _of_the_moment(cell, door)


def _finds(cell: Cell, door: Door) -> bool:
    """A partner finds what lies upstream of common work where the table says so."""
    about, books = cell.subject, cell.who.books
    if about is None or not about.seen_by(books):
        return False
    looks = door.gate != "machines" and INSPECTOR in cell.who.roles
    return looks or "upstream" in door.record or about.is_among_the_books_of(books)


def _of_the_moment(cell: Cell, door: Door) -> Expected:
    about, posting = cell.subject, cell.method == "POST"
    late = about is not None and door.states is not None and about.state not in door.states
    ended = about is not None and door.while_open and about.place_state == "ended"
    if late or ended or (posting and door.bare == "409"):  # 409 too where it does not say which version was seen
        return _only(409)
    if door.proof:  # whoever has just signed in proves once more that it is they
        return _only(302, 409)
    if door.may_wait:
        return _only(409, 422) if posting else _only(200, 409)
    return _only(302 if door.bare == "acts" else int(door.bare)) if posting else _only(200)
