"""How long it takes to work out every duty of a year anew: ``python -m tests.bench.duties``.

Forty agreed clauses, 10,000 happenings in twelve months, all rules of the law.  Prints one JSON object.
"""

import json
import random
import time
from datetime import datetime, timedelta

from agreements.clauses import Parties, draft
from agreements.docket import evaluate
from agreements.duty_rules import DUTY_RULES, DutyRule, Happening, rules_under
from agreements.evidence import Party
from portal.db import CHINA
from portal.docket import HEARD
from tests.bench.eligibility import machine

HAPPENINGS = 10_000
CLAUSES = 40
YEAR = timedelta(days=365)
UNHEARD = ("batch.opened", "batch.amended", "batch.paper-filed", "nonconformity.raised")


def rules() -> tuple[DutyRule, ...]:
    parties = Parties(Party("Registrant", "91320594MA1MYWTQ2K"), Party("Manufacturer", "91320594MA1MYWTQ2K"))
    agreed = [each for each in draft("quality", parties) if each.choice == "agreed"][:CLAUSES]
    return rules_under(agreed, parties)


def happenings(seed: int = 1) -> list[Happening]:
    chance = random.Random(seed)
    began = datetime(2026, 1, 1, 8, tzinfo=CHINA)
    moments = sorted(began + YEAR * chance.random() for _ in range(HAPPENINGS))
    events = [*sorted(HEARD - {"entrustment.ended"}), *UNHEARD]
    marks = {"kind": "quality", "state": "signed", "registrant_reported": "no", "manufacturer_reported": "no"}
    marks |= {"owes": "manufacturer"} | dict.fromkeys(_dated_by(), "2026-06-30")
    return [
        Happening(chance.choice(events), at, f"record {number % 500}", "entrustment", marks)
        for number, at in enumerate(moments)
    ]


def _dated_by() -> set[str]:
    """The days that a record of its own names: by when it is due, and when it was done."""
    return {mark for rule in DUTY_RULES.values() for mark in (rule.due_mark, rule.done_mark) if mark}


def measured() -> dict[str, object]:
    under, told = rules(), happenings()
    started = time.perf_counter()
    duties = evaluate(under, told)
    return {"seconds": round(time.perf_counter() - started, 3), "rules": len(under), "duties": len(duties)}


if __name__ == "__main__":
    print(
        json.dumps(
            {"bench": "duties", "clauses": CLAUSES, "happenings": HAPPENINGS} | measured() | {"machine": machine()}
        )
    )
