"""How long a signed release takes, end to end over HTTP on SQLite: ``python -m tests.bench.release``.

One release is what the person's browser sends: the page that shows what is signed, the intent, the page that asks for
proof, and the proof.  Prints percentiles as JSON with the machine's facts.
"""

import http.client
import json
import os
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from portal.commands.front_door import front_door
from portal.db import engines
from portal.demo.cast import PASSWORD
from portal.demo.making import make_recorded
from portal.demo.story import build
from portal.identity.proving import totp_of
from portal.identity.sessions import begin_session
from portal.records.proof import Secret
from portal.settings import Settings
from portal.walls import bring_up_to_date
from tests.bench.eligibility import machine
from tests.servers import free_ports, running, wait_for
from workflows.powers import Role

RELEASES = 40
WHO = f"hengrui/{Role.MANUFACTURER_RELEASE_PERSON}"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        env = os.environ | {"PORTAL_DATA_DIR": folder}
        settings = Settings.read(env)
        bring_up_to_date(settings)
        app = front_door(settings)
        with app.app_context():
            world = build()
            batches = make_recorded(world.org, world.entrustment, world.product, "BENCH", RELEASES)
            token = begin_session(world.person[WHO])
        engines().writing.dispose()
        [port], log = free_ports(), Path(folder) / "portal.log"
        with running([sys.executable, "-m", "portal", "serve", "--port", str(port)], log, env):
            wait_for(port, log.read_text)
            taken = [_release(port, token, batch, settings, world.person[WHO]) for batch in batches]
    print(json.dumps({"signed_release_milliseconds": _percentiles(taken), "machine": machine()}, indent=2))


def _release(port: int, token: str, batch: UUID, settings: Settings, person_id: UUID) -> float:
    """Milliseconds from opening the page of the move to the answer that it is signed."""
    code, path = _fresh_code(settings, person_id), f"/batches/{batch}/release-production"
    browser = _Browser(port, token)
    started = time.perf_counter()
    shown = browser.get(path)
    prove = browser.post(path, _hidden(shown))
    proving = browser.get(prove)
    browser.post(path, _hidden(proving) | {"password": PASSWORD, "code": code})
    return (time.perf_counter() - started) * 1000


class _Browser:
    """One kept connection, its cookies, and nothing else."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies = {"sid": token, "language": "en"}

    def get(self, path: str) -> str:
        return self._send("GET", path)[1]

    def post(self, path: str, fields: dict[str, str]) -> str:
        location, page = self._send("POST", path, urlencode(fields))
        if not location:
            raise RuntimeError(f"{path} was refused: {page[:2000]}")
        parts = urlsplit(location)
        return f"{parts.path}?{parts.query}"

    def _send(self, method: str, path: str, body: str | None = None) -> tuple[str | None, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for each in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.getheader("Location"), answer.read().decode()


def _hidden(page: str) -> dict[str, str]:
    inputs = [tag for tag in re.findall(r"<input\b[^>]*>", page.split("<main", 1)[-1]) if 'type="hidden"' in tag]
    return {_attribute(tag, "name"): _attribute(tag, "value") for tag in inputs}


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found.group(1) if found else ""


def _fresh_code(settings: Settings, person_id: UUID) -> str:
    """The authenticator's code, made usable again so that the bench need not wait half a minute for each."""
    with sqlite3.connect(Path(settings.data_dir) / "portal.sqlite3", timeout=30) as books:
        books.execute("UPDATE secret SET totp_last_step = 0 WHERE id = ?", (person_id.hex,))
        (sealed,) = books.execute("SELECT totp_sealed FROM secret WHERE id = ?", (person_id.hex,)).fetchone()
    return totp_of(Secret(totp_sealed=sealed), settings.secret_key).now()


def _percentiles(taken: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(taken, n=100)
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "most": round(max(taken), 1), "releases": len(taken)}


if __name__ == "__main__":
    main()
