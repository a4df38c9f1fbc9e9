"""A door between the portal and a server that fails the way networks and servers fail."""

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

BODY = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Reduce your request rate</Message></Error>"
BUSY = b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
ABORT = struct.pack("ii", 1, 0)


@dataclass
class Proxy:
    """``fault`` is how it fails from now on: "", refuse, stall, busy, reset, truncate or lose.

    reset cuts a request off in the middle, truncate an answer; lose does what was asked and never says so.  ``spare``
    is how many connections pass unharmed before the fault begins.  With ``cues`` everything passes until a connection
    has said them in this order; it alone then loses the answer, and nothing is lost a second time.
    """

    server: tuple[str, int]
    listening: socket.socket
    fault: str = ""
    spare: int = 0
    cues: tuple[bytes, ...] = ()
    seen: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        host, port = self.listening.getsockname()
        return f"http://{host}:{port}"

    def serve(self) -> None:
        with contextlib.ExitStack() as at_the_end:
            while not self.closing.is_set():
                if not select.select([self.listening], [], [], 0.1)[0]:
                    continue
                near, _ = self.listening.accept()
                fault = self.fault if self.spare <= 0 else ""
                self.spare -= 1
                self.seen.append(fault)
                answering = threading.Thread(target=self._answer, args=(near, fault))
                answering.start()
                at_the_end.callback(answering.join)

    def _answer(self, near: socket.socket, fault: str) -> None:
        with near, contextlib.suppress(OSError):
            if fault == "stall":
                self.closing.wait(60)
            elif fault == "busy":
                near.recv(65536)
                near.sendall(BUSY % (len(BODY), BODY))
            elif fault != "refuse":
                with socket.create_connection(self.server, timeout=10) as far:
                    self._pass_on(near, far, fault)
            if fault in ("refuse", "reset", "lose"):
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)

    def _pass_on(self, near: socket.socket, far: socket.socket, fault: str) -> None:
        left = {near: 600 if fault == "reset" else None, far: {"truncate": 400, "lose": 0}.get(fault)}
        waiting = list(self.cues)
        while not self.closing.is_set():
            for source in select.select([near, far], [], [], 0.1)[0]:
                piece = source.recv(65536)
                if not piece:
                    return
                if source is near and self.cues and waiting and waiting[0] in piece:
                    waiting.pop(0)
                    if not waiting:
                        self.cues, left[far] = (), 0
                        self.seen.append("lose")
                most = left[source]
                (far if source is near else near).sendall(piece[:most])
                if most is not None:
                    left[source] = most - len(piece)
                    if left[source] <= 0:
                        return


@contextlib.contextmanager
def before(host: str, port: int) -> Iterator[Proxy]:
    """A proxy before a server, in a thread of its own."""
    with socket.create_server((host, 0)) as listening:
        proxy = Proxy((host, port), listening)
        serving = threading.Thread(target=proxy.serve)
        serving.start()
        try:
            yield proxy
        finally:
            proxy.closing.set()
            serving.join()
