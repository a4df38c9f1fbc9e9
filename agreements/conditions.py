"""The conditions of a catalogue entry, compiled into three-valued questions (Kleene's strong logic)."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from agreements.evidence import Product

Answers = Mapping[str, bool]
Judge = Callable[[Product, Answers], bool | None]


def compiled(condition: Mapping[str, Any]) -> Judge:
    """Compile one ``prohibited_when`` of the data into a three-valued question (Kleene's strong logic)."""
    match condition:
        case {"always": True}:
            return lambda product, answers: True
        case {"code": str(code)} | {"code_prefix": str(code)}:
            wanted = (code,)
            return lambda product, answers: code_is(product.code, wanted)
        case {"attr": str(name), "eq": expected}:
            return _attribute(name, expected)
        case {"not": inner}:
            return _negation(compiled(inner))
        case {"all": [*parts]}:
            return conjunction(tuple(compiled(part) for part in parts))
        case {"any": [*parts]}:
            return _negation(conjunction(tuple(_negation(compiled(part)) for part in parts)))
    raise ValueError(f"no such condition: {condition!r}")


def missing_in(condition: Mapping[str, Any], product: Product) -> list[str]:
    ((kind, inner),) = ((key, each) for key, each in condition.items() if key != "eq")
    if kind in ("all", "any"):
        return [name for each in inner if compiled(each)(product, {}) is None for name in missing_in(each, product)]
    if kind == "not":
        return missing_in(inner, product)
    if kind == "attr":
        return [inner] if getattr(product, inner) is None else []
    return ["code"] if kind in ("code", "code_prefix") and code_is(product.code, (inner,)) is None else []


@lru_cache(maxsize=65_536)
def code_is(code: str | None, wanted: tuple[str, ...]) -> bool | None:
    """Whether ``code`` is, or lies under, one of ``wanted``; None when it is too short to tell."""
    if code is None:
        return None
    if any(code == each or code.startswith(f"{each}-") for each in wanted):
        return True
    return None if any(each.startswith(f"{code}-") for each in wanted) else False


def _attribute(name: str, expected: object) -> Judge:
    def judge(product: Product, _: Answers) -> bool | None:
        value = getattr(product, name)
        return None if value is None else value == expected

    return judge


def _negation(inner: Judge) -> Judge:
    def judge(product: Product, answers: Answers) -> bool | None:
        met = inner(product, answers)
        return None if met is None else not met

    return judge


def conjunction(parts: tuple[Judge, ...]) -> Judge:
    def judge(product: Product, answers: Answers) -> bool | None:
        met: bool | None = True
        for part in parts:
            each = part(product, answers)
            if each is False:
                return False
            if each is None:
                met = None
        return met

    return judge
