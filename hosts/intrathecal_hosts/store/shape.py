"""The shape of a record: its numbers and truth values in the order of its fields, and back.

Records are those of the core: frozen, of whole numbers, truth values, members of enumerations, other records and tuples
of a fixed length.
"""

from __future__ import annotations

import functools
import hashlib
import typing
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Annotated, Any, Final, get_args, get_origin

import attrs

from intrathecal.fields import Each

WHOLE: Final = "q"
"""What stands for a whole number: a signed one of 64 bits."""
EITHER: Final = "?"
"""What stands for a truth value: one byte, 0 or 1."""


@attrs.frozen(eq=False)
class Shape:
    """How values of one type are told as numbers, and made of them."""

    kind: str
    """The type in words, to the last field: two types of the same are the same."""
    codes: str
    """By number: how it is packed, as `struct` writes it."""
    flatten: Callable[[Any, list[int]], None]
    """Adds the value's numbers to the list."""
    make: Callable[[Iterator[int]], Any]
    """Takes the value's numbers, and makes it.

    Raises `ValueError` where its constructors refuse it.
    """

    @functools.cached_property
    def digest(self) -> bytes:
        """SHA-256 of the type in words."""
        return hashlib.sha256(self.kind.encode()).digest()


@functools.cache
def shape_of(hint: Any) -> Shape:
    """The shape of a type, as a field is annotated with it.

    Raises `TypeError` for one that is none of those that the core's records are made of.
    """
    if get_origin(hint) is Annotated:
        several, length = get_args(hint)
        return _tuple(get_args(several)[0], length)
    if hint is bool:
        return Shape("bool", EITHER, _append, bool_of)
    if hint is int:
        return Shape("int", WHOLE, _append, next)
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        members = ", ".join(f"{member.name}={member.value}" for member in hint)
        return Shape(f"{hint.__name__}({members})", WHOLE, _append, lambda numbers: hint(next(numbers)))
    if isinstance(hint, type) and attrs.has(hint):
        return _record(hint)
    raise TypeError(f"no shape is known for {hint}")


def bool_of(numbers: Iterator[int]) -> bool:
    """The truth value that is next.

    Raises `ValueError` for a number that is none.
    """
    number = next(numbers)
    if number not in (0, 1):
        raise ValueError(f"a truth value is 0 or 1, not {number}")
    return number == 1


def _append(value: int, numbers: list[int]) -> None:
    numbers.append(value)


def _tuple(item: Any, length: int) -> Shape:
    each = shape_of(item)

    def flatten(values: tuple[Any, ...], numbers: list[int]) -> None:
        for value in values:
            each.flatten(value, numbers)

    def make(numbers: Iterator[int]) -> tuple[Any, ...]:
        return tuple(each.make(numbers) for _ in range(length))

    plain = len(each.codes) == 1
    return Shape(f"{length} of {each.kind}", each.codes * length, list_extend if plain else flatten, make)


def list_extend(values: tuple[int, ...], numbers: list[int]) -> None:
    """Adds values that are numbers themselves."""
    numbers += values


def _record(kind: type) -> Shape:
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = attrs.fields(kind)
    names = [field.name for field in fields]
    shapes = [shape_of(_with_length(hints[field.name], field.validator)) for field in fields]
    parts = tuple(zip(names, (shape.flatten for shape in shapes), strict=True))
    makers = tuple(shape.make for shape in shapes)

    def flatten(value: Any, numbers: list[int]) -> None:
        for name, into in parts:
            into(getattr(value, name), numbers)

    def make(numbers: Iterator[int]) -> Any:
        return kind(*(each(numbers) for each in makers))

    told = ", ".join(f"{name}: {shape.kind}" for name, shape in zip(names, shapes, strict=True))
    return Shape(f"{kind.__name__}({told})", "".join(shape.codes for shape in shapes), flatten, make)


def _with_length(hint: Any, validator: object) -> Any:
    """The field's type, with the length of a tuple that only its validator knows."""
    if get_origin(hint) is tuple:
        assert isinstance(validator, Each)
        return Annotated[hint, validator.length]
    return hint
