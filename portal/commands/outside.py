"""What comes in beside the pages, for the doctor: folders that are watched, and what machines were heard to say."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from portal.checking.kinds import ending_of
from portal.commands.findings import BESIDE, WORKER_LATE, Found
from portal.db import now
from portal.intakes.receiving import READ
from portal.intakes.watching import NOT_TAKEN
from portal.plant.spool import counted

WATCHED = "watched.txt"
SPOOLS = "plant-*.sqlite3"


def remember(told: Sequence[str], folder: Path) -> None:
    """Note in the data folder what is watched, each as FOLDER=NUMBER; another errand's folders stay noted."""
    known, note = watched_in(folder), folder / WATCHED
    if new := [each for each in map(_whole, told) if each not in known]:
        note.write_text("".join(f"{each}\n" for each in (*known, *new)), encoding="utf-8")


def watched_in(folder: Path) -> list[str]:
    note = folder / WATCHED
    return note.read_text("utf-8").splitlines() if note.exists() else []


def openings(folder: Path) -> Iterator[Found]:
    """Each watched folder and each spool of a listener: whether anybody takes what lies there, and what was refused."""
    for each in watched_in(folder):
        yield from _of_a_folder(Path(each.rpartition("=")[0]), each, folder / WATCHED)
    for spool in sorted(folder.glob(SPOOLS)):
        yield from _of_a_spool(spool)


def _of_a_folder(watched: Path, told: str, note: Path) -> Iterator[Found]:
    if not watched.is_dir():
        mend = f"Make it again, or take its line out of {note}."
        yield Found(f"The watched folder {watched} is gone.", well=False, mend=mend)
        return
    files = [each for each in watched.iterdir() if each.is_file() and ending_of(each.name) in READ]
    if late := sum(_is_old(each) for each in files):
        yield Found(f"{late} files have lain an hour in {watched}.", well=False, mend=f"{BESIDE} --watch {told}")
    else:
        yield Found(f"Nothing lies too long in {watched}.", well=True)
    refused = watched / NOT_TAKEN
    if there := sum(each.suffix != ".json" for each in refused.iterdir()) if refused.is_dir() else 0:
        mend = "The report beside each says why; mend it, put it into the folder again, and clear it away there."
        yield Found(f"{there} files of {watched} were refused.", well=None, mend=mend)


def _of_a_spool(spool: Path) -> Iterator[Found]:
    config = spool.stem.removeprefix("plant-")
    try:
        with closing(sqlite3.connect(f"{spool.resolve().as_uri()}?mode=ro", uri=True)) as file:
            waiting, refused = counted(file)
    except sqlite3.DatabaseError:
        yield Found(f"What was heard for {config} cannot be read: {spool}.", well=False, mend="See to that file.")
        return
    if waiting and _is_old(spool):
        mend = f"Run beside the server: portal plant listen {config}.toml"
        yield Found(f"{waiting} messages of machines for {config} wait to be put on record.", well=False, mend=mend)
    elif refused:
        mend = f"portal plant check {config}.toml says why, value by value."
        yield Found(f"{refused} values of machines for {config} could not be taken.", well=None, mend=mend)
    else:
        yield Found(f"What machines told for {config} is on record.", well=True)


def _is_old(path: Path) -> bool:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) < now() - WORKER_LATE


def _whole(told: str) -> str:
    """With the folder's whole path, since the doctor may be called from elsewhere."""
    folder, _, number = told.rpartition("=")
    return f"{Path(folder).resolve()}={number}"
