"""A mutant in Python: put in place of the shipped function, and caught in scenes in which it does something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import CodeType, FunctionType
from typing import Any

import attrs

from intrathecal_proofs.machinery.counterexample import changes
from intrathecal_proofs.mutation.bank import Bank, Scene, broken_before, broken_in
from intrathecal_proofs.mutation.mutants import Mutant
from intrathecal_proofs.mutation.reach import asking, plain
from intrathecal_specs.everything import REQUIREMENTS

TOTAL: dict[type[Exception], str] = {
    ZeroDivisionError: "nothing_is_divided_by_zero",
    IndexError: "nothing_is_looked_up_outside_a_tuple",
}
"""What Python raises where a claim about totality does not hold."""
RAISED = (TypeError, AttributeError, ValueError, ArithmeticError, LookupError)
"""What code of a mutant may raise."""
LOOKED = 40
"""In how many more scenes a requirement is looked for, once a lemma is broken."""
ASKED = 300
"""In how many scenes that give the same a claim that itself asks the function is asked."""


@attrs.frozen
class Caught:
    """A claim that the mutant breaks and the shipped core keeps."""

    claim: str
    setting: str
    scene: int
    """Its place in the bank."""
    differs: tuple[str, ...]
    """Where the mutant parts from the core, as in `pump.now: 5 -> 6`; some of it."""


@attrs.frozen
class Tried:
    """What became of a mutant in the bank."""

    caught: Caught | None
    ran: int
    """How many scenes ran it."""
    differed: int
    """In how many it gave something else."""
    raised: str
    """What Python raised that no claim is about, in all scenes that ran it; empty where it did not."""


def installed(mutant: Mutant) -> AbstractContextManager[None]:
    """Run the mutant wherever the function is called."""
    return running(plain(mutant.function), mutant.code)


@contextmanager
def running(function: FunctionType, code: CodeType) -> Iterator[None]:
    """Run the code wherever the function is called."""
    before = function.__code__
    function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = before


def tried(mutant: Mutant, bank: Bank) -> Tried:
    """Look for a scene in which the mutant breaks a claim, a requirement rather than a lemma."""
    places = bank.running.get(mutant.place, ())
    return tried_in(mutant, {place: bank.scenes[place] for place in places})


def tried_in(mutant: Mutant, scenes: Mapping[int, Scene]) -> Tried:
    """The same in these scenes, by their places."""
    asked = bool(asking(mutant.function))
    best: Caught | None = None
    differed, same, left = 0, 0, LOOKED
    errors: set[str] = set()
    function = plain(mutant.function)
    shipped = function.__code__
    with installed(mutant):
        for place, scene in scenes.items():
            gave = _given(scene)
            other = gave != scene.gave
            try:
                names = _named(scene, gave) if other or (asked and same < ASKED) else []
            except RAISED as error:
                errors.add(repr(error))
                continue
            same += not other
            differed += other
            name = _foremost(_kept(names, scene, function, shipped))
            if name is not None and _counts(scene):
                found = Caught(name, scene.label, place, _told(scene.gave, gave))
                if name in REQUIREMENTS:
                    return Tried(found, len(scenes), differed, "")
                best = best or found
            if best is not None:
                left -= 1
                if left == 0:
                    break
    raised = min(errors) if errors and not differed and not same else ""
    return Tried(best, len(scenes), differed, raised)


def _given(scene: Scene) -> Any:
    """What the code as it is now gives in the scene, or the error that it raises."""
    try:
        return scene.call(*scene.args)
    except RAISED as error:
        return error


def _named(scene: Scene, gave: Any) -> list[str]:
    """The claims that are broken in the scene by what it gave.

    Raises an error that no claim is about.
    """
    if not isinstance(gave, Exception):
        return broken_in(scene, gave)
    if type(gave) not in TOTAL:
        raise gave
    return [TOTAL[type(gave)]]


def _foremost(names: list[str]) -> str | None:
    """The claim to name: a requirement rather than a lemma."""
    return next((name for name in names if name in REQUIREMENTS), names[0] if names else None)


def _kept(names: list[str], scene: Scene, function: FunctionType, shipped: CodeType) -> list[str]:
    """Of these claims, those that the shipped core keeps in the scene: one that it breaks too shows nothing."""
    if not names:
        return []
    with running(function, shipped):
        broken = broken_in(scene, scene.gave)
    return [name for name in names if name not in broken]


def _counts(scene: Scene) -> bool:
    """Whether the scene is one that the proofs are about, to the code as it is now."""
    try:
        return not broken_before(scene)
    except (ArithmeticError, LookupError):
        return False


def _told(shipped: Any, mutated: Any) -> tuple[str, ...]:
    return tuple(
        f"{path or 'result'}: {old!r} -> {new!r}"[:_LONG] for path, old, new in changes(shipped, mutated)[:_SOME]
    )


_SOME, _LONG = 3, 160
"""How many differences are told, and how much of each."""
