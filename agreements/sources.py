"""The instruments that rules cite, and how a citation reads in Chinese and English."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from agreements.reading import table
from workflows.engine import Source

Confidence = Literal["CONFIRMED", "RECALLED"]


class UnknownInstrument(KeyError):
    """A source names an instrument that data/instruments.json does not hold."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, notice or standard.  A date of None was not found; RECALLED means it was not seen in a stored source."""

    key: str
    title_zh: str
    title_en: str
    short_en: str
    number: str
    issued: date | None
    in_force_from: date | None
    in_force_to: date | None
    confidence: Confidence
    read_at: str
    note: str
    recalled_articles: tuple[str, ...]


def instrument(key: str) -> Instrument:
    """Raise :class:`UnknownInstrument` for a key that is not in the table."""
    try:
        return _INSTRUMENTS[key]
    except KeyError:
        raise UnknownInstrument(key) from None


def every_instrument() -> tuple[Instrument, ...]:
    return tuple(_INSTRUMENTS.values())


def cite(source: Source, language: str) -> str:
    """Say where a rule is written: 《医疗器械生产监督管理办法》第三十四条, or SAMR Order 53 (2022), art. 34.

    ``language`` is "en", or anything that begins with "zh".  Understood places: 34, 104(1), 16, 19, 45-46, (8), III(6),
    II(4)1, template 5.1, 一; any other place is printed as it stands.  Raises :class:`UnknownInstrument`.
    """
    found = instrument(source.instrument)
    if found.key == "HOUSE":
        return found.title_zh if language.startswith("zh") else found.short_en
    if language.startswith("zh"):
        places = "、".join(_placed(each, _ZH) for each in _parts(source.article))
        return f"《{found.title_zh}》{places}"
    places = ", ".join(_placed(each, _EN) for each in _parts(source.article))
    return f"{found.short_en}, {places}" if places else found.short_en


def is_recalled(source: Source) -> bool:
    """Whether the instrument, or this place of it, comes from memory and was not seen in a stored source."""
    found = instrument(source.instrument)
    return found.confidence == "RECALLED" or source.article in found.recalled_articles


_DIGITS = "零一二三四五六七八九"
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}

_Words = Mapping[str, Callable[..., str]]


def _chinese(number: str) -> str:
    hundreds, tens, ones = int(number) // 100, int(number) // 10 % 10, int(number) % 10
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones or not text else "")


def _roman(numeral: str) -> str:
    return next(roman for roman, value in _ROMAN.items() if value == _DIGITS.index(numeral))


def _items(nested: str) -> str:
    return re.sub(r"\((\d+)\)", lambda found: f"（{_chinese(found[1])}）", nested)


_ZH: _Words = {
    "article": lambda number, nested: f"第{_chinese(number)}条{_items(nested)}",
    "range": lambda first, last: f"第{_chinese(first)}条至第{_chinese(last)}条",
    "clause": lambda number: f"第（{_chinese(number)}）条",
    "part": lambda roman, nested, item: f"第{_chinese(str(_ROMAN[roman]))}部分{_items(nested)}{item}",
    "template": lambda place: f"参考模板{place}",
    "section": lambda place: f"第{place}节",
    "heading": lambda numeral: f"第{numeral}部分",
}
_EN: _Words = {
    "article": lambda number, nested: f"art. {number}{nested}",
    "range": lambda first, last: f"art. {first}-{last}",
    "clause": lambda number: f"clause ({number})",
    "part": lambda roman, nested, item: f"part {roman}{nested}{item}",
    "template": lambda place: f"template {place}",
    "section": lambda place: f"section {place}",
    "heading": lambda numeral: f"part {_roman(numeral)}",
}
_SHAPES = (
    ("article", re.compile(r"(\d{1,3})((?:\(\w+\))*)")),
    ("range", re.compile(r"(\d{1,3})-(\d{1,3})")),
    ("clause", re.compile(r"\((\d{1,2})\)")),
    ("part", re.compile(r"(I{1,3}|IV|VI{0,3}|IX|X|V)((?:\(\d+\))*)(\d*)")),
    ("template", re.compile(r"template (\S+)")),
    ("section", re.compile(r"(?:section )?(\d+(?:\.\d+)+|(?<=section )\d+)")),
    ("heading", re.compile(rf"([{_DIGITS[1:]}])")),
)


def _parts(article: str) -> list[str]:
    return [each.strip() for each in article.split(",") if each.strip()]


def _placed(place: str, words: _Words) -> str:
    for shape, pattern in _SHAPES:
        if found := pattern.fullmatch(place):
            return words[shape](*found.groups())
    return place


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_INSTRUMENTS: Mapping[str, Instrument] = {
    row["key"]: Instrument(
        **{
            **row,
            "issued": _day(row["issued"]),
            "in_force_from": _day(row["in_force_from"]),
            "in_force_to": _day(row["in_force_to"]),
            "recalled_articles": tuple(row["recalled_articles"]),
        }
    )
    for row in table("instruments")["instruments"]
}
