"""A world to try the portal in: built once, served at once, with a sign-in for every role."""

import atexit
import os
import socket
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import Engine, func, select

from agreements.provinces import province
from portal import logs
from portal.commands.front_door import front_door
from portal.commands.serve import run_gunicorn, settings_or_exit
from portal.db import session
from portal.demo.cast import HOUSES, PASSWORD
from portal.demo.plant.story import work
from portal.demo.story import build, judge_today
from portal.demo.year.reckoning import differences, table
from portal.demo.year.telling import live
from portal.identity.proving import STEP, totp_of
from portal.migrating import downgrade
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.records.proof import Secret
from portal.settings import Environment, Settings
from portal.tenancy import beyond_tenants
from portal.walls import bring_up_to_date, owners_engine
from workflows.powers import ROLE_NAMES

FIRST_PORT = 8765
A_DAY, A_YEAR = "day", "year"
BESIDE = (sys.executable, "-m", "portal", "errands", "--every", "3")


@click.group("demo", invoke_without_command=True)
@click.option("--only-build", is_flag=True, help="Build the world and exit.")
@click.option("--year", is_flag=True, help="A world in which a year has passed; prints what was owed in it.")
@click.option("--port", type=int, default=None, help="Port on 127.0.0.1.  [default: the first free one from 8765]")
@click.pass_context
def demo(ctx: click.Context, only_build: bool, year: bool, port: int | None) -> None:
    """Build a demonstration world, once, and serve it; prints the address and a sign-in for every role."""
    if ctx.invoked_subcommand:
        return
    settings = settings_or_exit()
    if settings.environment is not Environment.DEVELOPMENT:
        raise click.ClickException("A demonstration world is for development; PORTAL_ENVIRONMENT says production.")
    logs.quiet()  # what is printed here is for whoever wants to sign in
    if year:
        click.echo(_make_year(settings))
    else:
        _make_world(settings, A_DAY, lambda: work(build()))
    if only_build:
        click.echo(f"The demonstration world is built. Serve it with: python3 -m portal demo{' --year' * year}")
        return
    chosen = port or _free_port()
    click.echo(_sign_ins(chosen))
    _attend()
    run_gunicorn(chosen, workers=1)


def _attend() -> None:
    """What an installation runs beside its server: files and events that were sent are gone through as they come."""
    aside = subprocess.Popen(BESIDE, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603  our own words
    atexit.register(_dismiss, aside, os.getpid())


def _dismiss(aside: "subprocess.Popen[bytes]", begun_by: int) -> None:
    """With the process that began it, not with one that this was copied into."""
    if os.getpid() == begun_by:
        aside.terminate()


@demo.command("code")
@click.argument("name")
def code(name: str) -> None:
    """Print the one-time code of a demonstration person, by e-mail address or its beginning, as release@hengrui."""
    settings = settings_or_exit()
    if not _marker(settings).exists():
        raise click.ClickException("There is no demonstration world here. Build one with: python3 -m portal demo")
    with front_door(settings).app_context(), beyond_tenants("identity: the code of an invented person"):
        found = session.execute(
            select(Person.email, Secret)
            .join(Secret, Secret.id == Person.id)
            .where(Person.email.startswith(unicodedata.normalize("NFKC", name).strip().lower(), autoescape=True))
            .order_by(Person.email)
        ).all()
        if not found:
            raise click.ClickException(f"Nobody is called {name}. Try one of: {', '.join(_addresses())}")
        if len(found) > 1:
            raise click.ClickException(f"{name} could be {', '.join(email for email, _ in found)}; write more of it.")
        email, secret = found[0]
        if not secret.totp_sealed:
            raise click.ClickException(f"{email} has a passkey and no authenticator app any more.")
        current = int(time.time()) // STEP
        step = max(current, secret.totp_last_step + 1)
        if step > current + 1:
            wait = (step - 1) * STEP - int(time.time())
            raise click.ClickException(f"The codes up to now are used; the next one works in {wait} s.")
        click.echo(totp_of(secret, settings.secret_key).generate_otp(step))


def _make_year(settings: Settings) -> str:
    """Say what was owed in the year, having lived it first; raise where it ended otherwise than was written down."""
    _make_world(settings, A_YEAR, _live)
    with front_door(settings).app_context():
        return table()


def _live() -> None:
    live()
    if wrong := differences():
        raise click.ClickException("\n".join(["The year did not end as was written down beforehand:", *wrong]))


def _make_world(settings: Settings, which: str, tell: Callable[[], object]) -> None:
    """Build the world, or bring its verdicts up to the day; a build that was cut short is begun again."""
    marker = _marker(settings)
    if marker.exists() and (marker.read_text("utf-8") or A_DAY) != which:
        raise click.ClickException(
            "Another demonstration lives in this folder. Give this one a folder of its own: "
            f"PORTAL_DATA_DIR=.demo-{which} python3 -m portal demo{' --year' * (which == A_YEAR)}"
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app, owner = front_door(settings), owners_engine(settings)
    with app.app_context():
        if marker.exists():
            bring_up_to_date(settings)
            judge_today()
            return
        _refuse_other_books(settings, owner)
        click.echo("Building the demonstration world (first time only, some seconds) …", err=True)
        begun = marker.with_suffix(".begun")
        if begun.exists():
            downgrade(owner)
        begun.write_text(which, "utf-8")
        bring_up_to_date(settings)
        tell()
        begun.rename(marker)


def _refuse_other_books(settings: Settings, owner: Engine) -> None:
    """Books that somebody works with are never turned into a demonstration."""
    if _marker(settings).with_suffix(".begun").exists() or not _has_tables(owner):
        return
    with beyond_tenants("identity: is anybody here"):
        if session.scalar(select(func.count()).select_from(Organisation)):
            raise click.ClickException(
                "This database holds other organisations. Give the demonstration a folder of its own: "
                "PORTAL_DATA_DIR=.demo python3 -m portal demo"
            )
    session.rollback()


def _has_tables(owner: Engine) -> bool:
    with owner.connect() as connection:
        return bool(owner.dialect.has_table(connection, Organisation.__tablename__))


def _marker(settings: Settings) -> Path:
    return settings.data_dir / "demo-world"


def _free_port() -> int:
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise click.ClickException(f"No port from {FIRST_PORT} on is free; give one with --port.")


def _addresses() -> list[str]:
    return [house.email(role) for house in HOUSES.values() for role in house.roles]


def _sign_ins(port: int) -> str:
    lines = [
        "",
        f"  Weituo is at  http://127.0.0.1:{port}/   (to try passkeys: http://localhost:{port}/)",
        "",
        f"  Everybody's password:  {PASSWORD}",
        "  A one-time code:       python3 -m portal demo code release@hengrui",
        "",
    ]
    for house in HOUSES.values():
        place = province(house.province)
        lines.append(f"  {house.name} ({place.en})")
        lines += [f"    {house.email(role):34} {ROLE_NAMES[role]}" for role in house.roles]
        lines.append("")
    return "\n".join([*lines, "  Stop with Ctrl+C.", ""])
