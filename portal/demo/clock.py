"""The clock of a story that is told of the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import current_app

from portal.db import CHINA, now, story_time
from portal.settings import Environment


@contextmanager
def at(moment: str) -> Iterator[datetime]:
    """Inside it is ``moment``, as people in China say it: "2025-11-03T09:00"; the clock runs on from there.

    Raises RuntimeError where real books are kept: nobody sets a clock there.
    """
    if current_app.config["SETTINGS"].environment is not Environment.DEVELOPMENT:
        raise RuntimeError("Only the story of a demonstration is told at another time than its own.")
    then = datetime.fromisoformat(moment).replace(tzinfo=CHINA)
    token = story_time.set(story_time.get() + then - now())
    try:
        yield then
    finally:
        story_time.reset(token)
