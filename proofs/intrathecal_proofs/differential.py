"""Lifted terms against Python: what the solvers read, worked out for pumps that lived, and what the functions return.

The functions are lifted once, of arbitrary arguments: with branches joined and every leaf's own body; and, where the
proofs go way by way, as they do, with leaves known by contract. Scenes of random lives, and variants of them with
fields moved to their ends, are then put into the terms, and every field of the result is compared.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

import attrs

from intrathecal.settling import settle
from intrathecal.stepping import decide, finish
from intrathecal_proofs.histories.happenings import Happening
from intrathecal_proofs.histories.lives import recorded
from intrathecal_proofs.machinery import leaf_contracts, terms
from intrathecal_proofs.machinery.counterexample import expression
from intrathecal_proofs.machinery.evaluation import Evaluation, differing, plain_leaves
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.scenes import VARIED, VARIED_WITHIN, WITHIN, drawn, numbers_of, parts_of, scene_of, variant
from intrathecal_proofs.subjects import Cast, Role, Subject, subjects

SHOWN = 5
"""How many differences are told in full."""
_DEEP = 20_000
"""Frames: terms of 48 slots nest that deep, and no deeper."""


@attrs.frozen
class Difference:
    """Where Python and the lifted terms part."""

    subject: str
    what: str
    arguments: str
    """Python source of the arguments."""

    @property
    def line(self) -> str:
        """What a person wants to know of it."""
        return f"{self.subject}: {self.what}\n    for {self.arguments}"


@attrs.frozen
class Agreement:
    """How far a function was compared."""

    name: str
    compared: int
    """Calls whose result was compared in every field."""
    undefined: int
    """Calls that a duty excludes: Python may raise, or look up from a tuple's end."""
    both: int
    """Conditions of its choices that were reached both true and false."""
    conditions: int
    """All of them."""

    @property
    def line(self) -> str:
        """What a person wants to know of it."""
        excluded = f", {self.undefined} excluded by duties" if self.undefined else ""
        both = f"{self.both} of {self.conditions} conditions both ways"
        return f"{self.name}: {self.compared} calls compared{excluded}; {both}"


@attrs.frozen
class Differential:
    """What became of the comparison."""

    seed: int
    scenes: int
    """As they happened."""
    variants: int
    """With fields moved."""
    agreements: tuple[Agreement, ...]
    differences: tuple[Difference, ...]

    @property
    def good(self) -> bool:
        """Everything agreed, and everything was compared."""
        return not self.differences and all(each.compared for each in self.agreements)

    @property
    def compared(self) -> int:
        """How many calls were."""
        return sum(each.compared for each in self.agreements)

    @property
    def both(self) -> int:
        """Conditions that were reached both true and false."""
        return sum(each.both for each in self.agreements)

    @property
    def conditions(self) -> int:
        """All conditions."""
        return sum(each.conditions for each in self.agreements)

    @property
    def summary(self) -> str:
        """All of it in one line."""
        return (
            f"lifted terms against Python: {self.compared} calls of {len(self.agreements)} functions in {self.scenes} "
            f"scenes and {self.variants} variants, seed {self.seed}; {len(self.differences)} differ; "
            f"{self.both} of {self.conditions} conditions seen both ways"
        )

    @property
    def lines(self) -> Iterator[str]:
        """The summary, what was seen of each function's conditions, and the first differences."""
        yield self.summary
        seen = [each for each in self.agreements if each.both == each.conditions]
        yield f"  {len(seen)} functions with every condition seen both ways; the others:"
        yield from (f"  {each.line}" for each in self.agreements if each.both < each.conditions)
        yield from (f"  never compared: {each.name}" for each in self.agreements if not each.compared)
        yield from (f"  DIFFERS {each.line}" for each in self.differences[:SHOWN])


def _plays(scene: Mapping[str, Any], name: str, kind: Any) -> bool:
    return name != "event" or type(scene["event"]) is kind


@attrs.define
class _Count:
    compared: int = 0
    undefined: int = 0
    conditions: set[Truth] = attrs.field(factory=set)
    true: set[Truth] = attrs.field(factory=set)
    false: set[Truth] = attrs.field(factory=set)


