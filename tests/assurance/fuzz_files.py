"""Throw millions of broken files at everything that reads files: python -m tests.assurance.fuzz_files --minutes 10

The corpus is made here, from good files and hostile ones; nothing is downloaded and nothing kept.  A target passes when
nothing but a refusal comes out of it, and each within a second.
"""

import argparse
import io
import logging
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from werkzeug.http import parse_options_header

from portal.checking.images import refuse_bad_jpeg, refuse_bad_png
from portal.checking.judging import judged
from portal.checking.kinds import Unfit
from portal.checking.office import refuse_bad_office
from portal.checking.pdfs import refuse_bad_pdf
from portal.checking.texts import refuse_unreadable
from portal.filing import attachment, clean_name
from tests import hostile

LARGEST = 20 * 1024 * 1024
SMALL = 200_000
NUMBERS = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xff", b"\0\1")
WORDS = (
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"\xff\xd9",
    b"\xff\xda",
    b"IEND",
    b"%%EOF",
    b"/JS",
    b"../",
    b"\0",
)
LETTERS = "a.\\/:*?\"<>|\0\r\n;%'= 委\u202e\u2066\u200b\ud800\ufeffé😀"


@dataclass
class Found:
    """What came of one target; ``slowest`` is in seconds."""

    target: str
    executions: int = 0
    refused: int = 0
    slowest: float = 0
    uncaught: list[str] = field(default_factory=list)


def fuzz(target: str, seconds: float, seed: int) -> Found:
    """Try one target for so long; the same seed tries the same inputs."""
    try_it, corpus = TARGETS[target]
    chance, found = random.Random(seed), Found(target)
    starts = corpus()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        given = changed(chance.choice(starts), chance, starts)
        before = time.process_time()
        try:
            try_it(given)
        except Unfit:
            found.refused += 1
        except Exception as broken:  # noqa: BLE001  that is what is being looked for
            found.uncaught.append(f"{type(broken).__name__}: {broken} on {given[:60]!r}")
        found.slowest = max(found.slowest, time.process_time() - before)
        found.executions += 1
    return found


def changed(given: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A few mutations: bits, numbers, words, cuts, repetitions, and the tail of another input."""
    made = bytearray(given)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(7):
            case 0 if made:
                made[at % len(made)] ^= 1 << chance.randrange(8)
            case 1:
                number = chance.choice(NUMBERS)
                made[at : at + len(number)] = number
            case 2:
                made[at:at] = chance.choice(WORDS)
            case 3:
                del made[at : at + chance.randint(1, 64)]
            case 4:
                made[at:at] = made[at : at + chance.randint(1, 256)]
            case 5:
                other = chance.choice(others)
                made[at:] = other[chance.randrange(len(other) + 1) :]
            case _ if made:
                made[at % len(made)] = chance.randrange(256)
    return bytes(made[:SMALL])


def _name(given: bytes) -> None:
    """However a name is written, what is kept of it is harmless, and the header reads back as the same name."""
    chance = random.Random(given)
    name = "".join(chance.choice(LETTERS) for _ in range(chance.randint(0, 200))) + given.decode("utf-8", "replace")
    clean = clean_name(name)
    assert len(clean) <= 120
    assert clean == clean_name(clean)
    assert not set(clean) & set('/\\\0\r\n\u202e\u2066\u200b\ufeff\ud800"<>|:*?')
    header = attachment(name)
    assert header.isascii()
    assert not set(header) & set("\r\n\0")
    kind, options = parse_options_header(header)
    assert (kind, options["filename"]) == ("attachment", clean or "file")


def _whole(given: bytes) -> None:
    ending = ("pdf", "png", "jpg", "docx", "xlsx", "csv", "txt")[sum(given[:16]) % 7]
    judged(f"a.{ending}", given, LARGEST)


def _samples(*endings: str) -> Callable[[], list[bytes]]:
    def made() -> list[bytes]:
        bad = [make() for _, name, make, _ in hostile.HOSTILE if name.rsplit(".", 1)[-1] in endings]
        return [hostile.GOOD[each] for each in endings] + [each for each in bad if len(each) < SMALL]

    return made


TARGETS: dict[str, tuple[Callable[[bytes], object], Callable[[], list[bytes]]]] = {
    "archive": (lambda given: refuse_bad_office("docx", io.BytesIO(given)), _samples("docx", "xlsx")),
    "png": (refuse_bad_png, _samples("png")),
    "jpeg": (refuse_bad_jpeg, _samples("jpg")),
    "pdf": (refuse_bad_pdf, _samples("pdf")),
    "text": (lambda given: refuse_unreadable("csv", given), _samples("csv", "txt")),
    "name": (_name, lambda: [b"a.pdf", "生产许可证.pdf".encode(), b"../../x.pdf", b'"; x="']),
    "file": (_whole, _samples("pdf", "png", "jpg", "docx", "xlsx", "csv", "txt")),
}


def main(words: Sequence[str]) -> int:
    """Prints what came of each target; 1 when anything but a refusal came out, or something took a second."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10.0, help="for all targets together")
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--target", choices=[*TARGETS], default=None)
    given = asked.parse_args(words)
    seed = given.seed if given.seed is not None else random.randrange(1 << 32)
    chosen = [given.target] if given.target else [*TARGETS]
    logging.getLogger("pikepdf").setLevel(logging.CRITICAL)  # it tells of every broken file
    print(f"seed {seed}")
    bad = False
    for target in chosen:
        found = fuzz(target, given.minutes * 60 / len(chosen), seed)
        bad |= bool(found.uncaught) or found.slowest >= 1
        print(
            f"{target:8} {found.executions:9,} executions, {found.refused:9,} refused, "
            f"{len(found.uncaught)} uncaught, slowest {found.slowest * 1000:.0f} ms"
        )
        for each in found.uncaught[:5]:
            print(f"         {each}")
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
