"""`simulate` tells a run, writes JSON and SVG, fails on unmet expectations, and answers bad input with one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intrathecal_hosts.simulate_command import simulate

GOOD = """
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
tubing = "0.14 mL"

[[solution]]
name = "morphine"
concentration = "25 mg/mL"

[solution.limits]
code = 1
kind = "opioid"
concentration_max = "25 mg/mL"
hard = "20 mg/d"
soft = "15 mg/d"
single = "2 mg"
limit_source = "label"
stop_dangerous = false
patient_bolus = true
titration = { start = "6 mg/d", interval = "24 h" }

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"

[[event]]
at = "12 h"
kind = "program"
rate = "5 mg/d"
ceiling = "6 mg/d"

[[event]]
at = "12 h"
kind = "clinician bolus"
dose = "0.25 mg"
duration = "9 min"

[expect]
boluses_given = 1
"""
"""0.2 mL/d for half a day are 0.1 mL; a bolus of 0.01 mL replaces 0.00125 mL: 0.10875 mL."""


BANDS = """[[device.bands]]
up_to = "700 hPa"
allowed = false
fast = "50 %"
slow = "0 %"

[[device.bands]]
up_to = "1100 hPa"
allowed = true
fast = "14.5 %"
slow = "14.5 %"

[[device.bands]]
allowed = false
fast = "0 %"
slow = "100 %"

"""


def run(tmp_path: Path, text: str, *options: str) -> Result:
    path = tmp_path / "therapy.toml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(simulate, [str(path), *options])


def test_a_met_expectation_exits_0_and_tells_the_books_exactly(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD)
    assert result.exit_code == 0
    assert "0.10875 mL" in result.stdout
    assert "\x1b" not in result.stdout


def test_an_unmet_expectation_exits_1_and_says_what_came(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD.replace("boluses_given = 1", "boluses_given = 2"))
    assert result.exit_code == 1
    assert "FAILED expect.boluses_given: expected 2, came 1" in result.stdout


def test_a_wrong_volume_exits_1_and_says_what_came(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD.replace("boluses_given = 1", 'delivered = "0.1 mL"'))
    assert result.exit_code == 1
    assert "FAILED expect.delivered: expected 0.1 mL, came 0.10875 mL" in result.stdout


def test_an_unexpected_refusal_exits_1_and_names_the_event(tmp_path: Path) -> None:
    """5 mg, a slot more of them (49/48 * 5 = 5.104 mg) and a bolus of 1 mg are above the patient's 6 mg."""
    result = run(tmp_path, GOOD.replace('"0.25 mg"', '"1 mg"').replace("boluses_given = 1", "boluses_given = 0"))
    assert result.exit_code == 1
    assert "FAILED event[2] (clinician bolus, 0 d 12:00): expected accepted, came WINDOW_FULL" in result.stdout


def test_a_trial_by_a_protocol_that_nobody_knows_exits_2_and_lists_those_known(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD.replace("[[solution]]", '[trial]\nprotocol = "morfine"\n\n[[solution]]'))
    assert result.exit_code == 2
    assert "trial: protocol: 'morfine' is not in the catalogue, which holds baclofen trial, " in result.stderr


def test_a_patient_in_trial_has_no_pump_that_could_be_programmed(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD.replace("[[solution]]", '[trial]\nprotocol = "baclofen trial"\n\n[[solution]]'))
    assert result.exit_code == 1
    assert "FAILED event[0] (commission, 0 d 00:00): expected accepted, came IN_TRIAL" in result.stdout
    assert "not implanted" in result.stdout


def test_a_dead_host_delivers_nothing_and_is_alarmed(tmp_path: Path) -> None:
    """Away from 18:00 on for 2 h of the 12 h of therapy: 10/24 * 0.2 mL and 0.00875 mL for the bolus."""
    away = '[[event]]\nat = "18:00"\nkind = "outage"\nduration = "2 h"\n\n[expect]\n'
    result = run(tmp_path, GOOD.replace("[expect]\n", away), "--json", str(tmp_path / "figures.json"))
    assert result.exit_code == 0
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert 24 * figures["books"]["delivered_quanta"] == (10 * 200_000 + 24 * 8_750) * 86_400
    assert figures["alarms"] == [{"at_s": 18 * 3_600 + 1_800, "alarm": "LATE_HOST", "change": "rose"}]


