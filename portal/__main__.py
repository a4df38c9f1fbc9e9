"""`python3 -m portal <command>`: make .venv from the hashed lock where it is missing or stale, then run it there.

Only the standard library is used here, because nothing else exists yet on a fresh machine.
"""

from __future__ import annotations  # so that an older Python gets as far as being told

import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "portal" / "locks"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".portal-installed"
BEGUN = VENV / ".portal-installing"

# What the person told pip, in the words of uv.  A mirror or a certificate set for one is meant for both.
SAID_TO_PIP = {
    "cert": "SSL_CERT_FILE",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "no-index": "UV_NO_INDEX",
    "proxy": "HTTPS_PROXY",
    "trusted-host": "UV_INSECURE_HOST",
}

HASHED_WHEELS = ("--quiet", "--require-hashes", "--only-binary", ":all:", "-r")

# It finds its Python beside itself, so the folder may be moved and its path may hold spaces.
SCRIPT = """#!/bin/sh
'''exec' "$(dirname -- "$(realpath -- "$0")")/python" "$0" "$@"
' '''
from portal.__main__ import main

main()
"""


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  # whoever has an older one is told so here
        sys.exit(f"Weituo needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: python3.11 -m portal")
    lock = "test" if next((word for word in sys.argv[1:] if word[0:1] != "-"), "") == "test" else "core"
    made = False
    try:
        if not _ready(lock):
            with _alone():
                if not _ready(lock):  # another run may have made it while this one waited
                    _make(lock)
                    made = True
    except KeyboardInterrupt:
        sys.exit("Stopped before .venv was complete. Run the same command again: it starts over where that is needed.")
    if made or not _inside():
        os.execv(PYTHON, [str(PYTHON), "-m", "portal", *sys.argv[1:]])  # noqa: S606  # the command becomes this process

    from portal.commands import cli  # noqa: PLC0415  # exists only from here on

    cli(prog_name="portal")


def _inside() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def _ready(lock: str) -> bool:
    """Everything in test.txt serves the core too, so either stamp will do for it."""
    if not (PYTHON.exists() and STAMP.exists()):
        return False
    stamp = STAMP.read_text()
    if _inside() and not stamp.endswith(_python_version()):
        return False  # the machine's Python was upgraded under the environment
    return any(stamp.startswith(_fingerprint(each)) for each in {lock, "test"})


def _fingerprint(lock: str) -> str:
    return f"{lock} {hashlib.sha256((LOCKS / f'{lock}.txt').read_bytes()).hexdigest()}"


def _python_version() -> str:
    return "python {}.{}".format(*sys.version_info)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the folder itself, which survives being emptied.

    Whatever is started meanwhile inherits the hold: an installer that outlives a killed run still keeps others out.
    """
    VENV.mkdir(exist_ok=True)
    folder = os.open(VENV, os.O_RDONLY)
    os.set_inheritable(folder, True)
    try:
        with contextlib.suppress(OSError):  # some network file systems have no locks; then there is one run at a time
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _say("Another run is making .venv; waiting for it.")
                fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _make(lock: str) -> None:
    started = time.monotonic()
    what = "the portal and its tests" if lock == "test" else "the portal"
    half_done, usable = BEGUN.exists(), _runs()
    if usable and not half_done:
        _say(f"Bringing .venv up to date with portal/locks/{lock}.txt.")
    else:
        _say(f"Making .venv for {what} (first time only, about half a minute).")
        venv.EnvBuilder(clear=True, symlinks=True).create(VENV)
    BEGUN.touch()
    STAMP.unlink(missing_ok=True)
    if not (_by_uv(lock) or _by_pip(lock)):
        sys.exit(
            f"The packages of portal/locks/{lock}.txt could not be installed; the reason stands above.\n"
            "Most often the network or a package mirror is out of reach. Nothing outside .venv was changed; "
            "run the same command again when it is back."
        )
    _add_the_portal()
    version = subprocess.check_output([PYTHON, "-c", "import sys; print('python {}.{}'.format(*sys.version_info))"])
    STAMP.write_text(f"{_fingerprint(lock)} {version.decode().strip()}")
    BEGUN.unlink()
    _say(f"Ready in {time.monotonic() - started:.0f} s.")


def _runs() -> bool:
    """Whether the environment's Python starts and is the one its packages were installed for."""
    if not PYTHON.exists():
        return False
    ask = "import sys, os; sys.exit(sys.version_info < (3, 11) or not os.path.isdir(sys.prefix + sys.argv[1]))"
    folder = "'/lib/python{}.{}/site-packages'.format(*sys.version_info)"
    return subprocess.run([PYTHON, "-c", ask.replace("sys.argv[1]", folder)], check=False).returncode == 0


