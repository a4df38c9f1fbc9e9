"""What was heard and is not on record yet: a file of its own, written before a message is acknowledged."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

TABLES = """
CREATE TABLE IF NOT EXISTS heard (id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS birth (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, heard INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS latest (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (id INTEGER PRIMARY KEY AUTOINCREMENT, told TEXT NOT NULL, because TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Heard:
    id: int
    topic: str
    payload: bytes


class Spool:
    """Written to by whoever listens and emptied by whoever puts on record, in one process; a crash leaves all of it."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._alone = threading.Lock()
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.executescript(TABLES)

    def close(self) -> None:
        self._file.close()

    def keep(self, topic: str, payload: bytes) -> None:
        """It is on the disk when this returns."""
        with self._alone:
            self._file.execute("INSERT INTO heard (topic, payload) VALUES (?, ?)", (topic, payload))

    def waiting(self, most: int, after: int = 0) -> list[Heard]:
        """In the order in which they were heard."""
        wanted = "SELECT id, topic, payload FROM heard WHERE id > ? ORDER BY id LIMIT ?"
        with self._alone:
            return [Heard(*row) for row in self._file.execute(wanted, (after, most))]

    def births(self) -> list[tuple[str, bytes]]:
        """The last birth of each node and device, a node before its devices."""
        with self._alone:
            return list(self._file.execute("SELECT topic, payload FROM birth ORDER BY heard"))

    def latest(self) -> dict[str, str]:
        with self._alone:
            return dict(self._file.execute("SELECT key, value FROM latest").fetchall())

    def refused(self) -> list[tuple[str, str]]:
        with self._alone:
            return list(self._file.execute("SELECT told, because FROM refused ORDER BY id"))

    def done(
        self,
        taken: Iterable[int],
        births: Sequence[Heard] = (),
        latest: Iterable[tuple[str, str]] = (),
        refused: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Once it is on record: forget it, and keep what is needed to understand what follows."""
        with self._alone, self._file:
            self._file.execute("BEGIN IMMEDIATE")
            rows = [(each.topic, each.payload, each.id) for each in births]
            self._file.executemany("INSERT OR REPLACE INTO birth (topic, payload, heard) VALUES (?, ?, ?)", rows)
            self._file.executemany("INSERT OR REPLACE INTO latest (key, value) VALUES (?, ?)", latest)
            self._file.executemany("INSERT INTO refused (told, because) VALUES (?, ?)", refused)
            self._file.executemany("DELETE FROM heard WHERE id = ?", ((each,) for each in taken))
            self._file.execute("COMMIT")


def counted(file: sqlite3.Connection) -> tuple[int, int]:
    """How many messages wait, and how many values were refused; for whoever only looks."""
    waiting, refused = file.execute("SELECT (SELECT count(*) FROM heard), (SELECT count(*) FROM refused)").fetchone()
    return waiting, refused
