"""What lies in the repository, for the tests that walk it."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES_AND_PORTAL = ("portal", "agreements", "workflows")


def modules(*folders: str) -> list[str]:
    """Every Python file below ``folders``, as it is called from the root."""
    return sorted(str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*.py"))


def templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html"))


def kept() -> list[Path]:
    """Every file that git keeps or would keep; where there is no git, every file outside the folders with a dot."""
    ask = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return [path for path in ROOT.rglob("*") if path.is_file() and not _passing(path.relative_to(ROOT))]
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _passing(path: Path) -> bool:
    return any(
        (part.startswith(".") and part not in {".ci", ".gitignore"}) or part == "__pycache__" for part in path.parts
    )
