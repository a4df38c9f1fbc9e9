"""Is anything that we lock known to be vulnerable: ``python -m tests.assurance.advisories``.

Asks pip-audit about each hashed lock.  Exit code 0: nothing is known; 1: something is, and it is printed; 2: no
advisory service could be reached, so nothing is known either way and the question stands.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence

from tests.assurance.locks import LOCKS

ASKED = ("core", "test", "installer")
OPTIONS = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--timeout", "10")
Answer = tuple[int, str, str]


def main(ask: Callable[[Sequence[str]], Answer] | None = None) -> int:
    worst = 0
    for lock in ASKED:
        code, says = judged(lock, *(ask or _ask)([*OPTIONS, "--requirement", str(LOCKS / f"{lock}.txt")]))
        print(says, flush=True)
        if code == 2:
            return 2
        worst = max(worst, code)
    return worst


def judged(lock: str, code: int, out: str, err: str) -> tuple[int, str]:
    """The exit code and the sentence that one answer of pip-audit comes to."""
    try:
        packages = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return _unasked(lock, *err.strip().splitlines()[-1:])
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    if packages and len(skipped) == len(packages):
        return _unasked(lock, "none of its packages could be looked up")
    known = [(each, flaw) for each in packages for flaw in each.get("vulns", ())]
    lines = [
        f"{lock}.txt: {each['name']} {each['version']}: {flaw['id']}, "
        f"mended in {', '.join(flaw['fix_versions']) or 'nothing yet'}"
        for each, flaw in known
    ]
    lines += [f"{lock}.txt: {name} could not be looked up" for name in skipped]
    if known or skipped or code:
        return 1, "\n".join(lines) or f"{lock}.txt: pip-audit ended with {code}"
    return 0, f"{lock}.txt: {len(packages)} packages, no known vulnerability"


def _unasked(lock: str, why: str = "it said nothing") -> tuple[int, str]:
    return 2, (
        f"{lock}.txt was not checked: no advisory service could be reached from here ({why[:200]}). "
        "Run this where one can be reached, before each release."
    )


def _ask(options: Sequence[str]) -> Answer:
    done = subprocess.run([sys.executable, "-m", "pip_audit", *options], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


if __name__ == "__main__":
    sys.exit(main())
