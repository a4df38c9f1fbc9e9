"""The stage of every test: the demonstration world, built once for each worker and engine, copied for each test."""

import os
import pickle
import shutil
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from app import create_app
from portal.db import Engines, engine_for, engines, let_in, session
from portal.demo.story import World, build
from portal.filing import LocalShelf, Store
from portal.identity import passwords
from portal.settings import Environment, Settings
from portal.walls import bring_up_to_date, open_books
from portal.walls.guarding import as_role
from portal.walls.postgresql import VERIFIER
from portal.walls.roles import make_roles
from tests import postgres

ENGINES = ("sqlite", "postgresql")
KEY = "a secret for tests, of at least thirty-two characters"
# Of the header of an SQLite file: https://www.sqlite.org/fileformat2.html
HEADER, CHANGES, SCHEMA, VALID_FOR = 100, slice(24, 28), slice(40, 44), slice(92, 96)
LOOKS, LOOK_AGAIN = 50, 0.001  # at who is still inside a database that is about to be dropped, in seconds
Layout = tuple[tuple[str, int, int, int, int], ...]
_changes = count(2**20, 2**12)  # more between two copies than any test makes
_bare: dict[str, Engine] = {}


@dataclass
class Desk:
    """Where copies are laid, of one stage and of those made of it, always under one address.

    So the engines that look there keep what they have compiled, which is most of what a test would pay for otherwise.
    """

    database: str
    engines: Engines | None = None
    holds: "Stage | None" = None
    is_taken: bool = False


@dataclass(eq=False)
class Stage:
    """A built world of one engine: where its database lies, and what is where."""

    engine: str
    folder: Path
    app: Flask
    world: World
    template: str
    desk: Desk
    _image: bytearray = field(default_factory=bytearray)
    _laid_out: Layout = ()

    @contextmanager
    def copy(self) -> Iterator[World]:
        """The portal on a fresh copy of the world; what a test does to it is gone afterwards."""
        assert not self.desk.is_taken, "two copies at once would lie in the same place"
        pools, settings = self._copied_below_open_connections(), self.app.config["SETTINGS"]
        if not pools:
            settings = replace(self.app.config["SETTINGS"], database_url=self._copied())
            self.app.config["SETTINGS"] = settings
            self.desk.engines = let_in(self.desk.engines) if self.desk.engines else open_books(settings)
            pools = self._pools
        self.desk.holds, self.desk.is_taken = self, True
        self.app.extensions["store"] = Store(LocalShelf(self._copied_files()), settings.largest_file)
        try:
            yield pickle.loads(pickle.dumps(self.world))
        finally:
            self.desk.is_taken = False
            session.remove()
            if self.engine != "sqlite" or pools != self._pools:
                _let_go()
                self._drop()

    def kept_as(self, name: str, world: World) -> "Stage":
        """What was made of the copy that is open, as a stage of its own, to be copied in its turn."""
        _let_go()
        folder, template = self.folder / name, f"{self.template}_{name}"
        shutil.copytree(self.folder / "files of the copy", folder / "files")
        if self.engine == "sqlite":
            shutil.copy(self.desk.database, folder / "portal.sqlite3")
        else:
            _copy_database(self.desk.database, template)
        return Stage(self.engine, folder, self.app, world, template, self.desk)

    @property
    def _pools(self) -> tuple[object, ...]:
        """The connections that are open now: others, once somebody has let these go."""
        return (engines().writing.pool, engines().reading.pool)

    def _copied_below_open_connections(self) -> tuple[object, ...]:
        """SQLite: write the template over the copy of the last test, if its connections may serve this one too.

        Each has built its guard of some hundred views and triggers, which takes longer than most tests.  That the pages
        it remembers are others now it notices by the counter of changes, which never comes twice.
        """
        copy = Path(self.desk.database)
        if self.engine != "sqlite" or self.desk.engines is not _current() or not copy.exists():
            return ()
        for each in _bare.values():
            each.dispose()
        self._image = image = self._image or bytearray((self.folder / "portal.sqlite3").read_bytes())
        journal = Path(f"{copy}-journal")
        with copy.open("r+b") as over:
            as_it_was = (
                self.desk.holds is self
                and over.read(HEADER)[SCHEMA] == image[SCHEMA]
                and not (journal.exists() and journal.stat().st_size)
            )
            if as_it_was:
                image[CHANGES] = image[VALID_FOR] = struct.pack(">I", next(_changes))
                over.seek(0)
                over.write(image)
                over.truncate()
        if not as_it_was:
            _let_go()
            copy.unlink()
        return self._pools if as_it_was else ()

    def _copied_files(self) -> Path:
        """The files of the world; where the last test wrote none of its copy, that one serves again."""
        files = self.folder / "files of the copy"
        if not self._laid_out or layout_of(files) != self._laid_out:
            shutil.rmtree(files, ignore_errors=True)
            shutil.copytree(self.folder / "files", files)
            self._laid_out = layout_of(files)
        return files

    def _copied(self) -> str:
        if self.engine == "sqlite":
            shutil.copy(self.folder / "portal.sqlite3", self.desk.database)
            return f"sqlite:///{self.desk.database}"
        _copy_database(self.template, self.desk.database)
        return _postgresql(self.desk.database)

    def _drop(self) -> None:
        if self.engine == "sqlite":
            Path(self.desk.database).unlink()
        else:
            _drop_database(self.desk.database)


