"""A pump is replaced in the middle of a run: the books go on over both, and all that follows happens to the new one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intrathecal import Authority, Reason
from intrathecal_hosts.days import DayBook
from intrathecal_hosts.runner import Record, run
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.simulate_command import simulate
from intrathecal_hosts.summary import Summary
from intrathecal_hosts.therapy import Replacement

NEW = 'device = { model = "Prometra II 20 mL", serial = 8 }'
GOOD = f"""
title = "Morphine from two pumps"
until = "2 d"

[device]
model = "SynchroMed II 20 mL"
serial = 7

[[solution]]
name = "morphine"
concentration = "25 mg/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"
reference = ["6 mg/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "6 mg/d"

[[event]]
at = "1 d"
kind = "retire"

[[event]]
at = "1 d 00:10"
kind = "replace"
{NEW}

[[event]]
at = "1 d 11:00"
kind = "commission"
filled = "15 mL"
catheter = "0.15 mL"

[[event]]
at = "1 d 12:00"
kind = "program"
rate = "6 mg/d"

[expect]
filled = "35 mL"
delivered = "0.36 mL"
remaining = "34.64 mL"
"""
"""6 mg/d of 25 mg/mL are 0.24 mL/d: for a day from the one pump, for half a day from the other."""


def simulated(tmp_path: Path, text: str, *options: str) -> Result:
    path = tmp_path / "therapy.toml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(simulate, [str(path), *options])


def records(tmp_path: Path, text: str) -> list[Record]:
    path = tmp_path / "therapy.toml"
    path.write_text(text, encoding="utf-8")
    return list(run(read(path)))


def test_the_books_are_sums_over_both_pumps(tmp_path: Path) -> None:
    result = simulated(tmp_path, GOOD)
    assert result.exit_code == 0
    assert "34.64 mL" in result.stdout


def test_the_report_and_the_figures_name_both_pumps(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    result = simulated(tmp_path, GOOD, "--json", str(figures))
    assert "1 d 00:10" in result.stdout
    told = json.loads(figures.read_text())
    assert told["pumps"] == [{"since_s": 0, "serial": 7}, {"since_s": 86_400 + 600, "serial": 8}]
    assert [day["delivered_quanta"] for day in told["days"]] == [240_000 * 86_400, 120_000 * 86_400]
    assert told["days"][1]["remaining_quanta"] == 14_880_000 * 86_400
    assert told["days"][1]["pump"] == ["basal", "stopped", "not implanted"]


def test_the_picture_shows_when_another_pump_took_over(tmp_path: Path) -> None:
    with_two, with_one = tmp_path / "two.svg", tmp_path / "one.svg"
    simulated(tmp_path, GOOD, "--plot", str(with_two))
    simulated(tmp_path, GOOD[: GOOD.index('[[event]]\nat = "1 d"')], "--plot", str(with_one))
    assert "another pump" in with_two.read_text()
    assert "another pump" not in with_one.read_text()


def test_what_follows_a_replacement_happens_to_the_new_pump(tmp_path: Path) -> None:
    steps = records(tmp_path, GOOD)
    taken = next(place for place, record in enumerate(steps) if record.replaced)
    assert {record.before.device.serial for record in steps[: taken + 1]} == {7}
    assert {record.before.device.serial for record in steps[taken + 1 :]} == {8}
    assert all(record.step.verdict.accepted for record in steps)
    assert steps[taken].before.now == steps[taken].step.pump.now == steps[taken].event.at == 86_400 + 600


def test_a_refused_replacement_leaves_the_old_pump_in_place(tmp_path: Path) -> None:
    early = GOOD.replace('kind = "retire"', 'kind = "x-ray"')
    result = simulated(tmp_path, early)
    assert result.exit_code == 1
    assert "FAILED event[3] (replace, 1 d 00:10): expected accepted, came NOT_RETIRED" in result.stdout
    assert {record.step.pump.device.serial for record in records(tmp_path, early)} == {7}


def test_a_patient_replaces_no_pump(tmp_path: Path) -> None:
    asked = [r for r in records(tmp_path, GOOD.replace(NEW, f'{NEW}\nby = "patient"')) if r.key == "event[3]"]
    assert [record.step.verdict.reason for record in asked] == [Reason.NOT_CLINICIAN]
    assert isinstance(asked[0].event, Replacement)
    assert asked[0].event.authority == Authority.PATIENT


def test_days_and_summary_end_with_the_new_pump(tmp_path: Path) -> None:
    summary, days = Summary(), DayBook()
    for record in records(tmp_path, GOOD):
        summary.see(record)
        days.see(record)
    assert summary.pump is not None
    assert [pump.device.serial for pump in summary.pumps] == [7, 8] == [7, summary.pump.device.serial]
    assert days.closed()[1].remaining == summary.pump.reservoir.remaining


BAD = {
    "no device": (GOOD.replace(NEW, ""), "event[3].device: is missing"),
    "unknown model": (
        GOOD.replace("Prometra II 20 mL", "Pump 1"),
        "event[3]: device: 'Pump 1' is not in the catalogue, which holds",
    ),
    "unknown key": (
        GOOD.replace("serial = 8", 'colour = "red"'),
        "event[3].device: knows no key 'colour'",
    ),
    "wrong serial": (GOOD.replace("serial = 8", 'serial = "8"'), "event[3].device.serial: takes a whole number, not"),
    "impossible serial": (
        GOOD.replace("serial = 8", "serial = 0"),
        "event[3]: Device.serial: 0 (serial number) is outside",
    ),
    "no table": (GOOD.replace(NEW, 'device = "Prometra II 20 mL"'), "event[3].device: takes a table"),
    "fields that are missing": (
        GOOD.replace(NEW, "device = { serial = 8 }"),
        "event[3].device.capacity: is missing (and 11 more)",
    ),
}


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD.keys())
def test_a_device_that_cannot_be_made_gets_one_line(tmp_path: Path, text: str, reason: str) -> None:
    result = simulated(tmp_path, text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{tmp_path / 'therapy.toml'}: {reason}")
    assert result.stderr.count("\n") == 1