def _by_uv(lock: str) -> bool:
    install = ["pip", "install", "--python", str(PYTHON), *HASHED_WHEELS, str(LOCKS / f"{lock}.txt")]
    env = _as_told_to_pip(os.environ | {"UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(VENV)})
    if env.pop("UV_NO_INDEX", "").lower() in {"1", "true", "yes", "on"}:  # uv knows it as an option only
        install.append("--no-index")
    for uv in filter(None, (_kept_uv(), shutil.which("uv"))):
        # First from the cache alone: quick, and all there is without a network.
        if _tried([str(uv), *install, "--offline"], env, quietly=True):
            return True
    uv = _kept_uv() or _fetched_uv() or shutil.which("uv")
    if uv and _tried([str(uv), *install], env):
        return True
    _say("uv is not at hand or could not do it; trying pip, which is slower.")
    return False


def _by_pip(lock: str) -> bool:
    pip = _pip()
    if not pip:
        sys.exit(
            "This Python has neither pip nor ensurepip. On Debian or Ubuntu, apt install python3-venv and try again."
        )
    return _tried([*pip, "install", *HASHED_WHEELS, str(LOCKS / f"{lock}.txt")])


def _kept_uv() -> Path | None:
    places = (VENV / "bin" / "uv", _shelf())
    return next((place for place in places if os.access(place, os.X_OK)), None)


def _shelf() -> Path:
    cache = os.environ.get("UV_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "weituo" / _fingerprint("installer").replace("installer ", "uv-")[:19]


def _fetched_uv() -> Path | None:
    """uv by its hashed lock, kept in the user's cache for the next fresh clone."""
    pip, fetched, shelf = _pip(), VENV / "bin" / "uv", _shelf()
    if not pip:
        return None
    _say("Fetching uv, which installs the rest.")
    if not _tried([*pip, "install", *HASHED_WHEELS, str(LOCKS / "installer.txt")]):
        return None
    with contextlib.suppress(OSError):  # a home that cannot be written only costs the next clone some seconds
        shelf.parent.mkdir(parents=True, exist_ok=True)
        half = shelf.with_suffix(f".{os.getpid()}")
        shutil.copy2(fetched, half)
        half.replace(shelf)
    return fetched


def _pip() -> list[str] | None:
    """A pip that installs into .venv: its own, the machine's, or the one that Python brings along."""
    own = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    for pip in (own, [sys.executable, *own[1:], "--python", str(PYTHON)]):
        if _tried([*pip, "--version"], quietly=True):
            return pip
    return own if _tried([str(PYTHON), "-m", "ensurepip"], quietly=True) else None


def _as_told_to_pip(env: dict[str, str]) -> dict[str, str]:
    """Hand the person's pip settings to uv, unless uv has settings of its own."""
    if any((Path(place).expanduser() / "uv" / "uv.toml").exists() for place in ("~/.config", "/etc")):
        return env
    ask = [sys.executable, "-m", "pip", "config", "list"]
    told = subprocess.run(ask, capture_output=True, text=True, check=False).stdout
    for line in sorted(told.splitlines(), key=lambda line: line.startswith(":env:")):  # the environment wins
        name, _, value = line.partition("=")
        ours = SAID_TO_PIP.get(name.rpartition(".")[2])
        if ours and ours not in os.environ:
            env[ours] = " ".join(shlex.split(value))
    # Every file is checked against the lock's hashes, so it may come from whichever index has it.
    return env | {"UV_INDEX_STRATEGY": "unsafe-best-match"}


def _add_the_portal() -> None:
    """Make `import portal` and .venv/bin/portal work from anywhere, without building a package."""
    for packages in VENV.glob("lib/python3.*/site-packages"):
        (packages / "weituo.pth").write_text("../../../..\n")
    script = PYTHON.with_name("portal")
    script.write_text(SCRIPT)
    script.chmod(0o755)


def _tried(command: list[str], env: dict[str, str] | None = None, *, quietly: bool = False) -> bool:
    """Run it with what it says going to stderr: stdout belongs to the command that the person asked for."""
    to = subprocess.DEVNULL if quietly else sys.stderr
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, stdout=to, stderr=to, close_fds=False, check=False
    )
    return done.returncode == 0


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