def layout_of(folder: Path) -> Layout:
    """What lies in a folder, and when each of it was last written; empty for a folder that is gone."""
    found = []
    for place, _, names in os.walk(folder):
        for path in (place, *(f"{place}/{name}" for name in names)):
            told = os.stat(path)  # noqa: PTH116  a thousand times a minute
            found.append((path, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns))
    return tuple(sorted(found))


def set_stage(engine: str, folder: Path, tell: Callable[[], World] = build) -> Stage:
    """Migrate an empty database and build the world in it; another than the usual one lives on SQLite."""
    if engine == "postgresql":
        _make_roles()
        _as_owner(f"DROP DATABASE IF EXISTS {_template()}")
        _as_owner(f"CREATE DATABASE {_template()} OWNER weituo_owner")
    app = _app(engine, folder)
    bring_up_to_date(app.config["SETTINGS"])
    with app.app_context():
        world = tell()
    _let_go()
    return Stage(engine, folder, app, world, _template(), _desk(engine, folder))


def take_over(engine: str, folder: Path, world: World, *, of: Path, template: str) -> Stage:
    """The same stage once more, from the folder ``of`` another worker and its ``template``."""
    shutil.copytree(of / "files", folder / "files")
    if engine == "postgresql":
        _copy_database(template, _template())
    else:
        shutil.copy(of / "portal.sqlite3", folder / "portal.sqlite3")
    return Stage(engine, folder, _app(engine, folder), world, _template(), _desk(engine, folder))


def _desk(engine: str, folder: Path) -> Desk:
    return Desk(f"{_template()}_copy" if engine == "postgresql" else str(folder / "copy.sqlite3"))


def _app(engine: str, folder: Path) -> Flask:
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # what it costs is not what is tried
    url = _postgresql(_template()) if engine == "postgresql" else f"sqlite:///{folder / 'portal.sqlite3'}"
    return create_app(settings_of(url, folder))


def _current() -> Engines | None:
    try:
        return engines()
    except IndexError:
        return None


def _let_go() -> None:
    """No connection stays open to a database that is about to be copied or dropped."""
    session.remove()
    for engine in (engines().writing, engines().reading, *_bare.values()):
        engine.dispose()


def sql(statement: str, **values: Any) -> Any:
    """Speak to the database behind the portal's back, as whoever owns the file or the server could."""
    session.remove()
    with behind_the_walls().begin() as connection:
        answer = connection.execute(text(statement), values)
        return answer.fetchall() if answer.returns_rows else answer.rowcount


@contextmanager
def as_the_verifier() -> Iterator[Connection]:
    """The database as `portal trail verify` reads it: past the walls, and nothing but reading.

    A new connection each time, of an engine that remembers how it reads all tables.
    """
    engine = _verifier(as_role(engines().writing.url.render_as_string(hide_password=False), VERIFIER))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def behind_the_walls() -> Engine:
    """The database the portal works on now, bare: as whoever owns the file or the server could open it."""
    url = engines().writing.url
    if url.drivername != "sqlite":
        url = url.set(username="postgres")
    address = url.render_as_string(hide_password=False)
    if address not in _bare:
        _bare[address] = engine_for(address)
    return _bare[address]


def is_question(statement: str) -> bool:
    """Whether a page asks something of the database, other than saying on whose behalf it will."""
    return statement.lstrip().upper().startswith("SELECT") and "set_config" not in statement


def stored(value: UUID | date) -> Any:
    """An id, a day or a moment as the engine keeps it, for use in plain SQL."""
    if engines().writing.dialect.name != "sqlite":
        return value
    if isinstance(value, UUID):
        return value.hex
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value.isoformat()


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(
        environment=Environment.DEVELOPMENT,
        data_dir=folder,
        database_url=url,
        secret_key=KEY,
        hosts=("localhost", "127.0.0.1"),
        testing=True,
    )


@cache
def _verifier(address: str) -> Engine:
    return engine_for(address, read_only=True)


def _make_roles() -> None:
    """Roles without passwords: the tests' server trusts whoever reaches it."""
    engine = create_engine(os.environ[postgres.ADDRESS], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        make_roles(connection, settings_of(os.environ[postgres.ADDRESS], Path()))
    engine.dispose()


def _template() -> str:
    return f"stage_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def _postgresql(name: str) -> str:
    address = make_url(os.environ[postgres.ADDRESS])
    return address.set(username="weituo_app", database=name).render_as_string(hide_password=False)


def _copy_database(template: str, name: str) -> None:
    _as_owner(f"DROP DATABASE IF EXISTS {name}")
    _as_owner(f"CREATE DATABASE {name} TEMPLATE {template} OWNER weituo_owner STRATEGY FILE_COPY")


def _drop_database(name: str) -> None:
    """Drop it once whoever let go of it has left, which takes a millisecond: told to drop it before, the server looks
    again a tenth of a second later.  Who stays for longer is sent away.
    """
    inside = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name")
    with _owner(os.environ[postgres.ADDRESS]).connect() as connection:
        for _ in range(LOOKS):
            if not connection.execute(inside, {"name": name}).scalar():
                break
            time.sleep(LOOK_AGAIN)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _as_owner(statement: str) -> None:
    with _owner(os.environ[postgres.ADDRESS]).connect() as connection:
        connection.execute(text(statement))


@cache
def _owner(address: str) -> Engine:
    return create_engine(address, isolation_level="AUTOCOMMIT")
