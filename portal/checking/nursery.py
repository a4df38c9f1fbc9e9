"""The process that reads hostile files: waits with everything loaded, and forks a confined child for each.

Started by :mod:`portal.checking.asking` with one end of a socket as its standard input.  A request is one message: the
file and the way to answer as descriptors, name and largest size as JSON.
"""

import codecs
import contextlib
import ctypes
import json
import os
import resource
import signal
import socket
import sys
import traceback
from typing import NoReturn

from portal.checking import pdfs  # noqa: F401  loaded here once, since a child can open no file
from portal.checking.judging import TOO_MUCH, Report, as_data, judged

MEMORY = 512 * 1024 * 1024
SECONDS = 20
NEEDED_LATER = ("cp437", "gb18030", "utf-16")  # a child can open no file to load them from
LONGEST_REQUEST = 64 * 1024
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def serve(door: socket.socket) -> None:
    """Answer until the other side hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are nobody's to wait for
    for encoding in NEEDED_LATER:
        codecs.lookup(encoding)
    without_network = _leave_network()
    while True:
        request, descriptors, _, _ = socket.recv_fds(door, LONGEST_REQUEST, 2)
        if not request:
            return
        if len(descriptors) == 2 and os.fork() == 0:
            door.close()
            _be_born(json.loads(request), *descriptors, without_network=without_network)
        for each in descriptors:
            os.close(each)
        door.send(b".")


def _be_born(request: dict[str, object], file: int, answers: int, *, without_network: bool) -> NoReturn:
    """A child answers and ends, whatever happens; one that says nothing is taken for a refusal on the other side."""
    try:
        _answer(request, file, answers, without_network=without_network)
    except BaseException:  # noqa: BLE001  the log of the server should know
        traceback.print_exc()
    finally:
        os._exit(0)


def _answer(request: dict[str, object], file: int, answers: int, *, without_network: bool) -> None:
    try:
        _confine()
        with os.fdopen(file, "rb") as opened:
            opened.seek(0)
            report = judged(str(request["name"]), opened.read(), int(str(request["largest"])))
    except MemoryError:
        report = Report(refused=TOO_MUCH)
    data = as_data(report) | {"without_network": without_network}
    with socket.socket(fileno=answers) as way:
        way.sendall(json.dumps(data).encode())


def _confine() -> None:
    """From here on: little memory and time, no file, no child, nobody's rights.  macOS knows not all of these."""
    for kind, most in (
        ("RLIMIT_AS", MEMORY),
        ("RLIMIT_CPU", SECONDS),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 16),
    ):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, kind), (most, most))
    if os.geteuid() == 0:
        import pwd  # noqa: PLC0415

        with contextlib.suppress(KeyError, OSError):
            nobody = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
    with contextlib.suppress(AttributeError, ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _leave_network() -> bool:
    """Move into a network of its own that leads nowhere, where Linux lets us."""
    if not sys.platform.startswith("linux"):
        return False
    wanted = _NEW_NETWORK if os.geteuid() == 0 else _NEW_NETWORK | _NEW_USER
    try:
        return bool(ctypes.CDLL(None, use_errno=True).unshare(wanted) == 0)
    except (OSError, AttributeError):
        return False


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