CONSTANT = (
    GOOD.replace('flow_min = "0.048 mL/d"', 'flow_min = "0.2 mL/d"')
    .replace('flow_max = "24 mL/d"', 'flow_max = "0.2 mL/d"\ndrive = "CONSTANT_FLOW"\nport = "0.1 mL"')
    .replace("[[solution]]", BANDS + "[[solution]]")
    .replace('kind = "program"\nrate = "5 mg/d"\nceiling = "6 mg/d"', 'kind = "pressure"\npressure = "2000 hPa"')
    .replace(
        'kind = "clinician bolus"\ndose = "0.25 mg"\nduration = "9 min"', 'kind = "port bolus"\nvolume = "0.01 mL"'
    )
)
"""0.2 mL/d of 25 mg/mL from commissioning on, 5 mg/d; diving from noon on, and 0.01 mL by syringe."""


def test_a_constant_flow_of_its_own_fields_runs_on_land_and_in_water(tmp_path: Path) -> None:
    """0.2 mL in a day; the syringe's 0.01 mL do not come from the reservoir."""
    result = run(tmp_path, CONSTANT, "--json", str(tmp_path / "figures.json"), "--plot", str(tmp_path / "run.svg"))
    assert result.exit_code == 0, result.stdout
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["books"]["delivered_quanta"] == 200_000 * 86_400
    assert figures["alarms"] == [{"at_s": 12 * 3_600, "alarm": "PRESSURE", "change": "rose"}]


def test_an_absent_host_misses_nothing_of_a_constant_flow(tmp_path: Path) -> None:
    away = '[[event]]\nat = "18:00"\nkind = "outage"\nduration = "2 h"\n\n[expect]\ndelivered = "0.2 mL"\n'
    assert run(tmp_path, CONSTANT.replace("[expect]\n", away)).exit_code == 0


def test_a_shift_that_does_not_fit_is_told_with_its_time(tmp_path: Path) -> None:
    """As worked in the file: 8 hours west on day 4 from 22:30 on, 8 hours east on day 10 from 07:00 on."""
    text = (Path(__file__).parent.parent / "scenarios" / "travel.toml").read_text(encoding="utf-8")
    result = run(tmp_path, text, "--json", str(tmp_path / "figures.json"))
    assert "WINDOW_FULL before 4 d 22:30" in result.stdout
    told = [each["earliest_s"] for each in json.loads((tmp_path / "figures.json").read_text())["refusals"]]
    west, east = 4 * 86_400 + 22 * 3_600 + 1_800, 10 * 86_400 + 7 * 3_600
    assert told == [None, west, west, None, east]


def test_json_and_svg_are_written(tmp_path: Path) -> None:
    svg, figures = tmp_path / "run.svg", tmp_path / "figures.json"
    assert run(tmp_path, GOOD, "--json", str(figures), "--plot", str(svg)).exit_code == 0
    told = json.loads(figures.read_text())
    assert told["books"]["delivered_quanta"] == 108_750 * 86_400
    assert told["days"][0]["doses_ng_rounded_down"] == {"morphine": 2_718_750}
    assert svg.read_text().startswith("<?xml")


def test_every_step_is_a_line_with_books_and_truth(tmp_path: Path) -> None:
    """At the fast end 0.10875 mL are 0.12451875 mL: not yet the 0.29 mL of tubing and catheter."""
    path = tmp_path / "steps.jsonl"
    assert run(tmp_path, GOOD, "--steps", str(path), "--flow", "fast").exit_code == 0
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(each["event"], each["key"]) for each in lines if each["key"]] == [
        ("Commission", "event[0]"),
        ("Program", "event[1]"),
        ("ClinicianBolus", "event[2]"),
    ]
    last = lines[-1]
    assert (last["at_s"], last["event"], last["accepted"], last["mode"]) == (86_400, "Tick", True, "BASAL")
    assert (last["flow_nl_per_d"], last["cause"], last["alarms"]) == (200_000, "THERAPY", [])
    assert last["books"]["remaining_ml"] == 19.89125
    assert last["books"]["remaining_least_ml"] == last["true"]["remaining_ml"] == 19.875481
    assert last["true"]["flow_nl_per_d"] == 229_000
    assert last["true"]["reached"] == {}


def test_what_has_passed_the_line_has_reached_the_patient(tmp_path: Path) -> None:
    """With a line of 0.1 mL, 0.00875 mL of 25 mg/mL have come through: 0.21875 mg."""
    path = tmp_path / "steps.jsonl"
    short = GOOD.replace('tubing = "0.14 mL"', 'tubing = "0.05 mL"').replace(
        'catheter = "0.15 mL"', 'catheter = "0.05 mL"'
    )
    assert run(tmp_path, short, "--steps", str(path)).exit_code == 0
    last = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    assert last["true"]["reached"] == {"morphine_mg": 0.21875}


