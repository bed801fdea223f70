"""How a record's fields are checked when it is made. Outside the verifiable subset; provers read the ranges here."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from attrs import Attribute, frozen


def _name(record: Any, attribute: Attribute[Any]) -> str:
    return f"{type(record).__name__}.{attribute.name}"


@frozen
class Within:
    """A whole number of `unit`, from `low` to `high`."""

    low: int
    high: int
    unit: str

    def __call__(self, record: Any, attribute: Attribute[Any], value: object) -> None:
        """Raise `TypeError` for what is no whole number, `ValueError` for one out of range."""
        name = _name(record, attribute)
        if type(value) is not int:
            raise TypeError(f"{name}: takes a whole number of {self.unit}, not {value!r}")
        if not self.low <= value <= self.high:
            raise ValueError(f"{name}: {value} {self.unit} is outside {self.low} to {self.high} {self.unit}")


@frozen
class Member:
    """A member of the enumeration `of`."""

    of: type[IntEnum]

    def __call__(self, record: Any, attribute: Attribute[Any], value: object) -> None:
        """Raise `TypeError` for anything else."""
        if not isinstance(value, self.of):
            raise TypeError(f"{_name(record, attribute)}: takes a {self.of.__name__}, not {value!r}")


@frozen
class Made:
    """A record of the type `of`, or yes or no where `of` is `bool`."""

    of: type

    def __call__(self, record: Any, attribute: Attribute[Any], value: object) -> None:
        """Raise `TypeError` for anything else."""
        if type(value) is not self.of:
            raise TypeError(f"{_name(record, attribute)}: takes a {self.of.__name__}, not {value!r}")


@frozen
class Each:
    """A tuple of exactly `length` items, each of which passes `item`."""

    length: int
    item: Within | Member | Made

    def __call__(self, record: Any, attribute: Attribute[Any], value: object) -> None:
        """Raise `TypeError` for what is no tuple, `ValueError` for a wrong length, and what `item` raises."""
        name = _name(record, attribute)
        if type(value) is not tuple:
            raise TypeError(f"{name}: takes a tuple of {self.length} items, not {value!r}")
        if len(value) != self.length:
            raise ValueError(f"{name}: takes exactly {self.length} items, not {len(value)} items")
        for item in value:
            self.item(record, attribute, item)


YES_OR_NO = Made(bool)
"""A field that takes `True` or `False` alone."""
