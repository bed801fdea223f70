"""From every phase and mode, whatever alarms are latched, a clinician's events and time lead to delivery (MODE-6).

But for the patient whom a trial has rejected: no pump is ever implanted (TRIAL-4)."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from tests.telling import accepted, later

from intrathecal import (
    ALARMS,
    Alarm,
    Authority,
    Commission,
    Fault,
    FaultFound,
    FaultGone,
    Mode,
    MriBegins,
    PatientBolus,
    Phase,
    Prescription,
    Prime,
    Program,
    Pump,
    Reason,
    Retire,
    ScreeningDose,
    ScreeningResponse,
    Silence,
    Solution,
    Step,
    Stop,
    Tick,
    candidate,
    in_trial,
    step,
    transfer,
)
from intrathecal.catalogue import device, drug, protocol
from intrathecal.constructors import (
    BolusDose,
    change_solution,
    commission,
    make_solution,
    prescription_from_doses,
    refill,
)
from intrathecal.quantities import (
    DailyMass,
    Duration,
    Flow,
    hours,
    mg,
    mg_per_day,
    mg_per_ml,
    minutes,
    ml,
    ug_per_day,
    ug_per_ml,
)

ON: Final = device("SynchroMed II 20 mL", 1)
ANOTHER: Final = device("SynchroMed II 20 mL", 2)
MORPHINE: Final = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])
FIVE_A_DAY: Final = prescription_from_doses(
    solution=MORPHINE,
    drug=drug("morphine"),
    dose=mg_per_day(5),
    bolus=BolusDose(dose=mg("0.25"), duration=minutes(9), lockout=hours(2), count=4),
)
BACLOFEN: Final = make_solution(ingredients=[(drug("baclofen"), ug_per_ml(500))])
HUNDRED_A_DAY: Final = prescription_from_doses(solution=BACLOFEN, drug=drug("baclofen"), dose=ug_per_day(100))
FLOW: Final = 200_000
"""nL/d: 5 mg of 25 mg/mL, and 100 ug of 500 ug/mL, are 0.2 mL."""
CLINICIAN: Final = Authority.CLINICIAN
HOUR: Final = 3_600
DAY: Final = 86_400
SINGLE: Final = [{alarm} for alarm in Alarm]
LATCHED: Final = [*SINGLE, set(Alarm)]
"""Each alarm by itself, and all at once."""


def programming(pump: Pump, prescription: Prescription = FIVE_A_DAY) -> Program:
    return Program(pump.now, pump.number + 1, CLINICIAN, prescription, soft_limit_acknowledged=True)


def implanting(pump: Pump, solution: Solution, *reference: DailyMass) -> Commission:
    return commission(
        at=Duration(pump.now),
        number=pump.number + 1,
        authority=CLINICIAN,
        solution=solution,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=reference,
        reference_acknowledged=True,
    )


def basal() -> Pump:
    pump = accepted(candidate(ON), implanting(candidate(ON), MORPHINE, mg_per_day(6))).pump
    return accepted(accepted(pump, programming(pump)).pump, Tick(1_800)).pump


def stopped() -> Pump:
    return accepted(basal(), Stop(1_800, 3, CLINICIAN)).pump


def bolus() -> Pump:
    return accepted(basal(), PatientBolus(1_800, 3)).pump


def bridging() -> Pump:
    """The same solution, freshly made: its bridge runs at the flow of the prescription."""
    pump = basal()
    fresh = change_solution(
        at=Duration(pump.now),
        number=pump.number + 1,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(20),
        filled=ml(20),
        solution=MORPHINE,
        prescription=FIVE_A_DAY,
        bridge_flow=Flow(FLOW),
    )
    return accepted(pump, fresh).pump


def primed() -> Pump:
    pump = basal()
    filling = Prime(pump.now, pump.number + 1, CLINICIAN, volume=pump.line.unprimed, duration=1_200)
    return accepted(pump, filling).pump


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
    Mode.BRIDGING: bridging,
    Mode.PRIMING: primed,
    Mode.SAFE: after_a_reset,
    Mode.SUSPENDED: in_an_mri,
}


def waiting() -> Pump:
    """A candidate's pump, in its box."""
    return candidate(ON)


def trying() -> Pump:
    return in_trial(ON, protocol("baclofen trial"))


def retired(pump: Pump) -> Pump:
    return accepted(pump, Retire(pump.now, pump.number + 1, CLINICIAN, sudden_acknowledged=True)).pump


def taken_out() -> Pump:
    return retired(basal())


def rejected() -> Pump:
    """50, 75 and 100 ug, a day apart, bring no response."""
    pump = trying()
    for day, dose in enumerate((50_000, 75_000, 100_000)):
        pump = accepted(later(pump, day * DAY), dosing(later(pump, day * DAY), dose)).pump
        pump = later(pump, day * DAY + 4 * HOUR)
        pump = accepted(pump, responding(pump, responded=False)).pump
    return pump


def dosing(pump: Pump, dose: int) -> ScreeningDose:
    return ScreeningDose(pump.now, pump.number + 1, CLINICIAN, drug("baclofen").code, dose)


def responding(pump: Pump, responded: bool) -> ScreeningResponse:
    return ScreeningResponse(pump.now, pump.number + 1, CLINICIAN, relief=0, responded=responded, lasted=0)


PHASES: Final = {
    Phase.CANDIDATE: waiting,
    Phase.IMPLANTED: basal,
    Phase.RETIRED: taken_out,
    Phase.TRIAL: trying,
    Phase.REJECTED: rejected,
}


def from_candidate(pump: Pump) -> Step:
    """The pump is implanted and programmed."""
    pump = accepted(pump, implanting(pump, MORPHINE, mg_per_day(6))).pump
    return accepted(pump, programming(pump))


