"""Feed every reader what it was not meant to read, for as long as there is time: ``python -m tests.assurance.fuzz``.

Each target gets its share of ``--minutes``.  Prints how often it was asked, what nobody caught, and the slowest answer;
exit code 1 if anything was not caught or took more than a second.  ``--seed`` repeats a run.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.assurance.targets import Target, targets
from tests.stage import set_stage

SLOW = 1.0
SPECIAL = (
    *(
        "\0",
        "\n",
        "\r\n",
        '"',
        "'",
        "\\",
        "/",
        "//",
        "..",
        "%00",
        "%0d%0a",
        "{",
        "}",
        "[",
        "]",
        ",",
        ";",
        "&",
        "?",
        "#",
    ),
    *("\u202e", "\ufeff", "\u3000", "\ud800", "é", "e\u0301", "\U0001f600", "１", "٣", "注", "99999999999999999999"),
    *(
        "null",
        "true",
        "NaN",
        "-1",
        "1e999",
        "{}",
        "[]",
        '""',
        "<script>",
        "%(x)s",
        "%s",
        "{{7*7}}",
        "' OR 1=1 --",
        "A" * 300,
    ),
)


def main() -> int:
    given = _arguments()
    print(f"seed {given.seed}")
    print(f"{'target':36} {'executions':>10} {'uncaught':>8} {'slowest':>10}", flush=True)
    faults = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        app = set_stage("sqlite", Path(folder)).app
        chosen = [each for each in targets(app) if given.only in each.name]
        for target in chosen:
            faults += _fuzz(target, given.minutes * 60 / len(chosen), random.Random(given.seed))
    return 1 if faults else 0


def _fuzz(target: Target, seconds: float, chance: random.Random) -> int:
    asked, slowest, uncaught = 0, 0.0, {}
    pool, until = list(target.seeds), time.monotonic() + seconds
    while time.monotonic() < until:
        text = mutated(chance.choice(pool), chance)
        started = time.perf_counter()
        try:
            target.run(text)
        except target.refusals:
            pass
        except Exception as broken:  # noqa: BLE001  finding them is what this is for
            uncaught.setdefault(f"{type(broken).__name__}: {broken}"[:160], text)
        taken = time.perf_counter() - started
        asked, slowest = asked + 1, max(slowest, taken)
        if len(pool) < 500 and chance.random() < 0.05:
            pool.append(text[:4000])
    print(f"{target.name:36} {asked:10} {len(uncaught):8} {slowest * 1000:7.1f} ms", flush=True)
    for what, text in list(uncaught.items())[:5]:
        print(f"    {what}\n      of {text[:300]!r}", flush=True)
    return len(uncaught) + (slowest > SLOW)


def mutated(text: str, chance: random.Random) -> str:
    """The text with one to eight things wrong with it."""
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(text))
        match chance.randrange(6):
            case 0:
                text = text[:at] + chance.choice(SPECIAL) + text[at:]
            case 1:
                text = text[:at] + text[at + chance.randint(1, 8) :]
            case 2:
                text = (
                    text[:at] + chr(chance.choice((chance.randrange(128), chance.randrange(0x110000)))) + text[at + 1 :]
                )
            case 3:
                text = text[:at] + text[at // 2 : at] + text[at:]
            case 4:
                text = text[:at]
            case _:
                text = text[at:] + text[:at]
    return text[:20_000]


def _arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.assurance.fuzz", description=__doc__)
    asked.add_argument("--minutes", type=float, default=10, help="for all targets together")
    asked.add_argument("--only", default="", help="targets whose name holds these words")
    asked.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    return asked.parse_args()


if __name__ == "__main__":
    sys.exit(main())
