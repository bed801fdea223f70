"""Evaluation: terms worked out at given values of their variables, and compared with what Python says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any

import attrs

from intrathecal_proofs.families import CONTRACTS
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.leaf_contracts import LeafContracts, name_of
from intrathecal_proofs.machinery.lifter import Lifter
from intrathecal_proofs.machinery.terms import Choice, Poly, Quotient, Truth, Variable
from intrathecal_proofs.machinery.values import Record, Value

_WORD = 2**63


@attrs.define(eq=False)
class Leaves(LeafContracts):
    """The contracts in use, and which call each result stands for."""

    calls: dict[str, tuple[FunctionType, tuple[Value, ...], tuple[str, ...]]] = attrs.field(factory=dict)
    """By the variable that stands for the result or for a part of it: the call, and the variables of all its parts."""

    def result(self, lifter: Lifter, function: FunctionType, args: tuple[Value, ...]) -> Value | None:
        """An arbitrary result, as the proofs have it."""
        found = super().result(lifter, function, args)
        if found is not None and function.__name__ != "settle":
            names = tuple(name_of(leaf) for _, leaf in values.leaves(found))
            if names[0] not in self.calls:
                self.calls.update(dict.fromkeys(names, (function, args, names)))
                # Facts are kept from one run to the next; lifting them anew notes the leaves that they speak of.
                Lifter(contracts=self).call(CONTRACTS[function], *args, found)
        return found


def plain_leaves(value: Any) -> Iterator[int | bool]:
    """Every number and truth value in a plain value, in the order of a lifted one's leaves."""
    if isinstance(value, bool | int):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from plain_leaves(item)
    else:
        for field in attrs.fields(type(value)):
            yield from plain_leaves(getattr(value, field.name))


class Evaluation:
    """Terms at given values of their variables; only what is reached is worked out, and once."""

    def __init__(self, given: Mapping[str, int | bool], leaves: Leaves | None = None) -> None:
        self.given = dict(given)
        self.leaves = Leaves() if leaves is None else leaves
        """Known by contract: Python says what they return."""
        self.returned: dict[str, int | bool] = {}
        """By variable: what a leaf returned."""
        self.truths: dict[Truth, bool] = {}
        """Every truth value that was reached."""
        self._numbers: dict[Poly, int] = {}
        self._atoms: dict[int, int] = {}

    def number(self, poly: Poly) -> int:
        """The polynomial's value."""
        found = self._numbers.get(poly)
        if found is None:
            found = 0
            for monomial, coefficient in poly.items:
                for index in monomial:
                    coefficient *= self._atom(index)
                found += coefficient
            self._numbers[poly] = found
        return found

    def _atom(self, index: int) -> int:
        found = self._atoms.get(index)
        if found is None:
            found = self._atoms[index] = self._worked_out(terms.atom_at(index))
        return found

    def _worked_out(self, atom: terms.Atom) -> int:
        if isinstance(atom, Variable):
            return int(self._variable(atom.name))
        if isinstance(atom, Choice):
            return self.number(atom.then if self.truth(atom.condition) else atom.other)
        assert isinstance(atom, Quotient)
        divisor = self.number(atom.divisor)
        # A conjunction has no order: a part that Python would not have reached may divide by zero. It decides nothing.
        return self.number(atom.dividend) // divisor if divisor else 0

    def _variable(self, name: str) -> int | bool:
        if name in self.given:
            return self.given[name]
        if name not in self.returned:
            function, args, names = self.leaves.calls[name]
            returned = function(*(self.plain(arg) for arg in args))
            self.returned.update(zip(names, plain_leaves(returned), strict=True))
        return self.returned[name]

    def plain(self, value: Value) -> Any:
        """The plain value; a member of an enumeration is its number."""
        if isinstance(value, Record):
            return unchecked(value.of, {name: self.plain(field) for name, field in value.fields.items()})
        if isinstance(value, tuple):
            return tuple(self.plain(item) for item in value)
        return self.truth(value) if isinstance(value, Truth) else self.number(value)

    def truth(self, truth: Truth) -> bool:
        """Whether it holds."""
        found = self.truths.get(truth)
        if found is None:
            found = self.truths[truth] = self._decided(truth)
        return found

    def _decided(self, truth: Truth) -> bool:
        kind = truth.kind
        if kind == "le":
            return self.number(terms.poly_of(truth)) <= 0
        if kind == "eq":
            return self.number(terms.poly_of(truth)) == 0
        if kind == "proposition":
            return bool(self._variable(str(truth.args[0])))
        if kind == "and":
            return all(self.truth(part) for part in terms.parts(truth))
        if kind == "or":
            return any(self.truth(part) for part in terms.parts(truth))
        if kind == "not":
            return not self.truth(terms.arg(truth, 0))
        if kind == "if":
            return self.truth(terms.arg(truth, 1 if self.truth(terms.arg(truth, 0)) else 2))
        assert kind in ("true", "false")
        return truth is terms.TRUE

    def met(self, duty: Duty) -> bool:
        """Whether the duty holds, or is not reached."""
        if not all(self.truth(guard) for guard in duty.guard):
            return True
        subject = self.number(duty.subject)
        if duty.what == "width":
            return -_WORD <= subject < _WORD
        if duty.what == "divisor":
            return subject > 0
        if duty.what in ("index", "range"):
            return duty.span[0] <= subject <= duty.span[1]
        return self.truth(duty.within)


