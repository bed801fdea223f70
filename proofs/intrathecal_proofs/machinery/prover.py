"""The prover: settles an obligation, and says how.

A goal is asked with the few premises that share its variables, or of a solver that stands on all of its setting; whole,
then in halves; where that says nothing, with more premises in a question of its own. What the solver does not call
unsatisfiable is searched for a true counterexample, products given back; only one that Python confirms counts as a
refutation.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

import attrs

from intrathecal_proofs.machinery import smt, terms
from intrathecal_proofs.machinery.leaf_contracts import FACTS
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.solvers import Answer, z3_solve
from intrathecal_proofs.machinery.standing_solver import StandingSolver
from intrathecal_proofs.machinery.terms import Truth, variables

STANDING_STEPS = 200_000
"""Of Z3's resource limit, for a goal asked of the solver that stands on all premises."""
FIRST_STEPS = 1_500_000
"""Of Z3's resource limit, for a goal with some of the premises."""
LAST_STEPS = 6_000_000
"""Of Z3's resource limit, for one conjunct with all premises."""


class Verdict(StrEnum):
    """What became of an obligation."""

    PROVEN = "proven"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


class Engine(StrEnum):
    """What settled it."""

    FRAME = "frame"
    """The goal is among the premises: the step does not touch what it speaks of."""
    SAME = "same"
    """The same goal was given by no more than these premises before."""
    Z3 = "z3"


@attrs.frozen
class Question:
    """One question to a solver."""

    premises: tuple[Truth, ...]
    goal: Truth

    def text(self) -> str:
        """The question as SMT-LIB."""
        return smt.script(self.premises, self.goal).text()


@attrs.define
class Outcome:
    """What became of one obligation, and at what cost."""

    verdict: Verdict
    thorough: bool = True
    """Whether every way is tried."""
    engines: set[Engine] = attrs.field(factory=set)
    steps: int = 0
    seconds: float = 0.0
    questions: list[Question] = attrs.field(factory=list)
    """The questions that were answered unsatisfiable, one by one: together they are the proof."""
    open: Question | None = None
    """The first question that was not settled, with all premises."""


@functools.lru_cache(maxsize=8)
def _of_setting(setting: Setting) -> dict[Truth, None]:
    """Everything that may be assumed, as stated and with units propagated, with what contracts say of results."""
    given = _with_facts(dict.fromkeys((*setting.premises, *setting.proven)), ())
    return dict.fromkeys(_propagated(given))


def _with_facts(given: dict[Truth, None], more: Iterable[str]) -> dict[Truth, None]:
    waiting = [*more, *(name for truth in given for name in sorted(variables(truth) & FACTS.keys()))]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            for fact in FACTS.get(name, ()):
                given[fact] = None
                waiting += sorted(variables(fact) & FACTS.keys())
    return given


def premises_of(obligation: Obligation) -> tuple[Truth, ...]:
    """Everything that may be assumed in proving the obligation."""
    given = _of_setting(obligation.setting)
    named = sorted(variables(obligation.goal) & FACTS.keys())
    return tuple(_with_facts(dict(given), named) if named else given)


def _propagated(given: dict[Truth, None]) -> Iterator[Truth]:
    """The premises, without the disjunctions that another premise makes good, and without the parts of one that others
    exclude."""
    for truth in given:
        if truth.kind == "or":
            if any(part in given for part in terms.parts(truth)):
                continue
            left = [_left(part, given) for part in terms.parts(truth)]
            if any(new is not old for new, old in zip(left, terms.parts(truth), strict=True)):
                yield from terms.conjuncts(terms.disjunction(*left))
                continue
        yield truth


def _left(part: Truth, given: dict[Truth, None]) -> Truth:
    """What is left of a part of a disjunction."""
    opposite = terms.negation(part)
    if opposite in given:
        return terms.FALSE
    if opposite.kind == "and":
        return terms.negation(terms.conjunction(*(each for each in terms.parts(opposite) if each not in given)))
    return part


def units(premises: Iterable[Truth]) -> tuple[Truth, ...]:
    """The premises that are no disjunctions: what is left is linear and quickly settled."""
    return tuple(truth for truth in premises if truth.kind not in ("or", "if"))


def near(premises: Sequence[Truth], goal: Truth) -> tuple[Truth, ...]:
    """The premises that share a variable with the goal."""
    asked = variables(goal)
    return tuple(truth for truth in premises if variables(truth) & asked)


def close(premises: Sequence[Truth], goal: Truth) -> tuple[Truth, ...]:
    """Of the near premises those that bring in at most two variables more."""
    asked = variables(goal)
    return tuple(truth for truth in near(premises, goal) if len(variables(truth) - asked) <= 2)


def tight(premises: Sequence[Truth], goal: Truth) -> tuple[Truth, ...]:
    """Of the close premises those that are no disjunctions."""
    return units(close(premises, goal))


