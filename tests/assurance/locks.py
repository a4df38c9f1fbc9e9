"""What the locks pin: name, version and the hashes of every file that may be installed."""

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "portal" / "locks"
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
# What a device's maker may ship with a portal of their own without giving anything away or asking anybody.
ALLOWED = frozenset(
    {"MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "ISC", "0BSD", "Unlicense", "MPL-2.0"}
    | {"LGPL-3.0-only", "LGPL-3.0-or-later", "Python-2.0", "CNRI-Python", "MIT-CMU", "HPND"}
)
# How packages that do not use the standard's names spell them.
SPELT = {
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD-3": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache Software License 2.0": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "LGPLv3": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
}


@dataclass(frozen=True, slots=True)
class Pin:
    name: str
    version: str
    hashes: tuple[str, ...]


def pins(lock: str) -> list[Pin]:
    """Every package of a lock, in its order."""
    found: list[tuple[str, str, list[str]]] = []
    for line in (LOCKS / f"{lock}.txt").read_text("utf-8").splitlines():
        if pin := PIN.match(line):
            found.append((pin[1], pin[2], []))
        elif found:
            found[-1][2].extend(HASH.findall(line))
    return [Pin(name, version, tuple(hashes)) for name, version, hashes in found]


def licences(name: str) -> frozenset[str]:
    """The licences that an installed package says it is under, by their SPDX names where it can be told."""
    said = metadata.metadata(name)
    if expression := said.get("License-Expression"):
        return frozenset(re.split(r"\s+(?:AND|OR|WITH)\s+|[()\s]+", expression)) - {""}
    classified = [
        each.rsplit(" :: ", 1)[-1] for each in said.get_all("Classifier") or () if each.startswith("License ::")
    ]
    named = classified or [(said.get("License") or "").strip().split("\n")[0]]
    return frozenset(SPELT.get(each, each) for each in named if each != "OSI Approved")


def may_be_shipped(name: str) -> bool:
    """Whether every licence it is under is allowed, or one of those that it leaves us to choose from."""
    found, expression = licences(name), metadata.metadata(name).get("License-Expression") or ""
    is_a_choice = " OR " in expression and " AND " not in expression and " WITH " not in expression
    return bool(found) and (not found.isdisjoint(ALLOWED) if is_a_choice else found <= ALLOWED)
