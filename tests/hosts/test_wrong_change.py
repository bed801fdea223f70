"""The solution is changed by a needle that errs, and some of the old one stays in the pump: what truly comes of it, by
hand, and what an auditor makes of a pump that was told something else."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from tests.hosts.auditing import audited_run, broken

from intrathecal import Alarm, Cause, ChangeSolution, Command, Solution, reservoir, settling
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    change_solution,
    commission,
    make_prescription,
    make_solution,
    refill,
)
from intrathecal.events import Authority
from intrathecal.handlers import boluses
from intrathecal.quantities import Concentration, Duration, hours, mg_per_ml, ml, ml_per_day, per_cent
from intrathecal_hosts.fmi.course import Course
from intrathecal_hosts.fmi.variables import outputs
from intrathecal_hosts.plant.audit_doses import ceiling_of
from intrathecal_hosts.plant.body import NANOGRAM, Intake
from intrathecal_hosts.plant.flow import Flow
from intrathecal_hosts.plant.line import Line, Plug
from intrathecal_hosts.plant.needle import CHANGED_AS_TOLD, REFILLED_AS_TOLD, ChangeTruth, RefillTruth
from intrathecal_hosts.plant.plant import Plant
from intrathecal_hosts.plant.promises import Promise
from intrathecal_hosts.plant.strengths import NOTHING, mixed
from intrathecal_hosts.scenario_file import read
from intrathecal_hosts.simulate_command import simulate

DAY: Final = 86_400
ML: Final = 86_400_000_000 * 1_000
"""1 mL in thousandths of a quantum."""
MORPHINE: Final = drug("morphine").code
BACLOFEN: Final = drug("baclofen").code
CONSTANT: Final = Path(__file__).parent.parent / "scenarios" / "constant_flow_change.toml"


def of(name: str, strength: Concentration) -> Solution:
    return make_solution(ingredients=[(drug(name), strength)])


OLD: Final = of("morphine", mg_per_ml(2))
NEW: Final = of("morphine", mg_per_ml("0.5"))


def filled(solution: Solution = OLD) -> Plant:
    """11.4 mL, of which 10 mL can be drawn; tubing and catheter of 0.29 mL are empty."""
    plant = Plant(device("SynchroMed II 20 mL", serial=1))
    plant.happen(
        commission(
            at=hours(0),
            number=1,
            authority=Authority.CLINICIAN,
            solution=solution,
            filled=ml("11.4"),
            catheter=ml("0.15"),
            catheter_uncertainty=ml(0),
        )
    )
    return plant


def change(at: int, solution: Solution) -> ChangeSolution:
    """To 9.6 mL of the solution; what it prescribes is nothing to a plant."""
    return change_solution(
        at=Duration(at),
        number=3,
        authority=Authority.CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(10),
        filled=ml("9.6"),
        solution=solution,
        prescription=make_prescription(flows=ml_per_day("0.6")),
        bridge_flow=ml_per_day("0.6"),
    )


def refilled(plant: Plant, volume: str, truly: RefillTruth = REFILLED_AS_TOLD) -> None:
    told = refill(
        at=Duration(plant.now),
        number=4,
        authority=Authority.CLINICIAN,
        emptied=True,
        drawn=ml(0),
        filled=ml(volume),
        solution=NEW,
    )
    plant.refill(told, truly)


def a_day(plant: Plant) -> None:
    """At 0.6 mL/d."""
    end = plant.now + DAY
    plant.obey(Command(flow=600_000, burn=0, until=end, cause=Cause.THERAPY))
    plant.advance(end)


def milligrams(intake: Intake, since: int, until: int) -> Fraction:
    """Of what came from the one day to the other."""
    return Fraction(intake.until(until * DAY) - intake.until(since * DAY)) / (NANOGRAM * 1_000_000)


def mg_in_ml(plant: Plant) -> dict[int, Fraction]:
    return {code: Fraction(strength) / 1_000_000 for code, strength in plant.strengths.items()}


# -- what is in the reservoir -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("truly", "strength", "left", "beside"),
    [
        (CHANGED_AS_TOLD, "1/2", "11", "0"),  # 9.6 mL, and 1.4 mL that were rinsed with them
        (ChangeTruth(drawn=per_cent(50)), "11/10", "16", "0"),  # (6.4 * 2 + 9.6 * 0.5) / 16
        (ChangeTruth(drawn=ml(5)), "11/10", "16", "0"),
        (ChangeTruth(drawn=per_cent(50), rinsed=False), "11/10", "16", "0"),
        (ChangeTruth(drawn=ml(30)), "1/2", "11", "0"),  # no more than there is
        (ChangeTruth(rinsed=False), "38/55", "11", "0"),  # (1.4 * 2 + 9.6 * 0.5) / 11 = 7.6 / 11
        (ChangeTruth(filled=per_cent(50), beside=per_cent(50)), "1/2", "6.2", "4.8"),
        (ChangeTruth(filled=ml(0), rinsed=False), "2", "1.4", "0"),
        (ChangeTruth(drawn=ml(0), filled=ml(0), beside=per_cent(100)), "2", "11.4", "9.6"),  # never in the pump
    ],
)
def test_what_is_left_of_the_old_solution_mixes_with_the_new(
    truly: ChangeTruth, strength: str, left: str, beside: str
) -> None:
    plant = filled()
    plant.change(change(0, NEW), truly)
    assert mg_in_ml(plant) == {MORPHINE: Fraction(strength)}
    assert (Fraction(plant.volume, ML), Fraction(plant.beside, ML)) == (Fraction(left), Fraction(beside))
    assert plant.told == {MORPHINE: 500_000}


def test_a_refill_thins_what_is_left_of_a_mixture_and_a_rinse_ends_it() -> None:
    # 1.4 mL of 1.1 mg/mL and 18.6 mL of 0.5 mg/mL: (1.54 + 9.3) / 20 = 0.542; once more: (0.7588 + 9.3) / 20. Of that
    # 10 mL are drawn, and 5 mL come in: (10 * 0.50294 + 5 * 0.5) / 15.
    plant = filled()
    plant.change(change(0, NEW), ChangeTruth(drawn=per_cent(50)))
    for truly, strength in (
        (REFILLED_AS_TOLD, Fraction("0.542")),
        (REFILLED_AS_TOLD, Fraction("0.50294")),
        (RefillTruth(drawn=ml(10), filled=ml(5)), Fraction("7.5294") / 15),
    ):
        refilled(plant, "18.6", truly)
        assert mg_in_ml(plant) == {MORPHINE: strength}
    plant.change(change(0, NEW), CHANGED_AS_TOLD)
    assert plant.strengths == plant.told == {MORPHINE: 500_000}


def test_a_mixture_holds_the_drugs_of_both() -> None:
    # Half of 2 mg/mL morphine stays, 6.4 of 16 mL; the other 9.6 mL are of baclofen, or of nothing.
    for told, strengths in (
        (of("baclofen", mg_per_ml("0.5")), {MORPHINE: Fraction("0.8"), BACLOFEN: Fraction("0.3")}),
        (make_solution(ingredients=[]), {MORPHINE: Fraction("0.8")}),
    ):
        plant = filled()
        plant.change(change(0, told), ChangeTruth(drawn=per_cent(50)))
        assert mg_in_ml(plant) == strengths


def test_a_mixture_of_nothing_is_what_was_told_and_whole_numbers_stay_whole() -> None:
    assert mixed(NOTHING, 0, {1: 25}, 0) == {1: 25}
    assert mixed({1: 25}, 3, {1: 10, 2: 8}, 0) == {1: 25}
    assert mixed({1: 25}, 3, {1: 10}, 2) == {1: 19}
    assert type(mixed({1: 25}, 3, {1: 10}, 2)[1]) is int
    assert mixed({1: 25}, 1, {1: 10}, 2) == {1: 15}
    assert mixed({1: 25}, 1, {2: 10}, 2) == {1: Fraction(25, 3), 2: Fraction(20, 3)}


# -- what reaches the patient -------------------------------------------------------------------------------------


def test_the_daily_dose_is_that_of_the_mixture_and_what_was_told_is_kept_beside() -> None:
    # At 0.6 mL/d. The first day the line takes 0.29 mL: 0.31 mL of 2 mg/mL come. Then half is drawn of the 9.4 mL of
    # 10.8 that can be: 6.1 mL of 2 mg/mL stay, and with 9.6 of 0.5 make 17 / 15.7 mg/mL, told to be 0.5. On the second
    # day come the 0.29 mL that the line holds of the old one, 0.58 mg, and 0.31 mL of the mixture; then 0.6 mL of it.
    plant = filled()
    a_day(plant)
    plant.change(change(DAY, NEW), ChangeTruth(drawn=per_cent(50)))
    for _ in range(3):
        a_day(plant)
    true, told = plant.body.intakes[MORPHINE], plant.body.told[MORPHINE]
    assert [milligrams(each, 0, 1) for each in (true, told)] == [Fraction("0.62")] * 2
    mixture = 17 / Fraction("15.7")
    assert milligrams(true, 1, 2) == Fraction("0.58") + Fraction("0.31") * mixture
    assert milligrams(told, 1, 2) == Fraction("0.58") + Fraction("0.155")
    assert [milligrams(true, day, day + 1) for day in (2, 3)] == [Fraction("0.6") * mixture] * 2
    assert [milligrams(told, day, day + 1) for day in (2, 3)] == [Fraction("0.3")] * 2


def test_a_line_is_clear_by_what_was_told_and_keeps_apart_what_was_told_apart() -> None:
    line = Line()
    line.lay(300)
    for volume, strength, told in ((40, 20, 20), (30, 20, 5), (20, 8, 5), (10, 8, 5)):
        list(line.push(Plug(volume, {1: strength}, {1: told})))
    assert [plug.volume for plug in line.plugs] == [200, 40, 30, 30]
    assert [line.before({1: told}) for told in (5, 20, 8)] == [240, 300, 300]


# -- what an auditor makes of it ----------------------------------------------------------------------------------

CHANGED: Final = """
title = "Baclofen 600 ug/d, changed from 2000 to 500 ug/mL"
until = "{until}"

