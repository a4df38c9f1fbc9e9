"""Draws ASVS.md from asvs.toml: ``python -m tests.assurance.asvs``."""

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE / "ASVS.md"
CHAPTERS = {
    1: "Encoding and sanitisation",
    2: "Validation and business logic",
    3: "Web front end",
    4: "API and web service",
    5: "Files",
    6: "Authentication",
    7: "Sessions",
    8: "Authorisation",
    9: "Self-contained tokens",
    10: "OAuth and OIDC",
    11: "Cryptography",
    12: "Communication",
    13: "Configuration",
    14: "Data protection",
    15: "Coding and architecture",
    16: "Logging and errors",
    17: "WebRTC",
}
HEAD = ("| No. | Level | State | What we do | Proved by |", "|---|---|---|---|---|")
# How many requirements each section of version 5.0.0 has at levels 1 and 2; those of level 3 come after them.
SECTIONS = {
    "1.1": 2,
    "1.2": 9,
    "1.3": 11,
    "1.4": 3,
    "1.5": 2,
    "2.1": 3,
    "2.2": 3,
    "2.3": 4,
    "2.4": 1,
    "3.2": 2,
    "3.3": 4,
    "3.4": 6,
    "3.5": 5,
    "3.7": 2,
    "4.1": 3,
    "4.2": 1,
    "4.3": 2,
    "4.4": 4,
    "5.1": 1,
    "5.2": 3,
    "5.3": 2,
    "5.4": 3,
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
    "9.1": 3,
    "9.2": 4,
    "10.1": 2,
    "10.2": 2,
    "10.3": 4,
    "10.4": 11,
    "10.5": 5,
    "10.6": 2,
    "10.7": 3,
    "11.1": 2,
    "11.2": 3,
    "11.3": 3,
    "11.4": 4,
    "11.5": 1,
    "11.6": 1,
    "12.1": 3,
    "12.2": 2,
    "12.3": 4,
    "13.1": 1,
    "13.2": 5,
    "13.3": 2,
    "13.4": 5,
    "14.1": 2,
    "14.2": 4,
    "14.3": 3,
    "15.1": 3,
    "15.2": 3,
    "15.3": 7,
    "16.1": 1,
    "16.2": 5,
    "16.3": 4,
    "16.4": 3,
    "16.5": 3,
    "17.1": 1,
    "17.2": 4,
    "17.3": 2,
}
IDS = [f"{section}.{number}" for section, last in SECTIONS.items() for number in range(1, last + 1)]
OF_LEVEL_ONE = 70


def requirements() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((HERE / "asvs.toml").read_text("utf-8"))["requirement"]
    return found


def page() -> str:
    """The table as Markdown."""
    found = requirements()
    counted = Counter(each.get("state", "does not apply") for each in found)
    lines = [
        "# OWASP ASVS 5.0, levels 1 and 2",
        "",
        "Drawn from [asvs.toml](asvs.toml) by `python -m tests.assurance.asvs`. The sentences are ours and say what",
        "the portal does; what each number asks for is read in the standard. Every test named here exists.",
        "",
        "| State | Requirements |",
        "|---|---|",
        *(f"| {state} | {counted[state]} |" for state in ("proved", "partly", "not yet", "does not apply")),
        f"| all | {len(found)} |",
    ]
    chapter = 0
    for each in found:
        if (now := int(each["id"].split(".")[0])) != chapter:
            chapter = now
            lines += ["", f"## {chapter} {CHAPTERS[chapter]}", "", *HEAD]
        lines.append(_row(each))
    return "\n".join(lines) + "\n"


def _row(each: dict[str, Any]) -> str:
    if not each["applies"]:
        return f"| {each['id']} | {each['level']} | does not apply | {each['reason']} | |"
    does = each["does"] + (f" *Missing: {each['missing']}.*" if "missing" in each else "")
    tests = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in each["tests"])
    return f"| {each['id']} | {each['level']} | {each['state']} | {does} | {tests} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.exit(0)
