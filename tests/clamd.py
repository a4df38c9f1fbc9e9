"""A virus scanner of the tests' own: Debian's clamd with one signature, for a text that is nobody's virus."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from portal.filing import NotScanned, Scanner
from tests.servers import running

INFECTED = b"this text is the only virus that the tests know"
NAME = "Weituo.Test.Virus"
WHY_NOT = (
    "The virus scanner was left out: there is no clamd. On Debian: apt install --no-install-recommends clamav-daemon."
)
PATIENCE = 60.0


def binary() -> str | None:
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")


@contextlib.contextmanager
def clamd(folder: Path) -> Iterator[Scanner]:
    """Running for one block; ``folder`` has a short path, since a socket's has about a hundred letters."""
    signatures, conf = folder / "signatures", folder / "clamd.conf"
    signatures.mkdir()
    (signatures / "own.ndb").write_text(f"{NAME}:0:*:{INFECTED.hex()}\n")
    conf.write_text(
        f"LocalSocket {folder}/s\nDatabaseDirectory {signatures}\nForeground true\nLogFile {folder}/log\n"
        "TemporaryDirectory /tmp\nMaxThreads 2\n"
    )
    with running([str(binary()), "-c", conf], folder / "said"):
        yield _ready(Scanner(f"{folder}/s"), folder / "log")


def _ready(scanner: Scanner, log: Path) -> Scanner:
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        with contextlib.suppress(NotScanned):
            scanner.version()
            return scanner
        time.sleep(0.1)
    raise TimeoutError(log.read_text() if log.exists() else "clamd says nothing")
