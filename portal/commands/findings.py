"""What the doctor finds, and what he looks at where files are kept."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, and_, exists, func, or_, select

from portal.checking.asking import LONG_PATIENCE, NotChecked, ask
from portal.db import now
from portal.filing import Damaged, NotScanned, OutOfReach, Place, Scanner, Shelf, store_of
from portal.records.attempt import MOST_TRIES, Attempt
from portal.records.capture import Capture
from portal.records.file import ACCEPTED, RECEIVED, StoredFile
from portal.records.intake import Intake
from portal.records.notice import Letter, Notice
from portal.settings import Settings
from workflows.intake import MAPPED, RUNNING

WORKER_LATE = timedelta(hours=1)
BESIDE = "Run beside the server: portal errands --every 5"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at.  ``well`` is None for what works today and needs care soon."""

    what: str
    well: bool | None
    mend: str = ""


def keeping_of_files(settings: Settings) -> Iterator[Found]:
    """The store, the checker and the scanner, as the settings name them."""
    faults = list(store_of(settings).shelf.faults())
    yield from (Found(f"{each.setting}: {each.says}", well=False, mend=each.mend) for each in faults)
    if not faults:
        where = f"the bucket {settings.files.bucket}" if settings.files.bucket else str(settings.files_dir)
        yield Found(f"Files lie in {where}.", well=True)
    yield _checker()
    yield _scanner(settings)


def _checker() -> Found:
    with tempfile.TemporaryFile() as file:
        file.write(b"Is anybody there?")
        file.flush()
        try:
            report = ask("question.txt", file, 100, patience=LONG_PATIENCE)
        except NotChecked:
            return Found("Files are not checked: the checker does not start.", False, "See the server's log.")
    if report.refused:
        return Found(f"The checker of files refuses everything: {report.refused}", False, "Give it more memory.")
    if report.made["network"] != "none":
        mend = "Allow network namespaces, or let a firewall keep the checker in."
        return Found("Files are checked in a process that could reach the network.", well=None, mend=mend)
    return Found("Files are checked in a process without a network.", well=True)


def _scanner(settings: Settings) -> Found:
    if not settings.files.scanner:
        mend = "Install clamav-daemon and name its socket in PORTAL_CLAMD."
        return Found("Files are not scanned for viruses.", well=None, mend=mend)
    try:
        return Found(f"Files are scanned for viruses by {Scanner(settings.files.scanner).version()}.", well=True)
    except NotScanned as silent:
        mend = "Start clamd; until then every new file waits in quarantine. Then run: portal errands"
        return Found(f"The virus scanner does not answer: {silent}", well=False, mend=mend)


def files_on_record(door: Connection, settings: Settings) -> Iterator[Found]:
    """Every file that was accepted is read and its hash compared; those that wait are counted."""
    shelf, table = store_of(settings).shelf, StoredFile.__table__
    kept = (table.c.owner_id, table.c.sha256, table.c.size, table.c.object_version)
    accepted = or_(table.c.stage.is_(None), table.c.stage == ACCEPTED)
    entries = door.execute(
        select(*kept, func.min(table.c.name).label("name")).where(accepted).group_by(*kept).order_by(table.c.sha256)
    ).all()
    whole = {each: _is_whole(shelf, each) for each in {(each[0], *each[1:4]) for each in entries}}
    bad = [each for each in entries if not whole[each[0], *each[1:4]]]
    if not bad:
        yield Found(f"Files on record: {len(entries)}, all of them whole.", well=True)
    else:
        yield Found(
            f"Files on record: {len(entries)}, of which {len(bad)} missing or damaged, first {bad[0].name}.",
            well=False,
            mend=f"Restore them below {settings.files_dir} from the backup; first: {bad[0].sha256}.",
        )
    waiting = door.scalar(select(func.count()).select_from(table).where(table.c.stage == RECEIVED)) or 0
    if waiting:
        yield Found(f"{waiting} files wait in quarantine.", well=None, mend=BESIDE)


def _is_whole(shelf: Shelf, entry: tuple[object, ...]) -> bool:
    owner, sha256, size, version = entry
    try:
        shelf.read(Place(owner, None, sha256, size, version))  # type: ignore[arg-type]  # as the row says
    except (Damaged, OutOfReach, OSError):
        return False
    return True


def letters_on_the_way(door: Connection) -> Iterator[Found]:
    """Whether a worker runs, as what it left lying tells; and letters that nobody took in three days."""
    told, letter = Notice.__table__, Letter.__table__
    late = now() - WORKER_LATE
    lying = select(func.count()).select_from(told).where(told.c.handed_on_at.is_(None), told.c.at < late)
    if left := door.scalar(lying) or 0:
        mend = "Run beside the server: portal worker"
        yield Found(f"{left} notices have waited an hour for a worker.", well=None, mend=mend)
    refused = select(func.count()).select_from(letter).where(letter.c.outcome == "given_up")
    if lost := door.scalar(refused) or 0:
        mend = "See to the addresses of those people; what the letters said still stands in the portal."
        yield Found(f"{lost} letters were refused for three days and given up.", well=None, mend=mend)


def jobs_on_the_way(door: Connection) -> Iterator[Found]:
    """Whether anybody runs the errands, as what lies there tells; and what was left after it broke again and again."""
    job, file, tried = Capture.__table__, Intake.__table__, Attempt.__table__
    late = now() - WORKER_LATE
    for what, table, lies in (
        ("documents of events", job, and_(job.c.finished_at.is_(None), job.c.received_at < late)),
        ("files of plants", file, and_(file.c.stage.in_([MAPPED, RUNNING]), file.c.sent_at < late)),
    ):
        left = ~exists().where(tried.c.id == table.c.id, tried.c.tries >= MOST_TRIES)
        if lying := door.scalar(select(func.count()).select_from(table).where(lies, left)) or 0:
            yield Found(f"{lying} {what} have waited an hour to be gone through.", well=None, mend=BESIDE)
    stopped = select(func.count()).select_from(tried).where(tried.c.tries >= MOST_TRIES, tried.c.taken_until <= now())
    if stuck := door.scalar(stopped) or 0:
        mend = "The log tells where (job.broken). Once that is mended, have them taken up on the page /stopped, "
        mend += "or run: portal errands again"
        yield Found(f"{stuck} jobs broke {MOST_TRIES} times and are left alone.", well=False, mend=mend)
