"""Fifty callers at once, each with one kept connection, from one process of their own."""

import itertools
import json
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

CALLERS = 50


def rate(port: int, paths: Sequence[str], askers: Sequence[Sequence[str]], *, seconds: float = 3.0) -> float:
    """Requests a second, each answered with 200 or 302; whatever else is answered ends the run.

    Each path is asked by each of the ``askers``, who are told apart by the headers that they send.
    """
    requests = [_request(path, headers) for path in paths for headers in askers]
    turn, counts, wrong = itertools.count(), [0] * CALLERS, list[bytes]()
    ends = time.perf_counter() + seconds

    def call(which: int) -> None:
        while time.perf_counter() < ends and not wrong:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
                while time.perf_counter() < ends:
                    line.sendall(requests[next(turn) % len(requests)])
                    head, is_kept = _answer(line)
                    if head[9:12] not in (b"200", b"302"):
                        wrong.append(head)
                        return
                    counts[which] += 1
                    if not is_kept:
                        break

    callers = [threading.Thread(target=call, args=(each,)) for each in range(CALLERS)]
    started = time.perf_counter()
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    if wrong:
        raise ValueError(wrong[0].decode("latin-1"))
    return sum(counts) / (time.perf_counter() - started)


def _request(path: str, headers: Sequence[str]) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


def _answer(line: socket.socket) -> tuple[bytes, bool]:
    data = b""
    while (end := data.find(b"\r\n\r\n")) < 0:
        if not (some := line.recv(65536)):
            raise ConnectionError("no answer")
        data += some
    head = data[:end].lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in head else 0
    left = length - (len(data) - end - 4)
    while left > 0:
        left -= len(line.recv(min(left, 1 << 20)))
    return data[:end], b"connection: close" not in head


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text())
    print(rate(told["port"], told["paths"], told["askers"], seconds=told["seconds"]))
