"""The prover: settles an obligation, and says how.

A goal is asked with what its proof rested on when it was last recorded, with the few premises that share its
variables, or of a solver that stands on all of its setting; whole, then in parts; where that says nothing, with more
premises in a question of its own. What the solver does not call unsatisfiable is searched for a true counterexample,
products given back; only one that Python confirms counts as a refutation.
"""

from __future__ import annotations

import functools
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

import attrs

from intrathecal_proofs.machinery import smt, terms
from intrathecal_proofs.machinery.leaf_contracts import FACTS
from intrathecal_proofs.machinery.origins import index_of
from intrathecal_proofs.machinery.recorded import hints_for
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.solvers import Answer, z3_solve
from intrathecal_proofs.machinery.standing_solver import StandingSolver
from intrathecal_proofs.machinery.terms import Truth, variables

STANDING_STEPS = 200_000
"""Of Z3's resource limit, for a goal asked of the solver that stands on all premises."""
FIRST_STEPS = 1_500_000
"""Of Z3's resource limit, for a goal with some of the premises."""
AROUND_STEPS = 3_000_000
"""Of Z3's resource limit, for one conjunct with all that speaks of the same."""
LAST_STEPS = 6_000_000
"""Of Z3's resource limit, for one conjunct at length."""


class Verdict(StrEnum):
    """What became of an obligation."""

    PROVEN = "proven"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


class Engine(StrEnum):
    """What settled it."""

    FRAME = "frame"
    """The goal is among the premises, or nothing: the step does not touch what it speaks of."""
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
    engines: set[Engine] = attrs.field(factory=set)
    steps: int = 0
    seconds: float = 0.0
    questions: list[Question] = attrs.field(factory=list)
    """The questions that are answered unsatisfiable, one by one: together they are the proof."""
    open: Question | None = None
    """The first question that was not settled, with all premises."""


@functools.lru_cache(maxsize=8)
def _of_setting(setting: Setting) -> dict[Truth, None]:
    """The same, with units propagated."""
    given = stated_in(setting)
    return dict.fromkeys(_propagated(given, frozenset(given)))


@functools.lru_cache(maxsize=8)
def stated_in(setting: Setting) -> dict[Truth, None]:
    """Everything that may be assumed in the setting, as it is stated, with what contracts say of the results that it
    speaks of."""
    given = dict.fromkeys((*setting.premises, *setting.proven))
    results = dict.fromkeys(name for truth in given for name in _results_in(truth))
    return {**given, **dict.fromkeys(facts_about(tuple(results)))}


@functools.lru_cache(maxsize=4096)
def facts_about(results: tuple[str, ...]) -> tuple[Truth, ...]:
    """What contracts say of these results of leaves, and of those that come up in what they say."""
    waiting = list(results)
    seen: set[str] = set()
    found: dict[Truth, None] = {}
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            for fact in FACTS.get(name, ()):
                found[fact] = None
                waiting += _results_in(fact)
    return tuple(found)


def given_in(obligation: Obligation) -> tuple[Truth, ...]:
    """Everything that may be assumed in proving the obligation, as it is stated, with what contracts say of results."""
    return (*stated_in(obligation.setting), *facts_of_goal(obligation))


def facts_of_goal(obligation: Obligation) -> tuple[Truth, ...]:
    """What contracts say of results that the goal speaks of, and the setting does not."""
    stated = stated_in(obligation.setting)
    return tuple(fact for fact in facts_about(_results_in(obligation.goal)) if fact not in stated)


@functools.cache
def _results_in(truth: Truth) -> tuple[str, ...]:
    """The results of leaves that it speaks of."""
    return tuple(sorted(variables(truth) & FACTS.keys()))


def premises_of(obligation: Obligation) -> tuple[Truth, ...]:
    """Everything that may be assumed in proving the obligation, with units propagated."""
    given = _of_setting(obligation.setting)
    more = facts_of_goal(obligation)
    return (*given, *_propagated(more, frozenset((*given, *more))))


def _propagated(some: Iterable[Truth], stated: frozenset[Truth]) -> Iterator[Truth]:
    """Some of what is stated, without the disjunctions that another premise makes good, and without the parts of one
    that others exclude."""
    for truth in some:
        if truth.kind != "or":
            yield truth
        elif stated.isdisjoint(terms.parts(truth)):
            if stated.isdisjoint(_excluding(truth)):
                yield truth
            else:
                yield from terms.conjuncts(terms.disjunction(*(_left(part, stated) for part in terms.parts(truth))))


@functools.cache
def _excluding(truth: Truth) -> frozenset[Truth]:
    """What excludes a part of the disjunction, or a part of one."""
    opposites = [terms.negation(part) for part in terms.parts(truth)]
    return frozenset((*opposites, *(each for opposite in opposites for each in _needed(opposite))))


def _needed(truth: Truth) -> tuple[Truth, ...]:
    return terms.parts(truth) if truth.kind == "and" else ()


