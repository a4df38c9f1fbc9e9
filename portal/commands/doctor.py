"""Whether this installation is well, and how to mend what is not."""

import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from cryptography.fernet import InvalidToken
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from agreements.working_days import last_published_day
from portal import pdf
from portal.commands.findings import Found, files_on_record, jobs_on_the_way, keeping_of_files, letters_on_the_way
from portal.commands.outside import openings
from portal.commands.translations import is_compiled
from portal.db import engine_for, now, today
from portal.identity.sealing import is_fresh, keep_former_keys, seal
from portal.migrating import alembic_config
from portal.records.ledger import LedgerEvent
from portal.records.proof import Secret
from portal.settings import AT_HOME, Settings, faults_in
from portal.walls import verifiers_engine
from portal.walls.examining import breaches

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 37)
OLDEST_POSTGRESQL = (15,)
PRAGMAS = {"foreign_keys": 1, "journal_mode": "truncate", "synchronous": 2, "trusted_schema": 0}
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
DRIFT = timedelta(seconds=5)
YEAR = timedelta(days=365)


@click.command("doctor")
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what is wrong with this installation and how to mend it.  Exits 0 when all is well, 1 otherwise."""
    wrong = 0
    for found in examine(dict(os.environ)):
        click.echo(f"{_word(found.well)} {found.what}")
        if found.mend:
            click.echo(f"       {found.mend}")
        wrong += found.well is False
    if wrong:
        click.echo(f"{wrong} to mend.")
        ctx.exit(1)
    click.echo("All is well.")


def examine(environ: dict[str, str]) -> Iterator[Found]:
    """Look at everything; what hangs on unsafe settings or on a database out of reach is left out."""
    yield _python()
    yield _calendar()
    yield _translations()
    yield _labels_as_pdf()
    faults = list(faults_in(environ))
    yield from (Found(f"{each.setting}: {each.says}", well=False, mend=each.mend) for each in faults)
    if faults:
        return
    try:
        settings = Settings.read(environ)
    except OSError as denied:
        yield Found(f"The data folder cannot be written: {denied}", well=False, mend=_OWN_FOLDER)
        return
    yield Found(f"Settings are safe for {settings.environment}.", well=True)
    yield from _second_looks(settings)
    yield _data_folder(settings)
    yield from openings(settings.data_dir)
    yield from keeping_of_files(settings)
    yield from _database(settings)


_OWN_FOLDER = "Give the folder named by PORTAL_DATA_DIR to the account that runs the portal."


def _word(well: bool | None) -> str:
    return "note " if well is None else "OK   " if well else "wrong"


def _python() -> Found:
    version = platform.python_version()
    return Found(
        f"Python {version}.",
        well=sys.version_info >= OLDEST_PYTHON,
        mend="" if sys.version_info >= OLDEST_PYTHON else "Install Python 3.11 or later and run it again with that.",
    )


def _calendar() -> Found:
    last = last_published_day()
    what = f"Working days are published up to {last}."
    if last >= today() + YEAR:
        return Found(what, well=True)
    mend = "Update chinesecalendar once the State Council has published the next year; later dates are provisional."
    return Found(what, well=None if last >= today() else False, mend=mend)


def _translations() -> Found:
    if is_compiled():
        return Found("Translations are compiled.", well=True)
    return Found("The compiled Chinese is missing or older than its source.", False, "Run: portal translations compile")


def _labels_as_pdf() -> Found:
    if pdf.is_possible():
        return Found("Labels can be had as PDF.", well=True)
    return Found(pdf.WHY_NOT, well=None, mend=pdf.MEND)


def _second_looks(settings: Settings) -> Iterator[Found]:
    """What is allowed and yet deserves a second look."""
    yield Found(f"Passwords follow the policy {settings.password_policy}.", well=True)
    if settings.over_https and settings.proxies == 0:
        yield Found(
            "No proxy is believed: everybody behind one counts as one address and soon waits for each other.",
            well=None,
            mend="Set PORTAL_PROXIES to the number of your proxies, usually 1.",
        )
    scanner = settings.files.scanner
    if scanner and not scanner.startswith("/") and scanner.rpartition(":")[0] not in AT_HOME:
        yield Found(
            "Files travel to ClamAV unencrypted: its daemon speaks no TLS.",
            well=None,
            mend="Run it on this machine and name its socket in PORTAL_CLAMD, or tunnel the way to it.",
        )
    if settings.former_secret_keys:
        yield Found(
            f"Former keys that still open what was sealed: {len(settings.former_secret_keys)}.",
            well=None,
            mend="Drop PORTAL_SECRET_KEYS_FORMER once nothing sealed with them is left; the next lines count it.",
        )


def _seals(door: Connection, settings: Settings) -> Found:
    """Whose one-time-code key opens with today's key, with a former one, or with none."""
    keep_former_keys(settings.former_secret_keys)
    column = Secret.__table__.c.totp_sealed
    sealed = door.execute(select(column).where(column.is_not(None))).scalars().all()
    lost = sum(not _opens(each, settings) for each in sealed)
    old = sum(not is_fresh(each, settings.secret_key) for each in sealed) - lost
    if lost:
        mend = "Name the key they were sealed with in PORTAL_SECRET_KEYS_FORMER, or enrol these people again."
        return Found(f"One-time-code keys that no key opens: {lost} of {len(sealed)}.", well=False, mend=mend)
    if old:
        mend = "Each is sealed anew when its owner next signs in."
        return Found(f"One-time-code keys still sealed with a former key: {old}.", well=None, mend=mend)
    return Found(f"One-time-code keys: {len(sealed)}, all sealed with today's key.", well=True)