def from_trial(pump: Pump) -> Step:
    """50 ug bring a response; a day after the dose the pump is implanted, and programmed with twice as much."""
    pump = accepted(pump, dosing(pump, 50_000)).pump
    given = pump.now
    pump = later(pump, given + 4 * HOUR)
    pump = later(accepted(pump, responding(pump, responded=True)).pump, given + DAY)
    pump = accepted(pump, implanting(pump, BACLOFEN)).pump
    return accepted(pump, programming(pump, HUNDRED_A_DAY))


def from_retired(pump: Pump) -> Step:
    """Another pump takes over, is implanted and programmed; of morphine the daily dose is known."""
    answer = transfer(pump, ANOTHER, CLINICIAN)
    assert answer.verdict.accepted, answer.verdict.reason.name
    pump = accepted(answer.pump, implanting(answer.pump, MORPHINE)).pump
    return accepted(pump, programming(pump))


def from_implanted(pump: Pump) -> Step:
    return accepted(pump, programming(pump))


WAYS_BACK: Final = {
    Phase.CANDIDATE: from_candidate,
    Phase.IMPLANTED: from_implanted,
    Phase.RETIRED: from_retired,
    Phase.TRIAL: from_trial,
}
"""By phase: the events that lead to delivery."""


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


def test_there_is_a_way_to_every_phase_and_a_way_back_from_all_but_one() -> None:
    assert set(PHASES) == set(Phase)
    assert {phase: make().phase for phase, make in PHASES.items()} == {phase: phase for phase in Phase}
    assert set(Phase) - set(WAYS_BACK) == {Phase.REJECTED}


@pytest.mark.parametrize("latched", LATCHED, ids=names)
@pytest.mark.parametrize("phase", list(WAYS_BACK), ids=lambda phase: phase.name)
def test_whatever_is_latched_there_is_a_way_from_every_phase(phase: Phase, latched: set[Alarm]) -> None:
    pump = with_alarms(PHASES[phase](), latched)
    assert pump.phase == phase
    answer = WAYS_BACK[phase](pump)
    assert (answer.pump.phase, answer.pump.mode, answer.command.flow) == (Phase.IMPLANTED, Mode.BASAL, FLOW)
    assert answer.pump.now - pump.now == (DAY if phase == Phase.TRIAL else 0)


@pytest.mark.parametrize("latched", LATCHED, ids=names)
@pytest.mark.parametrize("mode", list(Mode), ids=lambda mode: mode.name)
def test_from_whatever_mode_a_pump_is_retired_another_one_takes_over(mode: Mode, latched: set[Alarm]) -> None:
    answer = from_retired(with_alarms(retired(MODES[mode]()), latched))
    assert (answer.pump.device, answer.pump.mode, answer.command.flow) == (ANOTHER, Mode.BASAL, FLOW)
    assert not any(answer.pump.alarms.listed)


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_whatever_has_failed_another_pump_delivers(fault: Fault) -> None:
    failed = accepted(basal(), FaultFound(1_800, fault)).pump
    assert from_retired(retired(failed)).command.flow == FLOW


@pytest.mark.parametrize("latched", LATCHED, ids=names)
def test_a_rejected_patient_stays_rejected(latched: set[Alarm]) -> None:
    pump = with_alarms(rejected(), latched)
    for event, reason in (
        (implanting(pump, BACLOFEN, ug_per_day(100)), Reason.REJECTED),
        (programming(pump, HUNDRED_A_DAY), Reason.NOT_IMPLANTED),
        (dosing(pump, 50_000), Reason.NOT_IN_TRIAL),
        (responding(pump, responded=True), Reason.NO_DOSE),
        (Retire(pump.now, pump.number + 1, CLINICIAN), Reason.NOT_IMPLANTED),
    ):
        answer = step(ON, pump, event)
        assert (answer.verdict.reason, answer.pump.phase, answer.command.flow) == (reason, Phase.REJECTED, 0)
    assert transfer(pump, ANOTHER, CLINICIAN).verdict.reason == Reason.NOT_RETIRED
    assert later(pump, pump.now + 30 * DAY).phase == Phase.REJECTED


@pytest.mark.parametrize("latched", LATCHED, ids=names)
@pytest.mark.parametrize("mode", list(Mode), ids=lambda mode: mode.name)
def test_whatever_is_latched_a_prescription_brings_delivery_back(mode: Mode, latched: set[Alarm]) -> None:
    pump = with_alarms(MODES[mode](), latched)
    if mode == Mode.SUSPENDED:  # the hardware can deliver again
        pump = accepted(pump, FaultGone(pump.now, Fault.MOTOR_STALL)).pump
        assert (pump.mode, pump.command.flow) == (Mode.BASAL, FLOW)
    answer = accepted(pump, programming(pump))
    first = Mode.BRIDGING if mode == Mode.BRIDGING else Mode.BASAL
    assert (answer.pump.mode, answer.command.flow) == (first, FLOW)


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
    assert accepted(pump, again).command.flow == FLOW


def test_a_recovered_motor_runs_nothing_until_a_clinician_prescribes() -> None:
    pump = after_a_stall()
    assert (pump.mode, pump.command.flow) == (Mode.SAFE, 0)  # morphine has no fallback here
    assert accepted(pump, programming(pump)).command.flow == FLOW


@pytest.mark.parametrize("fault", [Fault.MOTOR_STALL, Fault.MEMORY, Fault.END_OF_SERVICE], ids=lambda f: f.name)
def test_hardware_that_cannot_deliver_is_not_started(fault: Fault) -> None:
    pump = accepted(basal(), FaultFound(1_800, fault)).pump
    answer = step(ON, pump, programming(pump))
    assert (answer.verdict.reason, answer.command.flow) == (Reason.CANNOT_DELIVER, 0)
