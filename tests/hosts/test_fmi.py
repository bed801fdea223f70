"""A therapy as an FMU: valid by FMI 2.0, and what another simulator reads from it is what was worked by hand."""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import fmpy
import numpy as np
import pytest
from click.testing import CliRunner, Result
from fmpy.validation import validate_fmu

from intrathecal import Alarm, Mode, Reason
from intrathecal.quantities import hpa
from intrathecal_hosts.fmi.command import fmu
from intrathecal_hosts.fmi.course import Course
from intrathecal_hosts.fmi.slave import TherapySlave
from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.runner import run
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.simulate_command import simulate

THERAPY: Final = """
title = "One day of morphine"
until = "1 d"

[device]
serial = 7
capacity = "20 mL"
residual = "1.4 mL"
low = "2 mL"
flow_min = "0.048 mL/d"
flow_max = "24 mL/d"
fast = "14.5 %"
slow = "14.5 %"
measuring_error = "0.5 mL"
grace = "60 s"
silence = "12 h"
patient_bolus = true
tubing = "0.01 mL"

[[device.bands]]
up_to = "1100 hPa"
allowed = true
fast = "14.5 %"
slow = "14.5 %"

[[device.bands]]
allowed = false
fast = "0 %"
slow = "100 %"

[[solution]]
name = "morphine"
concentration = "25 mg/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.02 mL"
reference = ["6 mg/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "5 mg/d"
ceiling = "6.3 mg/d"
patient_bolus = { dose = "0.25 mg", duration = "9 min", lockout = "2 h", count = 4 }
"""
"""0.2 mL/d of 25 mg/mL, 5 mg/d, through a line of 0.03 mL: it is full of drug after 3.6 h."""

AWAY: Final = """
[[event]]
at = "2 h"
kind = "outage"
duration = "2 h"
"""
HOUR: Final = 3_600
SCENARIOS: Final = Path(__file__).parent.parent / "scenarios"
Build = Callable[..., Path]


def written(tmp_path: Path, text: str, *options: str) -> Result:
    path = tmp_path / "therapy.toml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(fmu, [str(path), "--output", str(tmp_path / "therapy.fmu"), *options])


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds an FMU that can be run here; where its binary cannot be loaded, the test is skipped with the reason."""
    monkeypatch.setattr(sys, "path", list(sys.path))  # an FMU puts its own folder there

    def built(text: str, *options: str) -> Path:
        result = written(tmp_path, text, *options)
        assert result.exit_code == 0, result.output
        path = tmp_path / "therapy.fmu"
        binaries = Path(fmpy.extract(path)) / "binaries" / fmpy.platform
        try:
            ctypes.CDLL(str(binaries / f"intrathecal{fmpy.sharedLibraryExtension}"))
        except OSError as reason:
            pytest.skip(f"the binary of pythonfmu cannot be loaded here: {reason}")
        return path

    return built


def simulated(path: Path, hours: float, every: float = 300, **more: Any) -> dict[int, dict[str, Any]]:
    """What FMPy reads, by time (s)."""
    rows = fmpy.simulate_fmu(str(path), stop_time=hours * HOUR, output_interval=every, **more)
    return {round(row["time"]): dict(zip(rows.dtype.names, row.tolist(), strict=True)) for row in rows}


def inputs(*rows: tuple[float, float, bool]) -> Any:
    """Ambient pressure (hPa) and request for a bolus, from each time (h) on."""
    kinds = [("time", float), ("ambient_pressure", float), ("bolus_request", bool)]
    return np.array([(hours * HOUR, pressure, asked) for hours, pressure, asked in rows], dtype=kinds)


# -- the file -----------------------------------------------------------------------------------------------------


def test_the_model_description_is_valid_and_has_units(tmp_path: Path) -> None:
    assert written(tmp_path, THERAPY).exit_code == 0
    assert validate_fmu(str(tmp_path / "therapy.fmu")) == []
    description = fmpy.read_model_description(tmp_path / "therapy.fmu")
    units = {each.name: each.unit for each in description.modelVariables if each.type == "Real"}
    assert units == {
        "ambient_pressure": "hPa",
        "commanded_flow": "mL/d",
        "true_flow": "mL/d",
        "volume_in_books": "mL",
        "volume_least": "mL",
        "volume_greatest": "mL",
        "volume_true": "mL",
        "dose_24_h": "%",
        "rate_morphine": "mg/d",
        "mass_morphine": "mg",
    }
    per_day = next(unit.baseUnit for unit in description.unitDefinitions if unit.name == "mL/d")
    assert (per_day.m, per_day.s, per_day.kg) == (3, -1, 0)
    assert per_day.factor == pytest.approx(1e-6 / 86_400)  # m3/s
    assert (description.defaultExperiment.stopTime, description.description) == ("86400", "One day of morphine")


def test_the_command_tells_the_variables_of_the_file(tmp_path: Path) -> None:
    result = written(tmp_path, THERAPY, "--json", str(tmp_path / "table.json"), "--flow", "slow", "--seed", "7")
    assert result.stdout.startswith(f"{tmp_path / 'therapy.fmu'}: One day of morphine\n")
    told = json.loads((tmp_path / "table.json").read_text())["variables"]
    listed = fmpy.read_model_description(tmp_path / "therapy.fmu").modelVariables
    assert [(each["name"], each["causality"], each["type"], each["unit"]) for each in told] == [
        (each.name, each.causality, each.type, each.unit or "") for each in listed
    ]
    assert all(each["name"] in result.stdout for each in told)
    assert {each.name: each.start for each in listed if each.causality == "parameter"} == {"flow": "3", "seed": "7"}


def test_the_same_therapy_has_the_same_guid_and_another_one_has_another(tmp_path: Path) -> None:
    guids = []
    for text in (THERAPY, THERAPY, THERAPY.replace("5 mg/d", "5.5 mg/d")):
        assert written(tmp_path, text).exit_code == 0
        guids.append(fmpy.read_model_description(tmp_path / "therapy.fmu").guid)
    assert guids[0] == guids[1] != guids[2]


def test_a_drug_whose_name_is_no_name_for_a_variable_is_called_by_its_code(tmp_path: Path) -> None:
    limits = """