def test_the_same_run_draws_the_same_picture(tmp_path: Path) -> None:
    pictures = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for picture in pictures:
        run(tmp_path, GOOD, "--plot", str(picture))
    assert pictures[0].read_bytes() == pictures[1].read_bytes()


BAD = {
    "unknown key": (GOOD.replace("until =", 'colour = "red"\nuntil ='), "the scenario: knows no key 'colour'"),
    "unknown key of an event": (
        GOOD.replace('duration = "9 min"', 'lasts = "9 min"'),
        "event[2]: knows no key 'lasts'",
    ),
    "missing key": (GOOD.replace('filled = "20 mL"', ""), "event[0].filled: is missing"),
    "wrong unit": (GOOD.replace('rate = "5 mg/d"', 'rate = "5 mg"'), "event[1].rate: takes a text with a number and"),
    "no unit": (GOOD.replace('rate = "5 mg/d"', "rate = 5"), "event[1].rate: takes a text with a number and"),
    "negative": (GOOD.replace('"5 mg/d"', '"-5 mg/d"'), "event[1].rate: mg_per_day: -5 mg/d is negative"),
    "wrong time": (GOOD.replace('at = "0 d"', 'at = "noon"'), "event[0].at: takes a time such as"),
    "unknown kind": (
        GOOD.replace('"clinician bolus"', '"big bolus"'),
        "event[2]: kind takes one of commission, program",
    ),
    "unknown reason": (
        GOOD.replace('"9 min"', '"9 min"\nexpect = "LUCK"'),
        "event[2].expect: takes one of NONE",
    ),
    "not whole": (
        GOOD.replace("boluses_given = 1", "boluses_given = 1.5"),
        "expect.boluses_given: takes a whole number",
    ),
    "out of order": (GOOD.replace('at = "0 d"', 'at = "13:00"'), "event[1].at: lies before the event above it"),
    "after the end": (GOOD.replace('until = "1 d"', 'until = "11 h"'), "event[1].at: lies after the scenario's end"),
    "repeated for nothing": (
        GOOD.replace('"9 min"', '"9 min"\ntimes = 3'),
        "event[2].every: an event that happens more",
    ),
    "repeated at once": (
        GOOD.replace('"9 min"', '"9 min"\ntimes = 3\nevery = "0 d"'),
        "event[2].every: is 0 s, takes more",
    ),
    "no list": (
        GOOD.replace('filled = "20 mL"', 'filled = "20 mL"\nreference = "5 mg/d"'),
        "event[0].reference: takes a list, not '5 mg/d'",
    ),
    "repeated never": (GOOD.replace('"9 min"', '"9 min"\ntimes = 0'), "event[2].times: 0 is outside 1 to"),
    "rate and schedule": (
        GOOD.replace('rate = "5 mg/d"', 'rate = "5 mg/d"\nschedule = [{ starts = "06:00", rate = "5 mg/d" }]'),
        "event[1]: takes either a rate or a schedule",
    ),
    "off the half-hour": (
        GOOD.replace('rate = "5 mg/d"', 'schedule = [{ starts = "06:10", rate = "5 mg/d" }]'),
        "event[1]: schedule[0].starts: 22200 s is no whole number of half-hours",
    ),
    "no half-hours": (
        GOOD.replace('"clinician bolus"', '"clock back"').replace(
            'dose = "0.25 mg"\nduration = "9 min"', 'shift = "45 min"'
        ),
        "event[2]: shift: 2700 s is no whole number of half-hours from 1800 s to 84600 s",
    ),
    "impossible device": (GOOD.replace('low = "2 mL"', 'low = "1 mL"'), "device: Device: needs residual < low"),
    "beyond any reservoir": (
        GOOD.replace('filled = "20 mL"', 'filled = "200 mL"'),
        "event[0].filled: ml: 200 mL is above the largest",
    ),
    "dose of saline": (
        "solution = []" + GOOD[: GOOD.index("[[solution]]")] + GOOD[GOOD.index("[[event]]") :],
        "event[1]: saline holds no",
    ),
    "no table": (GOOD[: GOOD.index("[expect]")].replace("title", "expect = 3\ntitle"), "expect: takes a table, not 3"),
    "no table in an event": (
        GOOD.replace('rate = "5 mg/d"', 'rate = "5 mg/d"\npatient_bolus = "0.1 mg"'),
        "event[1].patient_bolus: takes a table, not '0.1 mg'",
    ),
    "unknown model": (
        GOOD[: GOOD.index("serial = 7")] + 'model = "Pump 1"\n\n' + GOOD[GOOD.index("[[solution]]") :],
        "device: device: 'Pump 1' is not in the catalogue",
    ),
    "unknown drug": (
        GOOD.replace('"morphine"', '"water"').replace(
            GOOD[GOOD.index("[solution.limits]") : GOOD.index("[[event]]")], ""
        ),
        "solution: drug: 'water' is not in the catalogue",
    ),
    "host away": (
        GOOD.replace("[[event]]", '[[event]]\nat = "0 d"\nkind = "outage"\nduration = "13 h"\n\n[[event]]', 1),
        "event[1].at: the host is away then",
    ),
    "no TOML": ("title = ", "is no TOML: "),
    "too many digits": (
        GOOD.replace("serial = 7", f"serial = {'7' * 5_000}"),
        "holds a number of more than 4300 digits",
    ),
    "nested too deeply": (
        GOOD.replace("title =", f"deep = {'[' * 2_000}{']' * 2_000}\ntitle ="),
        "holds tables or lists that are nested too deeply",
    ),
    "a number that no line holds": (
        GOOD.replace('"9 min"', f'"9 min"\ntimes = 0x{"f" * 5_000}'),
        "event[2].times: takes a whole number of at most 1000000000000000000, either way",
    ),
    "the same raw event again": (
        GOOD.replace('"9 min"', '"9 min"\n\n[[event]]\nat = "13 h"\nkind = "raw"\n').replace(
            'kind = "raw"\n', 'kind = "raw"\nevent = { type = "XRay", at = 46_800 }\ntimes = 2\nevery = "1 h"\n'
        ),
        "event[3]: event.at: 46800 s, must be the time at which it happens, 50400 s",
    ),
    "a dose of what is saline by then": (
        GOOD[: GOOD.index('[[event]]\nat = "12 h"')]
        + """[[event]]
at = "12 h"
kind = "change solution"
solution = []
filled = "20 mL"
bridge = "0.2 mL/d"
rate = "0.2 mL/d"
fall_acknowledged = true
least_day_acknowledged = true

[[event]]
at = "13 h"
kind = "program"
rate = "1 mg/d"
""",
        "event[2]: saline holds no drug: takes a volume or a flow, no dose",
    ),
}


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD.keys())
def test_bad_input_gets_one_line_with_file_key_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    result = run(tmp_path, text)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"{tmp_path / 'therapy.toml'}: {reason}")
    assert result.stderr.count("\n") == 1


