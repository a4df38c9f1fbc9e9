"""A mail server of our own, and the outbox as a reader finds it."""

import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from portal.mailing.postman import OutOfReach, Undelivered


@dataclass
class Bag:
    """A postman who keeps what he is given; he may be told to refuse an address, or to be away."""

    letters: list[EmailMessage] = field(default_factory=list)
    refuses: str = ""
    away: bool = False

    def deliver(self, message: EmailMessage) -> None:
        if self.away:
            raise OutOfReach("away")
        if message["To"] == self.refuses:
            raise Undelivered("refused")
        self.letters.append(message)

    def to(self, address: str) -> list[EmailMessage]:
        return [each for each in self.letters if each["To"] == address]


def letters_in(folder: Path) -> list[EmailMessage]:
    found = sorted(folder.glob("*.eml"))
    return [email.message_from_bytes(each.read_bytes(), policy=email.policy.default) for each in found]


class _Talk(socketserver.StreamRequestHandler):
    """As little of RFC 5321 as a letter needs; an address that begins with ``nobody`` is refused."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.wfile.write(b"550 no such person\r\n" if b"<nobody" in line else b"250 ok\r\n")


@contextmanager
def mail_server():
    """Its port, and the letters it took."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.taken = []
        running = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        running.start()
        try:
            yield server.server_address[1], server.taken
        finally:
            server.shutdown()
            running.join()
