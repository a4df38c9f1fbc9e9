"""What a race is: a subject, several hands that press at the same moment, and how many of them may win."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import Flask
from flask.testing import FlaskClient

from portal.demo.story import World
from portal.identity.sessions import begin_session
from tests.browsing import hidden_fields

WON = 302
LATE = 1000.0
Press = Callable[[], int]


@dataclass
class Hand:
    """One contender in its own process.  ``place`` counts from 0; ``shared`` is one number that all hands see."""

    app: Flask
    world: World
    place: int
    parties: int
    shared: Any
    client: FlaskClient = field(init=False)
    token: str = field(init=False, default="")

    def sit(self, person_id: Any = None, *, sid: str | None = None) -> None:
        """Sit down at a browser of one's own, signed in or not, with the token that its forms carry."""
        self.client = self.app.test_client()
        self.token = hidden_fields(self.client.get("/sign-in").text)["csrf_token"]
        if sid or person_id:
            self.client.set_cookie("sid", sid or begin_session(person_id))

    def post(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, data={"csrf_token": self.token} | fields)


class Race:
    """One race.  ``stock`` and ``effects`` run in the referee's process, ``sit`` and ``aim`` in each hand's.

    ``refusals`` are the answers a loser may get.  ``removed`` names what a negative control takes away: from the
    place where it stands to what stands there instead.
    """

    name: ClassVar[str]
    refusals: ClassVar[frozenset[int]] = frozenset({409, 412})
    sizes: ClassVar[tuple[int, ...]] = (2, 8)
    relieved: ClassVar[dict[str, str]] = {}

    def __init__(self, removed: dict[str, str] | None = None) -> None:
        self.instead = self.relieved | (removed or {})

    def winners(self, _parties: int) -> int:
        """How many hands are answered that it is done."""
        return 1

    def happens(self, parties: int) -> int:
        """How often it then happened."""
        return self.winners(parties)

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        """A fresh subject for each round, in bulk."""
        raise NotImplementedError

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        """Before the first round."""
        raise NotImplementedError

    def aim(self, hand: Hand, subject: Any, number: int) -> Press:
        """Before each round: everything up to the press, which is returned."""
        raise NotImplementedError

    def effects(self, world: World, subjects: Sequence[Any], parties: int) -> Iterable[int]:
        """How often each subject was really moved, according to the books."""
        raise NotImplementedError


@dataclass
class Tally:
    """What came of many rounds.

    ``slowest`` is the loser who waited longest, in milliseconds; ``late`` counts those who waited more than a second,
    which on a machine with fewer cores than hands says more of the machine.  More than ``stuck`` is a fault.
    """

    rounds: int = 0
    winners: int = 0
    doubles: int = 0
    nones: int = 0
    late: int = 0
    slowest: float = 0.0
    stuck: float = 5000.0
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return bool(self.rounds) and not (self.doubles or self.nones or self.faults)

    def count(self, race: Race, answers: Sequence[tuple[int | str, float]], effects: int) -> None:
        """Judge one round by what the hands were answered and by what the books say happened."""
        wanted, once = race.winners(len(answers)), race.happens(len(answers))
        won = sum(status == WON for status, _ in answers)
        self.rounds += 1
        self.winners += min(won, wanted)
        self.doubles += won > wanted or effects > once
        self.nones += won < wanted or effects < once
        for status, milliseconds in answers:
            if status == WON:
                continue
            self.slowest = max(self.slowest, milliseconds)
            self.late += milliseconds > LATE
            if status not in race.refusals or milliseconds > self.stuck:
                self.faults.append(f"a loser was answered {status} after {milliseconds:.0f} ms")
