"""Asking ClamAV: the bytes are streamed to its daemon, and no answer is no permission."""

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO

PATIENCE = 10.0  # seconds
PIECE = 256 * 1024


class NotScanned(Exception):
    """The scanner gave no verdict: it is down, too slow, or says something else."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """``address`` is /path/of/its/socket or host:port."""

    address: str

    def version(self) -> str:
        """The daemon with the number and date of its signatures, as ClamAV 1.4.6/27000/Sun Nov 22.."""
        return self._asked(b"zVERSION\0", None)

    def infection(self, file: BinaryIO) -> str | None:
        """The name of what was found in an open file, or None.  Raises :class:`NotScanned`."""
        answer = self._asked(b"zINSTREAM\0", file).removeprefix("stream: ")
        if answer.endswith(" FOUND"):
            return answer.removesuffix(" FOUND")
        if answer != "OK":
            raise NotScanned(answer)
        return None

    def _asked(self, command: bytes, file: BinaryIO | None) -> str:
        try:
            with self._connected() as way:
                way.sendall(command)
                if file is not None:
                    file.seek(0)
                    while piece := file.read(PIECE):
                        way.sendall(struct.pack(">I", len(piece)) + piece)
                    way.sendall(struct.pack(">I", 0))
                return _answer(way)
        except OSError as lost:
            raise NotScanned(str(lost)) from lost

    def _connected(self) -> socket.socket:
        if self.address.startswith("/"):
            way = socket.socket(socket.AF_UNIX)
            way.settimeout(PATIENCE)
            try:
                way.connect(self.address)
            except OSError:
                way.close()
                raise
            return way
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=PATIENCE)


def _answer(way: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0"):
        piece = way.recv(4096)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace").strip()
