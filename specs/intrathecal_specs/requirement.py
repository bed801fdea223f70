"""What a requirement is: a function in the verifiable subset; its name is a sentence, its docstring the English.

Its signature says what it ranges over. `(device, pump)` holds in every state; `(device, before, event, after)` across
every step, for the events that the annotation of `event` names; an observer's record, whatever its parameter is called,
holds along every history that it watches; any other parameter is arbitrary within the range of its annotation.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable
from typing import Annotated, Any

from attrs import field, frozen

from intrathecal.fields import Within
from intrathecal.units import END
from intrathecal_specs.hazards import Hazard

Instant = Annotated[int, Within(0, 2 * END, "s")]
"""An arbitrary time."""
Moment = Annotated[int, Within(-END, 2 * END, "s")]
"""An arbitrary time, before commissioning too."""


@frozen
class Intermediate:
    """Any value that a function of the core computes on its way."""

    value: int


@frozen
class Divisor:
    """Any value that a function divides by."""

    value: int


@frozen
class Index:
    """Any place at which a function looks into a tuple."""

    place: int
    size: int
    """How long the tuple is."""


@frozen
class Part:
    """Any number that a record is given where a function makes it, and from where to where the record takes it."""

    value: int
    low: int
    high: int


@frozen
class Requirement:
    """A requirement and where it comes from."""

    id: str
    """The rule's identifier."""
    function: Callable[..., bool]
    hazards: tuple[Hazard, ...]
    source: str
    """Where the fact or the rule comes from."""

    @property
    def name(self) -> str:
        """The sentence."""
        return self.function.__name__

    @property
    def english(self) -> str:
        """What a reviewer signs."""
        return inspect.cleandoc(self.function.__doc__ or "")

    @property
    def text(self) -> str:
        """The predicate's source."""
        return textwrap.dedent(inspect.getsource(self.function))

    @property
    def fingerprint(self) -> str:
        """Changes with the English and the predicate, not with comments or layout."""
        tree = ast.dump(ast.parse(self.text))
        return hashlib.sha256(tree.encode()).hexdigest()[:16]


@frozen
class Observer:
    """A small record that watches a history: how it begins at the start of time, and how each step moves it on."""

    seen: type
    begin: Callable[..., Any]
    """From an arbitrary integer, `seen` at the start."""
    follow: Callable[..., Any]
    """`(device, seen, before, event, after) -> seen`."""
    hand_over: Callable[..., Any]
    """`(seen) -> seen`: what becomes of it when another pump takes over from a retired one."""


@frozen
class Register:
    """All requirements and observers, in the order of their files."""

    requirements: dict[str, Requirement] = field(factory=dict)
    observers: dict[type, Observer] = field(factory=dict)


REGISTER = Register()
"""Filled when the requirement modules are imported; see `everything`."""


def requirement(
    id: str, *, hazards: tuple[Hazard, ...], source: str
) -> Callable[[Callable[..., bool]], Callable[..., bool]]:
    """Mark a function as a requirement. Raises `ValueError` where its name stands already or it has no English."""

    def mark(function: Callable[..., bool]) -> Callable[..., bool]:
        found = Requirement(id=id, function=function, hazards=hazards, source=source)
        if found.name in REGISTER.requirements or not found.english:
            raise ValueError(f"{id} {found.name}: needs a name of its own and a docstring")
        REGISTER.requirements[found.name] = found
        return function

    return mark


def unchanged(seen: Any) -> Any:
    """What was seen of the patient holds of the next pump too."""
    return seen


def observe(
    seen: type, begin: Callable[..., Any], follow: Callable[..., Any], hand_over: Callable[..., Any] = unchanged
) -> None:
    """Make `seen` the record of an observer."""
    REGISTER.observers[seen] = Observer(seen=seen, begin=begin, follow=follow, hand_over=hand_over)
