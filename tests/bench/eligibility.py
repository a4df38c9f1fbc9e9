"""How many eligibility evaluations one thread makes in a second: ``python -m tests.bench.eligibility``.

Prints one JSON object with the machine's facts.  Nothing is kept between two evaluations but the compiled rules.
"""

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from datetime import date
from itertools import product as every_combination
from pathlib import Path

from agreements.catalogue import evaluate
from agreements.eligibility import Inputs, Party, judge, verdict_bytes
from agreements.evidence import Product

CODES = ("12-01-01", "13-06-04", "13-07-01", "13-07-02", "13-07-03", "13-07", "13-10-01", "14-08-02", "01-01-01", None)
SECONDS = 2.0
ROUND = 200


def products() -> list[Product]:
    combinations = every_combination(
        CODES, (True, False, None), (True, False, None), (True, False, None), ("peripheral", "coronary", None)
    )
    return [
        Product(
            name="bench",
            code=code,
            is_implantable=implantable,
            contains_animal_origin_material=animal,
            directly_from_animal_tissue=animal,
            is_allogeneic=allogeneic,
            contains_allogeneic_material=allogeneic,
            vascular_site=site,
        )
        for code, implantable, animal, allogeneic, site in combinations
    ]


def per_second(work: Callable[[int], object]) -> int:
    """Call ``work`` with rising numbers for about two seconds and return whole calls per second."""
    done, started = 0, time.perf_counter()
    while (taken := time.perf_counter() - started) < SECONDS:
        for number in range(done, done + ROUND):
            work(number)
        done += ROUND
    return round(done / taken)


def machine() -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
    }


def measured() -> dict[str, int]:
    each: Sequence[Product] = products()
    count = len(each)
    parties = Party("Registrant", "91320594MA1MYWTQ2K"), Party("Manufacturer", "91320594MA1MYWTQ2K")
    inputs = [Inputs(date(2026, 5, 1), *parties, product) for product in each]
    new, old = date(2022, 5, 1), date(2022, 4, 30)
    return {
        "catalogue_2022": per_second(lambda number: evaluate(each[number % count], new)),
        "catalogue_2014": per_second(lambda number: evaluate(each[number % count], old)),
        "whole_verdict": per_second(lambda number: judge(inputs[number % count])),
        "whole_verdict_as_bytes": per_second(lambda number: verdict_bytes(inputs[number % count])),
    }


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="ascii", errors="replace") as lines:
            return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    except OSError:
        return platform.processor() or "unknown"


if __name__ == "__main__":
    print(json.dumps({"bench": "eligibility", "per_second": measured(), "threads": 1, "machine": machine()}))
