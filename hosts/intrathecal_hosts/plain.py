"""The core's records as plain JSON and back: fields by name, members of enumerations by name, numbers in base units."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import cattrs
from cattrs.strategies import configure_tagged_union

from intrathecal import Event

TYPE: Final = "type"
"""The key that names the type of an event."""


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
    if not isinstance(told, dict) or told.get(TYPE) not in _EVENTS:
        raise NotPlain(f"event: needs a {TYPE!r} that is one of the core's events")
    return record_of(told, Event)  # type: ignore[no-any-return, arg-type]  # a union is told like a type


def record_of(told: object, kind: type[Any]) -> Any:
    """The record of that kind which `plain` told so.

    Raises `NotPlain` for anything else.
    """
    try:
        return _CONVERTER.structure(told, kind)
    except cattrs.BaseValidationError as error:
        raise NotPlain("; ".join(cattrs.transform_error(error, path="", format_exception=_reason))) from error


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