def _left(part: Truth, stated: frozenset[Truth]) -> Truth:
    """What is left of a part of a disjunction."""
    opposite = terms.negation(part)
    if opposite in stated:
        return terms.FALSE
    if opposite.kind == "and":
        return terms.negation(terms.conjunction(*(each for each in terms.parts(opposite) if each not in stated)))
    return part


def units(premises: Iterable[Truth]) -> tuple[Truth, ...]:
    """The premises that are no disjunctions: what is left is linear and quickly settled."""
    return tuple(truth for truth in premises if truth.kind not in ("or", "if"))


def near(premises: Sequence[Truth], goal: Truth) -> tuple[Truth, ...]:
    """The premises that share a variable with the goal."""
    asked = variables(goal)
    return tuple(truth for truth in premises if not asked.isdisjoint(variables(truth)))


def around(premises: Sequence[Truth], goal: Truth) -> tuple[Truth, ...]:
    """The near premises, and those that speak of nothing but what these speak of."""
    spoken = variables(goal).union(*(variables(truth) for truth in near(premises, goal)))
    return tuple(truth for truth in premises if variables(truth) <= spoken)


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
    outcome = Outcome(Verdict.PROVEN)
    asked = [goal for goal in terms.conjuncts(obligation.goal) if not _framed_or_known(goal, obligation, outcome)]
    if not outcome.engines and not asked:
        outcome.engines.add(Engine.FRAME)
    if asked and not Attempt(obligation, outcome, thorough).settles(asked):
        outcome.verdict = Verdict.UNKNOWN
    outcome.seconds = time.perf_counter() - started
    return outcome


def is_framed(obligation: Obligation) -> bool:
    """Whether all of the goal is assumed: nothing is asked of a solver."""
    return _assumed(obligation.setting).issuperset(terms.conjuncts(obligation.goal))


def _framed_or_known(goal: Truth, obligation: Obligation, outcome: Outcome) -> bool:
    """Whether the goal is assumed, or was found to follow from what is."""
    assumed = _assumed(obligation.setting)
    if goal in assumed:
        outcome.engines.add(Engine.FRAME)
        outcome.questions.append(Question((goal,), goal))
        return True
    known = next((question for question in _PROVEN.get(goal, ()) if _may_ask(obligation, question)), None)
    if known is not None:
        outcome.engines.add(Engine.SAME)
        if all(known is not question for question in outcome.questions):
            outcome.questions.append(known)
    return known is not None


def _may_ask(obligation: Obligation, question: Question) -> bool:
    """Whether all premises of the question may be assumed in proving the obligation, as they stand."""
    stated, more = stated_in(obligation.setting), facts_of_goal(obligation)
    return all(premise in stated or premise in more for premise in question.premises)


_PROVEN: dict[Truth, list[Question]] = {}
"""By goal: questions that were found to give it, perhaps with others. What fewer premises give, more do too."""


_STANDING: dict[str, StandingSolver] = {}
"""By stage: the solver that stands on it. There is but one, that of the last obligation."""


def standing_on(obligation: Obligation, premises: tuple[Truth, ...]) -> StandingSolver:
    """A solver that stands on the premises of the obligation, and on nothing that it does not assume."""
    setting = obligation.setting
    stage = _stage(setting)
    if stage not in _STANDING:
        _STANDING.clear()
        _STANDING[stage] = StandingSolver()
    solver = _STANDING[stage]
    given = frozenset(given_in(obligation))
    solver.fall(given)
    for each in setting.below():
        solver.stand(frozenset(stated_in(each)), _of_setting(each))
    solver.stand(given, premises)
    return solver


def _stage(setting: Setting) -> str:
    return setting.label.split(",")[0]


@functools.lru_cache(maxsize=8)
def _assumed(setting: Setting) -> frozenset[Truth]:
    return frozenset((*setting.premises, *setting.proven))


class Way(StrEnum):
    """With which of the premises a goal is asked."""

    RECORDED = "recorded"
    """With what its proof rested on when it was last recorded."""
    TIGHT = "tight"
    STANDING = "standing"
    """With all, of the solver that stands on them."""
    CLOSE = "close"
    NEAR = "near"
    AROUND = "around"
    UNITS = "units"
    WHOLE = "whole"
    """With all, in a question of its own."""
    STAYING = "staying"
    """With all, of the solver that stands on them, which is given as many steps as a question of its own."""


