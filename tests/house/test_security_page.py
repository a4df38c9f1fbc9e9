"""portal/SECURITY.md says what the code does"""

import re
from dataclasses import fields
from datetime import timedelta

import pytest

from portal import limits
from portal.checking import archives, nursery
from portal.identity import lifetimes, passwords, proving, recovery, resets
from portal.limits import Limit
from portal.rooms.files import links
from portal.rooms.people import offers
from portal.settings import Settings
from portal.web import proving as pages
from tests.house.tree import ROOT

PAGE = (ROOT / "portal" / "SECURITY.md").read_text("utf-8")
LIMITS = [each for each in vars(limits).values() if isinstance(each, Limit)]
UNLESS_SET = {each.name: each.default for each in fields(Settings)}
COSTS = passwords.COSTS
ROW = re.compile(r"^\| `([\w-]+)` \| (\d+) in (\d+) s \|", re.MULTILINE)


def test_every_limit_stands_there_with_its_figures_and_no_other():
    told = {name: (int(most), int(seconds)) for name, most, seconds in ROW.findall(PAGE)}

    assert told == {each.name: (each.most, each.seconds) for each in LIMITS}


@pytest.mark.parametrize(
    ("sentence", "is_so"),
    [
        ("ends after 30 minutes without a request", UNLESS_SET["idle_minutes"] == 30),
        ("after 15 for authorities and organisation administrators", UNLESS_SET["idle_minutes_watched"] == 15),
        ("after 12 hours in any case", UNLESS_SET["absolute_minutes"] == 12 * 60),
        ("one of ten recovery codes", recovery.HOW_MANY == 10),
        ("recovery codes (120 bits)", len(recovery.LETTERS) == 32 and recovery.GROUPS * recovery.GROUP * 5 == 120),
        ("once, within 24 hours", timedelta(hours=24) == resets.LINK_HOLDS),
        ("no signature for 24 hours", timedelta(hours=24) == resets.NO_SIGNING),
        ("a link, once, within seven days", timedelta(days=7) == offers.LASTS),
        ("once, at most five minutes old", timedelta(minutes=5) == lifetimes.ASSERTION),
        ("a token of 15 minutes", timedelta(minutes=15) == lifetimes.ACCESS),
        ("a sealed link, for a minute", links.SECONDS == 60),
        ("only within five minutes of a proof", timedelta(minutes=5) == pages.FRESH),
        ("20 MB a file", UNLESS_SET["largest_file"] == 20 * 1024 * 1024),
        (
            "unpacks to more than 500 MB, to more than a hundred times its size, or to more than 2,000 parts",
            (archives.MOST_BYTES, archives.MOST_RATIO, archives.MOST_ENTRIES) == (500 * 1024 * 1024, 100, 2000),
        ),
        ("has 20 seconds and 512 MB", (nursery.SECONDS, nursery.MEMORY) == (20, 512 * 1024 * 1024)),
        ("Five wrong proofs lock signing", proving.WRONG_BEFORE_LOCK == 5),
        ("for 15 minutes and then for twice as long", timedelta(minutes=15) == proving.LOCK),
        (
            "argon2id, 19 MiB, two passes",
            (COSTS["memory_cost"], COSTS["time_cost"]) == (19 * 1024, 2),
        ),
    ],
)
def test_it_says_how_long_and_how_strong(sentence, is_so):
    assert sentence in " ".join(PAGE.split())
    assert is_so


def test_every_setting_it_names_is_one():
    named = set(re.findall(r"PORTAL_[A-Z_]+", PAGE))

    assert named
    assert named <= set(re.findall(r"PORTAL_[A-Z_]+", (ROOT / "portal" / "settings.py").read_text("utf-8")))
