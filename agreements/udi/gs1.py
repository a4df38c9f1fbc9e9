"""GS1 element strings: read from a scanner or from print, built for a carrier, printed beneath it.

A separator (FNC1) that was lost is never made up for: where a value may have swallowed the element after it, the answer
is every reading that is possible, and a person chooses.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import islice

from agreements.identifiers import Malformed, normalise
from agreements.udi.elements import BRACKETED, FIELD_OF, Element, ends_by_separator, form_at, identify, spell
from agreements.udi.identification import Ambiguous, Identification
from workflows.words import N_, Said

FNC1 = "\x1d"
SYMBOLOGIES = ("]C1", "]d2", "]Q3")
EXAMPLE_TEXT = "(01)06901234567892(11)141231(17)150707(10)A213B1(21)1234"
# No label carries more; GS1 allows 48 characters in one linear symbol.
LONGEST = 400
MOST_READINGS = 8
MOST_STEPS = 2000

# What a device label or its package carries, not each of GS1's 500 elements: else any digits in a lot were suspicious.
_MAY_HIDE = frozenset(FIELD_OF) - {"15"}


def parse_elements(text: str, on: date) -> Identification:
    """Read what a scanner sends, with or without its symbology identifier; ``on`` settles the century.

    Raises Malformed; :class:`Ambiguous` where a separator may be missing.
    """
    chunks = _chunks(text)
    told, problem = None, None
    literal: tuple[Element, ...] = ()
    try:
        literal = _literal(chunks)
        told = identify(literal, on)
    except Malformed as wrong:
        problem = wrong
    hidden = list(islice(_readings(chunks, literal, on), MOST_READINGS + 1))
    if hidden:
        readings = tuple(filter(None, (told, *hidden[:MOST_READINGS])))
        printed = "; ".join(map(print_elements, readings))
        raise Ambiguous(readings, printed, are_all=len(hidden) <= MOST_READINGS)
    if told is None:
        raise problem or AssertionError
    return told


def parse_bracketed(text: str, on: date) -> Identification:
    """Read what is printed beneath a carrier, as (01)06901234567892(10)A213B1.  Raises Malformed."""
    body = normalise(text)
    marks = list(BRACKETED.finditer(body))
    if len(body) > LONGEST or not marks or marks[0].start():
        raise Malformed(
            Said(N_("This is not a GS1 code in brackets. Example: %(example)s."), {"example": EXAMPLE_TEXT})
        )
    ends = [*(mark.start() for mark in marks[1:]), len(body)]
    return identify([(mark[1], body[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)], on)


def build_elements(told: Identification, on: date) -> str:
    """What a GS1 carrier holds after its first FNC1, with a separator after each variable element but the last.

    Raises Malformed for what GS1 has no element for, or would read otherwise on that day.
    """
    spelt = spell(told)
    if identify(spelt, on) != told:
        raise Malformed(Said(N_("GS1 has no element for some of these data, or would read them otherwise.")))
    texts = [ai + value for ai, value in spelt]
    ends = [FNC1 if ends_by_separator(ai) else "" for ai, _ in spelt[:-1]]
    return "".join(text + end for text, end in zip(texts, [*ends, ""], strict=True))


def print_elements(told: Identification) -> str:
    """The text to print beneath the carrier."""
    return "".join(f"({ai}){value}" for ai, value in spell(told))


def _chunks(text: str) -> list[str]:
    """What stands between separators; one before the first element or after the last says nothing."""
    body = text.strip(" \t\r\n")
    if body.startswith(SYMBOLOGIES):
        body = body[3:]
    if strange := re.search(r"[^\x1d!-~]", body):
        values: dict[str, str | int] = {"place": strange.start() + 1, "sign": f"U+{ord(strange[0]):04X}"}
        raise Malformed(Said(N_("No GS1 code has the sign at place %(place)s (%(sign)s)."), values))
    if not body or len(body) > LONGEST:
        values = {"count": len(body), "longest": LONGEST}
        raise Malformed(Said(N_("A GS1 code has 1 to %(longest)s characters, not %(count)s."), values))
    chunks = body.removeprefix(FNC1).removesuffix(FNC1).split(FNC1)
    if "" in chunks:
        raise Malformed(Said(N_("Two separators follow each other: what stood between them is missing.")))
    return chunks


def _literal(chunks: list[str]) -> tuple[Element, ...]:
    """The elements if no separator is missing.  Raises Malformed."""
    elements: list[Element] = []
    for chunk in chunks:
        rest = chunk
        while rest:
            form = form_at(rest)
            if form is None:
                says = N_("No GS1 element begins with %(found)s. A separator (FNC1) or the beginning may be missing.")
                raise Malformed(Said(says, {"found": rest[:4]}))
            end = None if form.length is None else len(form.ai) + form.length
            elements.append((form.ai, rest[len(form.ai) : end]))
            rest = rest[end:] if end else ""
    return tuple(elements)


def _readings(chunks: list[str], literal: tuple[Element, ...], on: date) -> Iterator[Identification]:
    """Every other identification that the chunks can be, with a separator missing anywhere within them."""
    for elements in _spellings(chunks, frozenset(), iter(range(MOST_STEPS))):
        if elements != literal:
            with suppress(Malformed):
                yield identify(elements, on)


def _spellings(chunks: list[str], seen: frozenset[str], steps: Iterator[int]) -> Iterator[tuple[Element, ...]]:
    if not chunks:
        yield ()
        return
    for first in _split(chunks[0], seen, steps):
        for rest in _spellings(chunks[1:], seen | {ai for ai, _ in first}, steps):
            yield first + rest


def _split(chunk: str, seen: frozenset[str], steps: Iterator[int]) -> Iterator[tuple[Element, ...]]:
    if next(steps, None) is None:
        raise Malformed(Said(N_("Without its separators (FNC1) this code can mean too many things to tell them all.")))
    form = form_at(chunk)
    if form is None or form.ai in seen:
        return
    value, seen = chunk[len(form.ai) :], seen | {form.ai}
    if form.length is not None:
        element, rest = (form.ai, value[: form.length]), value[form.length :]
        for tail in _split(rest, seen, steps) if rest else [()]:
            yield (element, *tail)
        return
    if form.pattern.fullmatch(value):
        yield ((form.ai, value),)
    for place in range(1, len(value)):
        following = form_at(value[place:])
        if following and following.ai in _MAY_HIDE and form.pattern.fullmatch(value[:place]):
            for tail in _split(value[place:], seen, steps):
                yield ((form.ai, value[:place]), *tail)
