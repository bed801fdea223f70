"""Doses are told of the drug that was given, in whatever order the file names its drugs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from intrathecal_hosts.simulate_command import simulate

MORPHINE = """
title = "Morphine, and what is added to it"
until = "4 d"

[device]
model = "SynchroMed II 20 mL"

[[solution]]
name = "morphine"
concentration = "25 mg/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"
reference = ["5 mg/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "5 mg/d"
"""
ASKED = """
[[event]]
at = "1 d"
kind = "change solution"
solution = [
    { name = "morphine", concentration = "20 mg/mL" },
    { name = "clonidine", concentration = "0.05 mg/mL" },
    { name = "bupivacaine", concentration = "2 mg/mL" },
]
filled = "20 mL"
bridge = "5 mg/d"
rate = "0.25 mL/d"
expect = "MIXTURE_UNACKNOWLEDGED"
"""
CHANGED = """
[[event]]
at = "1 d"
kind = "change solution"
solution = [
    { name = "morphine", concentration = "20 mg/mL" },
    { name = "bupivacaine", concentration = "2 mg/mL" },
    { name = "clonidine", concentration = "0.05 mg/mL" },
]
filled = "20 mL"
bridge = "5 mg/d"
rate = "0.25 mL/d"
mixture_acknowledged = true
formulary_confirmed = true
least_day_acknowledged = true
"""


def told(tmp_path: Path, text: str) -> tuple[Result, Any]:
    path = tmp_path / "therapy.toml"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(simulate, [str(path), "--json", str(tmp_path / "figures.json")])
    assert result.exit_code == 0, result.output
    return result, json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))


def row(result: Result, day: str) -> list[str]:
    """The cells of a day."""
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.stdout.splitlines() if "│" in line]
    return next(cells for cells in lines if cells[0] == day)


def test_doses_go_to_their_drug_whatever_a_change_that_was_refused_named_first(tmp_path: Path) -> None:
    """0.25 mL/d: 5 mg of morphine, 0.5 mg of bupivacaine and 12.5 ug of clonidine in a whole day. The file names
    clonidine before bupivacaine, the pump holds it after that."""
    result, figures = told(tmp_path, MORPHINE + ASKED + CHANGED)
    assert row(result, "0")[1:4] == ["5.000", "0.000", "0.000"]
    assert row(result, "3")[1:4] == ["5.000", "12.500", "0.500"]
    assert figures["days"][0]["doses_ng_rounded_down"] == {"morphine": 5_000_000, "clonidine": 0, "bupivacaine": 0}
    assert figures["days"][3]["doses_ng_rounded_down"] == {
        "morphine": 5_000_000,
        "clonidine": 12_500,
        "bupivacaine": 500_000,
    }
    assert figures["solution"] == [{"drug": "morphine", "concentration_ng_per_ml": 25_000_000}]


def test_days_before_a_drug_was_added_hold_none_of_it(tmp_path: Path) -> None:
    two = CHANGED.replace('    { name = "clonidine", concentration = "0.05 mg/mL" },\n', "")
    result, figures = told(tmp_path, MORPHINE + two)
    assert row(result, "0")[1:3] == ["5.000", "0.000"]
    assert row(result, "3")[1:3] == ["5.000", "0.500"]
    assert figures["days"][3]["doses_ng_rounded_down"] == {"morphine": 5_000_000, "bupivacaine": 500_000}


LIMITS = """
[solution.limits]
code = 9
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


def test_one_name_for_two_drugs_gets_one_line(tmp_path: Path) -> None:
    """Else the doses of both would be told as one."""
    path = tmp_path / "therapy.toml"
    at = MORPHINE.index("[[event]]")
    path.write_text(MORPHINE[:at] + LIMITS + MORPHINE[at:] + CHANGED, encoding="utf-8")
    result = CliRunner().invoke(simulate, [str(path)])
    assert (result.exit_code, result.stdout) == (2, "")
    reason = "solution: 'morphine' of code 9 and 'morphine' of code 1: a drug has one name and one code"
    assert result.stderr == f"{path}: {reason}\n"
