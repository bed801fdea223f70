"""What becomes of a mutant that no scene catches: the solver shows that it is equivalent, or no longer proves a claim.

Where it can do neither within its steps, the mutant survives.
"""

from __future__ import annotations

import functools
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
from intrathecal_proofs.machinery.setting import Obligation, Setting
from intrathecal_proofs.machinery.system import tasks
from intrathecal_proofs.mutation.bank import Bank, Scene, broken_before, broken_in
from intrathecal_proofs.mutation.equality import Budget, Open, differences
from intrathecal_proofs.mutation.mutants import Mutant
from intrathecal_proofs.mutation.reach import Function, asking, reached_from
from intrathecal_proofs.mutation.replay import Caught, tried, tried_in
from intrathecal_specs.everything import OBSERVERS

EQUALITY_STEPS = 6_000_000
"""Of Z3's resource limit, to show that a mutant is equivalent."""
CLAIM_STEPS = 15_000_000
"""Of Z3's resource limit, to find the claim that is no longer proven."""
SUGGESTIONS = 3
"""How many scenes the solver suggests in which the mutant gives something else."""


class Fate(StrEnum):
    """What became of a mutant."""

    REFUTED = "refuted"
    """It breaks a named claim, replayed in Python; the shipped core keeps it."""
    UNPROVEN = "unproven"
    """A named claim is no longer proven; no values that break it were found."""
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
    """The place in the bank of the scene that catches it; -1 where it is none of the bank's."""
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
    except LiftError as error:
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
        first = next(differences(mutant, Budget(EQUALITY_STEPS)), None)
        if first is None:
            return attrs.evolve(row, fate=Fate.EQUIVALENT)
        scenes = _suggestions(first)
        caught = tried_in(mutant, dict(enumerate(scenes)))
        if caught.caught is not None:
            return _refuted(row, attrs.evolve(caught.caught, scene=-1))
        differed = caught.differed
    left = Budget(CLAIM_STEPS)
    obligation = _unproven(mutant, left)
    if obligation is not None:
        ids = ids_of(obligation.claim)
        name, setting = obligation.claim, obligation.setting.label
        return attrs.evolve(row, fate=Fate.UNPROVEN, claim=name, ids=ids, setting=setting)
    why = "every claim is still proven" if left.left > 0 else "no claim was found within the solver's steps"
    seen = f"gives something else in {differed} scenes" if differed else "no scene was found in which it differs"
    return attrs.evolve(row, told=(seen, why))


# -- scenes that the solver suggests ------------------------------------------------------------------------------


def _suggestions(first: Open) -> list[Scene]:
    """Scenes in which the two may differ, if the shipped core keeps what is claimed of them."""
    if first.question is None:
        return []
    found = []
    for inputs in islice(suggested(first.obligation.setting, first.question), SUGGESTIONS):
        scene = _scene(first.obligation.setting, inputs)
        if scene is not None and not broken_before(scene) and not broken_in(scene, scene.gave):
            found.append(scene)
    return found


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
    if stage == "untimely":
        return _of(setting, step, tuple(inputs.values()))
    if stage == "begin":
        return _of(setting, candidate if "protocol" not in inputs else in_trial, tuple(inputs.values()))
    if stage in ("leaf", "alone"):
        leaf = next((each for each in CONTRACTS if each.__name__ == setting.label.split()[1]), None)
        return None if leaf is None else _of(setting, leaf, tuple(inputs.values()))
    return None


def _of(setting: Setting, call: Any, args: tuple[Any, ...]) -> Scene:
    return Scene(setting.label, call, args, call(*args))


# -- claims that are no longer proven -----------------------------------------------------------------------------


def _unproven(mutant: Mutant, left: Budget) -> Obligation | None:
    """The first obligation that the shipped core does not have, and that is not proven; single stages come first."""
    function = mutant.function
    running = Lifted(instead=mutant.sources)
    asked = Lifted(instead=mutant.sources, wanted=frozenset(asking(function)))
    for task in sorted(tasks(), key=lambda task: task.label.split()[0] == "step"):
        code = running if function in _roots(task.label) else asked
        if not asking(function) and code is asked:
            continue
        known = _shipped_questions(task.label)
        for obligation in task.obligations(code):
            if left.left <= 0:
                return None
            if _question(obligation) not in known and not left.settles(obligation)[0] and left.left > 0:
                return obligation
    return None


@functools.cache
def _shipped_questions(label: str) -> frozenset[int]:
    """What the shipped core's task of that label asks."""
    task = next(task for task in tasks() if task.label == label)
    return frozenset(map(_question, task.obligations(_shipped())))


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