def settle_obligation(obligation: Obligation, thorough: bool = True) -> Outcome:
    """Proven, or open: the counterexample to an open one is searched apart.

    `thorough`: what is still open is asked at last with all premises in a question of its own, at great length.
    """
    started = time.perf_counter()
    outcome = Outcome(Verdict.PROVEN, thorough=thorough)
    premises = premises_of(obligation)
    stated = frozenset(premises) | _assumed(obligation.setting)
    goals = [goal for goal in terms.conjuncts(obligation.goal) if goal not in stated]
    asked = [goal for goal in goals if not _known(goal, stated)]
    if len(asked) < len(goals):
        outcome.engines.add(Engine.SAME)
    if not goals:
        outcome.engines.add(Engine.FRAME)
    elif asked and not _settle(obligation, asked, premises, outcome):
        outcome.verdict = Verdict.UNKNOWN
    outcome.seconds = time.perf_counter() - started
    return outcome


_PROVEN: dict[Truth, list[frozenset[Truth]]] = {}
"""By goal: premises that were found to give it. What fewer premises give, more do too."""


def _known(goal: Truth, stated: frozenset[Truth]) -> bool:
    return any(some <= stated for some in _PROVEN.get(goal, ()))


_STANDING: dict[str, StandingSolver] = {}
"""By stage: the solver that stands on it. There is but one, that of the last obligation."""


def standing_on(setting: Setting, premises: tuple[Truth, ...]) -> StandingSolver:
    """A solver that stands on the premises of an obligation in that setting, and on nothing that it does not assume."""
    stage = setting.label.split(",")[0]
    if stage not in _STANDING:
        _STANDING.clear()
        _STANDING[stage] = StandingSolver()
    solver = _STANDING[stage]
    solver.fall(_assumed(setting))
    for each in setting.below():
        solver.stand(_assumed(each), _of_setting(each))
    solver.stand(_assumed(setting), premises)
    return solver


@functools.lru_cache(maxsize=8)
def _assumed(setting: Setting) -> frozenset[Truth]:
    return frozenset((*setting.premises, *setting.proven))


class Way(StrEnum):
    """With which of the premises a goal is asked."""

    TIGHT = "tight"
    STANDING = "standing"
    """With all, of the solver that stands on them."""
    CLOSE = "close"
    NEAR = "near"
    UNITS = "units"
    WHOLE = "whole"
    """With all, in a question of its own."""


OF_MANY = (Way.TIGHT, Way.STANDING, Way.CLOSE)
OF_ONE = tuple(Way)
_HELPED: dict[tuple[str, bool], Way] = {}
"""By claim, and whether one goal was asked or many: the way that settled it last, which is tried first."""
_SILENT: set[tuple[str, bool, Way]] = set()
"""Ways that said nothing of such a goal within their steps, and are tried last. The order decides nothing else."""


def _settle(obligation: Obligation, goals: list[Truth], premises: tuple[Truth, ...], outcome: Outcome) -> bool:
    """All goals at once, or in halves."""
    goal = terms.conjunction(*goals)
    answer = _tried(obligation, goal, premises, OF_MANY if len(goals) > 1 else OF_ONE, outcome)
    if answer is Answer.UNSAT:
        return True
    if answer is Answer.UNKNOWN and len(goals) > 1:
        half = len(goals) // 2
        return all(_settle(obligation, some, premises, outcome) for some in (goals[:half], goals[half:]))
    outcome.open = Question(premises, goal)
    return False


def _tried(
    obligation: Obligation, goal: Truth, premises: tuple[Truth, ...], ways: tuple[Way, ...], outcome: Outcome
) -> Answer:
    """The answer in one of these ways, in the order that helped before. What all premises do not give, fewer do not
    give either."""
    key = (obligation.claim, ways is OF_ONE)
    helped = _HELPED.get(key)
    for way in sorted(ways, key=lambda way: (way is not helped, (*key, way) in _SILENT)):
        if way is Way.WHOLE and not outcome.thorough:
            continue
        answer = _asked(way, obligation, goal, premises, outcome)
        if answer is Answer.UNSAT:
            _HELPED[key] = way
        if answer is Answer.UNKNOWN:
            _SILENT.add((*key, way))
        if answer is Answer.UNSAT or (answer is Answer.SAT and way in (Way.STANDING, Way.WHOLE)):
            return answer
    return Answer.UNKNOWN


CHOSEN: dict[Way, Callable[[tuple[Truth, ...], Truth], tuple[Truth, ...]]] = {
    Way.TIGHT: tight,
    Way.CLOSE: close,
    Way.NEAR: near,
    Way.UNITS: lambda premises, goal: units(premises),
}
"""Fewer premises than all."""


def _asked(way: Way, obligation: Obligation, goal: Truth, premises: tuple[Truth, ...], outcome: Outcome) -> Answer:
    question = Question(CHOSEN[way](premises, goal) if way in CHOSEN else premises, goal)
    if way is Way.STANDING:
        solved = standing_on(obligation.setting, premises).ask(goal, STANDING_STEPS)
    else:
        solved = z3_solve(question.text(), LAST_STEPS if way is Way.WHOLE else FIRST_STEPS)
    outcome.steps += solved.steps
    if solved.answer is Answer.UNSAT:
        outcome.engines.add(Engine.Z3)
        outcome.questions.append(question)
        if way in CHOSEN:
            for each in (goal, *terms.conjuncts(goal)):
                _PROVEN.setdefault(each, []).append(frozenset(question.premises))
    return solved.answer
