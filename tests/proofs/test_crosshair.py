"""CrossHair, which runs the functions themselves, finds nothing against what was proven, and finds what is false."""

from __future__ import annotations

from typing import get_args

import pytest
from attrs import evolve
from crosshair.tracers import is_tracing

from intrathecal import Device, Event, Pump, Step, step
from intrathecal_proofs import crosshair_checks
from intrathecal_proofs.crosshair_checks import (
    Check,
    CrossHairResult,
    Outcome,
    Values,
    attack,
    canaries,
    checks,
    run_crosshair,
    step_check,
)
from intrathecal_proofs.crosshair_scenes import scenes

CONFIRMED = {
    "leaf greatest",
    "leaf least",
    "leaf largest of 4",
    "leaf smallest of 4",
    "leaf overlap",
    "leaf ceiling_of",
    "leaf whole_day",
    "leaf day_volume",
    "leaf day_volume_limit",
    "leaf bolus_volume_limit",
    "alone a_flow_never_gives_more_than_the_dose",
    "alone a_volume_never_holds_more_than_the_mass",
}
"""What small budgets are enough for, in whatever order CrossHair searches; the 49 sums of `fits` are not among it, nor
is the quotient of products that a potency is."""


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> dict[str, CrossHairResult]:
    found = run_crosshair(3.0, only=("leaf", "alone"))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\n" + "\n".join(f"  {result.line}" for result in found))
    return {result.name: result for result in found}


def test_nothing_that_was_proven_is_refuted(results: dict[str, CrossHairResult]) -> None:
    assert [result.line for result in results.values() if not result.good] == []


def test_arithmetic_is_confirmed_a_second_time(results: dict[str, CrossHairResult]) -> None:
    confirmed = {name for name, result in results.items() if result.outcome is Outcome.CONFIRMED}
    assert sorted(CONFIRMED - confirmed) == []


def test_the_canaries_are_refuted_with_values(results: dict[str, CrossHairResult]) -> None:
    canary = results["canary div_ceil"]
    assert canary.outcome is Outcome.REFUTED
    assert canary.counterexample.endswith("breaks the_quotient_rounded_up_is_no_more")
    assert results["canary ClinicianBolus"].outcome is Outcome.REFUTED


def test_a_canary_that_survives_fails_the_run_by_name() -> None:
    blind = evolve(next(canaries()), broken=lambda values: ())
    result = attack(blind, 1.0)
    assert not result.good
    assert result.line.startswith("canary div_ceil: confirmed")
    assert "WAS NOT REFUTED" in result.line


def test_values_that_plain_python_does_not_break_are_no_refutation() -> None:
    def wrong(values: Values) -> tuple[str, ...]:
        tracing = is_tracing()  # type: ignore[no-untyped-call]  # CrossHair types its public functions alone
        return ("wrong",) if tracing else ()

    odd = Check("odd", {"a": int}, lambda values: True, wrong)
    result = attack(odd, 1.0)
    assert result.outcome is Outcome.NOT_CONFIRMED
    assert result.counterexample == "a = 0 breaks nothing in plain Python"


def test_a_step_that_raises_is_refuted() -> None:
    raises = Check("raises", {"a": int}, lambda values: True, lambda values: (str(1 // values["a"]),)[1:])
    result = attack(raises, 1.0)
    assert result.outcome is Outcome.REFUTED
    assert result.counterexample.startswith("a = 0 breaks ZeroDivisionError")


def test_a_core_that_loses_what_was_withdrawn_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = next(scene for scene in scenes() if scene.name == "step Withdraw")

    def forgetful(device: Device, pump: Pump, event: Event) -> Step:
        after = step(device, pump, event)
        kept = evolve(after.pump.reservoir, remaining=pump.reservoir.remaining)
        return evolve(after, pump=evolve(after.pump, reservoir=kept))

    monkeypatch.setattr(crosshair_checks, "step", forgetful)
    result = attack(step_check(scene), 5.0)
    assert result.outcome is Outcome.REFUTED
    assert "no_drug_appears_or_vanishes" in result.counterexample


def test_every_event_has_a_step_of_its_own() -> None:
    steps = [check.name for check in checks() if check.name.startswith("step ")]
    assert sorted(steps) == sorted(f"step {event.__name__}" for event in get_args(Event))


def test_the_event_of_each_scene_is_accepted_as_it_stands() -> None:
    for scene in scenes():
        assert step(scene.device, scene.pump, scene.event).verdict.accepted, scene.name


def test_a_word_that_names_no_check_is_refused() -> None:
    with pytest.raises(ValueError, match="only: 'leav' names no check, takes one of "):
        run_crosshair(1.0, only=("leav",))
    with pytest.raises(ValueError, match="seconds_per_check: 0 s, takes more than 0 s"):
        run_crosshair(0)
