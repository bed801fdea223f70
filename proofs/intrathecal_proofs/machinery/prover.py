"""The prover: settles an obligation, and says how.

Each conjunct of the goal is asked with the premises that share a variable with it first, then with all; then of the
second solver. What no solver calls unsatisfiable is searched for a true counterexample, products given back; only one
that Python confirms counts as a refutation.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import attrs

from intrathecal_proofs.machinery import smt, terms
from intrathecal_proofs.machinery.leaf_contracts import FACTS
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.solvers import Answer, cvc5_solve, z3_solve
from intrathecal_proofs.machinery.terms import Truth, variables

FIRST_STEPS = 1_500_000
"""Of Z3's resource limit, for the whole goal."""
LAST_STEPS = 6_000_000
"""Of Z3's resource limit, for one conjunct with all premises."""
CVC5_STEPS = 400_000
"""Of cvc5's resource limit."""


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
    CVC5 = "cvc5"


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
    engines: set[Engine] = attrs.field(factory=set)
    steps: int = 0
    seconds: float = 0.0
    questions: list[Question] = attrs.field(factory=list)
    """The questions that were answered unsatisfiable, one by one: together they are the proof."""
    open: Question | None = None
    """The first question that no solver settled, with all premises."""


@functools.lru_cache(maxsize=4)
def _of_setting(setting: Setting) -> dict[Truth, None]:
    """Everything that may be assumed, as stated and with units propagated, with what contracts say of results."""
    given = _with_facts(dict.fromkeys((*setting.premises, *setting.proven)), ())
    return dict.fromkeys(_propagated(given))


def _with_facts(given: dict[Truth, None], more: Iterable[str]) -> dict[Truth, None]:
    waiting = [*more, *(name for truth in given for name in variables(truth) if name in FACTS)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            for fact in FACTS.get(name, ()):
                given[fact] = None
                waiting += [each for each in variables(fact) if each in FACTS]
    return given


def premises_of(obligation: Obligation) -> tuple[Truth, ...]:
    """Everything that may be assumed in proving the obligation."""
    given = _of_setting(obligation.setting)
    named = [name for name in variables(obligation.goal) if name in FACTS]
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


def units(premises: Sequence[Truth]) -> tuple[Truth, ...]:
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


def settle_obligation(obligation: Obligation) -> Outcome:
    """Proven, or open: the counterexample to an open one is searched apart."""
    started = time.perf_counter()
    outcome = Outcome(Verdict.PROVEN)
    premises = premises_of(obligation)
    stated = frozenset((*premises, *obligation.setting.premises, *obligation.setting.proven))
    goals = [goal for goal in terms.conjuncts(obligation.goal) if goal not in stated]
    asked = [goal for goal in goals if not _known(goal, stated)]
    if len(asked) < len(goals):
        outcome.engines.add(Engine.SAME)
    if not goals:
        outcome.engines.add(Engine.FRAME)
    elif asked and not _settle(asked, premises, outcome):
        outcome.verdict = Verdict.UNKNOWN
    outcome.seconds = time.perf_counter() - started
    return outcome


_PROVEN: dict[Truth, list[frozenset[Truth]]] = {}
"""By goal: premises that were found to give it. What fewer premises give, more do too."""


def _known(goal: Truth, stated: frozenset[Truth]) -> bool:
    return any(some <= stated for some in _PROVEN.get(goal, ()))


def _settle(goals: list[Truth], premises: tuple[Truth, ...], outcome: Outcome) -> bool:
    """All goals in one question, or in halves."""
    goal = terms.conjunction(*goals)
    if len(goals) == 1:
        return _single(goal, premises, outcome)
    for some in (tight(premises, goal), close(premises, goal), near(premises, goal), premises):
        if _asked(Question(some, goal), FIRST_STEPS, outcome) is Answer.UNSAT:
            return True
    half = len(goals) // 2
    return _settle(goals[:half], premises, outcome) and _settle(goals[half:], premises, outcome)


def _single(goal: Truth, premises: tuple[Truth, ...], outcome: Outcome) -> bool:
    """One goal, with few premises first and all last, and the second solver's word where the first has none."""
    choices = (tight(premises, goal), close(premises, goal), near(premises, goal), units(premises), premises)
    for some in choices:
        steps = LAST_STEPS if some is premises else FIRST_STEPS
        answer = _asked(Question(some, goal), steps, outcome)
        if answer is Answer.UNSAT:
            return True
    if answer is Answer.UNKNOWN:
        for some in choices[2:]:
            if cvc5_solve(Question(some, goal).text(), CVC5_STEPS).answer is Answer.UNSAT:
                outcome.engines.add(Engine.CVC5)
                outcome.questions.append(Question(some, goal))
                return True
    outcome.open = Question(premises, goal)
    return False


def _asked(question: Question, steps: int, outcome: Outcome) -> Answer:
    solved = z3_solve(question.text(), steps)
    outcome.steps += solved.steps
    if solved.answer is Answer.UNSAT:
        for goal in (question.goal, *terms.conjuncts(question.goal)):
            _PROVEN.setdefault(goal, []).append(frozenset(question.premises))
        outcome.engines.add(Engine.Z3)
        outcome.questions.append(question)
    return solved.answer
