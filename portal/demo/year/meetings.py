"""The meetings of the representatives in the year: who was missing at which, and where the indicators were reviewed."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from portal.demo.meeting import hold_meeting
from portal.demo.story import World
from workflows.engine import Side

AWAY = {Side.REGISTRANT: "管理者代表出差（演示）。"}
# On 16 April the plant's representative left the post, and nobody followed before 20 May.
VACANT = {Side.MANUFACTURER: "管理者代表岗位空缺（演示）。"}
NOBODY_AWAY: Mapping[Side, str] = {}
HELD = (
    ("2026-01-28T10:00", "chengyue", True, NOBODY_AWAY),
    ("2026-02-02T15:00", "lantai", True, AWAY),
    ("2026-04-15T16:00", "chengyue", False, NOBODY_AWAY),
    ("2026-04-27T14:00", "chengyue", True, VACANT),
    ("2026-04-30T15:00", "lantai", True, AWAY),
    ("2026-07-24T14:00", "chengyue", True, AWAY),
    ("2026-07-30T15:00", "lantai", True, AWAY),
    ("2026-08-31T10:00", "chengyue", False, NOBODY_AWAY),
    ("2026-10-23T14:00", "chengyue", True, AWAY),
    ("2026-10-31T15:00", "lantai", True, AWAY),
)


def held(world: World) -> Iterator[tuple[str, Callable[[], None]]]:
    """Each with its moment; the second registrant's representative never came."""
    for moment, registrant, reviews, absent in HELD:
        yield moment, partial(_hold, world, registrant, reviews=reviews, absent=absent)


def _hold(world: World, registrant: str, *, reviews: bool, absent: Mapping[Side, str]) -> None:
    about = world.named[f"{registrant}_entrustment"]
    hold_meeting(world.org, about, registrant, "hengrui", reviews=reviews, absent=absent)
