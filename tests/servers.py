"""What every server of the tests' own needs: a port that is free, a process that ends with its block, patience."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

PATIENCE = 90.0


def free_ports(count: int = 1) -> list[int]:
    """Ports on this machine that nobody listens at."""
    with contextlib.ExitStack() as held:
        asked = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in asked:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in asked]


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    log: Path,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[None]:
    """A process for one block; what it says goes to ``log``."""
    with log.open("wb") as told:
        started = subprocess.Popen(command, stdout=told, stderr=told, env=environ, cwd=folder)
    try:
        yield
    finally:
        started.terminate()
        try:
            started.wait(timeout=20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_for(port: int, why_not: Callable[[], str]) -> None:
    """Until somebody listens at ``port``; ``why_not`` is asked when nobody does."""
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.05)
    raise TimeoutError(why_not())
