"""Unsatisfiable cores: which premises a proof rests on, told by where they come from."""

from __future__ import annotations

from collections.abc import Sequence

import z3

from intrathecal_proofs.machinery import smt, terms
from intrathecal_proofs.machinery.origins import CONDITIONS, index_of, said_by
from intrathecal_proofs.machinery.prover import Outcome, Question, given_in, near
from intrathecal_proofs.machinery.recorded import Hint, learn, learnt, mark, place_of
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.solvers import RUNAWAY, SEED
from intrathecal_proofs.machinery.terms import Truth

CORE_STEPS = 6_000_000
"""Of Z3's resource limit."""
FEW = 400
"""So many premises may be taken for a core where none is found."""
_WITHOUT: set[tuple[str, str]] = set()
"""Claims and places of which no core was found: nothing is recorded of them."""


def note_core(obligation: Obligation, outcome: Outcome) -> Hint | None:
    """What the proofs at the obligation's place rest on, with that of this one, which is noted.

    `None` where no core was found: such proofs need more premises than are soon searched.
    """
    here = (obligation.claim, place_of(obligation))
    for question in outcome.questions:
        if here in _WITHOUT:
            return None
        if question.goal not in question.premises and not _covered(obligation, question):
            needed = _needed(obligation, question)
            if needed is None:
                _WITHOUT.add(here)
            else:
                learn(obligation, needed)
    return learnt(obligation)


def _covered(obligation: Obligation, question: Question) -> bool:
    """Whether what was noted at its place holds all that the question was settled with."""
    return len(learnt(obligation).marked(question.premises)) == len(question.premises)


def _needed(obligation: Obligation, question: Question) -> Hint | None:
    """A core, with the conditions of the way where it holds some of them."""
    given = given_in(obligation)
    stated = question.premises if set(question.premises) <= set(given) else near(given, question.goal)
    core = core_of(stated, question.goal)
    if core is None:
        core = core_of(given, question.goal)
    if core is None:
        if len(stated) > FEW:
            return None
        core = tuple(stated)
    origins = said_by(core) - {CONDITIONS}
    if not set(core) <= set(index_of(obligation.setting).chosen(origins, question.goal)):
        origins |= {CONDITIONS}
    return Hint(origins, frozenset(map(mark, core)))


def core_of(premises: Sequence[Truth], goal: Truth) -> tuple[Truth, ...] | None:
    """Premises that suffice for the goal, as Z3 finds them; `None` where it does not within its steps."""
    made = smt.Script(bounds=smt.bounds_of(premises))
    for place, premise in enumerate(premises):
        made.lines.append(f"(assert (! {made.define(premise)} :named q{place}))")
    made.assume(terms.negation(goal))
    solver = z3.SimpleSolver(ctx=z3.Context())
    solver.set("rlimit", CORE_STEPS)
    solver.set("random_seed", SEED)
    solver.set("timeout", RUNAWAY)
    solver.from_string("(set-option :produce-unsat-cores true)\n" + made.text())
    if solver.check() != z3.unsat:
        return None
    named = (str(each) for each in solver.unsat_core())
    return tuple(premises[int(name[1:])] for name in named if name.startswith("q"))
