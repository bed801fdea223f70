"""Hardware that errs, in scenario files: what comes of it, what is told of it, and what gets a clear line instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve
from click.testing import CliRunner, Result
from tests.hosts.auditing import audited_run
from tests.hosts.hardware_therapy import BATTERY, EVENT, REFILL, STALL, told_of, written

from intrathecal.quantities import hours
from intrathecal_hosts.fmi.course import Course
from intrathecal_hosts.plant import truth
from intrathecal_hosts.plant.audited import Audited
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.runner import Host
from intrathecal_hosts.scenario import TruthExpected
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.simulate_command import simulate

SCENARIOS: Final = Path(__file__).parent.parent / "scenarios"
OF_HARDWARE: Final = (
    "stall_noticed_late",
    "mri_late_recovery",
    "pocket_fill_found_at_refill",
    "pocket_fill_found_by_sensor",
    "baclofen_change_mixed",
    "sensor_stuck_and_drifting",
    "battery",
    "constant_flow_warm",
)
HOUR: Final = 3_600
DAY: Final = 86_400
ML: Final = 86_400_000_000_000
"""1 mL in thousandths of a quantum."""


@pytest.mark.parametrize("name", OF_HARDWARE)
def test_the_truth_comes_out_as_worked_by_hand_and_no_promise_is_broken(name: str) -> None:
    scenario = read(SCENARIOS / f"{name}.toml")
    audited, _ = audited_run(SCENARIOS / f"{name}.toml")
    assert scenario.expect.truth.left is not None
    assert scenario.expect.truth.doses
    assert truth.failures(scenario.expect.truth, scenario.drugs, audited.plant) == []
    assert audited.found() == []


@pytest.mark.parametrize("flow", [Flow.FAST, Flow.SLOW, Flow.ERRATIC])
@pytest.mark.parametrize("name", OF_HARDWARE)
def test_no_promise_is_broken_by_a_pump_that_hears_its_own_hardware(name: str, flow: Flow) -> None:
    audited, _ = audited_run(SCENARIOS / f"{name}.toml", flow)
    assert audited.found() == []


@pytest.mark.parametrize("name", ["battery", "pocket_fill_found_by_sensor", "stall_noticed_late"])
def test_a_host_that_is_led_in_pieces_hears_the_same_of_its_hardware(name: str) -> None:
    scenario = read(SCENARIOS / f"{name}.toml")
    host = Host.of(scenario, Audited.of(scenario.beginning.device, Flow.ERRATIC, 5))
    pieces = [record for to in range(0, scenario.until, 7_777) for record in host.lead(to)]
    pieces += [*host.lead(scenario.until), host.look_in(scenario.until), *host.listen()]
    assert pieces == audited_run(SCENARIOS / f"{name}.toml", Flow.ERRATIC)[1]


@pytest.mark.parametrize("name", ["battery", "mri_late_recovery", "sensor_stuck_and_drifting"])
def test_a_course_led_from_outside_suffers_the_same(name: str) -> None:
    scenario = read(SCENARIOS / f"{name}.toml")
    audited, records = audited_run(SCENARIOS / f"{name}.toml", Flow.ERRATIC)
    course = Course.of(scenario, Flow.ERRATIC, 5)
    for to in [*range(0, scenario.until, 25_001), scenario.until]:
        course.lead(to)
    assert course.books == records[-1].step.pump
    assert (course.plant.volume, course.plant.withheld) == (audited.plant.volume, audited.plant.withheld)
    assert (course.plant.body.rested, course.audited.found()) == (audited.plant.body.rested, [])


def test_a_host_tells_when_the_hardware_notices_or_when_it_is_back(tmp_path: Path) -> None:
    _, records = audited_run(written(tmp_path, STALL))
    assert told_of(records) == [("FaultFound", DAY + 2 * HOUR), ("FaultGone", DAY + 5 * HOUR)]
    away = '[[event]]\nat = "1 d 01:00"\nkind = "outage"\nduration = "90 min"\n'
    _, records = audited_run(written(tmp_path, STALL + away))
    assert told_of(records) == [("FaultFound", DAY + 2 * HOUR + 1_800), ("FaultGone", DAY + 5 * HOUR)]


def test_a_battery_is_told_of_once_the_host_is_back_and_not_of_a_retired_pump(tmp_path: Path) -> None:
    # 2 days from day 1 on; a tenth is left on day 2 at 19:12, nothing on day 3.
    away = BATTERY + 'idle = "2 d"\n\n[[event]]\nat = "2 d 12:00"\nkind = "outage"\nduration = "1 d"\n'
    _, records = audited_run(written(tmp_path, away))
    assert told_of(records) == [("FaultFound", 3 * DAY + 12 * HOUR)] * 2
    retired = BATTERY + 'idle = "2 d"\n\n[[event]]\nat = "2 d 12:00"\nkind = "retire"\n'
    audited, records = audited_run(written(tmp_path, retired))
    assert (told_of(records), audited.plant.stands) == ([], True)


def test_nothing_is_told_after_the_end_or_of_a_pump_that_was_replaced(tmp_path: Path) -> None:
    _, records = audited_run(written(tmp_path, STALL, until="1 d 03:00"))
    assert told_of(records) == [("FaultFound", DAY + 2 * HOUR)]
    other = """
