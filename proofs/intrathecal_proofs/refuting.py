"""How each engine refutes a false requirement: the way it settles the true ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from intrathecal_proofs.false_requirements import FalseRequirement
from intrathecal_proofs.histories.campaign import run_histories
from intrathecal_proofs.machinery import second_opinions
from intrathecal_proofs.machinery.campaign import Extras, settled_rows
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.prover import Question, Verdict, settle_obligation, tight
from intrathecal_proofs.machinery.solvers import Answer, cvc5_solve
from intrathecal_proofs.machinery.system import tasks

LIVES, STEPS, SEED = 20, 30, 20_261_123
"""How many random lives of so many rules each must break it."""


def refuted_by_z3(false: FalseRequirement) -> bool:
    """Whether a counterexample is found that Python confirms."""
    name = false.function.__name__
    task = next(task for task in tasks() if task.label == false.task)
    rows = settled_rows(task, Lifted(wanted=frozenset([name])), Extras())
    return any(row.claim == name and row.verdict is Verdict.REFUTED and row.counterexample for row in rows)


def refuted_by_cvc5(false: FalseRequirement) -> bool:
    """Whether it finds the question that Z3 leaves open, with few of the premises, satisfiable."""
    name = false.function.__name__
    task = next(task for task in tasks() if task.label == false.task)
    obligations = [each for each in task.obligations(Lifted(wanted=frozenset([name]))) if each.claim == name]
    left = [settle_obligation(each, thorough=False).open for each in obligations]
    few = [Question(tight(each.premises, each.goal), each.goal) for each in left if each is not None]
    return any(cvc5_solve(question.text(), second_opinions.STEPS).answer is Answer.SAT for question in few)


def refuted_by_hypothesis(false: FalseRequirement) -> bool:
    """Whether random lives break it, under the monitor that watches for all requirements."""
    failure = run_histories(LIVES, STEPS, SEED).failure
    return failure is not None and false.function.__name__ in {broken.name for broken in failure.violations}


ENGINES: Mapping[str, Callable[[FalseRequirement], bool]] = {
    "z3": refuted_by_z3,
    "cvc5": refuted_by_cvc5,
    "hypothesis": refuted_by_hypothesis,
}
"""By name."""
