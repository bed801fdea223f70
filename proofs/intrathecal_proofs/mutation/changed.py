"""What a mutant changes: the obligations that the shipped core does not have, and in which order they are asked."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator

from intrathecal import Tick
from intrathecal.alarming import report
from intrathecal.beginning import candidate, in_trial
from intrathecal.handlers.barring import barred
from intrathecal.settling import settle
from intrathecal.stepping import HANDLERS, answer, decide, finish, step, untimely
from intrathecal.transferring import transfer
from intrathecal_proofs.families import CONTRACTS
from intrathecal_proofs.machinery.claims import EVENTS
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.sources import source_of
from intrathecal_proofs.machinery.system import Task, tasks
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.mutation.equality import Budget, Open
from intrathecal_proofs.mutation.mutants import Mutant
from intrathecal_proofs.mutation.nearness import near
from intrathecal_proofs.mutation.reach import Function, asking, reached_from
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS

FEW_TASKS = 6
"""Where no more tasks than these run a function, claims near a mutant of it are asked in all of them first."""


def unproven(mutant: Mutant, left: Budget) -> Iterator[tuple[str, Open]]:
    """The obligations that the shipped core does not have, and that are not soon proven, with the labels of their
    tasks: those of claims near the mutant first, in all tasks where few run the function, or claims themselves ask
    it."""
    nearest = near(mutant)
    later = []
    for label, obligations in _changed(mutant):
        yield from _asked(label, [each for each in obligations if each.claim in nearest], left)
        rest = [each for each in obligations if each.claim not in nearest]
        if _everywhere(mutant.function) and not asking(mutant.function):
            yield from _asked(label, rest, left)
        else:
            later.append((label, rest))
    for label, rest in later:
        yield from _asked(label, rest, left)


def _everywhere(function: Function) -> bool:
    """Whether so many tasks run the function that not all of them are lifted before any claim far from it is asked."""
    return sum(function in _roots(task.label) for task in tasks()) > FEW_TASKS


def _asked(label: str, obligations: list[Obligation], left: Budget) -> Iterator[tuple[str, Open]]:
    for obligation in obligations:
        if left.left <= 0:
            return
        proven, question = left.settles(obligation, thorough=False)
        if not proven:
            yield label, Open(obligation, question)


def _changed(mutant: Mutant) -> Iterator[tuple[str, list[Obligation]]]:
    """Task by task, the obligations that the shipped core does not have, in turn."""
    function = mutant.function
    running = Lifted(instead=mutant.sources)
    asked = Lifted(instead=mutant.sources, wanted=frozenset(asking(function)))
    for task in sorted(tasks(), key=_turn):
        code = running if function in _roots(task.label) else asked
        if code is running or asking(function):
            known, goals = _shipped_questions(task.label)
            yield task.label, _in_turn([each for each in task.obligations(code) if _question(each) not in known], goals)


def _turn(task: Task) -> int:
    """When a task comes: single stages first, then one whole step that shows what observers see of them."""
    if task.label == f"step {Tick.__name__}":
        return 1
    return {"decide": 2, "step": 3}.get(task.label.split()[0], 0)


def _in_turn(new: list[Obligation], goals: frozenset[Truth]) -> list[Obligation]:
    """Each claim once before any is asked again, those whose own terms have changed before others, and duties last; the
    last ways first, as those on which an event is applied come after those that refuse it."""
    asked: Counter[str] = Counter()
    turns = []
    in_order = sorted(enumerate(new), key=lambda each: (each[1].goal in goals, -each[0]))
    for place, (_, obligation) in enumerate(in_order):
        asked[obligation.claim] += 1
        lemma = obligation.claim not in REQUIREMENTS
        turns.append(
            (obligation.where != "", asked[obligation.claim], obligation.goal in goals, lemma, place, obligation)
        )
    return [obligation for *_, obligation in sorted(turns, key=lambda turn: turn[:5])]


@functools.cache
def _shipped_questions(label: str) -> tuple[frozenset[int], frozenset[Truth]]:
    """What the shipped core's task of that label asks, and its goals alone."""
    found = shipped_obligations(label)
    return frozenset(map(_question, found)), frozenset(obligation.goal for obligation in found)


@functools.cache
def shipped_obligations(label: str) -> tuple[Obligation, ...]:
    """The obligations of the shipped core's task of that label."""
    task = next(task for task in tasks() if task.label == label)
    return tuple(task.obligations(_shipped()))


@functools.cache
def _shipped() -> Lifted:
    """The shipped core, lifted as a mutant is: one function is replaced, by itself."""
    return Lifted(instead={f"{step.__module__}.{step.__qualname__}": source_of(step, {}).tree})


def _question(obligation: Obligation) -> int:
    """What is asked, and with which premises."""
    return hash((obligation.claim, obligation.goal, _assumed(obligation.setting)))


@functools.lru_cache(maxsize=64)
def _assumed(setting: Setting) -> int:
    return hash((frozenset(setting.premises), frozenset(setting.proven)))


@functools.cache
def _roots(label: str) -> frozenset[Function]:
    """What a task may run of the core."""
    stage, _, name = label.partition(" ")
    event = next((each for each in EVENTS if each.__name__ == name), None)
    handler: tuple[Function, ...] = (barred, HANDLERS[event]) if event is not None else ()
    follow = tuple(observer.follow for observer in OBSERVERS.values())
    if stage == "decide":
        return reached_from(*handler, finish, report) | {decide, answer}
    if stage == "step":
        return reached_from(*handler, finish, report, settle, untimely, *follow) | {decide, answer, step}
    if stage == "settle":
        return reached_from(settle, *follow)
    rest: dict[str, frozenset[Function]] = {
        "begin": reached_from(candidate, in_trial),
        "arm": reached_from(finish),
        "transfer": reached_from(transfer),
        "leaves": reached_from(*CONTRACTS, *CONTRACTS.values()),
        "alone": reached_from(step),
    }
    return rest[stage]
