"""Second opinions: what cvc5 says of the questions that make up a proof.

It is asked what Z3 was asked, each goal with no other premises than its obligation may assume: with few of them first,
which is enough if it then holds, and with all at last.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum

from intrathecal_proofs.machinery import smt
from intrathecal_proofs.machinery.conjuncts import rested_on
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.origins import index_of
from intrathecal_proofs.machinery.prover import Question, close, given_in, near, tight
from intrathecal_proofs.machinery.recorded import Hint, hints_for, place_of, recorded
from intrathecal_proofs.machinery.rows import Opinions
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.solvers import Answer, cvc5_solve
from intrathecal_proofs.machinery.terms import Truth

STEPS = 100_000
"""Of cvc5's resource limit, for one text."""
LARGEST = 100_000
"""Characters: a longer text is not given to cvc5, which would read it for seconds that count no steps."""
FEW = 300
"""Where there are more premises, fewer are asked with first; and where fewer are not known to be enough, nothing is
told of what the proof rests on."""


class Opinion(StrEnum):
    """What came of a question."""

    CONFIRMED = "confirmed"
    UNDECIDED = "undecided"
    """Not within cvc5's steps."""
    UNASKED = "unasked"
    """What it was asked with fewer premises it did not confirm, and the whole text is longer than the largest."""
    CONTRADICTED = "contradicted"
    """It has values for which the premises hold, all of them, and the goal does not."""


def opinions_on(code: Lifted, obligation: Obligation, questions: Iterable[Question]) -> Opinions:
    """What cvc5 says of the questions of the obligation's proof, and what this proof rests on."""
    counts: Counter[Opinion] = Counter()
    premises: dict[Truth, None] = {}
    whole = 0
    here = recorded().get(obligation.claim, {}).get(place_of(obligation), Hint())
    for question in questions:
        opinion, enough = _opinion(obligation, question)
        counts[opinion] += 1
        if len(enough) > FEW:
            enough = here.marked(given_in(obligation))
            whole += not enough
        premises.update(dict.fromkeys(enough))
    said = {each.value: counts[each] for each in Opinion}
    return Opinions(**said, whole=whole, rests_on=tuple(sorted(rested_on(code, premises))))


def _opinion(obligation: Obligation, question: Question) -> tuple[Opinion, tuple[Truth, ...]]:
    """What cvc5 says of a question, and premises that are enough: all, or those with which it confirmed it."""
    for some in _fewer(obligation, question):
        if _answer(Question(some, question.goal)) is Answer.UNSAT:
            return Opinion.CONFIRMED, some
    return OF_ANSWER[_answer(question)], question.premises


OF_ANSWER = {
    Answer.UNSAT: Opinion.CONFIRMED,
    Answer.UNKNOWN: Opinion.UNDECIDED,
    Answer.SAT: Opinion.CONTRADICTED,
    None: Opinion.UNASKED,
}
"""What an answer to the whole question means; `None` where it was not asked."""


@functools.lru_cache(maxsize=100_000)
def _answer(question: Question) -> Answer | None:
    """What cvc5 says of exactly this; `None` if the text is too long for it."""
    text = smt.text_within(question.premises, question.goal, LARGEST)
    return cvc5_solve(text, STEPS).answer if text else None


def _fewer(obligation: Obligation, question: Question) -> Iterator[tuple[Truth, ...]]:
    """Fewer premises to ask with, the most promising first: those recorded, and where there are many, those around the
    goal."""
    choices = dict.fromkeys(_choices(obligation, question))
    return (some for some in choices if some and len(some) < len(question.premises))


def _choices(obligation: Obligation, question: Question) -> Iterator[tuple[Truth, ...]]:
    many = len(question.premises) > FEW
    for hint in hints_for(obligation):
        said = index_of(obligation.setting).chosen(hint.origins, question.goal) if many else question.premises
        yield hint.marked(said)
    for choose in (tight, close, near) if many else ():
        yield choose(question.premises, question.goal)
