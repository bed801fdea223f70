"""Nearby: values that the solver is asked for around such as occurred, all else held as it was there.

What is held is no longer arbitrary, so that products become linear: a question that is too hard at large is easy there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from intrathecal_proofs.machinery import smt, terms
from intrathecal_proofs.machinery.counterexample import assignment_of
from intrathecal_proofs.machinery.prover import Question
from intrathecal_proofs.machinery.solvers import Answer, z3_solve
from intrathecal_proofs.machinery.terms import Truth

STEPS = 1_000_000
"""Of Z3's resource limit, for one question nearby."""
FEW = 4
"""Variables: a premise that speaks of no more, and of one that is let go, lets go all of them."""


def nearby(
    question: Question, base: Mapping[str, int | bool], free: Collection[str]
) -> Iterator[dict[str, int | bool]]:
    """Values of all variables for which the premises hold and the goal does not: all but the `free` ones as in `base`;
    then with what is tied to them let go too."""
    spoken = terms.variables(question.goal).union(*map(terms.variables, question.premises))
    for loose in dict.fromkeys((frozenset(free), widened(question, free))):
        held = [is_so(name, value) for name, value in base.items() if name in spoken and name not in loose]
        script = smt.script((*question.premises, *held), question.goal, exact=True)
        solved = z3_solve(script.text(), STEPS, wants_model=True)
        if solved.answer is Answer.SAT:
            yield {**base, **assignment_of(script, solved.model)}


def widened(question: Question, free: Collection[str]) -> frozenset[str]:
    """These variables, and what short premises tie to them."""
    tied = (each for each in map(terms.variables, question.premises) if len(each) <= FEW and not each.isdisjoint(free))
    return frozenset(free).union(*tied)


def is_so(name: str, value: int | bool) -> Truth:
    """That the variable has the value."""
    if isinstance(value, bool):
        return terms.proposition(name) if value else terms.negation(terms.proposition(name))
    return terms.equal(terms.variable(name), terms.const(int(value)))