[device]
model = "SynchroMed II 20 mL"

[[solution]]
name = "baclofen"
concentration = "2000 ug/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "12.6 mL"
catheter = "0.15 mL"
reference = ["600 ug/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "600 ug/d"

[[event]]
at = "4 d"
kind = "change solution"
solution = [{{ name = "baclofen", concentration = "500 ug/mL" }}]
filled = "9.6 mL"
{truly}
bridge = "600 ug/d"
rate = "600 ug/d"
least_day_acknowledged = true
"""
"""At 0.3 mL/d 1.2 mL are delivered by day 4, and 11.4 mL are left. By the books the line, 0.29 mL, has cleared after
0.29 / 0.855 = 0.339 mL, on day 5 at 03:08; then 1.2 mL/d run."""
HALF: Final = 'truly = { drawn = "50 %" }'
"""(6.4 * 2000 + 9.6 * 500) / 16 = 1100 ug/mL: 1.2 mL/d truly bring 1320 ug/d."""
UNRINSED: Final = "truly = { rinsed = false }"
"""(1.4 * 2000 + 9.6 * 500) / 11 = 7600 / 11 ug/mL, 690.909."""
NEARLY_NOTHING: Final = 'truly = { filled = "10 %", drawn = "0 mL" }'
NOTHING_NEW: Final = 'truly = { filled = "0 mL", beside = "100 %" }'
RINSED: Final = """
[[event]]
at = "8 d"
kind = "change solution"
solution = [{ name = "baclofen", concentration = "500 ug/mL" }]
filled = "20 mL"
bridge = "600 ug/d"
rate = "600 ug/d"
"""
BOLUSES: Final = """
[[event]]
at = "{day} d"
kind = "clinician bolus"
dose = "50 ug"
duration = "9 min"
every = "1 h"
times = 20
"""
"""Of 0.1 mL each: 1000 ug more of what was told."""


def changed(tmp_path: Path, truly: str = HALF, more: str = "", until: str = "12 d") -> Path:
    path = tmp_path / "changed.toml"
    path.write_text(CHANGED.format(truly=truly, until=until) + more)
    return path


def test_a_pump_is_not_blamed_for_a_dose_that_is_too_high_by_what_a_needle_left(tmp_path: Path) -> None:
    # The ceiling: 1000 ug/d, 14.5 % fast, 49 half-hours for 48, 1 % for rounding: 1180.543 ug. Day 7 brings 1320 ug.
    audited, _ = audited_run(changed(tmp_path, until="8 d"))
    body = audited.plant.body
    assert milligrams(body.intakes[BACLOFEN], 7, 8) == Fraction("1.32")
    assert milligrams(body.told[BACLOFEN], 7, 8) == Fraction("0.6")
    assert ceiling_of(1_000_000, 145) == 1_180_543
    assert audited.found() == []


@pytest.mark.parametrize("flow", [Flow.FAST, Flow.SLOW, Flow.ERRATIC])
@pytest.mark.parametrize("truly", [HALF, UNRINSED, NEARLY_NOTHING, NOTHING_NEW])
def test_no_promise_is_broken_by_a_pump_that_was_told_something_else(tmp_path: Path, truly: str, flow: Flow) -> None:
    boluses_all_the_while = BOLUSES.format(day=6) + BOLUSES.format(day=7) + RINSED + BOLUSES.format(day=10)
    assert broken(changed(tmp_path, truly, boluses_all_the_while), flow) == set()


@pytest.mark.parametrize("day", [6, 10])
def test_a_core_that_gives_too_much_of_what_it_was_told_is_caught_meanwhile_and_afterwards(
    tmp_path: Path, day: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In the mixture, and once it has been rinsed out: 600 + 1000 ug in a day by what was told.
    given = BOLUSES.format(day=day)
    path = changed(tmp_path, HALF, given + RINSED if day < 8 else RINSED + given)
    assert broken(path) == set()
    monkeypatch.setattr(boluses, "overfills", lambda *_: False)
    audited, _ = audited_run(path)
    found = [breach for breach in audited.found() if breach.promise is Promise.DOSE]
    assert found
    assert all(day * DAY < breach.at < (day + 2) * DAY for breach in found)


def test_a_bridge_ends_by_what_was_told_and_a_core_that_leaves_it_early_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = changed(tmp_path, until="8 d")
    audited, _ = audited_run(path)
    assert audited.auditor.heard.bridge is None
    assert audited.found() == []
    monkeypatch.setattr(settling, "arrives", lambda *_: True)
    found = audited_run(path)[0].found()
    assert {breach.promise for breach in found} >= {Promise.BRIDGE}
    assert all(4 * DAY <= breach.at < 5 * DAY for breach in found)


OTHER_DRUG: Final = (
    CHANGED.replace("600 ug/d, changed from 2000 to 500 ug/mL", "is changed for morphine")
    .replace('"baclofen", concentration = "500 ug/mL"', '"morphine", concentration = "10 mg/mL"')
    .replace('rate = "600 ug/d"\nleast', 'rate = "1 mg/d"\nfall_acknowledged = true\nleast')
    .replace("9.6 mL", "2.5 mL")
)


def test_a_drug_that_a_needle_left_is_none_that_the_low_alarm_must_know_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where a sudden stop is dangerous, as of baclofen, the alarm sounds by 4 mL; of morphine by 2 mL. With 1.4 mL of
    # baclofen the pump holds 3.9 mL, and knows of 2.5 mL of morphine.
    path = tmp_path / "other.toml"
    path.write_text(OTHER_DRUG.format(truly=UNRINSED, until="5 d"))
    audited, records = audited_run(path)
    plant = audited.plant
    assert plant.volume < 4 * ML
    assert set(plant.strengths) == {BACLOFEN, MORPHINE}
    assert not records[-1].step.alarms.listed[Alarm.LOW_RESERVOIR]
    assert audited.found() == []
    # 0.29 / 1.145 = 0.253 mL run at 0.3 mL/d, in 0.844 days; then, if nothing stops it, 0.1 mL/d, by which of 3.647 mL
    # 2 mL are left 16.467 days later, on day 21 at 07:28.
    path.write_text(OTHER_DRUG.format(truly=UNRINSED, until="24 d"))
    assert broken(path) == set()
    monkeypatch.setattr(reservoir, "level", lambda *_: 0)
    low = [breach.at for breach in audited_run(path)[0].found() if breach.promise is Promise.LOW]
    assert 21 * DAY + 448 * 60 < low[0] <= 21 * DAY + 478 * 60


def test_a_constant_flow_brings_the_mixture_too(tmp_path: Path) -> None:
    # On day 80 1 mL of 2000 ug/mL cannot be drawn; 20 mL of 1600 come to it: 34 000 / 21 ug/mL at 0.15 mL/d are
    # 1700 / 7 ug/d, once the catheter's 0.15 mL have passed. On day 82 the pump is truly rinsed: 300 ug/d.
    path = tmp_path / "constant.toml"
    text = CONSTANT.read_text()
    told = '"1600 ug/mL" }]\n\n[[event]]\nat = "81 d 19:17"'
    assert told in text
    path.write_text(text.replace(told, told.replace("\n\n", f"\n{UNRINSED}\n\n", 1)))
    audited, _ = audited_run(path)
    intake = audited.plant.body.intakes[BACLOFEN]
    nine = Fraction(9, 24)
    came = [intake.until((day + 1 + nine) * DAY) - intake.until((day + nine) * DAY) for day in (80, 81, 82, 83)]
    assert [each / NANOGRAM for each in came] == [300_000, *[Fraction(1_700_000, 7)] * 2, 300_000]
    assert audited.found() == []


# -- what is told of it -------------------------------------------------------------------------------------------


def test_a_simulation_and_an_fmu_tell_what_truly_comes_as_plain_numbers(tmp_path: Path) -> None:
    # 1.2 mL of 2000 ug/mL. Of the mixture 97 685 s at 0.3 mL/d and 334 315 s at 1.2 mL/d, 4.982447917 mL in all, less
    # the 0.29 mL that are in the line: 2400 + 4.692447917 * 690.909091 = 5642.054924 ug. At 1.2 mL/d 829.090909 ug/d.
    path, steps = changed(tmp_path, UNRINSED, until="9 d"), tmp_path / "steps.jsonl"
    assert CliRunner().invoke(simulate, [str(path), "--steps", str(steps)]).exit_code == 0
    last = json.loads(steps.read_text().splitlines()[-1])
    assert last["true"]["reached"]["baclofen_ug"] == pytest.approx(5642.054924, abs=1e-5)
    scenario = read(path)
    course = Course.of(scenario, Flow.NOMINAL, 0)
    course.lead(9 * DAY)
    values = {each.variable.name: each.read(course) for each in outputs(scenario.drugs)}
    assert values["mass_baclofen"] == pytest.approx(5.642054924, abs=1e-8)
    assert values["rate_baclofen"] == pytest.approx(0.829090909, abs=1e-8)
    assert {type(values[name]) for name in ("mass_baclofen", "rate_baclofen")} == {float}


BAD: Final = {
    "no yes or no": ('{ rinsed = "no" }', ".rinsed: takes true or false, not 'no'"),
    "a share without a unit": ("{ drawn = 0.5 }", ".drawn: takes a text with a number and one of the units"),
    "a share of more": ('{ drawn = "101 %" }', ".drawn: per_cent: 101 % is above"),
    "a share of mass": ('{ filled = "1 mg" }', ".filled: takes a text with a number and one of the units"),
    "no table": ("false", ": takes a table, not False"),
    "another key": ("{ emptied = false }", ": knows no key 'emptied'"),
}


@pytest.mark.parametrize(("truly", "reason"), BAD.values(), ids=BAD.keys())
def test_nonsense_gets_one_line_with_file_key_and_reason(tmp_path: Path, truly: str, reason: str) -> None:
    path = changed(tmp_path, f"truly = {truly}")
    told = CliRunner().invoke(simulate, [str(path)])
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith(f"{path}: event[2].truly{reason}")
    assert told.stderr.count("\n") == 1


def test_a_refill_rinses_nothing(tmp_path: Path) -> None:
    again = '\n[[event]]\nat = "5 d"\nkind = "refill"\nfilled = "9 mL"\ntruly = { rinsed = true }\n'
    path = changed(tmp_path, more=again)
    told = CliRunner().invoke(simulate, [str(path)])
    assert (told.exit_code, told.stderr) == (2, f"{path}: event[3].truly: knows no key 'rinsed'\n")
