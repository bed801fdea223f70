"""The plant and its auditor: what truly reaches a patient, by hand; and a core that is weakened is caught by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve
from click.testing import CliRunner
from tests.hosts.auditing import audited_run, broken

from intrathecal import Cause, Command, Device, Fault, PatientBolus, Pump, reservoir, settling, stepping
from intrathecal.catalogue import device, drug
from intrathecal.constructors import commission, make_solution
from intrathecal.events import Authority, Commission, FaultFound, ReviseCatheter, ScreeningDose
from intrathecal.handlers import boluses, commissioning, screening
from intrathecal.quantities import hours, mg_per_ml, ml
from intrathecal.units import SLOTS
from intrathecal.verdict import Decision, accept
from intrathecal_hosts.plant.audit_doses import ceiling_of
from intrathecal_hosts.plant.body import DAY, NANOGRAM, Intake
from intrathecal_hosts.plant.flow import Flow, errors, tolerance
from intrathecal_hosts.plant.line import Line, Plug
from intrathecal_hosts.plant.plant import Plant
from intrathecal_hosts.plant.promises import Promise
from intrathecal_hosts.simulate_command import simulate

SYNCHROMED: Final = device("SynchroMed II 20 mL", serial=1)
ML: Final = 86_400_000_000 * 1_000
"""1 mL in thousandths of a quantum."""
MG: Final = 86_400_000_000_000 * 1_000_000
"""1 mg in thousandths of a quantum times ng/mL."""
SCENARIOS: Final = Path(__file__).parent.parent / "scenarios"
THERAPIES: Final = sorted(SCENARIOS.rglob("*.toml"))


def filled(flow: Flow) -> Plant:
    """20 mL of morphine 25 mg/mL, and a line of 0.14 + 0.15 mL that holds nothing yet."""
    plant = Plant(SYNCHROMED, flow)
    plant.happen(
        commission(
            at=hours(0),
            number=1,
            authority=Authority.CLINICIAN,
            solution=make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))]),
            filled=ml(20),
            catheter=ml("0.15"),
            catheter_uncertainty=ml("0.02"),
        )
    )
    return plant


def running(plant: Plant, flow: int, seconds: int) -> None:
    """At that flow (nL/d), by commands of half an hour at most."""
    end = plant.now + seconds
    while plant.now < end:
        until = min(plant.now + 1_800, end)
        plant.obey(Command(flow=flow, burn=0, until=until, cause=Cause.THERAPY))
        plant.advance(until)


# -- the line and the body ----------------------------------------------------------------------------------------


def test_what_enters_the_line_pushes_out_what_is_there_the_oldest_first() -> None:
    line = Line()
    line.lay(300)
    assert list(line.push(Plug(200, {1: 25}))) == [Plug(200, {})]
    assert list(line.push(Plug(200, {1: 10}))) == [Plug(100, {}), Plug(100, {1: 25})]
    assert (line.volume, list(line.plugs)) == (300, [Plug(100, {1: 25}), Plug(200, {1: 10})])
    line.cut(120)
    assert list(line.plugs) == [Plug(120, {1: 10})]


def test_the_worst_24_hours_may_begin_within_a_piece() -> None:
    # 10 an hour for 12 hours, nothing for 12, 20 an hour for 12: the last 24 hours of 36 hold 240 and nothing more;
    # those that begin with hour 6 hold 6 hours of 10 and 6 of 20.
    intake = Intake()
    hour = 3_600
    intake.add(0, 12 * hour, 120)
    intake.add(24 * hour, 36 * hour, 240)
    assert intake.worst_day(0, 0, 2) == 240
    assert intake.until(30 * hour) - intake.until(6 * hour) == 60 + 120
    assert intake.until(hour) == 10
    assert intake.until(Fraction(hour, 2)) == 5


def test_what_is_injected_counts_at_once_from_both_sides() -> None:
    intake = Intake()
    intake.add(100, 100, 7)
    assert (intake.until(100), intake.through(100), intake.until(101)) == (0, 7, 7)
    intake.add(100 + DAY, 100 + DAY, 5)
    assert intake.worst_day(0, 0, 2) == 12  # 24 hours that hold both their ends
    intake.add(101 + DAY, 101 + DAY, 1)
    assert intake.worst_day(2, 2, 3) == 6


def test_24_hours_that_begin_with_an_injection_are_judged_once_they_are_over() -> None:
    # 700 at 100 s; a day later 1 a second for 200 s. Those 24 hours hold 700 and 100 of them, none that end hold both.
    intake = Intake()
    intake.add(100, 100, 700)
    assert (intake.over(DAY), intake.over(DAY + 100)) == (0, 1)
    intake.add(DAY, DAY + 200, 200)
    assert intake.worst_day(1, 0, 0) == 200
    assert intake.worst_day(1, 0, intake.over(DAY + 200)) == 800


# -- the plant ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("flow", "per_mille"), [(Flow.NOMINAL, 1_000), (Flow.FAST, 1_145), (Flow.SLOW, 855)])
def test_a_day_brings_what_the_flow_truly_is_once_the_line_is_full(flow: Flow, per_mille: int) -> None:
    # 0.2 mL/d of 25 mg/mL are 5 mg/d. The line takes 0.29 mL first.
    plant = filled(flow)
    running(plant, 200_000, 3 * DAY)
    assert plant.volume == 20 * ML - 3 * per_mille * ML // 5_000
    assert plant.body.intakes[drug("morphine").code].sums[-1] == 3 * 5 * per_mille * MG // 1_000 - 725 * MG // 100
    assert plant.line.volume == 29 * ML // 100


def test_flows_lie_within_tolerance_and_are_the_same_for_the_same_seed() -> None:
    for flow in Flow:
        error = errors(flow, 7)
        found = [error(half_hour, 145, 100) for half_hour in range(300)]
        assert -100 <= min(found) <= max(found) <= 145
        assert [errors(flow, 7)(half_hour, 145, 100) for half_hour in range(300)] == found
    assert {errors(Flow.ERRATIC, 1)(n, 145, 100) for n in range(99)} == {145, -100}
    assert len({errors(Flow.DRIFTING, 1)(n, 145, 100) for n in range(99)}) > 20


def test_a_pump_stops_at_the_end_of_its_command_and_with_a_dead_motor() -> None:
    plant = filled(Flow.NOMINAL)
    plant.obey(Command(flow=200_000, burn=0, until=600, cause=Cause.THERAPY))
    plant.advance(DAY)
    assert 20 * ML - plant.volume == 200_000 * 600 * 1_000
    assert plant.ran_at == 600
    plant.obey(Command(flow=200_000, burn=0, until=2 * DAY, cause=Cause.THERAPY))
    plant.happen(FaultFound(at=DAY, fault=Fault.MOTOR_STALL))
    plant.advance(2 * DAY)
    assert plant.ran_at == 600


def test_a_pump_delivers_down_to_its_residual_volume_and_no_further() -> None:
    # 20 mL less 1.4 mL at 24 mL/d last 0.775 days.
    plant = filled(Flow.NOMINAL)
    running(plant, 24_000_000, DAY)
    assert plant.volume == 14 * ML // 10
    assert plant.ran_at == DAY * 775 // 1_000


def test_a_new_catheter_leaves_the_tubing_full() -> None:
    plant = filled(Flow.NOMINAL)
    running(plant, 24_000_000, DAY // 2)
    plant.happen(ReviseCatheter(plant.now, 2, Authority.CLINICIAN, catheter=200_000 * 86_400, catheter_uncertainty=0))
    assert [plug.volume for plug in plant.line.plugs] == [2 * ML // 10, 14 * ML // 100]
    assert next(iter(plant.line.plugs)).strengths == {}


def test_the_tolerance_is_that_of_the_band_of_pressure() -> None:
    generic = device("generic programmable 20 mL", 1)
    assert tolerance(generic, 1_013) == (150, 150)
    assert tolerance(generic, 5_000) == (999, 1_000)
    with pytest.raises(ValueError, match="hPa is above every band"):
        tolerance(generic, 10**9)


# -- the auditor --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", THERAPIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("flow", [Flow.FAST, Flow.SLOW, Flow.ERRATIC])
def test_no_promise_is_broken_in_any_therapy(path: Path, flow: Flow) -> None:
    assert audited_run(path, flow)[0].found() == []


def test_the_ceiling_is_worked_by_hand() -> None:
    # 20 mg/d, 14.5 % fast: 20 * 1.145 * 49 / 48 * 1.01 = 23.610854... mg
    assert ceiling_of(20_000_000, 145) == 23_610_855


DAY_OF_BOLUSES: Final = """
title = "Boluses"
until = "4 d"

