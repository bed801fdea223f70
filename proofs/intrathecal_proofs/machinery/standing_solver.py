"""A solver that stands on the premises of a setting, and is asked one goal after another.

Premises are read once, in levels: what a stage shares, what a way through it adds, what an observer adds to that. A
goal is taken back once it is answered, with all that it brought in besides.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import z3

from intrathecal_proofs.machinery import terms
from intrathecal_proofs.machinery.smt import Script, bounds_of
from intrathecal_proofs.machinery.solvers import RUNAWAY, SEED, Answer, Solved
from intrathecal_proofs.machinery.terms import Truth


@attrs.frozen
class _Below:
    """What stood before a level was added."""

    assumed: frozenset[Truth]
    stated: frozenset[Truth]
    said: frozenset[object]
    bounds: dict[int, int]


class StandingSolver:
    """Z3, and what it stands on.

    It propagates no equalities between terms: with thousands of rows it would pivot for seconds that count no steps.
    What is not found without them is found in the other ways.
    """

    def __init__(self) -> None:
        self._context = z3.Context()
        self._parser = z3.ParserContext(self._context)
        self._solver = z3.SimpleSolver(ctx=self._context)
        self._solver.set("random_seed", SEED)
        self._solver.set("timeout", RUNAWAY)
        self._solver.set("arith.propagate_eqs", False)
        self._script = Script()
        self._defined: set[str] = set()
        self._levels: list[_Below] = []
        self._assumed: frozenset[Truth] = frozenset()
        self._stated: frozenset[Truth] = frozenset()
        self._spent = 0

    def fall(self, assumed: frozenset[Truth]) -> None:
        """Stand on nothing that is not assumed."""
        while not self._assumed <= assumed:
            self._fall()

    def stand(self, assumed: frozenset[Truth], premises: Iterable[Truth]) -> None:
        """Stand on these premises too, which follow from what is assumed."""
        new = [truth for truth in premises if truth not in self._stated]
        if new:
            below = _Below(self._assumed, self._stated, frozenset(self._script.said), dict(self._script.bounds))
            self._levels.append(below)
            self._solver.push()
            self._stated |= frozenset(new)
            for index, bound in bounds_of(new).items():
                self._script.bounds[index] = min(bound, self._script.bounds.get(index, bound))
            for truth in new:
                self._script.assume(truth)
            self._say(self._script.taken())
            self._assumed |= assumed

    def _fall(self) -> None:
        below = self._levels.pop()
        self._solver.pop()
        self._assumed, self._stated = below.assumed, below.stated
        self._script.said, self._script.bounds = set(below.said), below.bounds

    def ask(self, goal: Truth, steps: int) -> Solved:
        """Whether the premises give the goal, within `steps` of Z3's resource limit: unsatisfiable if they do."""
        said = set(self._script.said)
        name = self._script.define(terms.negation(goal))
        self._solver.set("rlimit", steps)
        self._solver.push()
        self._say([*self._script.taken(), f"(assert {name})"])
        answer = Answer(str(self._solver.check()))
        self._solver.pop()
        self._script.said = said
        total = int(self._solver.statistics().get_key_value("rlimit count"))
        spent, self._spent = total - self._spent, total
        return Solved(answer, spent, {})

    def _say(self, lines: list[str]) -> None:
        """Assert what the lines do; a definition is read once, as it is the same whenever it is made."""
        new = [line for line in lines if line not in self._defined]
        self._defined.update(line for line in new if not line.startswith("(assert"))
        said = self._parser.from_string("\n".join(new))
        for place in range(len(said)):
            truth = z3.Z3_ast_vector_get(self._context.ref(), said.vector, place)
            z3.Z3_solver_assert(self._context.ref(), self._solver.solver, truth)
