"""An object store of the tests' own: Ceph's S3 gateway on a store in memory, started once for a run, gone with it."""

import configparser
import contextlib
import shutil
import subprocess
import sys
import tempfile
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


@contextlib.contextmanager
def object_store() -> Iterator[str]:
    """A store for one block; its address."""
    folder = Path(tempfile.mkdtemp(prefix="ceph"))
    watch = [sys.executable, "-c", WATCH, folder]
    watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield _launch(folder)
    finally:
        assert watcher.stdin
        watcher.stdin.close()
        watcher.wait(timeout=60)


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
