"""From every mode, whatever alarms are latched, a clinician's events and time lead back to delivery (MODE-6)."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve

from intrathecal import (
    ALARMS,
    Alarm,
    Authority,
    Fault,
    FaultFound,
    FaultGone,
    Mode,
    MriBegins,
    PatientBolus,
    Program,
    Pump,
    Reason,
    Silence,
    Step,
    Stop,
    Tick,
    candidate,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import BolusDose, commission, make_solution, prescription_from_doses, refill
from intrathecal.quantities import Duration, hours, mg, mg_per_day, mg_per_ml, minutes, ml

ON: Final = device("SynchroMed II 20 mL", 1)
MORPHINE: Final = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])
FIVE_A_DAY: Final = prescription_from_doses(
    solution=MORPHINE,
    drug=drug("morphine"),
    dose=mg_per_day(5),
    bolus=BolusDose(dose=mg("0.25"), duration=minutes(9), lockout=hours(2), count=4),
)
CLINICIAN: Final = Authority.CLINICIAN
SINGLE: Final = [{alarm} for alarm in Alarm]
LATCHED: Final = [*SINGLE, set(Alarm)]
"""Each alarm by itself, and all at once."""


def accepted(pump: Pump, event: object) -> Step:
    answer = step(ON, pump, event)  # type: ignore[arg-type]  # any event
    assert answer.verdict.accepted, answer.verdict.reason.name
    return answer


def programming(pump: Pump) -> Program:
    return Program(pump.now, pump.number + 1, CLINICIAN, FIVE_A_DAY, soft_limit_acknowledged=True)


def basal() -> Pump:
    start = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=MORPHINE,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=[mg_per_day(6)],
        reference_acknowledged=True,
    )
    pump = accepted(candidate(ON), start).pump
    return accepted(accepted(pump, programming(pump)).pump, Tick(1_800)).pump


def stopped() -> Pump:
    return accepted(basal(), Stop(1_800, 3, CLINICIAN)).pump


def bolus() -> Pump:
    return accepted(basal(), PatientBolus(1_800, 3)).pump


def after_a_reset() -> Pump:
    return accepted(basal(), FaultFound(1_800, Fault.RESET)).pump


def after_a_stall() -> Pump:
    pump = accepted(basal(), FaultFound(1_800, Fault.MOTOR_STALL)).pump
    return accepted(pump, FaultGone(2_400, Fault.MOTOR_STALL)).pump


def in_an_mri() -> Pump:
    pump = accepted(basal(), MriBegins(1_800, 3, CLINICIAN)).pump
    return accepted(pump, FaultFound(1_860, Fault.MOTOR_STALL)).pump


MODES: Final = {
    Mode.STOPPED: stopped,
    Mode.BASAL: basal,
    Mode.BOLUS: bolus,
    Mode.SAFE: after_a_reset,
    Mode.SUSPENDED: in_an_mri,
}


def with_alarms(pump: Pump, latched: set[Alarm]) -> Pump:
    """The pump with these alarms latched, and silenced a second later."""
    listed = tuple(pump.alarms.listed[i] or Alarm(i) in latched for i in range(ALARMS))
    pump = evolve(pump, alarms=evolve(pump.alarms, listed=listed))
    return accepted(pump, Silence(pump.now + 1, pump.number + 1, 300)).pump


def names(value: object) -> str:
    return "all" if value == set(Alarm) else "-".join(a.name for a in value) if isinstance(value, set) else str(value)


def test_there_is_a_way_to_every_mode() -> None:
    assert set(MODES) == set(Mode)
    assert {mode: make().mode for mode, make in MODES.items()} == {mode: mode for mode in Mode}


@pytest.mark.parametrize("latched", LATCHED, ids=names)
@pytest.mark.parametrize("mode", list(Mode), ids=lambda mode: mode.name)
def test_whatever_is_latched_a_prescription_brings_delivery_back(mode: Mode, latched: set[Alarm]) -> None:
    pump = with_alarms(MODES[mode](), latched)
    if mode == Mode.SUSPENDED:  # the hardware can deliver again
        pump = accepted(pump, FaultGone(pump.now, Fault.MOTOR_STALL)).pump
        assert (pump.mode, pump.command.flow) == (Mode.BASAL, 200_000)
    answer = accepted(pump, programming(pump))
    assert (answer.pump.mode, answer.command.flow) == (Mode.BASAL, 200_000)  # 5 mg/d of 25 mg/mL is 0.2 mL/d


@pytest.mark.parametrize("latched", LATCHED, ids=names)
def test_a_pump_run_dry_comes_back_with_a_refill(latched: set[Alarm]) -> None:
    pump = basal()
    while pump.command.flow > 0:
        pump = step(ON, pump, Tick(pump.command.until)).pump
    assert pump.alarms.listed[Alarm.EMPTY]
    pump = with_alarms(pump, latched)
    drawn = ml("1.4")
    again = refill(
        at=Duration(pump.now),
        number=pump.number + 1,
        authority=CLINICIAN,
        emptied=True,
        drawn=drawn,
        filled=ml(20),
        solution=MORPHINE,
    )
    assert accepted(pump, again).command.flow == 200_000


def test_a_recovered_motor_runs_nothing_until_a_clinician_prescribes() -> None:
    pump = after_a_stall()
    assert (pump.mode, pump.command.flow) == (Mode.SAFE, 0)  # morphine has no fallback here
    assert accepted(pump, programming(pump)).command.flow == 200_000


@pytest.mark.parametrize("fault", [Fault.MOTOR_STALL, Fault.MEMORY, Fault.END_OF_SERVICE], ids=lambda f: f.name)
def test_hardware_that_cannot_deliver_is_not_started(fault: Fault) -> None:
    pump = accepted(basal(), FaultFound(1_800, fault)).pump
    answer = step(ON, pump, programming(pump))
    assert (answer.verdict.reason, answer.command.flow) == (Reason.CANNOT_DELIVER, 0)
