"""The key posts of a registrant or manufacturer, and what the law asks of whoever holds one, by day and device class.

Source: ``data/key_posts.json``, whose rows name theirs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from agreements.reading import table
from workflows.engine import Source

Asks = Literal["full_time", "senior", "clean_record", "schooled", "practised", "of_quality", "trained"]
# From the least to the most.
EDUCATION = ("none", "secondary", "college", "bachelor", "master", "doctor")
TITLES = ("none", "junior", "mid", "senior")
DEVICE_CLASSES = ("I", "II", "III")


@dataclass(frozen=True, slots=True)
class Post:
    """One key post.  ``authorised``: held by a letter of authorisation; ``many``: more than one person may hold it."""

    id: str
    title_zh: str
    title_en: str
    authorised: bool
    many: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """What is known of somebody for a post; ``years`` of practice in quality or production of devices."""

    education: str
    title: str
    years: int
    full_time: bool
    senior: bool
    clean_record: bool
    of_quality: bool
    trained: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """What one rule asks of a post where devices of these classes are made, from ``since`` on."""

    post: str
    asks: Asks
    classes: tuple[str, ...]
    education: str | None
    title: str | None
    years: int | None
    relaxed_years: int | None
    since: date
    until: date | None
    sources: tuple[Source, ...]

    def applies(self, device_class: str, on: date) -> bool:
        return device_class in self.classes and self.since <= on and (self.until is None or on <= self.until)

    def is_met_by(self, holder: Holder) -> bool:
        if self.asks == "schooled":
            return self._is_schooled(holder)
        if self.asks == "practised":
            return holder.years >= (self.years or 0)
        return bool(getattr(holder, self.asks))

    def _is_schooled(self, holder: Holder) -> bool:
        learnt = self.education is not None and _reaches(EDUCATION, holder.education, self.education)
        titled = self.title is not None and _reaches(TITLES, holder.title, self.title)
        return learnt or titled or (self.relaxed_years is not None and holder.years >= self.relaxed_years)


def conditions_of(post: str, *, device_class: str, on: date) -> list[Condition]:
    return [each for each in CONDITIONS if each.post == post and each.applies(device_class, on)]


def unmet(post: str, holder: Holder, *, device_class: str, on: date) -> list[Condition]:
    """What ``holder`` lacks for the post on a day, in a house whose highest device class is ``device_class``."""
    return [each for each in conditions_of(post, device_class=device_class, on=on) if not each.is_met_by(holder)]


def highest_class(classes: Iterable[str | None]) -> str:
    """Of those known the highest; where none is known the strictest rules hold."""
    known = [each for each in classes if each in DEVICE_CLASSES]
    return max(known, key=DEVICE_CLASSES.index) if known else DEVICE_CLASSES[-1]


def _reaches(scale: tuple[str, ...], has: str, asked: str) -> bool:
    return scale.index(has) >= scale.index(asked)


def _post(row: Mapping[str, Any]) -> Post:
    return Post(**{**row, "sources": tuple(Source(**each) for each in row["sources"])})


def _condition(row: Mapping[str, Any]) -> Condition:
    dated = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("since", "until")}
    sources = tuple(Source(**each) for each in row["sources"])
    return Condition(**{**row, **dated, "classes": tuple(row["classes"]), "sources": sources})


POSTS: Mapping[str, Post] = {row["id"]: _post(row) for row in table("key_posts")["posts"]}
CONDITIONS: tuple[Condition, ...] = tuple(map(_condition, table("key_posts")["conditions"]))
