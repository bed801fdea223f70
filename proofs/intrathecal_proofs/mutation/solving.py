"""What becomes of a mutant that no scene catches: the solver shows that it is equivalent, or no longer proves a claim.

Where it can do neither within its steps, the mutant survives.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import Any

import attrs

from intrathecal import Missed, Tick
from intrathecal.alarming import report
from intrathecal.beginning import candidate, in_trial
from intrathecal.handlers.barring import barred
from intrathecal.settling import settle
from intrathecal.stepping import HANDLERS, answer, decide, finish, step, untimely
from intrathecal.transferring import transfer
from intrathecal_proofs.families import CONTRACTS
from intrathecal_proofs.guards import ids_of
from intrathecal_proofs.machinery.claims import EVENTS
from intrathecal_proofs.machinery.counterexample import suggested
from intrathecal_proofs.machinery.lifted import Lifted
from intrathecal_proofs.machinery.lifter import LiftError, source_of
from intrathecal_proofs.machinery.prover import Verdict, settle_obligation
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.system import Task, tasks
from intrathecal_proofs.machinery.terms import Truth
from intrathecal_proofs.machinery.values import Mismatch
from intrathecal_proofs.monitor import Watch
from intrathecal_proofs.mutation.bank import Bank, Scene, broken_before, broken_in
from intrathecal_proofs.mutation.equality import Budget, Open, differences
from intrathecal_proofs.mutation.mutants import Mutant
from intrathecal_proofs.mutation.nearness import near
from intrathecal_proofs.mutation.reach import Function, asking, reached_from
from intrathecal_proofs.mutation.replay import Caught, Tried, tried, tried_in
from intrathecal_specs.everything import OBSERVERS, REQUIREMENTS

EQUALITY_STEPS = 6_000_000
"""Of Z3's resource limit, to show that a mutant is equivalent."""
CLAIM_STEPS = 20_000_000
"""Of Z3's resource limit, to find the claim that is no longer proven."""
FEW_TASKS = 6
"""Where no more tasks than these run a function, claims near a mutant of it are asked in all of them first."""
SUGGESTIONS = 3
"""How many scenes the solver suggests in which the mutant gives something else."""


class Fate(StrEnum):
    """What became of a mutant."""

    REFUTED = "refuted"
    """It breaks a named claim, replayed in Python; the shipped core keeps it."""
    UNPROVEN = "unproven"
    """A named claim is no longer proven, though of the core it soon is, or at length; no values that break it were
    found."""
    EQUIVALENT = "equivalent"
    """It is proven to give the same wherever the invariants hold."""
    LISTED = "listed"
    """It stands in the table of mutants that no proof can tell apart, with the reason."""
    INVALID = "invalid"
    """It is no function of the verifiable subset, or raises whatever it is given."""
    SURVIVOR = "survivor"
    """None of these: a requirement may be missing."""


@attrs.frozen
class Settled:
    """What became of one mutant, in plain values."""

    key: str
    file: str
    line: int
    kind: str
    fate: Fate
    claim: str = ""
    """The claim that catches it."""
    ids: tuple[str, ...] = ()
    """The requirements that it is, or that rest on it."""
    setting: str = ""
    """Where: as in `step Program`."""
    scene: int = -1
    """The place in the bank of the scene that catches it; below 0 where the solver suggested it, or there is none."""
    told: tuple[str, ...] = ()
    """What it does otherwise, or why it survives."""


def settled(mutant: Mutant, bank: Bank) -> Settled:
    """What becomes of the mutant; whether it is listed is not asked here."""
    row = Settled(mutant.key, mutant.file, mutant.line, mutant.kind, Fate.SURVIVOR)
    attempt = tried(mutant, bank)
    if attempt.caught is not None:
        return _refuted(row, attempt.caught)
    if attempt.raised:
        return attrs.evolve(row, fate=Fate.INVALID, told=(attempt.raised,))
    try:
        return _solved(row, mutant, attempt.differed)
    except (LiftError, Mismatch) as error:
        return attrs.evolve(row, fate=Fate.INVALID, told=(str(error),))


def _refuted(row: Settled, caught: Caught) -> Settled:
    return attrs.evolve(
        row,
        fate=Fate.REFUTED,
        claim=caught.claim,
        ids=ids_of(caught.claim),
        setting=caught.setting,
        scene=caught.scene,
        told=caught.differs,
    )


def _solved(row: Settled, mutant: Mutant, differed: int) -> Settled:
    """What the solver says of a mutant that gave something else in so many scenes, and broke nothing there."""
    if not differed:
        attempt = _told_apart(mutant)
        if attempt is None:
            return attrs.evolve(row, fate=Fate.EQUIVALENT)
        if attempt.caught is not None:
            return _refuted(row, attempt.caught)
        differed = attempt.differed
    left = Budget(CLAIM_STEPS)
    for label, found in _unproven(mutant, left):
        attempt = tried_in(mutant, _suggestions(found))
        if attempt.caught is not None:
            return _refuted(row, attempt.caught)
        soon = _soon_proven(label, found.obligation.claim)
        if soon or not left.settles(found.obligation, thorough=True)[0]:
            name, setting = found.obligation.claim, found.obligation.setting.label
            return attrs.evolve(row, fate=Fate.UNPROVEN, claim=name, ids=ids_of(name), setting=setting)
    why = "every claim is still proven" if left.left > 0 else "no claim was found within the solver's steps"
    seen = f"gives something else in {differed} scenes" if differed else "no scene was found in which it differs"
    return attrs.evolve(row, told=(seen, why))


