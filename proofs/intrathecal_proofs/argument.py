"""How an argument is written: invariants that requirements rest on, links of observers, and products that are signed.

An argument is a file of small functions in the verifiable subset. Each docstring says why it holds, what rests on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field, frozen


@frozen
class Argument:
    """Everything that the families bring."""

    invariants: dict[str, Callable[..., bool]] = field(factory=dict)
    """`(device, pump)`: holds in every state."""
    links: dict[str, Callable[..., bool]] = field(factory=dict)
    """`(device, seen, pump)`: ties an observer's record to the state."""
    products: dict[str, Callable[..., Any]] = field(factory=dict)
    """Pairs of factors, by the stages whose values the parameters name."""
    contracts: dict[Callable[..., Any], Callable[..., bool]] = field(factory=dict)
    """By function of the core: what a caller may know of its result, and nothing else."""
    within: dict[Callable[..., Any], tuple[Callable[..., Any], ...]] = field(factory=dict)
    """By function with a contract: the functions in whose own proofs alone the contract stands for it."""
    requires: dict[Callable[..., Any], Callable[..., bool]] = field(factory=dict)
    """By function with a contract: what its arguments must satisfy beyond their types."""
    path_by_path: set[type] = field(factory=set)
    """Records of observers that settling is followed with path by path."""
    lemmas: dict[str, frozenset[str]] = field(factory=dict)
    """By claim that takes steps itself: the state claims that its proof may rest on, where they are named."""
    armed: set[str] = field(factory=set)
    """Names of claims about alarms that hold once a step has ended, and not within it."""


ARGUMENT = Argument()
"""Filled when the families are imported; see `families`."""


def invariant(function: Callable[..., bool]) -> Callable[..., bool]:
    """Mark `(device, pump)` as an invariant: it is proven like a requirement, and every proof may rest on it."""
    ARGUMENT.invariants[function.__name__] = function
    return function


def link(function: Callable[..., bool]) -> Callable[..., bool]:
    """Mark `(device, seen, pump)` as what an observer's record has to do with the state."""
    ARGUMENT.links[function.__name__] = function
    return function


def products(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function that returns pairs of factors: where both factors of a pair are at least 0, so is their product.

    That is true of all whole numbers, so it needs no proof; naming the factors spares the solvers the search.
    """
    ARGUMENT.products[function.__name__] = function
    return function


def follow_path_by_path(seen: type) -> None:
    """Say that what settling makes of this observer's record is proven on each way through its following: its claims
    multiply what is joined elsewhere."""
    ARGUMENT.path_by_path.add(seen)


def rests_on(claim: str, *lemmas: str) -> None:
    """Say which state claims the proof of this one, which takes steps itself, may rest on: fewer premises, sooner
    searched."""
    ARGUMENT.lemmas[claim] = frozenset(lemmas)


def once_armed(*names: str) -> None:
    """Say that these claims about alarms hold once a step has ended, and not within it."""
    ARGUMENT.armed.update(names)


def contract(
    of: Callable[..., Any],
    within: tuple[Callable[..., Any], ...] = (),
    requires: Callable[..., bool] | None = None,
) -> Callable[[Callable[..., bool]], Callable[..., bool]]:
    """Mark a function of the parameters of `of`, and of its `result`, as all that callers may rest on.

    It is proven once, of the function's own body, for arguments in the ranges of the annotations; wherever the function
    is called, its arguments are proven to be in range, and its result is arbitrary but for this. `requires` says what
    callers owe beyond the ranges, so that the body computes within width; the contract itself holds without. `within`
    limits all that to the proofs of the contracts of the functions named.
    """

    def mark(function: Callable[..., bool]) -> Callable[..., bool]:
        ARGUMENT.contracts[of] = function
        if requires is not None:
            ARGUMENT.requires[of] = requires
        if within:
            ARGUMENT.within[of] = within
        return function

    return mark
