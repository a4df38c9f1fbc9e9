"""Thousands of races, by separate processes, on both engines: ``python -m tests.assurance.races --rounds 10000``.

Prints a line for every race, engine and number of processes: how many rounds and winners, how often more won than may
or fewer, how long the losers waited from the opening of the gate to their answer (in ms: median, 99th percentile,
longest), what they were answered, and how many rounds a second were run.

Exit code 1 if any round had not exactly its winners, a loser was answered anything but its refusal, the ledger did not
verify afterwards, or a loser waited more than a second; the last is forgiven with ``--patient``, for a machine that has
other things to do or fewer cores than hands.  Two rounds of each kind go before, so that no loser waits for a page to
be read from disk.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests import postgres
from tests.races.arena import Arena
from tests.races.catalogue import RACES
from tests.races.race import Race, Tally
from tests.stage import ENGINES, Stage, set_stage

CHUNK = {2: 200}  # subjects are stocked once and copied so many at a time: intents and questions last five minutes
SMALLER = 60
SHARE = {2: 4}  # rounds of two hands are cheap: four times as many as of any other size
LATE = 1000.0
EVERY = 60
BY_KEY = {each.key(): each for each in RACES}
HEAD = (
    f"{'race':24} {'engine':10} of rounds winners doubles nones | losers' wait: median p99 longest ms | a second | told"
)


def main() -> int:
    given = _arguments()
    engines = [each for each in ENGINES if given.engine in ("both", each)]
    if "postgresql" in engines and postgres.start() is None:
        print(postgres.WHY_NOT)
        return 1
    arena, faults = Arena(max(given.processes)), 0
    try:
        print(HEAD, flush=True)
        for engine in engines:
            folder = Path(tempfile.mkdtemp(prefix="races-", dir=given.folder or postgres.in_memory()))
            try:
                stage = set_stage(engine, folder)
                for race in given.races:
                    faults += _all_sizes(arena, stage, race, given)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        arena.close()
        postgres.stop()
    return 1 if faults else 0


def _all_sizes(arena: Arena, stage: Stage, race: type[Race], given: argparse.Namespace) -> int:
    sizes = [size for size in race.sizes if size in given.processes]
    shares, faults = sum(SHARE.get(size, 1) for size in sizes), 0
    for size in sizes:
        tally, started = Tally(), time.monotonic()
        _run(arena, stage, race(), size, max(1, given.rounds * SHARE.get(size, 1) // shares), tally)
        late = sum(each > LATE for each in tally.waits)
        print(_line(stage.engine, race, size, tally, time.monotonic() - started), flush=True)
        if late:
            print(f"    {late} of {len(tally.waits)} losers waited more than {LATE:.0f} ms", flush=True)
        for each, count in Counter(tally.faults).most_common(5):
            print(f"    {count} x {each}", flush=True)
        faults += not tally.clean or (late > 0 and not given.patient)
    return faults


def _run(arena: Arena, stage: Stage, race: Race, size: int, rounds: int, tally: Tally) -> None:
    chunk = min(rounds, CHUNK.get(size, SMALLER))
    stocked, told = arena.stock(stage, race, size, chunk), time.monotonic()
    arena.run_again(stocked, 2, Tally())
    while tally.rounds < rounds:
        arena.run_again(stocked, min(chunk, rounds - tally.rounds), tally)
        if time.monotonic() - told > EVERY:
            told = time.monotonic()
            print(f"... {race.key()} {stage.engine} {size}: {tally.rounds} of {rounds}", file=sys.stderr, flush=True)


def _line(engine: str, race: type[Race], size: int, tally: Tally, seconds: float) -> str:
    told = ", ".join(f"{status}: {count}" for status, count in tally.refused.most_common()) or "none lost"
    return (
        f"{race.key():24} {engine:10} {size:2} {tally.rounds:6} {tally.winners:7} {tally.doubles:7} {tally.nones:5} | "
        f"{tally.within(0.5):20.0f} {tally.within(0.99):4.0f} {tally.longest:10.0f} | "
        f"{tally.rounds / seconds:8.1f} | {told}"
    )


def _arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(
        prog="python -m tests.assurance.races",
        description=__doc__,
        epilog=f"Races: {', '.join(BY_KEY)}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    asked.add_argument("--rounds", type=int, default=1000, help="of each race on each engine, shared among its sizes")
    asked.add_argument("--engine", choices=("both", *ENGINES), default="both")
    asked.add_argument("--processes", type=_sizes, default=[2, 8], help="how many press at once, for example 2,8")
    asked.add_argument("--races", type=_races, default=list(RACES), metavar="NAME[,NAME]", help="only these")
    asked.add_argument("--patient", action="store_true", help="do not count a loser that waited too long as a fault")
    asked.add_argument("--folder", default=None, help="where the SQLite files lie; in memory unless given")
    return asked.parse_args()


def _sizes(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def _races(text: str) -> list[type[Race]]:
    wanted = text.split(",")
    if unknown := [each for each in wanted if each not in BY_KEY]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; there are {', '.join(BY_KEY)}")
    return [BY_KEY[each] for each in wanted]


if __name__ == "__main__":
    sys.exit(main())