def _told_apart(mutant: Mutant) -> Tried | None:
    """What became of the mutant in scenes in which it may give something else; `None` where it never does."""
    budget = Budget(EQUALITY_STEPS)
    for found in differences(mutant, budget):
        attempt = tried_in(mutant, _suggestions(found))
        if attempt.caught is not None or attempt.differed or found.question is None:
            return attempt
        if not budget.settles(found.obligation, thorough=True)[0]:
            return attempt
    return None


# -- scenes that the solver suggests ------------------------------------------------------------------------------


def _suggestions(found: Open) -> dict[int, Scene]:
    """Scenes that may break what is open, of which the shipped core keeps what is claimed; they are none of the bank's,
    and have places below 0."""
    if found.question is None:
        return {}
    setting = found.obligation.setting
    suggestions = islice(suggested(setting, found.question, tries=1), SUGGESTIONS)
    scenes = [scene for inputs in suggestions if (scene := _kept(setting, inputs)) is not None]
    return {-1 - place: scene for place, scene in enumerate(scenes)}


def _kept(setting: Setting, inputs: dict[str, Any]) -> Scene | None:
    """The scene of a stage's inputs, if what the proofs assume of it holds, and what they claim."""
    try:
        scene = _scene(setting, inputs)
        return None if scene is None or broken_before(scene) or broken_in(scene, scene.gave) else scene
    except (ArithmeticError, LookupError):
        return None  # what the solver suggests without regard to products may be no state at all


def _scene(setting: Setting, inputs: dict[str, Any]) -> Scene | None:
    """The scene of a stage's inputs; none for a stage that is no call of the core."""
    stage = setting.label.split()[0]
    if stage == "settle":
        before = inputs["before"]
        event = (Missed if setting.event == Missed.__name__ else Tick)(at=inputs["time"])
        return _of(setting, step, (before.device, before, event))
    if stage == "decide":
        return _of(setting, answer, (inputs["settled"].device, inputs["settled"], inputs["event"]))
    if stage == "arm":
        return _of(setting, finish, (inputs["decision"].pump.device, inputs["decision"]))
    if stage == "transfer":
        return _of(setting, transfer, tuple(inputs.values()))
    if stage in ("untimely", "step"):
        device = inputs.get("device", inputs["before"].device)
        return attrs.evolve(_of(setting, step, (device, inputs["before"], inputs["event"])), watches=_watches(inputs))
    if stage == "begin":
        return _of(setting, candidate if "protocol" not in inputs else in_trial, tuple(inputs.values()))
    if stage in ("leaf", "alone"):
        leaf = next((each for each in CONTRACTS if each.__name__ == setting.label.split()[1]), None)
        return None if leaf is None else _of(setting, leaf, tuple(inputs.values()))
    return None


def _watches(inputs: dict[str, Any]) -> tuple[Watch, ...]:
    """The observer's record, where one is among the inputs."""
    seen = inputs.get("seen")
    return () if seen is None else (Watch(OBSERVERS[type(seen)], 0, seen),)


def _of(setting: Setting, call: Any, args: tuple[Any, ...]) -> Scene:
    return Scene(setting.label, call, args, call(*args))


# -- claims that are no longer proven -----------------------------------------------------------------------------


def _unproven(mutant: Mutant, left: Budget) -> Iterator[tuple[str, Open]]:
    """The obligations that the shipped core does not have, and that are not soon proven, with the labels of their
    tasks: those of claims near the mutant first."""
    nearest = near(mutant)
    later = []
    for label, obligations in _changed(mutant):
        yield from _asked(label, [each for each in obligations if each.claim in nearest], left)
        rest = [each for each in obligations if each.claim not in nearest]
        if _everywhere(mutant.function):
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
    found = _shipped_obligations(label)
    return frozenset(map(_question, found)), frozenset(obligation.goal for obligation in found)


@functools.cache
def _shipped_obligations(label: str) -> tuple[Obligation, ...]:
    task = next(task for task in tasks() if task.label == label)
    return tuple(task.obligations(_shipped()))


@functools.cache
def _soon_proven(label: str, claim: str) -> bool:
    """Whether all that the task says of the claim is soon proven of the shipped core: a mutant of which it is not has
    lost its proof."""
    mine = (each for each in _shipped_obligations(label) if each.claim == claim)
    return all(settle_obligation(each, thorough=False).verdict is Verdict.PROVEN for each in mine)


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