def unchecked(kind: type, fields: Mapping[str, Any]) -> Any:
    """A record that its own checks have not seen: an enumeration's member may be its bare number."""
    record: object = object.__new__(kind)
    for name, value in fields.items():
        object.__setattr__(record, name, value)
    return record


def differing(lifted: Value, plain: object, at: Evaluation, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Path, lifted value and Python's value of everything in which the two differ, kinds included."""
    if isinstance(lifted, Record):
        if type(plain) is not lifted.of:
            yield path, lifted.of.__name__, plain
            return
        for name in values.fields_of(lifted.of):
            yield from differing(lifted.fields[name], getattr(plain, name), at, f"{path}.{name}" if path else name)
    elif isinstance(lifted, tuple):
        if not isinstance(plain, tuple) or len(plain) != len(lifted):
            yield path, f"tuple of {len(lifted)}", plain
            return
        for place, item in enumerate(lifted):
            yield from differing(item, plain[place], at, f"{path}[{place}]")
    elif isinstance(lifted, Truth):
        truth = at.truth(lifted)
        if plain is not truth:
            yield path, truth, plain
    else:
        number = at.number(lifted)
        if isinstance(plain, bool) or not isinstance(plain, int) or plain != number:
            yield path, number, plain


def conditions_of(found: Value) -> frozenset[Truth]:
    """The conditions of every choice in the value, however deep; that two truth values are equal is no choice."""
    conditions: set[Truth] = set()
    seen: set[Poly | Truth] = set()
    waiting: list[Poly | Truth] = [leaf for _, leaf in values.leaves(found)]
    while waiting:
        term = waiting.pop()
        if term in seen:
            continue
        seen.add(term)
        if isinstance(term, Truth):
            if term.kind == "if" and terms.negation(terms.arg(term, 1)) is not terms.arg(term, 2):
                conditions.add(terms.arg(term, 0))
            waiting += [each for each in term.args if isinstance(each, Poly | Truth)]
            continue
        for index in {index for monomial, _ in term.items for index in monomial}:
            atom = terms.atom_at(index)
            if isinstance(atom, Choice):
                conditions.add(atom.condition)
                waiting += [atom.condition, atom.then, atom.other]
            elif isinstance(atom, Quotient):
                waiting += [atom.dividend, atom.divisor]
    return frozenset(conditions)
