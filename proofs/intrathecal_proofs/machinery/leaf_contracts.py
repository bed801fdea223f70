"""Leaves are known to their callers by contract: a call gives an arbitrary result of which the contract is said."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from types import FunctionType
from typing import Self

import attrs

from intrathecal_proofs.families import CONTRACTS, REQUIRES, WITHIN
from intrathecal_proofs.machinery import terms, values
from intrathecal_proofs.machinery.duties import Duty
from intrathecal_proofs.machinery.lifter import Lifter
from intrathecal_proofs.machinery.symbols import Symbols
from intrathecal_proofs.machinery.term_digests import of_poly, of_truth, of_value
from intrathecal_proofs.machinery.terms import Poly, Truth, variables
from intrathecal_proofs.machinery.values import Value

FACTS: dict[str, tuple[Truth, ...]] = {}
"""By the variable that stands for a result, or for a part of one: what its contract says of it."""
BEHIND: dict[str, frozenset[str]] = {}
"""By the same: the variables that the result hangs on."""
_SAID: dict[str, Truth] = {}
"""By the first of a result's variables: what its contract says."""
_ASKED: dict[str, Truth] = {}
"""By the same: what the contract asks of the arguments, beyond what their types say."""


@attrs.define(eq=False)
class LeafContracts:
    """The contracts in use."""

    own: frozenset[Callable[..., object]] = frozenset()
    """Functions that are run all the same: the one whose contract is being proven."""
    memory: dict[tuple[object, ...], Value] = attrs.field(factory=dict)
    """Results that calls of settling are known by; how they come about is proven of settling itself."""

    def without(self, *functions: Callable[..., object]) -> Self:
        """The same, but that these functions are run, and calls of settling too."""
        return attrs.evolve(self, own=self.own.union(functions), memory={})

    def result(self, lifter: Lifter, function: FunctionType, args: tuple[Value, ...]) -> Value | None:
        """An arbitrary result, the same for the same arguments; its contract is noted in `FACTS`."""
        if self.memory and function.__name__ == "settle":
            key = call_key(function, args)
            if key not in self.memory:
                apart = Lifter(instead=lifter.instead, contracts=self.without())
                self.memory[key] = apart.call(function, *args)
            return self.memory[key]
        claim = CONTRACTS.get(function)
        limited = WITHIN.get(function)
        if claim is None or function in self.own or (limited is not None and not self.own & set(limited)):
            return None
        lifter.ran.append(f"{function.__module__}.{function.__qualname__}")
        hints = typing.get_type_hints(claim, include_extras=True)
        ranges = Symbols()
        for name, value in zip(inspect.signature(claim).parameters, args, strict=False):
            ranges.describe(hints[name], value)
        asked = terms.conjunction(*ranges.facts)
        owed: Value = terms.TRUE
        if function in REQUIRES:
            owed = Lifter(contracts=self).call(REQUIRES[function], *args)
        assert isinstance(owed, Truth)
        both = terms.conjunction(asked, owed)
        if both is not terms.TRUE:
            where = f"{function.__module__}.{function.__qualname__}"
            lifter.duties.append(Duty(claim.__name__, where, tuple(lifter.guard), terms.ZERO, within=both))
        name, hangs_on = _name(lifter, function, args)
        result = Symbols(declares=False).arbitrary(hints["result"], name)
        names = [name_of(leaf) for _, leaf in values.leaves(result)]
        if names[0] not in FACTS:
            FACTS.update(dict.fromkeys(names, ()))
            _SAID[names[0]] = terms.TRUE
            spoken = frozenset().union(*(variables(leaf) for value in hangs_on for _, leaf in values.leaves(value)))
            BEHIND.update(dict.fromkeys(names, spoken))
            said = Lifter(contracts=self).call(claim, *args, result)
            assert isinstance(said, Truth)
            _SAID[names[0]] = said
        # What is owed keeps the body within width; the contract is proven without it. A variable may be declared with
        # another range elsewhere: what is said of the result holds where all that was ever asked of it does.
        _ASKED[names[0]] = terms.conjunction(_ASKED.get(names[0], terms.TRUE), asked)
        parts = terms.conjuncts(_SAID[names[0]])
        FACTS.update(dict.fromkeys(names, tuple(terms.implication(_ASKED[names[0]], part) for part in parts)))
        return result


def call_key(function: Callable[..., object], args: tuple[Value, ...]) -> tuple[object, ...]:
    """What tells one call from another: the function and what its arguments are."""
    return (function, *(values.identity(arg) for arg in args))


def name_of(variable: Poly | Truth) -> str:
    """The name of a free variable."""
    return terms.show(variable) if isinstance(variable, Poly) else str(variable.args[0])


def read_in(truth: Truth) -> frozenset[str]:
    """The variables that the truth hangs on: its own, and those behind results of leaves that it speaks of."""
    found: set[str] = set()
    waiting = list(variables(truth))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += BEHIND.get(name, ())
    return frozenset(found)


def _name(lifter: Lifter, function: FunctionType, args: tuple[Value, ...]) -> tuple[str, tuple[Value, ...]]:
    """What the result of a call is called, the same for the same arguments, and the values that it hangs on; a record
    is called after what the function's own body makes of them."""
    if not attrs.has(typing.get_type_hints(function)["return"]):
        return f"{function.__name__}({', '.join(_key(value) for value in args)})", args
    made = Lifter(instead=lifter.instead).call(function, *args)
    return f"{function.__name__} {of_value(made).hex()}", (made,)


def _key(value: Value) -> str:
    return " ".join(_shown(leaf) for _, leaf in values.leaves(value))


def _shown(leaf: Poly | Truth) -> str:
    """A number or a variable as it is written; all else by its digest, as it may be long."""
    if isinstance(leaf, Truth):
        return of_truth(leaf).hex()
    return terms.show(leaf) if terms.value_of(leaf) is not None or terms.is_variable(leaf) else of_poly(leaf).hex()