class _Comparison:
    """The subjects, and what became of them so far."""

    def __init__(self, seed: int, only: Callable[[str], bool]) -> None:
        self.cast = Cast()
        self.random = Random(seed)
        self.invention = Random(seed)
        """Apart, so that variants do not hang on which functions are compared."""
        self.subjects = tuple(subjects(self.cast, only))
        self.stages = tuple(each for each in self.subjects if each.function in (settle, decide, finish))
        self.counts: dict[str, _Count] = {}
        for subject in self.subjects:
            self.counts.setdefault(subject.name, _Count()).conditions |= subject.conditions
        self.differences: list[Difference] = []

    def look(self, scene: Mapping[str, Any], variants: int) -> int:
        """Compare every subject in the scene, and those concerned in so many variants of it; how many there were."""
        near = numbers_of(scene["before"])
        parts = tuple(parts_of(scene["before"]))
        roles = {name: role for (name, kind), role in self.cast.lifted.items() if _plays(scene, name, kind)}
        full = dict(scene)
        for name, kind in self.cast.lifted:
            if name not in full:
                full[name] = drawn(kind, parts, near, self.invention)
        given: dict[str, int | bool] = {}
        self._scene(full, roles, given, frozenset(roles), lived=True)
        count = 0
        for varied in (VARIED, *(VARIED_WITHIN,) * WITHIN) * variants:
            with suppress(ValueError):
                changes = variant(scene, varied, self.random)
                count += 1
                within = varied is VARIED_WITHIN
                self._scene({**full, **changes}, roles, dict(given), frozenset(changes), lived=False, within=within)
        return count

    def _scene(
        self,
        full: Mapping[str, Any],
        roles: Mapping[str, Role],
        given: dict[str, int | bool],
        changed: frozenset[str],
        lived: bool,
        within: bool = False,
    ) -> None:
        for name in changed & roles.keys():
            given.update(zip(roles[name].names, plain_leaves(full[name]), strict=True))
            at = Evaluation(given)
            self._assumed(name, full[name], [fact for fact in roles[name].facts if not at.truth(fact)])
        for subject in self.stages if within else self.subjects:
            if subject.event in (None, type(full["event"])) and not changed.isdisjoint(subject.takes):
                self._compare(subject, full, Evaluation(given), lived)

    def _assumed(self, name: str, value: object, broken: list[Truth]) -> None:
        if broken:
            what = f"it is assumed that {terms.show_truth(broken[0])}"
            self.differences.append(Difference(name, what, expression(value)))

    def _compare(self, subject: Subject, full: Mapping[str, Any], at: Evaluation, lived: bool) -> None:
        count = self.counts[subject.name]
        args = [full[name] for name in subject.takes]
        unmet = [duty for duty in subject.duties if not at.met(duty)]
        total = all(duty.what == "width" for duty in unmet)
        owed = [duty for duty in unmet if lived and (subject.of_the_core or duty.what != "width")]
        found = [f"the duty {duty.what} at {duty.where} is not met" for duty in owed]
        try:
            plain = subject.function(*args)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            if total:
                found.append(f"Python raises {error!r}, and no duty excludes it")
            total = False
        if total:
            count.compared += 1
            found += [
                f"{path or 'the result'} is {lifted!r} lifted and {own!r} in Python"
                for path, lifted, own in differing(subject.value, plain, at)
            ]
            if subject.ways:
                found += _by_ways(subject, plain, Evaluation(at.given, self.cast.leaves), lived)
            for condition in subject.conditions:
                held = at.truths.get(condition)
                if held is not None:
                    (count.true if held else count.false).add(condition)
        else:
            count.undefined += 1
        if found:
            given = ", ".join(f"{name}={expression(full[name])}" for name in subject.takes)
            self.differences.append(Difference(subject.name, "; ".join(found[:3]), given))


def _by_ways(subject: Subject, plain: object, at: Evaluation, lived: bool) -> list[str]:
    """What is wrong with the ways through the function: exactly one is taken, it gives what Python gives, and every
    leaf keeps its contract."""
    taken = [way for way in subject.ways if all(at.truth(truth) for truth in way.taken)]
    if len(taken) != 1:
        return [f"{len(taken)} of its {len(subject.ways)} ways are taken, not 1"]
    found = [
        f"{path or 'the result'} is {lifted!r} on its own way and {own!r} in Python"
        for path, lifted, own in differing(taken[0].value, plain, at)
    ]
    if lived:
        found += [f"{duty.what} at {duty.where} is not met" for duty in taken[0].duties if not at.met(duty)]
    return found + _broken_contracts(at)


def _broken_contracts(at: Evaluation) -> list[str]:
    """The leaves that were called, also by the contracts of others, and returned what their contract does not allow."""
    found = []
    asked: set[str] = set()
    while names := at.returned.keys() - asked:
        for name in sorted(names):
            asked.add(name)
            if not all(at.truth(fact) for fact in leaf_contracts.FACTS[name]):
                found.append(f"{at.leaves.calls[name][0].__name__} breaks its contract: {at.returned[name]}")
    return found


@contextmanager
def _deep() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _DEEP))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def unlike(happenings: list[Happening], alike: int) -> list[Happening]:
    """So many of each kind at the most: by event, by what was said to it, and by mode and command before it."""
    counts: Counter[tuple[object, ...]] = Counter()
    found = []
    for happening in happenings:
        before = happening.before
        kind = (type(happening.event), happening.after.verdict.reason, before.mode, before.command.cause)
        counts[kind] += 1
        if counts[kind] <= alike:
            found.append(happening)
    return found


def run_differential(
    lives: int, steps: int, alike: int, variants: int, seed: int, only: Callable[[str], bool] = lambda name: True
) -> Differential:
    """Compare what happens in so many lives of so many rules each, every scene with so many variants.

    `alike`: how many scenes of one kind are looked at. `only`: which functions, by name; the stages are called as in
    the proofs' tasks.
    """
    scenes = [scene_of(happening) for happening in unlike(recorded(lives, steps, seed), alike)]
    with _deep():
        comparison = _Comparison(seed, only)
        varied = sum(comparison.look(scene, variants) for scene in scenes)
    agreements = tuple(
        Agreement(name, c.compared, c.undefined, len(c.true & c.false), len(c.conditions))
        for name, c in comparison.counts.items()
    )
    return Differential(seed, len(scenes), varied, agreements, tuple(comparison.differences))
