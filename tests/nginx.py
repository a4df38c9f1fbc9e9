"""The nginx that README advises, with a certificate made for the occasion, before a portal that gunicorn serves."""

import contextlib
import os
import shutil
import socket
import ssl
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

from cryptography import x509

from tests.certificates import Holder, certified
from tests.house.tree import ROOT
from tests.servers import free_ports, running, wait_for

NAME = "portal.example"
EXAMPLE = ROOT / "portal" / "nginx.conf"
WHY_NOT = "The proxy was left out: there is no nginx. On Debian: apt install --no-install-recommends nginx-light."
HTTP = """daemon off;
pid {folder}/pid;
error_log {folder}/errors;
events {{}}
http {{
  access_log off;
  {places}
  include {folder}/portal.conf;
}}
"""
PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def binary() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@dataclass(frozen=True)
class Front:
    """Ports on this machine: of the proxy in the clear and over TLS, and of the portal behind it.

    ``lines`` keeps the connections until the end.
    """

    clear: int
    secure: int
    portal: int
    holder: Holder
    lines: contextlib.ExitStack

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.holder.certificate)

    def line(self, name: str = NAME, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        """A connection over TLS to whoever calls himself ``name``."""
        secured = (context or self.trusting()).wrap_socket(_line_to(self.secure), server_hostname=name)
        return self.lines.enter_context(secured)

    def line_past_it(self) -> socket.socket:
        """Straight to the portal, as only the proxy can come where it is deployed."""
        return self.lines.enter_context(_line_to(self.portal))

    def over_tls(self) -> HTTPConnection:
        asked = HTTPSConnection(NAME, timeout=30)
        asked.sock = self.line()
        return asked

    def in_the_clear(self, name: str = NAME) -> HTTPConnection:
        return _calling(name, self.lines.enter_context(_line_to(self.clear)))

    def past_it(self) -> HTTPConnection:
        return _calling(NAME, self.line_past_it())


def _line_to(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def _calling(name: str, line: socket.socket) -> HTTPConnection:
    asked = HTTPConnection(name, timeout=30)
    asked.sock = line
    return asked


def ask(line: HTTPConnection, method: str, path: str, headers: Mapping[str, str] | None = None) -> HTTPResponse:
    """The answer, read; the line stays open for the next question."""
    line.request(method, path, headers=dict(headers or {}))
    answer = line.getresponse()
    answer.read()
    return answer


@contextlib.contextmanager
def before(environ: Mapping[str, str], folder: Path) -> Iterator[Front]:
    """Both running for one block, the portal with these settings."""
    ports, lines = free_ports(3), contextlib.ExitStack()
    front = Front(*ports, certified(folder, NAME, x509.DNSName(NAME)), lines)
    (folder / "portal.conf").write_text(_adapted(front, folder))
    places = "\n  ".join(f"{each}_temp_path {folder}/{each};" for each in PLACES)
    (folder / "nginx.conf").write_text(HTTP.format(folder=folder, places=places))
    portal = [sys.executable, "-c", "from portal.commands import cli; cli()", "serve", "--port", str(front.portal)]
    proxy = [str(binary()), "-p", str(folder), "-e", str(folder / "errors"), "-c", str(folder / "nginx.conf")]
    served = running(portal, folder / "portal.log", os.environ | environ, ROOT)
    with served, running(proxy, folder / "nginx.log"):
        for port in ports:
            wait_for(port, lambda: "\n".join(each.read_text() for each in folder.glob("*.log")))
        with lines:
            yield front


def _adapted(front: Front, folder: Path) -> str:
    """The example with the replacements that it asks for, and with ports that are free."""
    text = EXAMPLE.read_text("utf-8")
    for old, new in (
        ("listen 80", f"listen 127.0.0.1:{front.clear}"),
        ("listen 443", f"listen 127.0.0.1:{front.secure}"),
        ("127.0.0.1:8765", f"127.0.0.1:{front.portal}"),
        ("/etc/ssl/portal.example.pem", str(front.holder.certificate)),
        ("/etc/ssl/private/portal.example.key", str(front.holder.key)),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text
