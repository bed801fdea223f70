"""The core's records as plain JSON and back: fields by name, members of enumerations by name, numbers in base units."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final

import cattrs
from cattrs.strategies import configure_tagged_union

from intrathecal import Event

TYPE: Final = "type"
"""The key that names the type of an event."""
PARTS_MAX: Final = 500
"""How many lists and objects one line may have, inside each other or not: more than any record of the core."""


class NotPlain(ValueError):
    """What is no event, or no such record; the message names the field, in one line."""


def plain(record: object) -> Any:
    """The record as JSON holds it."""
    return _CONVERTER.unstructure(record)


def plain_event(event: Event) -> dict[str, Any]:
    """The event as JSON holds it, with its type under `TYPE`."""
    told: dict[str, Any] = _CONVERTER.unstructure(event, unstructure_as=Event)
    return told


def event_of(told: object) -> Event:
    """The event that `plain_event` told so.

    Raises `NotPlain` for anything else.
    """
    kind = told.get(TYPE) if isinstance(told, dict) else None
    if not isinstance(kind, str) or kind not in _EVENTS:
        raise NotPlain(f"event: needs a {TYPE!r} that is one of the core's events")
    return record_of(told, Event)  # type: ignore[no-any-return, arg-type]  # a union is told like a type


def record_of(told: object, kind: type[Any]) -> Any:
    """The record of that kind which `plain` told so.

    Raises `NotPlain` for anything else.
    """
    if not isinstance(told, dict):
        raise NotPlain(f"{kind.__name__}: is no object of JSON, with its fields by name")
    try:
        return _CONVERTER.structure(told, kind)
    except cattrs.BaseValidationError as error:
        raise NotPlain("; ".join(cattrs.transform_error(error, path="", format_exception=_reason))) from error


def object_of(line: bytes) -> dict[str, Any]:
    """The object of JSON that the line is.

    Raises `NotPlain` for anything else, and for numbers that are none.
    """
    if line.count(b"[") + line.count(b"{") > PARTS_MAX:
        raise NotPlain(f"has more than {PARTS_MAX} lists and objects: no record has")
    try:
        told = json.loads(line, parse_constant=_finite, parse_float=_finite)
    except ValueError as error:
        raise NotPlain(f"is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise NotPlain("is no object of JSON")
    return told


def with_keys(told: Mapping[str, Any], *names: str) -> None:
    """Raises `NotPlain` where these are not all the keys there are."""
    missing = [name for name in names if name not in told]
    if missing:
        raise NotPlain(f"{missing[0]} is missing")
    more = sorted(told.keys() - set(names))
    if more:
        raise NotPlain(f"knows nothing of {', '.join(more)}")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return number


def _reason(error: BaseException, kind: type | None) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        return f"knows nothing of {', '.join(sorted(error.extra_fields))}"
    return str(error)


def _member(told: object, kind: type[IntEnum]) -> IntEnum:
    if not isinstance(told, str) or told not in kind.__members__:
        raise ValueError(f"{told!r} is no {kind.__name__}")
    return kind[told]


def _number(told: object, _: type) -> int:
    if type(told) is not int:
        raise ValueError(f"{told!r} is no whole number")
    return told


def _yes_or_no(told: object, _: type) -> bool:
    if type(told) is not bool:
        raise ValueError(f"{told!r} is neither true nor false")
    return told


def _converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True, unstruct_collection_overrides={tuple: list})
    made.register_unstructure_hook(IntEnum, lambda member: member.name)
    made.register_structure_hook(int, _number)
    made.register_structure_hook(bool, _yes_or_no)
    made.register_structure_hook(IntEnum, _member)
    configure_tagged_union(Event, made, tag_name=TYPE)
    return made


_CONVERTER: Final = _converter()
_EVENTS: Final = frozenset(kind.__name__ for kind in Event.__args__)