[solution.limits]
code = 41
kind = "opioid"
concentration_max = "25 mg/mL"
hard = "20 mg/d"
soft = "15 mg/d"
single = "2 mg"
limit_source = "label"
stop_dangerous = false
patient_bolus = true
titration = { start = "6 mg/d", interval = "24 h" }
"""
    text = THERAPY.replace('concentration = "25 mg/mL"\n', f'concentration = "25 mg/mL"\n{limits}')
    assert written(tmp_path, text.replace('name = "morphine"', 'name = "new opioid (trial)"')).exit_code == 0
    assert validate_fmu(str(tmp_path / "therapy.fmu")) == []
    names = [each.name for each in fmpy.read_model_description(tmp_path / "therapy.fmu").modelVariables]
    assert names[-2:] == ["rate_drug_41", "mass_drug_41"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (THERAPY.replace("until =", 'colour = "red"\nuntil ='), "the scenario: knows no key 'colour'"),
        (THERAPY.replace("until =", "attended = false\nuntil ="), "attended: nobody attends the pump"),
    ],
)
def test_a_scenario_that_cannot_be_used_gets_one_line(tmp_path: Path, text: str, reason: str) -> None:
    result = written(tmp_path, text)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(f"{tmp_path / 'therapy.toml'}: {reason}")
    assert not (tmp_path / "therapy.fmu").exists()


def test_a_file_that_cannot_be_written_gets_one_line(tmp_path: Path) -> None:
    result = written(tmp_path, THERAPY, "--output", str(tmp_path / "none" / "therapy.fmu"))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "cannot be written" in result.stderr


# -- what another simulator reads ---------------------------------------------------------------------------------


def test_half_a_day_comes_out_as_worked_by_hand(build: Build) -> None:
    # 0.2 mL/d for 12 h are 0.1 mL, 14.5 % more or less at the ends. 0.03 mL of it are in the line: 0.07 mL of 25 mg/mL
    # are 1.75 mg. The ceiling of 20 mg/d is 20 * 1.145 * 49 / 48 * 1.01 = 23.611 mg; 2.5 * 1.145 mg are 12.124 % of it.
    told = simulated(build(THERAPY), hours=12)
    assert told[0] == pytest.approx(told[0] | {"commanded_flow": 0.2, "volume_in_books": 20, "mass_morphine": 0})
    assert told[12 * HOUR] == pytest.approx(
        {
            "time": 12 * HOUR,
            "commanded_flow": 0.2,
            "true_flow": 0.2,
            "volume_in_books": 19.9,
            "volume_least": 20 - 0.1145,
            "volume_greatest": 20 - 0.0855,
            "volume_true": 19.9,
            "dose_24_h": 12.124,
            "mode": Mode.BASAL,
            "alarms_listed": 0,
            "alarm_low": False,
            "alarm_empty": False,
            "last_reason": Reason.NONE,
            "promises_broken": 0,
            "rate_morphine": 5,
            "mass_morphine": 1.75,
        },
        rel=1e-4,
    )
    assert told[12_600]["rate_morphine"] == 0  # after 3.5 h the line still holds what is no drug
    assert told[13_200]["rate_morphine"] == pytest.approx(5)
    assert told[10 * HOUR + 600]["volume_in_books"] == pytest.approx(20 - 0.2 * 36_600 / 86_400, abs=1e-9)


@pytest.mark.parametrize(("options", "parameters"), [((), {"flow": 2}), (("--flow", "fast"), {})])
def test_a_fast_flow_takes_more_than_the_books_say(
    build: Build, options: tuple[str, ...], parameters: dict[str, int]
) -> None:
    # 1.145 * 0.2 mL/d; of the 0.1145 mL in 12 h 0.0845 mL have left the line: 2.1125 mg.
    end = simulated(build(THERAPY, *options), hours=12, start_values=parameters)[12 * HOUR]
    assert (end["true_flow"], end["commanded_flow"]) == pytest.approx((0.229, 0.2))
    assert (end["volume_true"], end["volume_in_books"]) == pytest.approx((19.8855, 19.9))
    assert end["mass_morphine"] == pytest.approx(2.1125)


def test_a_request_that_becomes_true_asks_once_for_a_bolus(build: Build) -> None:
    # 0.01 mL in 9 min run at 1.6 mL/d, in place of 0.00125 mL. At 7 h the lockout after 6:09 has not passed.
    asked = inputs((0, 1_013, False), (6, 1_013, True), (6.5, 1_013, False), (7, 1_013, True), (10, 1_013, True))
    told = simulated(build(THERAPY), hours=10, input=asked)
    assert (told[6 * HOUR]["mode"], told[6 * HOUR]["commanded_flow"]) == (Mode.BASAL, 0.2)
    assert (told[6 * HOUR + 300]["mode"], told[6 * HOUR + 300]["commanded_flow"]) == (Mode.BOLUS, 1.6)
    assert (told[7 * HOUR]["mode"], told[7 * HOUR]["last_reason"]) == (Mode.BASAL, Reason.NONE)
    assert told[7 * HOUR + 300]["last_reason"] == Reason.LOCKOUT
    assert told[10 * HOUR]["volume_in_books"] == pytest.approx(20 - 0.2 * 10 / 24 - 0.00875)


def test_the_pressure_from_outside_reaches_core_and_plant(build: Build) -> None:
    # At 2 000 hPa the slow end is 100 %: nothing runs, and the pressure alarm is listed; on land again 0.171 mL/d run.
    dive = inputs((0, 1_013, False), (4, 1_013, False), (4, 2_000, False), (8, 2_000, False), (8, 1_013, False))
    told = simulated(build(THERAPY, "--flow", "slow"), hours=12, input=dive)
    assert (told[4 * HOUR]["true_flow"], told[4 * HOUR]["alarms_listed"]) == pytest.approx((0.171, 0))
    assert (told[6 * HOUR]["true_flow"], told[6 * HOUR]["alarms_listed"]) == (0, 1)
    assert told[6 * HOUR]["volume_true"] == pytest.approx(20 - 0.171 * 4 / 24, abs=1e-3)
    assert told[12 * HOUR]["true_flow"] == pytest.approx(0.171)
    # The books count 4 h more of the slowest flow, none: 8 h of 0.171 mL/d.
    assert told[12 * HOUR]["volume_greatest"] == pytest.approx(20 - 0.171 * 8 / 24, abs=1e-3)


def test_a_pressure_that_cannot_be_ends_the_simulation(build: Build) -> None:
    with pytest.raises(fmpy.fmi1.FMICallException, match="fmi2DoStep failed"):
        simulated(build(THERAPY), hours=1, start_values={"ambient_pressure": -5})


def test_the_low_alarm_is_read_when_it_must_sound(build: Build) -> None:
    # 2.2 mL less 1.145 * 0.17467 mL are 2 mL: after 20.96 h.
    told = simulated(build(THERAPY.replace('filled = "20 mL"', 'filled = "2.2 mL"')), hours=21.5)
    assert not told[75_000]["alarm_low"]  # 20.83 h
    assert told[75_600]["alarm_low"]  # 21 h
    assert not told[75_600]["alarm_empty"]


def test_while_the_host_is_away_nothing_runs_and_nobody_hears_a_request(build: Build) -> None:
    # Away from 2 h to 4 h: 10 of 12 h run, 0.2 / 24 * 10 mL.
    asked = inputs((0, 1_013, False), (3, 1_013, True), (3.5, 1_013, False))
    told = simulated(build(THERAPY + AWAY), hours=12, input=asked)
    assert (told[3 * HOUR]["commanded_flow"], told[3 * HOUR]["true_flow"]) == (0, 0)
    assert told[12 * HOUR]["volume_in_books"] == pytest.approx(20 - 0.2 / 24 * 10)
    assert told[12 * HOUR]["volume_true"] == pytest.approx(20 - 0.2 / 24 * 10)


def test_steps_between_whole_seconds_carry_the_rest(tmp_path: Path) -> None:
    """At 0.2 / 86 400 mL a second; after 0.6 s no second has passed. As floats 9 * 0.6 + 0.6 are a little under 6."""
    assert 9 * 0.6 + 0.6 < 6
    assert written(tmp_path, THERAPY).exit_code == 0
    slave = TherapySlave(instance_name="one", resources=str(Path(fmpy.extract(tmp_path / "therapy.fmu")) / "resources"))
    (place,) = [place for place, variable in slave.vars.items() if variable.name == "volume_true"]
    slave.setup_experiment(0, None, None)
    slave.exit_initialization_mode()
    spent = []
    for turn in range(10):
        assert slave.do_step(turn * 0.6, 0.6)
        spent.append((20 - slave.get_real([place])[0]) / (0.2 / 86_400))
    assert spent == pytest.approx([0, 1, 1, 2, 3, 3, 4, 4, 5, 6], abs=1e-4)


def test_it_runs_again_and_again_in_one_process(build: Build) -> None:
    path = build(THERAPY)
    ends = [simulated(path, hours=1)[HOUR] for _ in range(4)]
    assert all(end == ends[0] for end in ends)


def test_it_says_at_the_end_what_simulate_says(build: Build, tmp_path: Path) -> None:
    end = simulated(build(THERAPY + AWAY, "--flow", "erratic", "--seed", "3"), hours=24)[24 * HOUR]
    arguments = [str(tmp_path / "therapy.toml"), "--flow", "erratic", "--seed", "3"]
    assert CliRunner().invoke(simulate, [*arguments, "--json", str(tmp_path / "told.json")]).exit_code == 0
    figures = json.loads((tmp_path / "told.json").read_text())
    assert end["volume_in_books"] == figures["books"]["remaining_quanta"] / 86_400_000_000
    assert figures["alarms"] == [{"at_s": 2 * HOUR + 1_800, "alarm": "LATE_HOST", "change": "rose"}]
    assert (end["alarms_listed"], end["promises_broken"]) == (1, 0)


# -- the course ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["full_course", "constant_flow", "replacement", "baclofen_stalls", "travel"])
def test_a_course_led_in_pieces_ends_as_one_run_does(name: str) -> None:
    scenario = read(SCENARIOS / f"{name}.toml")
    audited = Audited.of(scenario.beginning.device, Flow.ERRATIC, 5)
    for record in run(scenario):
        audited.see(record)
    plant = audited.auditor.plant
    course = Course.of(scenario, Flow.ERRATIC, 5)
    for to in [*range(0, scenario.until, 25_001), scenario.until]:
        course.lead(to)
    assert course.books == record.step.pump
    assert (course.plant.volume, course.audited.found()) == (plant.volume, audited.found())
    sums = {code: intake.sums[-1] for code, intake in plant.body.intakes.items()}
    assert {code: intake.sums[-1] for code, intake in course.plant.body.intakes.items()} == sums


def test_a_pump_that_takes_over_is_told_of_the_pressure_outside() -> None:
    """Neither pump may be exposed to 4 000 hPa; the second knows of ordinary air alone, until it is told."""
    course = Course.of(read(SCENARIOS / "replacement.toml"), Flow.NOMINAL, 0)
    course.press(hpa(4_000))
    course.tell_pressure()
    first = course.pump.device
    while course.pump.device == first:
        course.lead(course.now + HOUR)
    assert course.plant.pressure == 4_000
    assert not course.pump.alarms.listed[Alarm.PRESSURE]
    course.tell_pressure()
    assert course.pump.alarms.listed[Alarm.PRESSURE]
