"""From a clone to the first page: `python3 -m tests.bench.fresh_start` prints what it took, cold and cached, as JSON.

Cold means that no package lies in any cache, cached that they all do; the clone is a new one each time.
"""

import contextlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(rb"http://[\w.\[\]:-]+")
PATIENCE = 600


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="fresh") as folder:
        caches = {
            "UV_CACHE_DIR": f"{folder}/uv",
            "PIP_CACHE_DIR": f"{folder}/pip",
            "XDG_CACHE_HOME": f"{folder}/cache",
        }
        found = {run: _first_page(Path(folder) / run, os.environ | caches) for run in ("cold", "cached")}
    print(json.dumps({"clone_to_first_page_seconds": found, "machine": _machine()}, indent=2))
    return 0 if all("error" not in each for each in found.values()) else 1


def _first_page(clone: Path, env: dict[str, str]) -> dict[str, object]:
    """Clone, run the README's first command, and wait until the address that it prints answers 200."""
    started = time.monotonic()
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
    took: dict[str, object] = {"clone": _since(started)}
    # The tests' own addresses and settings are not a new person's.
    env = {name: value for name, value in env.items() if not name.startswith(("PORTAL_", "VIRTUAL_ENV"))}
    said: list[bytes] = []
    demo = subprocess.Popen(
        ["python3", "-m", "portal", "demo"],
        cwd=clone,
        env=env | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    reader = threading.Thread(target=lambda: said.extend(demo.stdout or ()), daemon=True)
    reader.start()
    try:
        while demo.poll() is None and time.monotonic() - started < PATIENCE:
            address = next((match for line in tuple(said) if (match := ADDRESS.search(line))), None)
            if address:
                took.setdefault("address_printed", _since(started))
                if _answers(address.group().decode()):
                    return took | {"first_page": _since(started)}
            time.sleep(0.05)
        return took | {"error": b"".join(said).decode(errors="replace")[-2000:] or "it printed no address"}
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(demo.pid, signal.SIGTERM)
        try:
            demo.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(demo.pid, signal.SIGKILL)
        reader.join(timeout=5)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)


def _machine() -> dict[str, object]:
    facts: dict[str, object] = {
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
    }
    with contextlib.suppress(OSError):
        cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
        facts["processor"] = cpu.group(1) if cpu else platform.processor()
    with contextlib.suppress(ValueError, OSError):
        facts["memory_gib"] = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1)
    return facts


if __name__ == "__main__":
    sys.exit(main())
