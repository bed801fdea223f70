"""Claims: what each requirement and lemma ranges over, read from its signature."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable
from typing import Any

from intrathecal.events import Event
from intrathecal_proofs.families import INVARIANTS, LINKS
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS
from intrathecal_specs.requirement import Observer

EVENTS: tuple[type, ...] = typing.get_args(Event)
"""Every event type."""
Claim = Callable[..., bool]


@functools.cache
def event_types_of(claim: Claim) -> tuple[type, ...]:
    """The event types that the claim's `event` may be."""
    hint = hints_of(claim)["event"]
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)


@functools.cache
def hints_of(claim: Claim) -> dict[str, Any]:
    """The annotations of a claim's parameters."""
    return typing.get_type_hints(claim, include_extras=True)


@functools.cache
def parameters(claim: Claim) -> tuple[str, ...]:
    """The names of a claim's parameters."""
    return tuple(inspect.signature(claim).parameters)


@functools.cache
def observed(claim: Claim) -> Observer | None:
    """The observer whose record the claim asks for."""
    hints = hints_of(claim)
    return next((OBSERVERS[hint] for hint in hints.values() if isinstance(hint, type) and hint in OBSERVERS), None)


def is_state(claim: Claim) -> bool:
    """Whether the claim holds in every state."""
    return "pump" in parameters(claim) and observed(claim) is None and not calls_step(claim)


def calls_step(claim: Claim) -> bool:
    """Whether the claim itself takes steps."""
    return "step" in claim.__code__.co_names and "pump" in parameters(claim)


def about_a_transfer(claim: Claim) -> bool:
    """Whether the claim is about the transfer to another pump."""
    return "old" in parameters(claim)


def claim_called(name: str) -> Claim | None:
    """The requirement, invariant or link of that name."""
    if name in REQUIREMENTS:
        return REQUIREMENTS[name].function
    return INVARIANTS.get(name) or LINKS.get(name)


if twice := (set(REQUIREMENTS) & {*INVARIANTS, *LINKS}) | (set(INVARIANTS) & set(LINKS)):
    raise ValueError(f"{', '.join(sorted(twice))}: each requirement, invariant and link takes a name of its own")

STATE_CLAIMS: dict[str, Claim] = {
    **{name: r.function for name, r in REQUIREMENTS.items() if is_state(r.function)},
    **INVARIANTS,
}
"""Everything that is kept by induction."""


def observed_claims(observer: Observer) -> list[tuple[str, Claim]]:
    """Requirements and links that ask for the observer's record."""
    named = [(name, needed.function) for name, needed in REQUIREMENTS.items()] + list(LINKS.items())
    return [(name, claim) for name, claim in named if observed(claim) is observer]
