"""Files that are made to do harm are refused with the right sentence, quickly, and in little memory."""

import json
import socket
import struct
import subprocess
import sys
import tempfile

import pytest

from portal.checking import archives, asking
from portal.checking.judging import judged
from portal.checking.office import Reader
from tests import hostile

LARGEST = 20 * 1024 * 1024


def asked(name, content, **more):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return asking.ask(name, file, LARGEST, **more)


@pytest.mark.parametrize("ending", hostile.GOOD)
def test_a_good_file_of_every_kind_is_accepted(ending):
    report = asked(f"good.{ending}", hostile.GOOD[ending])

    assert report.refused is None
    assert report.size == len(hostile.GOOD[ending])
    assert report.made["checker"] == "1"


@pytest.mark.parametrize(
    ("name", "make", "told"), [each[1:] for each in hostile.HOSTILE], ids=[each[0] for each in hostile.HOSTILE]
)
def test_a_hostile_file_is_refused_with_the_right_sentence(name, make, told):
    content = make()
    report = asked(name, content)

    assert str(report.refused).startswith(told), report.refused


def test_there_are_more_than_sixty_of_them():
    assert len(hostile.HOSTILE) >= 60


def test_a_file_of_allowed_density_ends_at_the_limit_while_it_is_unpacked(monkeypatch):
    """Under the ratio in every part, over the total: counted as it comes out, not as the file states it."""
    monkeypatch.setattr(archives, "MOST_BYTES", 20 * 1024 * 1024)
    part = b"".join(struct.pack(">Q", n) * 24 for n in range(17_000))
    unpacked = []
    monkeypatch.setattr(Reader, "watch", lambda reader, entry, first, piece: unpacked.append(len(piece)))

    report = judged("a.docx", hostile.office("docx", *((f"word/{n}.xml", part) for n in range(17))), LARGEST)

    assert str(report.refused).startswith("Unpacked, the file")
    assert sum(unpacked) < 22_000_000 < 17 * len(part)


def test_the_process_that_checks_has_no_network_no_rights_and_little_memory(tmp_path):
    """Asked of a child itself: it tries what it should not be able to do."""
    tried = """
import json, os, resource, socket, sys
sys.path.insert(0, sys.argv[1])
from portal.checking import nursery
"localhost".encode("idna")  # a child can open no file to load an encoding from
def can(what):
    try:
        what()
        return True
    except (OSError, MemoryError):
        return False
without = nursery._leave_network()
if os.fork() == 0:
    nursery._confine()
    print(json.dumps({
        "network": not without or can(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])), timeout=2)),
        "memory": can(lambda: bytearray(600 * 1024 * 1024)),
        "file": can(lambda: open(sys.argv[3], "wb", 0).write(b"x")),
        "child": can(os.fork),
        "shadow": can(lambda: open("/etc/shadow").read()),
        "seconds": resource.getrlimit(resource.RLIMIT_CPU)[0],
    }), flush=True)
    os._exit(0)
os.wait()
"""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", tried, str(asking.ROOT), port, str(tmp_path / "written")],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    found = json.loads(done.stdout)
    assert found == {"network": False, "memory": False, "file": False, "child": False, "shadow": False, "seconds": 20}


def test_a_check_that_dies_is_a_refusal(monkeypatch):
    monkeypatch.setattr(asking, "_received", lambda door, deadline: b"")

    assert str(asked("good.pdf", hostile.GOOD["pdf"]).refused).startswith("The file needs more memory or time")


def test_a_check_that_takes_too_long_is_no_verdict():
    with pytest.raises(asking.NotChecked):
        asked("a.docx", hostile.office("docx", ("word/a.xml", b"0" * 50_000_000)), patience=0.001)


def test_a_nursery_that_was_killed_is_replaced():
    asked("good.txt", b"x")
    asking._running[0].process.kill()

    assert asked("good.txt", b"x").refused is None


@pytest.mark.negative_control
def test_without_looking_inside_they_would_pass(monkeypatch):
    monkeypatch.setattr("portal.checking.judging._refuse_inside", lambda ending, content: {})
    inside = [each for each in hostile.HOSTILE if each[0] in ("flat bomb", "a macro", "JavaScript at the opening")]

    assert [judged(name, make(), LARGEST).refused for _, name, make, _ in inside] == [None, None, None]