[device]
model = "SynchroMed II 20 mL"

[[solution]]
name = "morphine"
concentration = "25 mg/mL"

[[event]]
at = "0 d"
kind = "commission"
filled = "{filled}"
catheter = "0.15 mL"
reference = ["10 mg/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "8 mg/d"
ceiling = "12 mg/d"
patient_bolus = {{ dose = "0.25 mg", duration = "9 min", lockout = "4 h", count = 3 }}

[[event]]
at = "2 d"
kind = "{kind}"
every = "15 min"
times = 95
"""
CLINICIANS: Final = 'clinician bolus"\ndose = "0.25 mg"\nduration = "9 min'


def without_lockout(old: Device, pump: Pump, event: PatientBolus) -> Decision:
    return boluses.on_patient_bolus(old, evolve(pump, history=evolve(pump.history, ended=-(10**9))), event)


def without_count(old: Device, pump: Pump, event: PatientBolus) -> Decision:
    history = evolve(pump.history, ended=-(10**9), starts=(-(10**9),) * SLOTS)
    return boluses.on_patient_bolus(old, evolve(pump, history=history), event)


def too_slow(device: Device, pump: Pump, hold: bool) -> Command:
    return Command(flow=1, burn=0, until=pump.window.ends, cause=Cause.THERAPY)


def silent(device: Device, pump: Pump, hold: bool) -> Command:
    return Command(flow=0, burn=0, until=pump.window.ends, cause=Cause.THERAPY)


Weakening = Callable[[pytest.MonkeyPatch], None]
WEAKENED: Final[dict[str, tuple[Promise, str, str, Weakening]]] = {
    "no window": (
        Promise.DOSE,
        "20 mL",
        CLINICIANS,
        lambda patch: patch.setattr(boluses, "overfills", lambda *_: False),
    ),
    "no lockout": (
        Promise.LOCKOUT,
        "20 mL",
        "patient bolus",
        lambda patch: patch.setitem(stepping.HANDLERS, PatientBolus, without_lockout),
    ),
    "no count": (
        Promise.COUNT,
        "20 mL",
        "patient bolus",
        lambda patch: patch.setitem(stepping.HANDLERS, PatientBolus, without_count),
    ),
    "no levels": (
        Promise.LOW,
        "2.2 mL",
        "patient bolus",
        lambda patch: patch.setattr(reservoir, "level", lambda *_: 0),
    ),
    "a host that may be late": (
        Promise.LATE,
        "20 mL",
        'outage"\nduration = "5 min',
        lambda patch: patch.setattr(settling, "watch_host", lambda pump, *_: pump.service),
    ),
    "faults that are not told": (
        Promise.FAULT,
        "20 mL",
        'fault"\nfault = "MEMORY',
        lambda patch: patch.setitem(stepping.HANDLERS, FaultFound, lambda _, pump, __: accept(pump)),
    ),
    "a flow that no motor runs at": (
        Promise.COMMAND,
        "20 mL",
        "patient bolus",
        lambda patch: patch.setattr(stepping, "arm", too_slow),
    ),
    "a silent stop": (
        Promise.SILENCE,
        "20 mL",
        "patient bolus",
        lambda patch: patch.setattr(stepping, "arm", silent),
    ),
}


def audit(path: Path, filled: str, kind: str) -> set[Promise]:
    path.write_text(DAY_OF_BOLUSES.format(filled=filled, kind=kind))
    return broken(path, Flow.FAST)


@pytest.mark.parametrize("name", WEAKENED)
def test_a_weakened_core_is_caught_by_name(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    promise, filled, kind, weakening = WEAKENED[name]
    path = tmp_path / "boluses.toml"
    assert audit(path, filled, kind) == set()
    weakening(monkeypatch)
    assert promise in audit(path, filled, kind)


PRIMED: Final = """
title = "Priming that another pump breaks off, and a bolus of the patient's from that one"
until = "1 d"

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
reference = ["10 mg/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "8 mg/d"

[[event]]
at = "0 d"
kind = "prime"
volume = "0.1 mL"
duration = "10 min"

[[event]]
at = "0 d"
kind = "retire"
sudden_acknowledged = true

[[event]]
at = "0 d"
kind = "replace"
device = { model = "SynchroMed II 20 mL", serial = 2 }

[[event]]
at = "0 d"
kind = "commission"
filled = "20 mL"
catheter = "0.15 mL"
reference = ["10 mg/d"]
reference_acknowledged = true

[[event]]
at = "0 d"
kind = "program"
rate = "8 mg/d"
patient_bolus = { dose = "0.25 mg", duration = "9 min", lockout = "4 h", count = 3 }

[[event]]
at = "0 d"
kind = "patient bolus"
"""


def test_priming_is_no_bolus_that_starts_a_lockout(tmp_path: Path) -> None:
    path = tmp_path / "primed.toml"
    path.write_text(PRIMED)
    audited, records = audited_run(path)
    assert (PatientBolus, True) in [(type(each.event), each.step.verdict.accepted) for each in records]
    assert audited.found() == []


TRIAL: Final = """
title = "A dose, a response, a dose 12 hours later, and its response"
until = "3 d"

[device]
model = "SynchroMed II 20 mL"

[trial]
protocol = "baclofen trial"

[[solution]]
name = "baclofen"
concentration = "500 ug/mL"

[[event]]
at = "00:00"
kind = "screening dose"
dose = "50 ug"

[[event]]
at = "04:00"
kind = "screening response"
responded = {responded}
lasted = "2 h"

[[event]]
at = "12:00"
kind = "{kind}"

[[event]]
at = "13:00"
kind = "program"
rate = "100 ug/d"
"""
"""The label waits for 24 hours before anything else is given."""


def forgetful(handler: Callable[..., Decision]) -> Callable[..., Decision]:
    """The handler, of a core that knows of no dose before."""

    def handle(device: Device, pump: Pump, event: ScreeningDose | Commission) -> Decision:
        return handler(device, evolve(pump, trial=evolve(pump.trial, dosed_at=-(10**9), answered=True)), event)

    return handle


@pytest.mark.parametrize(
    ("responded", "kind", "weakened", "handler"),
    [
        ("false", 'screening dose"\ndose = "75 ug', ScreeningDose, screening.on_screening_dose),
        ("true", 'commission"\nfilled = "20 mL"\ncatheter = "0.15 mL', Commission, commissioning.on_commission),
    ],
)
def test_a_trial_that_does_not_wait_is_caught(
    responded: str,
    kind: str,
    weakened: type,
    handler: Callable[..., Decision],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(TRIAL.format(responded=responded, kind=kind))
    seen, _ = audited_run(path)
    assert seen.found() == []
    assert seen.plant.body.intakes[drug("baclofen").code].through(0) == 50_000 * NANOGRAM
    monkeypatch.setitem(stepping.HANDLERS, weakened, forgetful(handler))
    assert broken(path) == {Promise.SCREENING}


def test_simulate_tells_of_broken_promises_and_exits_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path, file = tmp_path / "boluses.toml", tmp_path / "found.json"
    path.write_text(DAY_OF_BOLUSES.format(filled="20 mL", kind="x-ray"))
    told = CliRunner().invoke(simulate, [str(path), "--flow", "fast"])
    assert told.exit_code == 0
    assert "Audited with a true flow that is fast: no promise was broken" in told.stdout
    monkeypatch.setattr(stepping, "arm", silent)
    told = CliRunner().invoke(simulate, [str(path), "--flow", "fast", "--json", str(file)])
    assert told.exit_code == 1
    assert "BROKEN silence at 0 d 00:00: nothing runs, and the cause is therapy" in told.stdout
    assert json.loads(file.read_text())["breaches"][0] == {
        "promise": "silence",
        "at_s": 0,
        "what": "nothing runs, and the cause is therapy",
    }
    assert CliRunner().invoke(simulate, [str(path), "--flow", "quick"]).exit_code == 2
