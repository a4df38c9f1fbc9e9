"""Frozen dataclasses to plain JSON types and back, without loss."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Shape = TypeVar("Shape")


def as_plain(value: Any) -> Any:
    """Turn a dataclass (dates, tuples, mappings inside) into dicts, lists, text, whole numbers, booleans and None.

    Dates become ISO text.  Raises :class:`TypeError` for anything else, floats above all: they do not hash alike.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [as_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): as_plain(each) for key, each in value.items()}
    if is_dataclass(value):
        return {name: as_plain(getattr(value, name)) for name in _names(cast("type", type(value)))}
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(shape: type[Shape], data: Any) -> Shape:
    """Build the dataclass ``shape`` from what :func:`as_plain` returned.

    A key that is absent takes the field's default, so that inputs stored before the field existed can be replayed.
    Raises :class:`ValueError` naming the first key or value that does not fit.
    """
    return cast("Shape", _built(shape, data, shape.__name__))


@cache
def _names(shape: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(shape))


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def _built(shape: Any, data: Any, at: str) -> Any:  # noqa: PLR0911  one return for each kind of type
    origin, inner = get_origin(shape), get_args(shape)
    if origin in (Union, UnionType):
        if data is None and NoneType in inner:
            return None
        return _built(next(each for each in inner if each is not NoneType), data, at)
    if origin is Literal:
        return _fitting(data in inner, data, at)
    if origin is tuple:
        _fitting(isinstance(data, list | tuple), data, at)
        return tuple(_built(inner[0], each, f"{at}[{place}]") for place, each in enumerate(data))
    if origin is not None and issubclass(origin, Mapping):
        _fitting(isinstance(data, Mapping), data, at)
        return {key: _built(inner[1], each, f"{at}.{key}") for key, each in data.items()}
    if is_dataclass(shape):
        return _built_dataclass(cast("type", shape), data, at)
    if shape is date:
        return _built_day(data, at)
    exact = type(data) is shape
    return _fitting(exact, data, at)


def _built_day(data: Any, at: str) -> date:
    _fitting(isinstance(data, str), data, at)
    try:
        return date.fromisoformat(data)
    except ValueError:
        raise ValueError(f"{at} cannot be {data!r}") from None


def _built_dataclass(shape: type, data: Any, at: str) -> Any:
    _fitting(isinstance(data, Mapping), data, at)
    if strange := set(data) - set(_names(shape)):
        raise ValueError(f"{at} has no {min(strange)!r}")
    for field in fields(shape):
        if field.name not in data and field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{at} lacks {field.name!r}")
    hints = _hints(shape)
    return shape(**{name: _built(hints[name], data[name], f"{at}.{name}") for name in _names(shape) if name in data})


def _fitting(fits: bool, data: Any, at: str) -> Any:
    if not fits:
        raise ValueError(f"{at} cannot be {data!r}")
    return data
