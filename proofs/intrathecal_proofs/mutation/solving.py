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
from intrathecal.beginning import candidate, in_trial
from intrathecal.stepping import answer, finish, step
from intrathecal.transferring import transfer
from intrathecal_proofs.families import CONTRACTS
from intrathecal_proofs.guards import ids_of
from intrathecal_proofs.machinery.counterexample import suggested
from intrathecal_proofs.machinery.prover import Verdict, settle_obligation
from intrathecal_proofs.machinery.setting import Setting
from intrathecal_proofs.machinery.sources import LiftError
from intrathecal_proofs.machinery.values import Mismatch
from intrathecal_proofs.monitor import Watch
from intrathecal_proofs.mutation.bank import Bank, Scene, broken_before, broken_in
from intrathecal_proofs.mutation.changed import shipped_obligations, unproven
from intrathecal_proofs.mutation.equality import Budget, Open, differences
from intrathecal_proofs.mutation.mutants import Mutant
from intrathecal_proofs.mutation.replay import Caught, Tried, tried, tried_in
from intrathecal_proofs.mutation.steps import CLAIM_STEPS, EQUALITY_STEPS
from intrathecal_specs.everything import OBSERVERS

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
    for label, found in unproven(mutant, left):
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


@functools.cache
def _soon_proven(label: str, claim: str) -> bool:
    """Whether all that the task says of the claim is soon proven of the shipped core: a mutant of which it is not has
    lost its proof."""
    mine = (each for each in shipped_obligations(label) if each.claim == claim)
    return all(settle_obligation(each, thorough=False).verdict is Verdict.PROVEN for each in mine)


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
