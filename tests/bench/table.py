"""Every number that making and tracing must reach, on both engines: ``python3 -m portal bench --json``.

One JSON object a line: name, engine, value, against, ratio, limit, holds; the first line tells the machine's facts.
``--whole`` adds what takes minutes: a million units.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import postgres
from tests.bench import asked, chained, doors, lineage, million, served, telling
from tests.bench.eligibility import machine
from tests.bench.lines import Line, as_the_server_does, line
from tests.stage import Stage, set_stage

ENGINES = ("sqlite", "postgresql")


def main(arguments: list[str]) -> int:
    wanted = [each for each in arguments if each in ENGINES] or list(ENGINES)
    whole = "--whole" in arguments
    print(json.dumps({"bench": "making and tracing", "whole": whole, "machine": machine()}), flush=True)
    missed = 0
    for engine in wanted:
        if engine == "postgresql" and not lineage.serving():
            print(json.dumps({"engine": engine, "left out": postgres.WHY_NOT}))
            continue
        for found in measured(engine, whole=whole):
            missed += not found["holds"]
            print(json.dumps({"engine": engine} | found, ensure_ascii=False), flush=True)
    postgres.stop()
    return int(missed > 0)


def measured(engine: str, *, whole: bool) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="bench", dir=postgres.in_memory()) as folder:
        stage = set_stage(engine, Path(folder))
        as_the_server_does()
        with _copy(stage) as world:
            yield from lineage.measured(stage, world)
        with _copy(stage) as world:
            for name, rate, least in telling.rates(world):
                yield line(name, rate, least, at_least=True)
            yield from doors.told_to(stage, world)
        with _copy(stage) as world:
            yield from asked.measured(stage, world)
            yield from chained.measured(world)
        with _copy(stage) as world:
            yield from served.measured(stage, world)
        if whole:
            with _copy(stage) as world:
                start = million.laid_down(world)
                lineage.analyse(engine)
                yield from million.measured(stage, world, start, lineage.by_hand(engine, start))


@contextmanager
def _copy(stage: Stage) -> Iterator[Any]:
    """The portal on fresh books, so that no number depends on those before it."""
    with stage.copy() as world:
        yield world


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
