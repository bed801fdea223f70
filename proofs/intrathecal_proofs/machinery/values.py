"""What lifted expressions are worth: terms, records of them, tuples of them; and how two of them are joined."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, cast

import attrs

from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.terms import Poly, Truth


@attrs.frozen(eq=False)
class Record:
    """A record of the class `of`, field by field."""

    of: type
    fields: Mapping[str, Value]

    @functools.cached_property
    def identity(self) -> object:
        """The same for records of one class with the same terms in it."""
        key = (self.of, *(identity(field) for field in self.fields.values()))
        return _IDENTITIES.setdefault(key, len(_IDENTITIES))


@functools.cache
def is_plain(of: type) -> bool:
    """Whether a record of the class is what it is given for its fields, by their names, and equal to another exactly
    if all fields are."""
    kept = all(
        f.init and f.converter is None and not f.kw_only and f.alias == f.name and f.eq and f.eq_key is None
        for f in _fields(of)
    )
    return kept and _is_generated(of, "__init__") and _is_generated(of, "__eq__")


def fields_of(of: type) -> tuple[str, ...]:
    """The names of the record's fields, in their order."""
    return tuple(f.name for f in _fields(of))


def _fields(of: type) -> tuple[Any, ...]:
    return tuple(attrs.fields(cast(Any, of)))


def _is_generated(of: type, method: str) -> bool:
    """Whether `attrs` wrote the method, for this very class."""
    code = getattr(vars(of).get(method), "__code__", None)
    return code is not None and code.co_filename.startswith("<attrs generated")


Value = Poly | Truth | Record | tuple[Any, ...]
"""A lifted value; tuples hold values."""
_IDENTITIES: dict[object, int] = {}


def identity(value: Value) -> object:
    """The same for values with the same terms in them: equal terms are the same object."""
    if isinstance(value, Record):
        return value.identity
    return tuple(identity(each) for each in value) if isinstance(value, tuple) else value


class Mismatch(Exception):
    """Two values that should be of one kind are not."""


def constant(value: object) -> Value:
    """The lifted form of a plain Python value: a number, truth value, enumeration member, record or tuple of them."""
    if isinstance(value, bool):
        return terms.truth(value)
    if isinstance(value, int):
        return terms.const(int(value))
    if isinstance(value, tuple):
        return tuple(constant(each) for each in value)
    if attrs.has(type(value)):
        return Record(type(value), {name: constant(getattr(value, name)) for name in fields_of(type(value))})
    raise Mismatch(f"{value!r} is no number, truth value, record or tuple")


def join(condition: Truth, then: Value, other: Value) -> Value:
    """`then` where the condition holds, else `other`, field by field."""
    if then is other or condition is terms.TRUE:
        return then
    if condition is terms.FALSE:
        return other
    if isinstance(then, Poly) and isinstance(other, Poly):
        return terms.choose(condition, then, other)
    if isinstance(then, Truth) and isinstance(other, Truth):
        return terms.choose_truth(condition, then, other)
    if isinstance(then, Record) and isinstance(other, Record) and then.of is other.of:
        return Record(then.of, {k: join(condition, v, other.fields[k]) for k, v in then.fields.items()})
    if isinstance(then, tuple) and isinstance(other, tuple) and len(then) == len(other):
        return tuple(join(condition, a, b) for a, b in zip(then, other, strict=True))
    raise Mismatch(f"a {_kind(then)} cannot be joined with a {_kind(other)}")


def same(a: Value, b: Value) -> Truth:
    """Whether the two are equal."""
    if isinstance(a, Record) and not is_plain(a.of):
        raise Mismatch(f"{a.of.__name__} is compared by more than its fields")
    if a is b:
        return terms.TRUE
    if isinstance(a, Poly) and isinstance(b, Poly):
        return terms.equal(a, b)
    if isinstance(a, Truth) and isinstance(b, Truth):
        return terms.choose_truth(a, b, terms.negation(b))
    if isinstance(a, Record) and isinstance(b, Record) and a.of is b.of:
        return terms.conjunction(*(same(v, b.fields[k]) for k, v in a.fields.items()))
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return terms.conjunction(*(same(x, y) for x, y in zip(a, b, strict=True)))
    raise Mismatch(f"a {_kind(a)} is never equal to a {_kind(b)}")


def _kind(value: Value) -> str:
    if isinstance(value, Record):
        return value.of.__name__
    if isinstance(value, tuple):
        return f"tuple of {len(value)}"
    return "number" if isinstance(value, Poly) else "truth value"


def leaves(value: Value, path: str = "") -> Iterator[tuple[str, Poly | Truth]]:
    """Every number and truth value in it, with its path, as in `pump.window.past[3]`."""
    if isinstance(value, Record):
        for name, field in value.fields.items():
            yield from leaves(field, f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from leaves(item, f"{path}[{place}]")
    else:
        yield path, value


def rebuild(value: Value, number: Mapping[Poly, int], truth: Mapping[Truth, bool], kind: Any) -> Any:
    """The plain Python value of type `kind` whose numbers and truth values are looked up."""
    if isinstance(value, Poly):
        return kind(number[value]) if isinstance(kind, type) and issubclass(kind, IntEnum) else number[value]
    if isinstance(value, Truth):
        return truth[value]
    raise Mismatch(f"a {_kind(value)} is rebuilt from its fields")