def test_the_picture_says_from_when_its_days_count(tmp_path: Path) -> None:
    """A trial begins at time 0; without one commissioning does."""
    svg = tmp_path / "run.svg"
    trial = (Path(__file__).parent.parent / "scenarios" / "baclofen_trial.toml").read_text(encoding="utf-8")
    for text, before in ((trial, "the trial"), (GOOD, "commissioning")):
        assert run(tmp_path, text, "--plot", str(svg)).exit_code == 0
        assert f">days from the midnight before {before}</text>" in svg.read_text(encoding="utf-8")


def test_a_run_that_ends_in_bad_input_leaves_the_journal_as_it_was(tmp_path: Path) -> None:
    path, new = tmp_path / "pump.journal", tmp_path / "new.journal"
    assert run(tmp_path, GOOD, "--journal", str(path)).exit_code == 0
    before = path.read_bytes()
    for journal in (path, new):
        again = run(tmp_path, BAD["the same raw event again"][0], "--journal", str(journal))
        assert (again.exit_code, again.stdout) == (2, "")
    assert path.read_bytes() == before
    assert not new.exists()


@pytest.mark.parametrize("words", ["a [/b] c", "[red]x[/red]", "$\\frac$", "50 $ or 60 $", "x_1^"])
def test_titles_and_names_are_told_as_they_are_written(tmp_path: Path, words: str) -> None:
    """Whatever a terminal or a formula would make of them."""
    text = GOOD.replace('"One day of morphine"', f"'{words}'").replace('name = "morphine"', f"name = '{words}'")
    svg = tmp_path / "run.svg"
    result = run(tmp_path, text, "--plot", str(svg))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0] == words
    assert f"{words}, mg" in result.stdout
    assert f">{words}</text>" in svg.read_text(encoding="utf-8")


def test_a_file_that_is_not_there_gets_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(simulate, [str(tmp_path / "none.toml")])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.endswith("none.toml: cannot be read: No such file or directory\n")


def test_a_picture_is_svg_or_none(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD, "--plot", str(tmp_path / "run.png"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("run.png: a run is drawn as SVG; the file's name must end in .svg\n")


def test_a_picture_that_cannot_be_written_gets_one_line(tmp_path: Path) -> None:
    result = run(tmp_path, GOOD, "--plot", str(tmp_path / "none" / "run.svg"))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "cannot be written" in result.stderr
