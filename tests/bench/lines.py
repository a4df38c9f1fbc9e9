"""One line of the table: what was measured, against what, and whether it holds."""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

Line = dict[str, Any]
ROUNDS = 7


def line(
    name: str, value: float, limit: float | None = None, *, against: float | None = None, at_least: bool = False
) -> Line:
    """``against`` makes the ratio that the limit is held to; without a limit a line only tells."""
    ratio = None if against is None else value / against
    asked = value if ratio is None else ratio
    holds = limit is None or (asked >= limit if at_least else asked <= limit)
    found = {"value": value, "against": against, "ratio": ratio}
    rounded = {key: each if each is None else round(each, 2) for key, each in found.items()}
    return {"name": name, **rounded, "limit": limit, "holds": holds}


def milliseconds(*asks: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """How long each takes at its median, asked in turn, so that what else the machine does slows all of them."""
    taken: list[list[float]] = [[] for _ in asks]
    for ask in asks:
        ask()
    for _ in range(rounds):
        for ask, into in zip(asks, taken, strict=True):
            started = time.perf_counter()
            ask()
            into.append((time.perf_counter() - started) * 1000)
    return [statistics.median(each) for each in taken]


def as_the_server_does() -> None:
    """Look for waste as a served portal does: portal.commands.front_door."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
