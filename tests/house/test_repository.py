"""What is kept belongs to the project: no machine's paths, no addresses of registries, no secrets, nothing heavy."""

import re
import tomllib

import pytest

from tests.house.tree import ROOT, kept

TOP = {"app.py", "pyproject.toml", "portal", "workflows", "agreements", "static", "templates", "migrations", "tests"}
MOST_BYTES = 1024 * 1024
# The patterns are written so that they do not find themselves.
NOT_OURS_TO_NAME = {
    "a path of one machine": re.compile(r"(?<![\w.}\])-])/(?:work|root|tmp|Users|home/\w+)/\w"),
    "a package registry": re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|/simpl[e]/|tsinghua\.edu"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "a cloud key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
}
SECRET_NAME = re.compile(r"^\.env|\.(?:pem|key|p12|pfx|jks|sqlite3?|db|kdbx)$|^id_(?:rsa|ed25519)", re.IGNORECASE)
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
FILES = {str(path.relative_to(ROOT)): path for path in kept()}


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / "portal" / "locks" / f"{lock}.txt").read_text("utf-8")))


def plain(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement)[0]).lower()


def test_the_top_level_is_fixed():
    assert {name.split("/")[0] for name in FILES if not name.startswith(".")} - {"README.md", "LICENSE"} == TOP


@pytest.mark.parametrize("what", NOT_OURS_TO_NAME)
def test_no_file_holds(what):
    holding = []
    for name, path in FILES.items():
        if not name.startswith("static/vendor/"):
            found = NOT_OURS_TO_NAME[what].search(path.read_bytes().decode("utf-8", errors="replace"))
            holding += [f"{name}: {found.group()}"] if found else []

    assert holding == []


def test_no_file_is_a_secret_or_a_database_by_its_name():
    assert [name for name, path in FILES.items() if SECRET_NAME.search(path.name)] == []


def test_no_file_is_heavy():
    assert [name for name, path in FILES.items() if path.stat().st_size > MOST_BYTES] == []


@pytest.mark.parametrize("lock", ["core", "test", "installer"])
def test_a_lock_is_pins_and_hashes_alone(lock):
    lines = (ROOT / "portal" / "locks" / f"{lock}.txt").read_text("utf-8").splitlines()

    assert [line for line in lines if not (PIN.match(line) or line.startswith("    --hash=sha256:"))] == []
    assert len(pins(lock)) == len([line for line in lines if PIN.match(line)])


def test_whoever_has_the_tests_has_the_portal_as_it_is_deployed():
    assert pins("core").items() <= pins("test").items()


def test_the_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert {plain(each) for each in project["dependencies"]} <= pins("core").keys()
    assert {plain(each) for each in project["optional-dependencies"]["test"]} <= pins("test").keys()


def test_what_may_not_be_kept_would_be_seen():
    bad = {
        "a path of one machine": "open('/" + "root/x')",
        "a package registry": "https://" + "pypi" + ".org",
        "a private key": "-----BEGIN " + "PRIVATE KEY-----",
        "a cloud key": "AKIA" + "A" * 16,
    }

    assert [what for what, pattern in NOT_OURS_TO_NAME.items() if not pattern.search(bad[what])] == []
