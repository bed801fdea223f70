"""Which functions call which: read off compiled code, so that nothing that may be called is missed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

from intrathecal.beginning import candidate, in_trial
from intrathecal.stepping import HANDLERS, decide, finish, step
from intrathecal.transferring import transfer
from intrathecal_proofs.families import CONTRACTS, REQUIRES
from intrathecal_proofs.machinery.claims import Claim
from intrathecal_proofs.machinery.sources import is_lifted
from intrathecal_proofs.monitor import EVERY
from intrathecal_specs.everything import OBSERVERS

Function = Callable[..., Any]
"""A function of the core, of a requirement or of the argument."""
ENTRIES: tuple[Function, ...] = (step, transfer, candidate, in_trial)
"""Where a host, or a clinic, calls the core."""


@functools.cache
def called_by(function: Function) -> frozenset[Function]:
    """The functions that it names, and calls or hands on."""
    names = plain(function)
    found = [names.__globals__.get(name) for name in names_in(names.__code__)]
    if function is decide:
        found += HANDLERS.values()
    return frozenset(
        each for each in found if isinstance(each, FunctionType) and is_lifted(each) and each is not function
    )


def plain(function: Function) -> FunctionType:
    """The function, which is written with `def`."""
    assert isinstance(function, FunctionType)
    return function


def names_in(code: CodeType) -> Iterator[str]:
    """The names that the code uses: of what it takes from its module, and of fields."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names_in(inner)


@functools.cache
def reached_from(*functions: Function) -> frozenset[Function]:
    """The functions, and all that running them may call."""
    found: set[Function] = set()
    waiting = list(functions)
    while waiting:
        function = waiting.pop()
        if function not in found:
            found.add(function)
            waiting += called_by(function)
    return frozenset(found)


@functools.cache
def proven() -> frozenset[Function]:
    """Every function that some obligation is about: what the entries call, and what claims and observers ask."""
    claims = (*EVERY.values(), *CONTRACTS, *CONTRACTS.values(), *REQUIRES.values())
    followed = tuple(part for each in OBSERVERS.values() for part in (each.begin, each.follow, each.hand_over))
    return reached_from(*ENTRIES, *claims, *followed)


@functools.cache
def asking(function: Function) -> dict[str, Claim]:
    """The claims that themselves ask the function, by name: not only what a step makes with it."""
    return {name: claim for name, claim in EVERY.items() if function in asked_by(claim)}


@functools.cache
def asked_by(claim: Claim) -> frozenset[Function]:
    """The functions that the claim asks; none, where it runs the core to see what becomes of an event."""
    found = reached_from(claim)
    return frozenset() if {decide, finish} & found else found
