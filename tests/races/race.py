"""What a race is: a subject, several hands that press at the same moment, and how many of them may win."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from flask import Flask
from flask.testing import FlaskClient

from portal.demo.story import World
from portal.identity.sessions import begin_session
from tests.browsing import hidden_fields

WON = 302
Press = Callable[[], int | tuple[int, str]]


class Answer(NamedTuple):
    """What one hand was answered, how long after the gate opened, and what else the answer said."""

    status: int | str
    milliseconds: float
    said: str = ""


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
    """One race.  ``stock``, ``ready`` and ``effects`` run in the referee's process, ``sit`` and ``aim`` in each hand's.

    ``won`` is what a winner is answered, ``refusals`` are the answers a loser may get.  ``removed`` names what a
    negative control takes away: from the place where it stands to what stands there instead.
    """

    name: ClassVar[str]
    won: ClassVar[int] = WON
    refusals: ClassVar[frozenset[int]] = frozenset({409, 412})
    sizes: ClassVar[tuple[int, ...]] = (2, 8)
    relieved: ClassVar[dict[str, str]] = {}

    def __init__(self, removed: dict[str, str] | None = None) -> None:
        self.instead = self.relieved | (removed or {})

    @classmethod
    def key(cls) -> str:
        """What the race is called where it is asked for."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()

    def winners(self, _parties: int) -> int:
        """How many hands are answered that it is done."""
        return 1

    def happens(self, parties: int) -> int:
        """How often it then happened."""
        return self.winners(parties)

    def stock(self, world: World, rounds: int, parties: int) -> Sequence[Any]:
        """A fresh subject for each round, in bulk.  The books are kept with it, and copied for each chunk of rounds."""
        raise NotImplementedError

    def ready(self, world: World, stocked: Sequence[Any], parties: int) -> Sequence[Any]:
        """The subjects with what does not keep: sessions, intents, questions; and what is counted from."""
        return stocked

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

    ``waits`` are those of the losers, in milliseconds, or of all but the first where everybody wins; ``refused`` is
    what the losers were told.
    """

    rounds: int = 0
    winners: int = 0
    doubles: int = 0
    nones: int = 0
    waits: list[float] = field(default_factory=list)
    refused: Counter[int | str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return bool(self.rounds) and not (self.doubles or self.nones or self.faults)

    @property
    def longest(self) -> float:
        return max(self.waits, default=0.0)

    def within(self, share: float) -> float:
        """The wait that this share of the losers did not exceed."""
        return sorted(self.waits)[int(share * (len(self.waits) - 1))] if self.waits else 0.0

    def count(self, race: Race, answers: Sequence[Answer], effects: int) -> None:
        """Judge one round by what the hands were answered and by what the books say happened."""
        wanted, once = race.winners(len(answers)), race.happens(len(answers))
        winners = [each for each in answers if each.status == race.won]
        self.rounds += 1
        self.winners += min(len(winners), wanted)
        self.doubles += len(winners) > wanted or effects > once
        self.nones += len(winners) < wanted or effects < once
        if len(said := {each.said for each in winners}) > 1:
            self.faults.append(f"the winners were told {len(said)} different things")
        losers = [each for each in answers if each.status != race.won]
        self.waits += sorted(each.milliseconds for each in losers or answers)[0 if losers else 1 :]
        for status, milliseconds, _ in losers:
            self.refused[status] += 1
            if status not in race.refusals:
                self.faults.append(f"a loser was answered {status} after {milliseconds:.0f} ms")
