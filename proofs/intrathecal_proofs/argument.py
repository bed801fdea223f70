"""How an argument is written: invariants that requirements rest on, links of observers, and products that are signed.

An argument is a file of small functions in the verifiable subset. Each docstring says why it holds and what rests on it.
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


def once_armed(*names: str) -> None:
    """Say that these claims about alarms hold once a step has ended, and not within it."""
    ARGUMENT.armed.update(names)
