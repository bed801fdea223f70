"""The transition system takes the steps that Python takes, and no others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from random import Random

import pytest
import z3

from intrathecal import Device, Event, Pump, Step, step
from intrathecal.beginning import candidate, in_trial
from intrathecal.events import Acknowledge, ClinicianBolus, Commission, Missed, Program, Tick
from intrathecal_proofs.evidence.rechecking import ask
from intrathecal_proofs.evidence.system_text import KIND, system_lines
from intrathecal_proofs.histories.lives import recorded
from intrathecal_proofs.machinery import values
from intrathecal_proofs.machinery.claims import EVENTS, STATE_CLAIMS
from intrathecal_proofs.machinery.evaluation import plain_leaves
from intrathecal_proofs.machinery.symbols import Symbols

KINDS: tuple[type[Event], ...] = (Tick, Missed, Commission, Program, ClinicianBolus, Acknowledge)
"""Events that may happen here: not all, for the sake of time."""
SEED = 20_261_123


@pytest.fixture(scope="module")
def system() -> str:
    return "\n".join(system_lines(KINDS))


@pytest.fixture(scope="module")
def steps() -> list[tuple[Pump, Event, Step]]:
    """Of each kind of event one that was accepted and one that was refused, and one that came at the wrong time."""
    found: dict[tuple[type, bool], tuple[Pump, Event, Step]] = {}
    for each in recorded(6, 15, SEED):
        if each.device == each.before.device:
            found.setdefault((type(each.event), each.after.verdict.accepted), (each.before, each.event, each.after))
    chosen = [it for (kind, _), it in found.items() if kind in KINDS]
    before = next(before for before, _, _ in chosen if before.now > 0)
    return [*chosen, (before, Tick(at=0), step(before.device, before, Tick(at=0)))]


def said_by_z3(text: str) -> list[str]:
    """What Z3 answers to each question in the text."""
    context = z3.Context()
    said = z3.Z3_eval_smtlib2_string(context.ref(), text).split("\n")
    return [line for line in said if line and not line.startswith("WARNING: unknown attribute")]


def pinned(kind: type, name: str, value: object) -> list[str]:
    """That every leaf of what is called so in the text is what it is in the value."""
    paths = [path for path, _ in values.leaves(Symbols().arbitrary(kind, name), name)]
    return [f"(= |{path}| {written(leaf)})" for path, leaf in zip(paths, plain_leaves(value), strict=True)]


def written(leaf: int | bool) -> str:
    if isinstance(leaf, bool):
        return str(leaf).lower()
    return str(int(leaf)) if leaf >= 0 else f"(- {-int(leaf)})"


def asked(*truths: str) -> str:
    """Whether they can hold together."""
    return "\n".join(["(push 1)", *(f"(assert {truth})" for truth in truths), "(check-sat)", "(pop 1)"])


def one_changed(parts: list[str], random: Random) -> str:
    return f"(not {random.choice(parts)})"


def test_a_step_that_python_takes_is_one_and_with_a_field_changed_it_is_none(
    system: str, steps: list[tuple[Pump, Event, Step]]
) -> None:
    random = Random(SEED)
    questions = []
    for before, event, after in steps:
        given = [*pinned(Pump, "pump", before), *pinned(type(event), "event", event)]
        given += [f"(= |{KIND}| {EVENTS.index(type(event))})", "trans"]
        becomes = pinned(Pump, "next", after.pump)
        questions += [asked(*given, *becomes), asked(*given, one_changed(becomes, random))]
    assert {type(event) for _, event, _ in steps} == set(KINDS)
    assert said_by_z3("\n".join([system, *questions])) == ["sat", "unsat"] * len(steps)


def test_every_property_holds_of_what_lived(system: str, steps: list[tuple[Pump, Event, Step]]) -> None:
    held = [f"property{place}" for place in range(len(STATE_CLAIMS) + 1)]
    assert f"(define-fun {held[-1]} " in system
    broken = f"(not (and {' '.join(held)}))"
    pumps = [pump for before, _, after in steps for pump in (before, after.pump)]
    questions = [asked(*pinned(Pump, "pump", pump), broken) for pump in pumps]
    assert said_by_z3("\n".join([system, *questions])) == ["unsat"] * len(pumps)


def test_a_property_is_broken_by_books_that_do_not_add_up(system: str, steps: list[tuple[Pump, Event, Step]]) -> None:
    place = 1 + [*STATE_CLAIMS].index("no_drug_appears_or_vanishes")
    whole = pinned(Pump, "pump", steps[0][0])
    without = [each for each in whole if "|pump.reservoir.remaining|" not in each]
    more = f"(= |pump.reservoir.remaining| {steps[0][0].reservoir.remaining + 1})"
    text = "\n".join([system, asked(*whole, f"property{place}"), asked(*without, more, f"property{place}")])
    assert said_by_z3(text) == ["sat", "unsat"]


def beginnings(steps: list[tuple[Pump, Event, Step]]) -> Iterator[tuple[Device, Pump]]:
    for before, _, _ in steps[:2]:
        yield before.device, candidate(before.device)
        yield before.device, in_trial(before.device, before.trial.protocol)


def test_what_pumps_begin_as_is_a_beginning_and_nothing_near_it_is(
    system: str, steps: list[tuple[Pump, Event, Step]]
) -> None:
    random = Random(SEED)
    questions = []
    for _, pump in beginnings(steps):
        begun = pinned(Pump, "pump", pump)
        fixed = [each for each in begun if "|pump.device." in each or ".protocol." in each]
        others = [each for each in begun if each not in fixed and ".phase|" not in each and ".former." not in each]
        changed = random.choice(others)
        near = [each for each in begun if each is not changed]
        questions += [asked(*begun, "init"), asked(*near, f"(not {changed})", "init")]
    assert said_by_z3("\n".join([system, *questions])) == ["sat", "unsat"] * 4


def test_the_text_is_read_by_both_solvers(system: str) -> None:
    assert ask(system, 1) == []
    assert said_by_z3(system) == []


def test_every_leaf_of_the_pump_has_a_next_one(system: str) -> None:
    leaves = [*values.leaves(Symbols().arbitrary(Pump, "pump"), "pump")]
    assert system.count(" :next ") == len(leaves)
    assert " :next |next.command.until|))" in system


def test_the_same_system_has_the_same_text_in_any_process() -> None:
    code = """
from intrathecal.events import Silence, Tick
from intrathecal_proofs.evidence.system_text import system_lines
print("\\n".join(system_lines((Tick, Silence))))
"""

    def made(hash_seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
        ).stdout

    assert made("1") == made("2")