OF_MANY = (Way.RECORDED, Way.TIGHT, Way.STANDING, Way.CLOSE)
OF_ONE = tuple(Way)
AT_LENGTH = (Way.AROUND, Way.WHOLE, Way.STAYING)
"""Ways that may take many steps."""
ON_ALL = (Way.STANDING, Way.STAYING)
"""Ways that ask the solver that stands on all premises."""
STEPS: dict[Way, int] = {
    **dict.fromkeys(Way, FIRST_STEPS),
    Way.STANDING: STANDING_STEPS,
    Way.AROUND: AROUND_STEPS,
    Way.WHOLE: LAST_STEPS,
    Way.STAYING: LAST_STEPS,
}
"""What an answer may take."""
CHOSEN: dict[Way, Callable[[tuple[Truth, ...], Truth], tuple[Truth, ...]]] = {
    Way.TIGHT: tight,
    Way.CLOSE: close,
    Way.NEAR: near,
    Way.AROUND: around,
    Way.UNITS: lambda premises, goal: units(premises),
}
"""Fewer premises than all."""
COST: dict[Way, int] = {
    Way.RECORDED: 1,
    Way.TIGHT: 2,
    Way.STANDING: 3,
    Way.CLOSE: 4,
    Way.NEAR: 10,
    Way.AROUND: 15,
    Way.WHOLE: 20,
    Way.UNITS: 30,
    Way.STAYING: 40,
}
"""What an answer costs, on the whole."""


@attrs.define
class Record:
    """How often a way was tried for the goals of one claim, and how often it settled them."""

    tried: int = 0
    settled: int = 0

    def promise(self, way: Way) -> float:
        """What is to be paid for one goal that it settles, if all goes on as it went: the order of ways decides nothing
        but the time that it takes."""
        return COST[way] * (self.tried + 2) / (self.settled + 1)


_RECORDS: dict[tuple[str, bool, Way], Record] = defaultdict(Record)
"""By claim, whether one goal was asked or many, and way."""


@attrs.frozen
class Attempt:
    """An obligation that is being settled."""

    obligation: Obligation
    outcome: Outcome
    thorough: bool
    """Whether every way is tried."""

    @functools.cached_property
    def premises(self) -> tuple[Truth, ...]:
        """Everything that may be assumed."""
        return premises_of(self.obligation)

    def settles(self, goals: list[Truth], ways: tuple[Way, ...] = OF_MANY) -> bool:
        """All goals at once; where that says nothing, in parts; of many, only these ways are tried."""
        goal = terms.conjunction(*goals)
        many = len(goals) > 1
        answers = self.tried(goal, ways if many else OF_ONE, many)
        if Answer.UNSAT in answers.values():
            return True
        if many and answers.get(Way.STANDING) is not Answer.SAT:
            left = tuple(way for way in ways if answers[way] is Answer.UNKNOWN)
            size = math.isqrt(len(goals) - 1)
            return all(self.settles(goals[at : at + size], left) for at in range(0, len(goals), size))
        self.outcome.open = Question(self.premises, goal)
        return False

    def tried(self, goal: Truth, ways: tuple[Way, ...], many: bool) -> dict[Way, Answer]:
        """The answers in these ways, the most promising first, up to one that decides: what all premises do not give,
        fewer do not give either."""
        answers: dict[Way, Answer] = {}
        records = {way: _RECORDS[self.obligation.claim, many, way] for way in ways}
        for way in sorted(ways, key=lambda way: records[way].promise(way)):
            if way in AT_LENGTH and not self.thorough:
                continue
            answer = answers[way] = self.asked(way, goal)
            records[way].tried += 1
            records[way].settled += answer is Answer.UNSAT
            if answer is Answer.UNSAT or (answer is Answer.SAT and way in (*ON_ALL, Way.WHOLE)):
                break
        return answers

    def asked(self, way: Way, goal: Truth) -> Answer:
        """The answer in that way."""
        answer = Answer.UNKNOWN
        for premises in self.chosen(way, goal):
            question = Question(premises, goal)
            if way in ON_ALL:
                solved = standing_on(self.obligation, premises).ask(goal, STEPS[way])
            else:
                solved = z3_solve(question.text(), STEPS[way])
            self.outcome.steps += solved.steps
            answer = solved.answer
            if answer is Answer.UNSAT:
                self.outcome.engines.add(Engine.Z3)
                self.outcome.questions.append(question)
                if way not in (*ON_ALL, Way.WHOLE):
                    self.keep(question)
                break
        return answer

    def chosen(self, way: Way, goal: Truth) -> Iterator[tuple[Truth, ...]]:
        """The premises to ask with in that way, one choice after another."""
        if way is Way.RECORDED:
            yield from dict.fromkeys(self.likely(goal))
        else:
            yield CHOSEN[way](self.premises, goal) if way in CHOSEN else self.premises

    def likely(self, goal: Truth) -> Iterator[tuple[Truth, ...]]:
        """What was recorded: the very premises, then all that their lemmas say."""
        index = index_of(self.obligation.setting)
        for hint in hints_for(self.obligation):
            said = index.chosen(hint.origins, goal)
            yield hint.marked(said)
            yield said

    def keep(self, question: Question) -> None:
        """Keep that the question is settled, where it rests on nothing but what is assumed as it stands."""
        if _may_ask(self.obligation, question):
            for each in terms.conjuncts(question.goal):
                _PROVEN.setdefault(each, []).append(question)
