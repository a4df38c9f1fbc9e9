"""Having a file checked: the caller's side, which never reads the bytes itself."""

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from portal.checking.judging import TOO_MUCH, Report, from_data

ROOT = Path(__file__).resolve().parents[2]
# A form waits this long; what takes longer is checked later by `portal errands`, which waits out the child's limit.
PATIENCE, LONG_PATIENCE = 5.0, 60.0
START = 20.0
_LARGEST_ANSWER = 64 * 1024


class NotChecked(Exception):
    """No verdict was reached in time; the file has to wait."""


@dataclass(frozen=True, slots=True)
class _Nursery:
    """The waiting process, and who started it: a forked worker needs its own."""

    process: subprocess.Popen[bytes]
    door: socket.socket
    owner: int


_running: list[_Nursery] = []
_lock = threading.Lock()


def ask(name: str, file: BinaryIO, largest: int, *, patience: float = PATIENCE) -> Report:
    """Have an open file judged in a confined process.  ``patience`` is in seconds; raises :class:`NotChecked`.

    A check that ends without an answer has run out of its memory or time, or has crashed: all three are refusals.
    """
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _send(json.dumps({"name": name, "largest": largest}).encode(), [file.fileno(), theirs.fileno()])
        answer = _received(ours, time.monotonic() + patience)
    if not answer:
        return Report(refused=TOO_MUCH)
    data = json.loads(answer)
    report = from_data(data)
    return replace(report, made=report.made | {"network": "none" if data["without_network"] else "open"})


def _received(door: socket.socket, deadline: float) -> bytes:
    answer = bytearray()
    try:
        while len(answer) < _LARGEST_ANSWER:
            door.settimeout(max(deadline - time.monotonic(), 0.001))
            piece = door.recv(4096)
            if not piece:
                break
            answer += piece
    except TimeoutError:
        raise NotChecked from None
    except ConnectionError:
        return b""
    return bytes(answer)


def _send(request: bytes, descriptors: list[int]) -> None:
    """Hand the request over; a nursery that has died in the meantime is replaced once."""
    with _lock:
        for last in (False, True):
            nursery = _nursery()
            try:
                socket.send_fds(nursery.door, [request], descriptors)
                if not nursery.door.recv(1):  # one request at a time; the child that it became is on its own
                    raise ConnectionResetError
            except OSError:
                _forget(nursery)
                if last:
                    raise NotChecked from None
            else:
                return


def _nursery() -> _Nursery:
    if _running and (_running[0].owner != os.getpid() or _running[0].process.poll() is not None):
        _forget(_running[0])
    if not _running:
        ours, theirs = socket.socketpair()
        ours.settimeout(START)
        command = [sys.executable, "-m", "portal.checking.nursery"]
        with theirs:
            process = subprocess.Popen(  # noqa: S603  nobody's input is in it
                command, stdin=theirs.fileno(), cwd=ROOT, env=_environment(), start_new_session=True
            )
        _running.append(_Nursery(process, ours, os.getpid()))
    return _running[0]


def _environment() -> dict[str, str]:
    """Nothing of ours: no address of a database, no key."""
    return {each: os.environ[each] for each in ("PATH", "LANG", "LC_ALL") if each in os.environ}


def _forget(nursery: _Nursery) -> None:
    nursery.door.close()
    if nursery.owner == os.getpid():
        with contextlib.suppress(subprocess.TimeoutExpired):
            nursery.process.wait(timeout=5)
    _running.clear()


@atexit.register
def stop() -> None:
    """Let the nursery go, if there is one; it ends by itself with the process that started it."""
    with _lock:
        for each in tuple(_running):
            _forget(each)
