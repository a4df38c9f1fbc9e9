"""A broker of MQTT of the tests' own: Debian's mosquitto, on this machine only, keeping what it has to hand on."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.servers import running, wait_for

WHY_NOT = "MQTT was left out: there is no mosquitto. On Debian or Ubuntu: apt install mosquitto."
SETTINGS = """\
listener {port} 127.0.0.1
persistence true
persistence_location {folder}/
autosave_interval 1
autosave_on_changes true
"""


def binary() -> str | None:
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


@contextlib.contextmanager
def mosquitto(folder: Path, port: int, *, lets_in: str = "allow_anonymous true") -> Iterator[None]:
    """For one block; begun again in the same folder it knows what it knew.  ``lets_in``: settings that say whom."""
    folder.mkdir(exist_ok=True)
    config, log = folder / "mosquitto.conf", folder / "log"
    stays = "user root\n" if os.geteuid() == 0 else ""  # else it becomes somebody who may not look in here
    config.write_text(SETTINGS.format(port=port, folder=folder) + f"{lets_in}\n{stays}", "utf-8")
    with running([binary() or "mosquitto", "-c", config], log):
        wait_for(port, lambda: log.read_text("utf-8"))
        yield
