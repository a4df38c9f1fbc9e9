"""How long the portal takes to say no: the same whether somebody or something is there or not.

    python -m tests.bench.enumeration [--samples 2000] [--engine sqlite|postgresql] [--only WORDS] [--real-hash]

Each question has two arms, one where something is there and one where nothing is, asked in turns in one process.  Told
are the difference of the medians and the p of a two-sided Mann-Whitney test (normal approximation with ties).  The
password hash is made cheap, so that a difference of microseconds elsewhere is not lost in its milliseconds.
"""

import argparse
import math
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from uuid import uuid4

from argon2 import PasswordHasher

from portal import limits
from portal.db import engines
from portal.demo.cast import HOUSES, PASSWORD
from portal.identity import passwords
from portal.identity.sessions import begin_session
from tests import postgres
from tests.browsing import Seat, hidden_fields
from tests.stage import Stage, set_stage, sql, stored
from workflows.powers import Role

Ask = Callable[[], object]
KNOWN = HOUSES["chengyue"].email(Role.REGISTRANT_RELEASE_PERSON)
UNKNOWN = "releasf@chengyue.example"  # of the same length
WARM = 50


def mann_whitney(first: list[float], second: list[float]) -> float:
    """The two-sided p of both coming from one distribution."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    total, ties, at = 0.0, 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        share, size = (at + 1 + end) / 2, end - at
        total += share * sum(1 for _, arm in ranked[at:end] if arm == 0)
        ties += size**3 - size
        at = end
    n, m = len(first), len(second)
    u = total - n * (n + 1) / 2
    spread = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    z = (abs(u - n * m / 2) - 0.5) / spread if spread else 0.0
    return math.erfc(max(z, 0.0) / math.sqrt(2))


def measure(there: Ask, absent: Ask, samples: int) -> tuple[list[float], list[float]]:
    """Seconds of each arm; which goes first in a pair is drawn, so that neither always follows the other."""
    taken: tuple[list[float], list[float]] = ([], [])
    order = Random(2026)
    for turn in range(samples + WARM):
        pair = [(0, there), (1, absent)]
        order.shuffle(pair)
        for arm, ask in pair:
            began = time.perf_counter()
            ask()
            if turn >= WARM:
                taken[arm].append(time.perf_counter() - began)
    return taken


def questions(stage: Stage) -> dict[str, tuple[Ask, Ask]]:
    app, world = stage.app, stage.world
    stranger = app.test_client()
    token = hidden_fields(stranger.get("/sign-in").text)

    def sign_in(email: str, password: str) -> Ask:
        fields = token | {"email": email, "password": password, "code": "000000"}
        return lambda: stranger.post("/sign-in", data=fields)

    client, who = app.test_client(), world.person["qihe/registrant-quality-manager"]
    client.set_cookie("sid", begin_session(who))
    rival = Seat(client, who)
    withdrawn = _withdrawn(stage)
    theirs = sql("SELECT number FROM batch WHERE id = :id", id=stored(world.batch["opened"]))[0][0]

    def look_for(number: str) -> Ask:
        return lambda: rival.get(f"/find?q={number}")

    pages = {"a batch": ("/batches/{}", world.batch["opened"]), "a product": ("/products/{}", world.product)}
    asked: dict[str, tuple[Ask, Ask]] = {
        "signing in, wrong password": (sign_in(KNOWN, "wrong"), sign_in(UNKNOWN, "wrong")),
        "signing in, right password, wrong code": (sign_in(KNOWN, PASSWORD), sign_in(UNKNOWN, PASSWORD)),
        "signing in as one deactivated": (sign_in("resident@chengyue.example", PASSWORD), sign_in(UNKNOWN, PASSWORD)),
        "opening a link": (lambda: stranger.get(withdrawn), lambda: stranger.get("/invitations/" + "n" * 43)),
        "looking for a number": (look_for(theirs), look_for("Z" * len(theirs))),
    }
    for what, (path, held) in pages.items():
        asked[f"opening {what} of others"] = (
            lambda path=path, held=held: rival.get(path.format(held)),  # type: ignore[misc]
            lambda path=path: rival.get(path.format(uuid4())),  # type: ignore[misc]
        )
    return asked


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--samples", type=int, default=2000)
    wanted.add_argument("--engine", default="sqlite", choices=("sqlite", "postgresql"))
    wanted.add_argument("--only", default="", help="ask only the questions that hold these words")
    wanted.add_argument("--real-hash", action="store_true")
    given = wanted.parse_args()
    if given.engine == "postgresql" and postgres.start() is None:
        sys.exit(postgres.WHY_NOT)
    worst = 1.0
    with tempfile.TemporaryDirectory(dir=postgres.in_memory()) as folder:
        stage = set_stage(given.engine, Path(folder))
        if given.real_hash:
            passwords._hasher = PasswordHasher(**passwords.COSTS)
        with stage.copy():
            _put("person", "deactivated_at", "email", "resident@chengyue.example")
            _without_rest()
            print(f"{given.samples} samples an arm, {given.engine}, medians in ms")
            asked = {what: arms for what, arms in questions(stage).items() if given.only in what}
            for what, (there, absent) in asked.items():
                first, second = measure(there, absent, given.samples)
                p, mine, other = mann_whitney(first, second), statistics.median(first), statistics.median(second)
                worst = min(worst, p)
                print(
                    f"{what:42} there {mine * 1000:8.3f}  absent {other * 1000:8.3f}  "
                    f"difference {(mine - other) * 1000:+7.3f}  p = {p:.3f}",
                    flush=True,
                )
    postgres.stop()
    return 0 if worst > 0.01 else 1


def _withdrawn(stage: Stage) -> str:
    """The link of an invitation that was withdrawn."""
    who = stage.world.person["chengyue/organisation-administrator"]
    client = stage.app.test_client()
    client.set_cookie("sid", begin_session(who))
    admin = Seat(client, who)
    given = {"name": "Lin", "title": "t", "email": "lin@chengyue.example", "roles": "registrant-quality-manager"}
    shown = admin.get(admin.post("/people/invite", **given).location)
    _put("invitation", "withdrawn_at", "email", given["email"])
    found = re.search(r"/invitations/[\w-]{43}", shown.text)
    return found.group() if found else sys.exit("no link was shown")


def _put(table: str, column: str, key: str, value: str) -> None:
    """Set a moment behind the portal's back, and the trigger that would refuse it aside."""
    on_postgresql = engines().writing.dialect.name == "postgresql"
    sql(f"DROP TRIGGER {table}_kept" + (f" ON {table}" if on_postgresql else ""))
    sql(f"UPDATE {table} SET {column} = '2026-01-01 00:00:00' WHERE {key} = :value", value=value)


def _without_rest() -> None:
    """As many tries as there are samples: how often one may try is another question, with tests of its own."""
    for module in ("portal.web.doors", "portal.rooms.sessions.lanes"):
        sys.modules[module].spend = lambda limit, key: limits.spend(limits.Limit(limit.name, 10**9, 60), key)  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
