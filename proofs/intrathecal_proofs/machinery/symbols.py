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


@attrs.define
class Symbols:
    """Makes arbitrary values and collects what the types say of them."""

    facts: list[Truth] = attrs.field(factory=list)

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
            return self._member(kind, name)
        if kind is int:
            return self._number(name, check)
        if isinstance(kind, type) and attrs.has(kind):
            value, facts = _arbitrary_record(kind, name)
            self.facts += facts
            return value
        raise TypeError(f"{name}: no arbitrary value of {kind!r} can be made")

    def describe(self, kind: Any, value: Value) -> None:
        """Collect what the annotation says of a whole number; other types are kept by their constructors."""
        if get_origin(kind) is Annotated and isinstance(value, Poly):
            check = get_args(kind)[1]
            if isinstance(check, Within):
                self.facts.append(terms.at_most(terms.const(check.low), value))
                self.facts.append(terms.at_most(value, terms.const(check.high)))

    def _number(self, name: str, check: object) -> Poly:
        number = terms.variable(name)
        if isinstance(check, Within):
            self.facts.append(terms.at_most(terms.const(check.low), number))
            self.facts.append(terms.at_most(number, terms.const(check.high)))
        return number

    def _member(self, kind: type[IntEnum], name: str) -> Poly:
        number = terms.variable(name)
        members = sorted(int(member) for member in kind)
        if members != list(range(members[0], members[-1] + 1)):
            raise TypeError(f"{name}: the values of {kind.__name__} leave gaps")
        self.facts.append(terms.at_most(terms.const(members[0]), number))
        self.facts.append(terms.at_most(number, terms.const(members[-1])))
        return number


@functools.cache
def _arbitrary_record(kind: type, name: str) -> tuple[Record, tuple[Truth, ...]]:
    """The record of that name, made once, and what its types say of it."""
    symbols = Symbols()
    hints = _hints(kind)
    fields = {f.name: symbols.arbitrary(hints[f.name], f"{name}.{f.name}", f.validator) for f in attrs.fields(kind)}
    record = Record(kind, fields)
    if kind in VALID:
        holds = Lifter().call(VALID[kind], record)
        assert isinstance(holds, Truth)
        symbols.facts.append(holds)
    return record, tuple(symbols.facts)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)
