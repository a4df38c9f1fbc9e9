"""Thousands of races, by separate processes, on both engines: ``python -m tests.assurance.races --rounds 10000``.

Prints a table of every race, engine and number of hands; exit code 1 if any round had not exactly its winners, a loser
was answered anything but its refusal or was stuck, or the ledger did not verify afterwards.  A loser that
waited more than one second is counted as late.  Two rounds of each kind go before, so that no loser waits for a page
to be read from disk.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests import postgres
from tests.races.arena import Arena
from tests.races.catalogue import RACES
from tests.races.race import Race, Tally
from tests.stage import ENGINES, set_stage

CHUNK = 100
SHARE = {2: 4}  # rounds of two hands are cheap: four times as many as of any other size
HEAD = f"{'race':52} {'engine':10} of rounds winners doubles nones late slowest loser"


def main() -> int:
    given = _arguments()
    engines = [each for each in ENGINES if given.engine in ("both", each)]
    if "postgresql" in engines and postgres.start() is None:
        print(postgres.WHY_NOT)
        return 1
    arena, faults = Arena(max(given.contenders)), 0
    try:
        print(HEAD, flush=True)
        for engine in engines:
            with tempfile.TemporaryDirectory(prefix="races-", dir=given.folder) as folder:
                stage = set_stage(engine, Path(folder))
                for race in RACES:
                    if given.only in race.name:
                        faults += _all_sizes(arena, stage, race(), given)
    finally:
        arena.close()
        postgres.stop()
    return 1 if faults else 0


def _all_sizes(arena: Arena, stage: object, race: Race, given: argparse.Namespace) -> int:
    sizes = [size for size in race.sizes if size in given.contenders]
    shares, faults = sum(SHARE.get(size, 1) for size in sizes), 0
    for size in sizes:
        arena.run(stage, race, size, 2, Tally())
        tally, started = Tally(stuck=given.patience * 1000), time.monotonic()
        rounds = max(1, given.rounds * SHARE.get(size, 1) // shares)
        while tally.rounds < rounds:
            arena.run(stage, race, size, min(CHUNK, rounds - tally.rounds), tally)
        print(
            f"{race.name:52} {stage.engine:10} {size:2} {tally.rounds:6} {tally.winners:7} {tally.doubles:7} "
            f"{tally.nones:5} {tally.late:4} {tally.slowest:6.0f} ms  ({time.monotonic() - started:.0f} s)",
            flush=True,
        )
        for each in tally.faults[:5]:
            print(f"    {each}", flush=True)
        faults += not tally.clean
    return faults


def _arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.assurance.races", description=__doc__)
    asked.add_argument("--rounds", type=int, default=1000, help="of each race on each engine, shared among its sizes")
    asked.add_argument("--engine", choices=("both", *ENGINES), default="both")
    asked.add_argument("--contenders", type=int, nargs="+", default=[2, 8], help="hands that press at once")
    asked.add_argument("--patience", type=float, default=5, help="seconds after which a loser counts as stuck")
    asked.add_argument("--only", default="", help="races whose name holds these words")
    asked.add_argument("--folder", default=None, help="where the SQLite files lie; a temporary folder unless given")
    return asked.parse_args()


if __name__ == "__main__":
    sys.exit(main())
