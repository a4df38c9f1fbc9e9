"""What inspectors look at first when production is entrusted: the focus lists of Order 53, articles 52 and 53."""

from dataclasses import dataclass
from typing import Literal

from agreements.reading import table
from workflows.engine import Source

Article = Literal["52", "53"]


@dataclass(frozen=True, slots=True)
class FocusPoint:
    """One point of a list; ``source`` is the article, ``item`` its number there."""

    source: Source
    item: int
    zh: str
    en: str


def focus_list(article: Article) -> tuple[FocusPoint, ...]:
    """The points of article 52, for registrants that entrust, or 53, for entrusted manufacturers, in their order."""
    return _LISTS[article]


_LISTS: dict[Article, tuple[FocusPoint, ...]] = {
    each["article"]: tuple(
        FocusPoint(Source(each["instrument"], each["article"]), point["item"], point["zh"], point["en"])
        for point in each["points"]
    )
    for each in table("inspection_focus")["lists"]
}
