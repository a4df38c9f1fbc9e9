"""How long what no honest client sends keeps this process busy: ``python -m tests.bench.nonsense``.

Bodies of two mebibytes, headers of 100,000 characters, passwords that look like patterns, and the count of one write.
Prints one JSON object: processor seconds, the worst of three.
"""

import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from portal.identity.passwords import judge
from portal.limits import WRITE, spend
from tests.bench.eligibility import machine
from tests.hostile_requests import BODIES, FORM, HEADERS, PASSWORDS, VALUES
from tests.stage import set_stage

ROUNDS = 3
ABOUT = ["a" * 500, "b@" + "c." * 200]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        stage = set_stage("sqlite", Path(folder))
        with stage.copy(), stage.app.app_context():
            found = _measured(stage.app)
    print(json.dumps({"bench": "nonsense", "seconds": found, "machine": machine()}, indent=2))


def _measured(app) -> dict[str, float]:
    stranger = app.test_client()
    found = {
        f"a body of {name}": _worst(partial(stranger.post, "/sign-in", data=body, content_type=FORM))
        for name, body in BODIES.items()
    }
    for header in HEADERS:
        asked = [partial(stranger.get, "/sign-in", headers={header: value}) for value in VALUES]
        found[f"a huge {header}"] = max(map(_worst, asked))
    found["a password"] = max(_worst(partial(judge, nasty, ABOUT)) for nasty in PASSWORDS)
    found["the count of one write"] = _worst(partial(spend, WRITE, "somebody"))
    return found


def _worst(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return round(max(taken), 4)


if __name__ == "__main__":
    main()