[[event]]
at = "1 d 01:00"
kind = "retire"

[[event]]
at = "1 d 01:30"
kind = "replace"
device = { model = "SynchroMed II 20 mL", serial = 2 }

[[event]]
at = "1 d 01:45"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"

[[event]]
at = "1 d 02:00"
kind = "program"
rate = "6 mg/d"
"""
    audited, records = audited_run(written(tmp_path, STALL + other, until="1 d 03:00"))
    assert told_of(records) == []
    assert audited.plant.volume == 20 * ML - ML // 100


def test_truth_that_did_not_come_exits_1_and_says_what_came(tmp_path: Path) -> None:
    # 0.24 mL on day 0, no drug of it, as the line holds 0.29 mL; then the motor stands, and the safe mode has no flow.
    expect = """
[expect.truth]
left = "19.75 mL"
beside = "1 mL"
without_delivery = "4 h"
doses = [{ drug = "morphine", mass = "6 mg", within = "0.1 mg", since = "1 d" }]
"""
    path = written(tmp_path, STALL + expect, until="2 d")
    told = CliRunner().invoke(simulate, [str(path)])
    assert told.exit_code == 1
    assert [line for line in told.stdout.splitlines() if line.startswith("FAILED")] == [
        "FAILED expect.truth.left: expected 19.75 mL, came 19.76 mL",
        "FAILED expect.truth.beside: expected 1 mL, came 0 mL",
        "FAILED expect.truth.without_delivery: expected 0 d 04:00, came 1 d 00:00",
        "FAILED expect.truth.doses[0]: expected 6 mg of morphine, came 0 mg, not within 0.1 mg",
    ]
    told = CliRunner().invoke(simulate, [str(path), "--flow", "fast"])
    assert told.exit_code == 0
    assert "Not checked with a true flow that is fast: expect.truth" in told.stdout


def test_a_dose_may_be_off_by_as_much_as_the_file_says(tmp_path: Path) -> None:
    # The line takes 0.29 mL of the first 0.48 mL: 0.19 mL, 4.75 mg.
    for mass, within, exits in (("4.75", "0", 0), ("4.7", "0.05", 0), ("4.8", "0.05", 0), ("4.7", "0.049", 1)):
        dose = f'drug = "morphine", mass = "{mass} mg", within = "{within} mg"'
        path = written(tmp_path, f"[expect.truth]\ndoses = [{{ {dose} }}]", until="2 d")
        assert CliRunner().invoke(simulate, [str(path)]).exit_code == exits


def test_simulate_writes_what_was_not_as_it_should_be(tmp_path: Path) -> None:
    path = written(tmp_path, '[expect.truth]\nleft = "20 mL"', until="1 d")
    assert CliRunner().invoke(simulate, [str(path), "--json", str(tmp_path / "told.json")]).exit_code == 1
    told = json.loads((tmp_path / "told.json").read_text())
    assert told["failures"] == ["expect.truth.left: expected 20 mL, came 19.76 mL"]


BAD: Final = {
    "noticed when it is over": (
        EVENT + '"stall"\nnoticed_after = "2 h"\nturns_after = "2 h"',
        "event[2].noticed_after: there is nothing to notice any more, the motor turns again after 7200 s",
    ),
    "no stall": (EVENT + '"stall"\nturns_after = "0 h"', "event[2].turns_after: is 0 s, the motor never stands still"),
    "no magnet": (EVENT + '"magnet"\nduration = "0 h"', "event[2].duration: is 0 s, the motor never stands still"),
    "no duration": (EVENT + '"magnet"', "event[2].duration: is missing"),
    "a recovery of nothing": (
        EVENT + '"stall"\nturns_after = "2 h"\nrecovery_noticed_after = "1 h"',
        "event[2].recovery_noticed_after: takes a standstill that is noticed, and passes",
    ),
    "no time": (EVENT + '"stall"\nturns_after = "soon"', "event[2].turns_after: takes a time such as"),
    "a verdict on hardware": (
        EVENT + '"stall"\nexpect = "SAFE_MODE"',
        "event[2]: befalls the hardware, takes neither 'expect' nor 'duplicate'",
    ),
    "after the end": (
        EVENT + '"stall"\nevery = "1 d"\ntimes = 10',
        "event[2].at: lies after the scenario's end ('until')",
    ),
    "a battery of nothing": (BATTERY + 'idle = "0 d"', "event[2].idle: a battery that never lasts a second is none"),
    "a battery for ever": (BATTERY, "event[2].idle: is missing"),
    "a share of more": (
        BATTERY.replace("10 %", "101 %") + 'idle = "1 d"',
        "event[2].replacement_due: per_cent: 101 % is above",
    ),
    "a share without a unit": (REFILL + "{ filled = 0.5 }", "event[2].truly.filled: takes a text with a number and"),
    "a share of mass": (REFILL + '{ drawn = "1 mg" }', "event[2].truly.drawn: takes a text with a number and"),
    "more than was told": (
        REFILL + '{ filled = "100 mL", beside = "100 mL" }',
        "event[2].truly: 100 mL in the reservoir and 100 mL beside the pump are more than the 20 mL that are told",
    ),
    "beside what all came in": (
        REFILL + '{ beside = "10 %" }',
        "event[2].truly: 20 mL in the reservoir and 2 mL beside the pump are more than the 20 mL that are told",
    ),
    "more than a pump takes": (
        REFILL + '{ drawn = "0 mL" }',
        "event[2].truly: 39.76 mL would be in the reservoir, which takes at most 21.4 mL",  # 20 mL less a day's 0.24
    ),
    "another key": (REFILL + '{ lost = "1 mL" }', "event[2].truly: knows no key 'lost'"),
    "no share": (EVENT + '"read level"\nshare = "200 %"', "event[2].share: takes a text with a number of %"),
    "no offset": (EVENT + '"read level"\noffset = "1 %"', "event[2].offset: takes a text with a number of mL"),
    "unknown drug": (
        '[expect.truth]\ndoses = [{ drug = "baclofen", mass = "1 mg" }]',
        "expect.truth.doses[0].drug: takes one of morphine, not 'baclofen'",
    ),
    "no span": (
        '[expect.truth]\ndoses = [{ drug = "morphine", mass = "1 mg", since = "2 d", until = "2 d" }]',
        "expect.truth.doses[0].until: lies before 'since', or after the scenario's end",
    ),
}


def simulated(path: Path) -> Result:
    return CliRunner().invoke(simulate, [str(path)])


@pytest.mark.parametrize(("more", "reason"), BAD.values(), ids=BAD.keys())
def test_nonsense_gets_one_line_with_file_key_and_reason(tmp_path: Path, more: str, reason: str) -> None:
    path = written(tmp_path, more)
    result = simulated(path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{path}: {reason}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("model", "kind", "reason"),
    [
        (
            "Prometra II 20 mL",
            'magnet"\nduration = "1 h',
            "a magnet opens this device's valves, which is not simulated",
        ),
        ("Codman 3000 16 mL at 0.3 mL/d", "stall", "a pump of constant flow has neither motor nor battery"),
    ],
)
def test_hardware_that_a_device_does_not_have_is_refused(tmp_path: Path, model: str, kind: str, reason: str) -> None:
    path = written(tmp_path, f'[[event]]\nat = "1 d"\nkind = "{kind}"\n')
    path.write_text(
        path.read_text()
        .replace("SynchroMed II 20 mL", model)
        .replace('\n[[event]]\nat = "0 d"\nkind = "program"\nrate = "6 mg/d"\n', "")
    )
    result = simulated(path)
    assert (result.exit_code, result.stderr) == (2, f"{path}: event[1]: {reason}\n")


def test_a_truth_that_is_not_expected_is_not_checked() -> None:
    scenario = read(SCENARIOS / "battery.toml")
    audited, _ = audited_run(SCENARIOS / "battery.toml")
    assert truth.failures(TruthExpected(), scenario.drugs, audited.plant) == []
    wrong = evolve(scenario.expect.truth, without_delivery=hours(1))
    assert len(truth.failures(wrong, scenario.drugs, audited.plant)) == 1
