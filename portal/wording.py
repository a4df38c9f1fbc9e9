"""How words, days, moments and numbers are said to a reader, in the reader's language."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale, ngettext
from jinja2 import StrictUndefined
from werkzeug.local import LocalProxy

from agreements import sources
from agreements.clocks import Clock, Unit
from portal import cookies
from workflows.engine import Source
from workflows.words import Said

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
LANGUAGES = ("en", "zh")
LANGUAGE = "language"  # the cookie that keeps the one chosen
# Babel's own name for simplified Chinese, and the folder of the catalogue; people and cookies store the short one.
LOCALE_OF = {"en": "en", "zh": "zh_Hans_CN"}
CATALOGUES = Path(__file__).parent / "translations"

_A_MOMENT = timedelta(microseconds=1)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def register_wording(app: Flask) -> None:
    """Give ``app`` its languages, and its templates the filters and names of this module.

    The reader's language is ``g.language`` where somebody is recognised, else the cookie ``language``, else what the
    browser asks for; it must be settled before the first sentence of a request is said.
    """
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(CATALOGUES)
    Babel(app, default_locale="en", default_timezone="Asia/Shanghai", locale_selector=_locale)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # its i18n extension, which Babel() added
        gettext=lambda text: words_now().ugettext(text),
        ngettext=lambda one, many, number: words_now().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]
    app.jinja_env.undefined = StrictUndefined
    filters: dict[str, Callable[..., Any]] = {
        "cite": cite,
        "clock": clock,
        "day": day,
        "iso": iso,
        "last_day": last_day,
        "moment": moment,
        "number": number,
        "said": said,
        "short_hash": short_hash,
        "size": size,
        "time_left": time_left,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(
        # Proxies, so that macros imported without context see the language of this very request.
        language=LocalProxy(language_now),
        other_language=LocalProxy(other_language),
        html_lang=LocalProxy(html_lang),
        in_language=in_language,
        is_recalled=sources.is_recalled,
        today=today,
    )


def words_now() -> NullTranslations:
    """The catalogue of the reader's language.  A page looks some hundred sentences up, so it is found quickly."""
    locale = get_locale()
    return catalogue(locale.language) if locale else NullTranslations()


@cache
def catalogue(language: str) -> NullTranslations:
    return Translations.load(str(CATALOGUES), [LOCALE_OF[language]])


def language_now() -> str:
    """Return "en" or "zh": the language in which this request is answered."""
    chosen: object = g.get("language") if g else None
    if chosen in LANGUAGES:
        return str(chosen)
    if not has_request_context():
        return "en"
    return kept_language() or request.accept_languages.best_match(LANGUAGES) or "en"


def kept_language() -> str | None:
    """The language that was chosen in this browser."""
    kept = cookies.read(LANGUAGE)
    return kept if kept in LANGUAGES else None


def other_language() -> str:
    return "en" if language_now() == "zh" else "zh"


def html_lang() -> str:
    """Return the language tag for the ``lang`` attribute."""
    return "zh-CN" if language_now() == "zh" else "en"


def in_language(zh: str, en: str) -> str:
    """Choose between two texts that the data carry side by side."""
    return zh if language_now() == "zh" else en


def today() -> date:
    """Return the day on which it now is in Beijing, where deadlines are counted."""
    return datetime.now(BEIJING).date()


def day(on: date | datetime | str | None) -> str:
    """Say a day: 2026-11-26 in en, 2026年11月26日 in zh.  A moment is the day that it is in Beijing."""
    if not on:
        return ""
    said_on = _day_of(on)
    return f"{said_on.year}年{said_on.month}月{said_on.day}日" if language_now() == "zh" else said_on.isoformat()


def moment(at: datetime | str | None) -> str:
    """Say an aware moment to the minute, in Beijing, and name the zone."""
    if not at:
        return ""
    there = _moment_of(at)
    return in_language(f"{day(there)}{there:%H:%M}（北京时间）", f"{day(there)} {there:%H:%M} (Beijing time)")


def last_day(at: datetime) -> date:
    """Return the last day in Beijing on which something is in time that is too late from ``at`` on."""
    return (at - _A_MOMENT).astimezone(BEIJING).date()


def time_left(at: datetime) -> tuple[int, int]:
    """Return whole hours and minutes until ``at``; both below nothing, or nothing, once it is past."""
    minutes = int((at - datetime.now(BEIJING)).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return (hours, rest) if minutes >= 0 else (-hours, -rest)


def clock(at: datetime | str | None) -> str:
    """Say the time of day of an aware moment in Beijing, to the minute."""
    return f"{_moment_of(at):%H:%M}" if at else ""


def iso(when: date | datetime | str | None) -> str:
    """Return ``when`` for a machine: the ``datetime`` attribute of a ``time`` element."""
    if when is None or isinstance(when, str):
        return when or ""
    return when.isoformat()


def number(amount: int | Decimal | None) -> str:
    """Say an amount with its thousands apart: 1,230."""
    if amount is None:
        return ""
    return f"{amount:,f}" if isinstance(amount, Decimal) else f"{amount:,}"


def span(clock: Clock) -> str:
    """How long a clock runs that counts months or working days."""
    if clock.unit is Unit.MONTH:
        return str(ngettext("%(num)s month", "%(num)s months", clock.length))
    return str(ngettext("%(num)s working day", "%(num)s working days", clock.length))


def size(octets: int) -> str:
    """Say how large a file is: 840 B, 12.4 KB, 3.1 MB."""
    amount = float(octets)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def cite(source: Source) -> str:
    """Name the place where a rule is written, as lawyers of the reader's language cite it."""
    return sources.cite(source, language_now())


def said(words: object) -> str:
    """Say a :class:`Said`, or a text marked with ``N_``, in the reader's language; days among its values as days.

    A text that is in no catalogue, or is translated already, comes back as it is; nothing stays nothing.
    """
    if not words:
        return ""
    if not isinstance(words, Said):
        text: str = words_now().ugettext(str(words))
        return text
    template: str = words_now().ugettext(words.says)
    return template % {name: _value(value) for name, value in words.values.items()} if words.values else template


def short_hash(digest: str | None) -> str:
    """Say the first and the last four characters of a digest: 3f9a…c21e."""
    if not digest:
        return ""
    return digest if len(digest) <= 12 else f"{digest[:4]}…{digest[-4:]}"


def _locale() -> str:
    return LOCALE_OF[language_now()]


def _value(value: str | int | Said) -> str | int:
    if isinstance(value, Said):
        return said(value)
    return day(value) if isinstance(value, str) and _ISO_DAY.fullmatch(value) else value


def _day_of(on: date | datetime | str) -> date:
    if isinstance(on, str):
        return date.fromisoformat(on)
    return _moment_of(on).date() if isinstance(on, datetime) else on


def _moment_of(at: datetime | str) -> datetime:
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    if when.tzinfo is None:
        raise ValueError(f"{when!r} has no time zone")
    return when.astimezone(BEIJING)
