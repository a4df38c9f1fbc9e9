"""An object store of the tests' own: Ceph's S3 gateway on a store in memory, started once for a run, gone with it."""

import configparser
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from tests.servers import free_ports, wait_for

KEY, SECRET = "test-key", "test-secret"
NEEDED = ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool", "ceph-authtool", "ceph")
WHY_NOT = (
    "The object store was left out: it needs Ceph's monitor, store and gateway. "
    "On Debian: apt install --no-install-recommends radosgw ceph-mon ceph-osd ceph-common."
)
PATIENCE = 90.0
# Names the folder of the store that was begun with the run.
BEGUN = "PORTAL_TEST_OBJECT_STORE"

# Waits for the run to end, however it ends, and then ends exactly what was started on the run's own folder.
WATCH = """
import os, shutil, signal, sys, time
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_IGN)
sys.stdin.read()
folder = sys.argv[1].encode() + b"/"
def ours(pid):
    try:
        return folder in open(f"/proc/{pid}/cmdline", "rb").read()
    except OSError:
        return False
while started := [int(each) for each in os.listdir("/proc") if each.isdigit() and ours(each)]:
    for pid in started:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.05)
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""
SETTINGS = {
    "global": {
        "public addr": "127.0.0.1",
        "auth cluster required": "none",
        "auth service required": "none",
        "auth client required": "none",
        "osd pool default size": 1,
        "osd pool default min size": 1,
        "osd pool default pg num": 1,
        "osd pool default pgp num": 1,
        "osd pool default pg autoscale mode": "off",
        "osd crush chooseleaf type": 0,
        "mon max pg per osd": 1000,
        "mon allow pool size one": "true",
        "osd objectstore": "memstore",
        "memstore device bytes": 1 << 30,
        "ms bind ipv6": "false",
        "ms mon client mode": "crc",  # without keys there is no secure one
    },
    "mon": {"mon initial members": "a", "mon data avail crit": 1},
    "client": {"rgw thread pool size": 16, "rgw enable usage log": "false", "rgw crypt require ssl": "false"},
}


def possible() -> bool:
    return sys.platform.startswith("linux") and all(map(shutil.which, NEEDED))


_running: list[tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]] = []


def begin() -> None:
    """Begin to start a store in the background: it takes half a minute, and most of that is waiting.

    Called by the controller of a whole run before its workers start; :func:`object_store` then only waits for it.
    """
    folder, watcher = _watched()
    # The stroke at the end is how the watcher knows it for its own.
    starting = subprocess.Popen([sys.executable, "-m", "tests.ceph", f"{folder}/"], cwd=Path(__file__).parents[1])
    _running.append((watcher, starting))
    os.environ[BEGUN] = str(folder)


def end() -> None:
    """End what this process began; a worker has begun nothing."""
    while _running:
        os.environ.pop(BEGUN, None)
        watcher, starting = _running.pop()
        _dismiss(watcher)
        starting.wait(timeout=60)


@contextlib.contextmanager
def object_store() -> Iterator[str]:
    """A store for one block; its address."""
    if begun := os.environ.get(BEGUN):
        yield _told(Path(begun))
        return
    folder, watcher = _watched()
    try:
        yield _launch(folder)
    finally:
        _dismiss(watcher)


def _watched() -> tuple[Path, subprocess.Popen[bytes]]:
    """A folder for a store, and who ends what was started on it once the run has ended."""
    folder = Path(tempfile.mkdtemp(prefix="ceph"))
    watch = [sys.executable, "-c", WATCH, folder]
    return folder, subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)


def _dismiss(watcher: subprocess.Popen[bytes]) -> None:
    assert watcher.stdin
    watcher.stdin.close()
    watcher.wait(timeout=60)


def _told(folder: Path) -> str:
    """The address of a store that was begun; raises what went wrong with it."""
    until = time.monotonic() + PATIENCE
    while not (folder / "address").exists():
        if time.monotonic() > until:
            raise TimeoutError(f"no store in {folder} after {PATIENCE:.0f} s")
        time.sleep(0.1)
    address = (folder / "address").read_text()
    if not address.startswith("http"):
        raise RuntimeError(address)
    return address


def _tell(folder: Path) -> None:
    try:
        told = _launch(folder)
    except Exception as broken:  # noqa: BLE001  whoever waits for the store says it
        told = f"The object store did not start: {broken}"
    (folder / "telling").write_text(told)
    (folder / "telling").rename(folder / "address")


def _launch(folder: Path) -> str:
    ports = free_ports(3)
    conf = _write_settings(folder, ports)
    for part in ("mon", "osd", "rgw", "log"):
        (folder / part).mkdir()
    fsid = configparser.RawConfigParser()
    fsid.read(conf)
    addresses = f"[v2:127.0.0.1:{ports[0]},v1:127.0.0.1:{ports[1]}]"
    run = _runner(conf)
    run("monmaptool", "--create", "--addv", "a", addresses, "--fsid", fsid["global"]["fsid"], folder / "monmap")
    run("ceph-mon", "-i", "a", "--mkfs", "--monmap", folder / "monmap")
    run("ceph-mon", "-i", "a")
    run("ceph", "osd", "create")
    run("ceph-osd", "-i", "0", "--mkfs")
    run("ceph-osd", "-i", "0")
    run("ceph", "osd", "crush", "add", "osd.0", "1.0", "root=default", "host=localhost")
    run("ceph-authtool", "--create-keyring", folder / "rgw" / "keyring", "--gen-key", "-n", "client.rgw.a")
    run("radosgw", "-n", "client.rgw.a")
    wait_for(ports[2], lambda: f"the gateway does not answer on port {ports[2]}")
    keys = ("--access-key", KEY, "--secret-key", SECRET)
    run("radosgw-admin", "user", "create", "--uid", "test", "--display-name", "test", *keys)
    return f"http://127.0.0.1:{ports[2]}"


def _write_settings(folder: Path, ports: list[int]) -> Path:
    here = {
        "global": {
            "fsid": uuid.uuid4(),
            "mon host": f"[v2:127.0.0.1:{ports[0]},v1:127.0.0.1:{ports[1]}]",
            "admin socket": folder / "$cluster-$name.asok",
            "log file": folder / "log" / "$name.log",
            "pid file": folder / "$name.pid",
            "run dir": folder,
        },
        "mon": {"mon data": folder / "mon", "mon cluster log file": folder / "log" / "cluster.log"},
        "osd": {"osd data": folder / "osd", "osd journal": folder / "osd" / "journal"},
        "client": {"rgw data": folder / "rgw", "rgw frontends": f"beast endpoint=127.0.0.1:{ports[2]}"},
    }
    lines = []
    for section, settings in here.items():
        lines.append(f"[{section}]")
        lines += [f"{name} = {value}" for name, value in {**SETTINGS.get(section, {}), **settings}.items()]
    conf = folder / "ceph.conf"
    conf.write_text("\n".join(lines) + "\n")
    return conf


def _runner(conf: Path):
    def run(*words: object) -> None:
        command = [str(each) for each in words]
        if command[0] not in ("monmaptool", "ceph-authtool"):
            command[1:1] = ["-c", str(conf)]
        # What stays behind as a daemon keeps its output open, so it goes to a file and not to a pipe.
        with (conf.parent / "log" / "started").open("a+") as told:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=told, stderr=told, check=False, timeout=PATIENCE
            )
            if done.returncode:
                told.seek(0)
                raise RuntimeError(f"{' '.join(command)} failed:\n{told.read()}")

    return run


if __name__ == "__main__":
    _tell(Path(sys.argv[1]))