def _opens(sealed: str, settings: Settings) -> bool:
    try:
        seal(settings.secret_key).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _data_folder(settings: Settings) -> Found:
    try:
        with tempfile.TemporaryFile(dir=settings.data_dir):
            return Found(f"The data folder {settings.data_dir} can be written.", well=True)
    except OSError as denied:
        return Found(f"The data folder {settings.data_dir} cannot be written: {denied}", well=False, mend=_OWN_FOLDER)


def _database(settings: Settings) -> Iterator[Found]:
    if settings.database_url.startswith("sqlite:///"):
        file = settings.database_url.removeprefix("sqlite:///")
        if not os.path.exists(file):  # noqa: PTH110  connecting would make it
            yield Found(f"There is no database at {file} yet.", well=False, mend="Run: portal upgrade")
            return
    yield from _walls(settings)
    engine = verifiers_engine(settings)
    try:
        with engine.connect() as door:
            yield Found(f"The database answers: {engine.url.render_as_string(hide_password=True)}", well=True)
            yield from (_sqlite(door) if engine.dialect.name == "sqlite" else _postgresql(door))
            schema = _schema(door)
            yield schema
            if schema.well:
                yield _clock(door)
                yield _seals(door, settings)
                yield from files_on_record(door, settings)
                yield from letters_on_the_way(door)
                yield from jobs_on_the_way(door)
    except SQLAlchemyError as broken:
        yield Found(
            f"The database does not answer: {str(broken).splitlines()[0]}",
            well=False,
            mend="Check PORTAL_DATABASE_URL, that the server runs, and that its account may connect.",
        )
    finally:
        engine.dispose()


def _walls(settings: Settings) -> Iterator[Found]:
    """As the role that serves pages meets them; a database out of reach is told of below."""
    engine = engine_for(settings.database_url)
    try:
        with engine.connect() as connection:
            found = list(breaches(connection, settings))
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()
    yield from (Found(each.says, well=False, mend=each.mend) for each in found)
    if not found:
        yield Found("The walls between houses stand.", well=True)


def _sqlite(door: Connection) -> Iterator[Found]:
    new_enough = sqlite3.sqlite_version_info >= OLDEST_SQLITE
    yield Found(
        f"SQLite {sqlite3.sqlite_version}.",
        well=new_enough,
        mend="" if new_enough else "Use a Python that brings SQLite 3.37 or later.",
    )
    for pragma, wanted in PRAGMAS.items():
        value = door.exec_driver_sql(f"PRAGMA {pragma}").scalar()
        well = value == wanted
        yield Found(f"PRAGMA {pragma} = {value}.", well, "" if well else f"It should be {wanted}; see portal/db.py.")


def _postgresql(door: Connection) -> Iterator[Found]:
    version: tuple[Any, ...] = door.dialect.server_version_info or (0,)
    new_enough = version >= OLDEST_POSTGRESQL
    yield Found(
        f"PostgreSQL {'.'.join(map(str, version))}.",
        well=new_enough,
        mend="" if new_enough else "Upgrade the server to PostgreSQL 15 or later.",
    )
    for setting in DURABLE:
        value = door.exec_driver_sql(f"SHOW {setting}").scalar()
        well = value == "on"
        yield Found(
            f"{setting} = {value}.", well, "" if well else f"Set {setting} = on: a commit must survive a crash."
        )
    drift = abs(door.execute(select(func.clock_timestamp())).scalar_one() - now())
    yield Found(
        f"The clocks of this machine and of the server differ by {drift.total_seconds():.1f} s.",
        well=drift < DRIFT,
        mend="" if drift < DRIFT else "Let both machines keep time by NTP.",
    )


def _schema(door: Connection) -> Found:
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    at = MigrationContext.configure(door).get_current_heads()
    if at == (head,):
        return Found(f"The schema is the newest: {head}.", well=True)
    return Found(f"The schema is {', '.join(at) or 'empty'}; the newest is {head}.", False, "Run: portal upgrade")


def _clock(door: Connection) -> Found:
    """An event later than now was written with another clock, or this one has gone back."""
    last = door.execute(select(func.max(LedgerEvent.__table__.c.at, type_=LedgerEvent.__table__.c.at.type))).scalar()
    if last is None or last <= now() + DRIFT:
        return Found(f"The clock says {now():%Y-%m-%d %H:%M:%S} UTC, after the last event of the ledger.", well=True)
    return Found(
        f"The clock is behind the ledger, whose last event is of {last}.", False, "Set the clock; keep it by NTP."
    )
