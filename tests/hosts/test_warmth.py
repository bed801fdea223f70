"""A gas-driven pump runs faster where it is warm, and nobody tells it: what truly comes of it, by hand, and what an
auditor makes of a pump that cannot know."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from tests.hosts.auditing import broken

from intrathecal.catalogue import device, drug
from intrathecal.constructors import commission, make_solution
from intrathecal.events import Authority
from intrathecal.quantities import hours, mg_per_ml, ml
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.hardware import Fate, Warm
from intrathecal_hosts.plant.heard import Heard
from intrathecal_hosts.plant.plant import Plant
from intrathecal_hosts.plant.promises import Promise
from intrathecal_hosts.simulate_command import simulate
from intrathecal_hosts.units_text import Warmth, warmth

HOUR: Final = 3_600
DAY: Final = 86_400
ML: Final = 86_400_000_000 * 1_000
"""1 mL in thousandths of a quantum."""


def filled(*warm: Warm) -> Plant:
    """20 mL of morphine 10 mg/mL at a constant 0.5 mL/d."""
    plant = Plant(device("IsoMed 20 mL at 0.5 mL/d", serial=1), Flow.NOMINAL)
    plant.befall(Fate(warm=warm))
    plant.happen(
        commission(
            at=hours(0),
            number=1,
            authority=Authority.CLINICIAN,
            solution=make_solution(ingredients=[(drug("morphine"), mg_per_ml(10))]),
            filled=ml(20),
            catheter=ml("0.15"),
            catheter_uncertainty=ml(0),
        )
    )
    return plant


@pytest.mark.parametrize(
    ("warm", "left", "heated"),
    [
        ((), "19", "0"),
        ((Warm(0, 12 * HOUR, 240),), "18.94", "0.31"),  # half a day at 24 % more: 0.06 mL more
        ((Warm(6 * HOUR, 18 * HOUR, -120),), "19.03", "0"),  # at 12 % less: 0.03 mL less
        ((Warm(0, 12 * HOUR, 240), Warm(6 * HOUR, 12 * HOUR, 240)), "18.91", "0.34"),  # a pad on a pad
        ((Warm(0, 48 * HOUR, -1_300),), "20", "0"),  # nothing flows backward
    ],
)
def test_a_warm_pump_runs_faster_and_a_cold_one_slower(warm: tuple[Warm, ...], left: str, heated: str) -> None:
    # 0.5 mL/d for two days are 1 mL.
    plant = filled(*warm)
    plant.advance(2 * DAY)
    assert Fraction(plant.volume, ML) == Fraction(left)
    assert Fraction(plant.heated, ML) == Fraction(heated)


def test_a_pump_that_takes_over_is_as_warm_as_the_body() -> None:
    fate = Fate(warm=(Warm(HOUR, 5 * HOUR, 100), Warm(9 * HOUR, 10 * HOUR, 100)))
    assert fate.since(2 * HOUR) == Fate(warm=(Warm(9 * HOUR, 10 * HOUR, 100),))
    assert [fate.next_turn(at, 100 * HOUR) // HOUR for at in (0, HOUR, 5 * HOUR, 9 * HOUR)] == [1, 5, 9, 10]


@pytest.mark.parametrize(("text", "tenths"), [("2 °C", 20), ("-1.5 °C", -15), ("0 °C", 0)])
def test_a_difference_of_temperature_is_read_with_its_sign(text: str, tenths: int) -> None:
    assert warmth(text) == Warmth(tenths)


HOT: Final = """
title = "A heating pad that is never taken off"
until = "{until}"

[device]
model = "{model}"

[[solution]]
name = "morphine"
concentration = "10 mg/mL"

[[event]]
at = "00:00"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"
reference = ["5 mg/d"]
reference_acknowledged = true

[[event]]
at = "1 d"
kind = "warmth"
{warm}
"""
ISOMED: Final = "IsoMed 20 mL at 0.5 mL/d"
EIGHT: Final = 'warmer = "8 °C"\nduration = "30 d"'


def found(path: Path, text: str) -> set[Promise]:
    path.write_text(text)
    return broken(path)


def test_an_alarm_that_comes_late_is_no_fault_of_a_pump_that_cannot_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 8 °C at 13 % are 104 %: 1.02 mL/d. After a day 19.5 mL are left, and 3 mL after 16.2 days more; by the books, at
    # 70 % more than 0.5 mL/d, after 20.
    text = HOT.format(until="19 d", model=ISOMED, warm=EIGHT)
    assert found(tmp_path / "hot.toml", text) == set()
    monkeypatch.setattr(Heard, "mark_warmth", lambda *_: None)
    assert found(tmp_path / "hot.toml", text) == {Promise.LOW}


@pytest.mark.parametrize(
    ("model", "warm", "reason"),
    [
        ("SynchroMed II 20 mL", EIGHT, "event[1]: a pump with a motor runs no faster where it is warm"),
        (ISOMED, EIGHT.replace("30 d", "0 d"), "event[1].duration: is 0 s, the pump is never warm"),
        (ISOMED, EIGHT.replace("°C", "C"), "event[1].warmer: takes a text with a number of °C"),
        (ISOMED, EIGHT + '\nper_degree = "-1 %"', "event[1].per_degree: per_cent: "),
        (ISOMED, 'warmer = "8 °C"', "event[1].duration: is missing"),
    ],
)
def test_nonsense_gets_one_line(tmp_path: Path, model: str, warm: str, reason: str) -> None:
    path = tmp_path / "hot.toml"
    path.write_text(HOT.format(until="3 d", model=model, warm=warm))
    told = CliRunner().invoke(simulate, [str(path)])
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith(f"{path}: {reason}")
    assert told.stderr.count("\n") == 1
