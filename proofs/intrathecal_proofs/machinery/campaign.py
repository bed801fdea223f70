"""A campaign: all tasks of the system on a pool of processes, and what came of every obligation."""

from __future__ import annotations

import functools
import gc
import multiprocessing
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

import attrs

from intrathecal_proofs.machinery.counterexample import Counterexample, changes, pasteable_test, search
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.lifter import Sources
from intrathecal_proofs.machinery.prover import Outcome, Question, Verdict, close, near, settle_obligation, tight
from intrathecal_proofs.machinery.setting import Obligation
from intrathecal_proofs.machinery.solvers import Answer, cvc5_solve
from intrathecal_proofs.machinery.system import Task, tasks

LONGEST = ("alone", "step ChangeSolution", "decide ChangeSolution", "decide Program", "step Program", "step Commission")
"""Tasks that are begun first, so that no process is left alone with one at the end."""
SECOND_STEPS = 100_000
"""Of cvc5's resource limit, for a second opinion."""


@attrs.frozen
class Row:
    """What came of one obligation, in plain values."""

    claim: str
    setting: str
    event: str
    """The event type's name, or `*` for what all events share."""
    where: str
    verdict: Verdict
    engines: tuple[str, ...]
    seconds: float
    steps: int
    questions: int
    second: tuple[int, int, int] = (0, 0, 0)
    """What the second solver said of the questions: unsatisfiable, unknown, satisfiable."""
    counterexample: str = ""
    """What changed, and a test to paste."""


def work(label: str, claims: Collection[str] | None, second: bool, instead: Sources) -> list[Row]:
    """Lift and settle one task."""
    task = next(task for task in tasks() if task.label == label)
    wanted = None if claims is None else frozenset(claims)
    code = Lifted(instead=instead, wanted=wanted) if instead else _shipped(wanted)
    return list(settled_rows(task, code, second))


@functools.cache
def _shipped(wanted: frozenset[str] | None) -> Lifted:
    """The shipped code, of which all tasks of a process share what they lift alike."""
    return Lifted(wanted=wanted)


def settled_rows(task: Task, code: Lifted, second: bool) -> Iterator[Row]:
    """The rows of one task."""
    for obligation in task.obligations(code):
        yield row_of(obligation, settle_obligation(obligation), second)


def row_of(obligation: Obligation, outcome: Outcome, second: bool) -> Row:
    """The row of an obligation that was tried; an open one is searched for a counterexample."""
    found = search(obligation, outcome.open) if outcome.open is not None else None
    verdict = Verdict.REFUTED if found is not None else outcome.verdict
    opinions = [second_opinion(question) for question in outcome.questions] if second else []
    return Row(
        claim=obligation.claim,
        setting=obligation.setting.label,
        event=obligation.setting.event,
        where=obligation.where,
        verdict=verdict,
        engines=tuple(sorted(str(engine) for engine in outcome.engines)),
        seconds=outcome.seconds,
        steps=outcome.steps,
        questions=len(outcome.questions),
        second=(opinions.count(Answer.UNSAT), opinions.count(Answer.UNKNOWN), opinions.count(Answer.SAT)),
        counterexample=described(obligation, found) if found is not None else "",
    )


def second_opinion(question: Question) -> Answer:
    """What the second solver says of a question: with few of its premises first, which is enough if it then holds."""
    answer = Answer.UNKNOWN
    for some in (*(choose(question.premises, question.goal) for choose in (tight, close, near)), question.premises):
        answer = cvc5_solve(Question(some, question.goal).text(), SECOND_STEPS).answer
        if answer is Answer.UNSAT:
            break
    return answer


def described(obligation: Obligation, found: Counterexample) -> str:
    """The counterexample as before, event and after, with a test to paste."""
    before = found.inputs.get("before", found.inputs.get("settled"))
    after = getattr(found.after, "pump", found.after)
    lines = [f"{obligation.name}"]
    if "event" in found.inputs:
        lines.append(f"event: {found.inputs['event']}")
    lines += [f"  {path}: {old} -> {new}" for path, old, new in (changes(before, after) if before is not None else [])]
    return "\n".join([*lines, "", pasteable_test(obligation, found)])


def turn(label: str) -> tuple[bool, bool, bool]:
    """When a task is begun, by its label: the longest first, of them and of the others whole steps and arming."""
    return (label not in LONGEST, label.split()[0] not in ("step", "arm"), label != "decide Program")


def run(
    labels: list[str],
    claims: Collection[str] | None,
    jobs: int,
    second: bool,
    done: Callable[[str, list[Row]], None],
) -> list[Row]:
    """Run the tasks of these labels on `jobs` processes; `done` hears of each.

    Terms live as long as their process, so that nothing is gained by looking for what could be given back.
    """
    rows: list[Row] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context, initializer=gc.disable) as pool:
        waiting = {pool.submit(work, label, claims, second, {}): label for label in sorted(labels, key=turn)}
        for finished in as_completed(waiting):
            found = finished.result()
            done(waiting[finished], found)
            rows += found
    return rows
