"""The solvers: each reads the same text and says unsatisfiable, satisfiable or unknown. Budgets are steps."""

from __future__ import annotations

from enum import StrEnum

import attrs
import cvc5
import z3

SEED = 20_261
"""For every solver, recorded with the verdicts."""
RUNAWAY = 60_000
"""ms, many times what any budget of steps takes: ends what a solver does without counting steps, which then says
unknown."""


class Answer(StrEnum):
    """What a solver says of a script."""

    UNSAT = "unsat"
    SAT = "sat"
    UNKNOWN = "unknown"


@attrs.frozen
class Solved:
    """An answer, what it cost, and a model where there is one."""

    answer: Answer
    steps: int
    model: dict[str, int | bool]
    """By name in the script; empty unless it was asked for and is satisfiable."""


def versions() -> dict[str, str]:
    """The versions of the solvers."""
    return {"z3": z3.get_version_string(), "cvc5": str(cvc5.__version__)}


def z3_solve(text: str, steps: int, wants_model: bool = False, seed: int = SEED, propagates: bool = True) -> Solved:
    """What Z3 says of the script within `steps` of its resource limit; another `seed` may give another model.

    `propagates`: equalities between terms, which finds more, and takes longer where there are many.
    """
    context = z3.Context()
    solver = z3.SimpleSolver(ctx=context)
    solver.set("rlimit", steps)
    solver.set("random_seed", seed)
    solver.set("arith.propagate_eqs", propagates)
    solver.set("timeout", RUNAWAY)
    solver.from_string(text)
    answer = Answer(str(solver.check()))
    spent = int(solver.statistics().get_key_value("rlimit count"))
    model: dict[str, int | bool] = {}
    if answer is Answer.SAT and wants_model:
        found = solver.model()
        for declared in found.decls():
            value = found[declared]
            if z3.is_int_value(value):
                model[declared.name()] = value.as_long()
            elif z3.is_true(value) or z3.is_false(value):
                model[declared.name()] = z3.is_true(value)
    return Solved(answer, spent, model)


def cvc5_solve(text: str, steps: int) -> Solved:
    """What cvc5 says of the script within `steps` of its resource limit."""
    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    solver.setOption("rlimit", str(steps))
    solver.setOption("tlimit-per", str(RUNAWAY))
    solver.setOption("seed", str(SEED))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "obligation")
    symbols = parser.getSymbolManager()
    answer = Answer.UNKNOWN
    while True:
        command = parser.nextCommand()
        if command.isNull():
            break
        said = str(command.invoke(solver, symbols)).strip()
        if said in ("sat", "unsat", "unknown"):
            answer = Answer(said)
    return Solved(answer, 0, {})
