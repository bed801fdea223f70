"""Arbitrary values: a record of any type with a free variable in each place, and what its types say of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import IntEnum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import attrs

from intrathecal import Device, Drug, Protocol, valid_device, valid_drug, valid_protocol
from intrathecal.fields import Each, Within
from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.lifter import Lifter
from intrathecal_proofs.machinery.terms import Poly, Truth
from intrathecal_proofs.machinery.values import Record, Value

VALID: dict[type, Callable[..., bool]] = {Device: valid_device, Drug: valid_drug, Protocol: valid_protocol}
"""What constructors check across fields."""


DECLARED: dict[str, tuple[int, int]] = {}
"""By free variable: from where to where its types let it lie, wherever it is spoken of; a premise there."""
_SAID: set[Truth] = set()
"""What constructors check across fields of arbitrary records: premises too."""


@attrs.define
class Symbols:
    """Makes arbitrary values and collects what the types say of them."""

    facts: list[Truth] = attrs.field(factory=list)
    declares: bool = True
    """What the types say is a premise wherever the values are spoken of; not so of results that a contract tells of."""

    def arbitrary(self, kind: Any, name: str, check: Any = None) -> Value:
        """A value of the type `kind`, called `name`; `check` is the field's validator, if it has one."""
        if get_origin(kind) is Annotated:
            base, note = get_args(kind)[:2]
            return self.arbitrary(base, name, note if check is None else check)
        if get_origin(kind) is tuple:
            length, inner = (check.length, check.item) if isinstance(check, Each) else (check, None)
            return tuple(self.arbitrary(get_args(kind)[0], f"{name}[{i}]", inner) for i in range(length))
        if kind is bool:
            return terms.proposition(name)
        if isinstance(kind, type) and issubclass(kind, IntEnum):
            return self._in_range(name, _members(kind))
        if kind is int:
            within = isinstance(check, Within)
            return self._in_range(name, (check.low, check.high)) if within else terms.variable(name)
        if isinstance(kind, type) and attrs.has(kind):
            value, facts = _arbitrary_record(kind, name, self.declares)
            self.facts += facts
            return value
        raise TypeError(f"{name}: no arbitrary value of {kind!r} can be made")

    def describe(self, kind: Any, value: Value, check: Any = None) -> None:
        """Collect what the annotation, and the checks of records, say of a value, but for what is a premise anyway.

        Raises `ValueError` for a value of another shape.
        """
        if get_origin(kind) is Annotated:
            base, note = get_args(kind)[:2]
            self.describe(base, value, note if check is None else check)
        elif isinstance(value, Record):
            self._describe_record(kind, value)
        elif isinstance(value, tuple):
            length = check.length if isinstance(check, Each) else check
            if length != len(value):
                raise ValueError(f"a tuple of {len(value)} is none of {length}")
            for item in value:
                self.describe(get_args(kind)[0], item, check.item if isinstance(check, Each) else None)
        elif isinstance(value, Poly) and isinstance(kind, type) and issubclass(kind, IntEnum):
            self._described(value, _members(kind))
        elif isinstance(value, Poly) and isinstance(check, Within):
            self._described(value, (check.low, check.high))

    def _describe_record(self, kind: Any, value: Record) -> None:
        if value.of is not kind:
            raise ValueError(f"a {value.of.__name__} is no {kind}")
        hints = _hints(kind)
        for each in attrs.fields(kind):
            self.describe(hints[each.name], value.fields[each.name], each.validator)
        if kind in VALID and (holds := _valid(value)) not in _SAID:
            self.facts.append(holds)

    def _described(self, value: Poly, span: tuple[int, int]) -> None:
        declared = DECLARED.get(terms.show(value)) if terms.is_variable(value) else None
        if declared is None or not span[0] <= declared[0] <= declared[1] <= span[1]:
            self.facts += _within(value, span)

    def _in_range(self, name: str, span: tuple[int, int]) -> Poly:
        number = terms.variable(name)
        if self.declares:
            low, high = DECLARED.get(name, span)
            DECLARED[name] = min(low, span[0]), max(high, span[1])
        self.facts += _within(number, span)
        return number


def _within(number: Poly, span: tuple[int, int]) -> tuple[Truth, Truth]:
    return terms.at_most(terms.const(span[0]), number), terms.at_most(number, terms.const(span[1]))


def _members(kind: type[IntEnum]) -> tuple[int, int]:
    """The first and the last number of an enumeration.

    Raises `TypeError` for one whose numbers leave gaps.
    """
    members = sorted(int(member) for member in kind)
    if members != list(range(members[0], members[-1] + 1)):
        raise TypeError(f"the values of {kind.__name__} leave gaps")
    return members[0], members[-1]


def _valid(record: Record) -> Truth:
    """What constructors check across the fields of such a record."""
    holds = Lifter().call(VALID[record.of], record)
    assert isinstance(holds, Truth)
    return holds


@functools.cache
def _arbitrary_record(kind: type, name: str, declares: bool) -> tuple[Record, tuple[Truth, ...]]:
    """The record of that name, made once, and what its types say of it."""
    symbols = Symbols(declares=declares)
    hints = _hints(kind)
    fields = {f.name: symbols.arbitrary(hints[f.name], f"{name}.{f.name}", f.validator) for f in attrs.fields(kind)}
    record = Record(kind, fields)
    if kind in VALID:
        symbols.facts.append(_valid(record))
        if declares:
            _SAID.add(symbols.facts[-1])
    return record, tuple(symbols.facts)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)
