"""Constant-flow pumps: morphine at 10 mg/mL, of which a factory flow of 0.15 mL/d brings 1.5 mg/d; worked by hand."""

from __future__ import annotations

from typing import Any, Final

import pytest
from attrs import evolve

from intrathecal import (
    Alarm,
    Authority,
    CancelBolus,
    ClinicianBolus,
    Device,
    Drug,
    Event,
    Fault,
    FaultFound,
    FaultGone,
    Interrogate,
    Missed,
    Mode,
    MriBegins,
    MriEnds,
    MriPolicy,
    PatientBolus,
    PressureChanged,
    Program,
    Pump,
    Reason,
    Retire,
    ShiftSchedule,
    Step,
    Stop,
    Tick,
    candidate,
    step,
    transfer,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    change_solution_at_factory_flow,
    commission,
    make_prescription,
    make_solution,
    refill,
    withdraw,
)
from intrathecal.quantities import (
    Concentration,
    DailyMass,
    Duration,
    days,
    hours,
    mg_per_day,
    mg_per_ml,
    ml,
    ml_per_day,
)

ON: Final = device("generic constant-flow 20 mL at 0.15 mL/d", 1)
MORPHINE: Final = drug("morphine")
CLINICIAN: Final = Authority.CLINICIAN
SLOT: Final = 1_800
DAY: Final = 86_400
ML: Final = 86_400_000_000


def answer(
    strength: Concentration, *reference: DailyMass, of: Drug = MORPHINE, on: Device = ON, **said: Any
) -> tuple[Reason, Pump]:
    event = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=make_solution(ingredients=[(of, strength)]),
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=reference,
        reference_acknowledged=True,
        **said,
    )
    after = step(on, candidate(on), event)
    return after.verdict.reason, after.pump


def running(on: Device = ON, of: Drug = MORPHINE) -> Pump:
    reason, pump = answer(mg_per_ml(10), mg_per_day("1.5"), on=on, of=of)
    assert reason == Reason.NONE
    return pump


def later(pump: Pump, seconds: int) -> Pump:
    until = pump.now + seconds
    while pump.now < until:
        pump = step(pump.device, pump, Tick(min(pump.command.until, until))).pump
    return pump


# -- FIX-1 ----------------------------------------------------------------------------------------------------------


NEEDS_A_MOTOR: Final[tuple[Event, ...]] = (
    Program(0, 2, CLINICIAN, make_prescription(flows=ml_per_day("0.15")), soft_limit_acknowledged=True),
    PatientBolus(0, 2),
    ClinicianBolus(0, 2, CLINICIAN, volume=ML // 100, duration=600),
    CancelBolus(0, 2, CLINICIAN),
    FaultFound(0, Fault.MOTOR_STALL),
    FaultGone(0, Fault.MOTOR_STALL),
    Interrogate(0, 2, CLINICIAN, motor_turns=True, program_confirmed=True),
    ShiftSchedule(0, 2, CLINICIAN, slots=2),
)


@pytest.mark.parametrize("event", NEEDS_A_MOTOR, ids=lambda event: type(event).__name__)
def test_what_needs_a_motor_is_refused_by_name(event: Event) -> None:
    assert step(ON, running(), event).verdict.reason == Reason.NO_MOTOR


def test_a_stop_says_that_the_reservoir_must_be_emptied() -> None:
    after = step(ON, running(), Stop(0, 2, CLINICIAN, sudden_acknowledged=True))
    assert after.verdict.reason == Reason.EMPTY_TO_STOP
    assert (after.command.flow, after.pump.mode) == (150_000, Mode.BASAL)


def test_it_is_retired_once_it_is_empty() -> None:
    pump = running()
    assert step(ON, pump, Retire(0, 2, CLINICIAN)).verdict.reason == Reason.EMPTY_TO_STOP
    # 1 mL cannot be delivered; it is drawn, too.
    pump = step(ON, pump, withdraw(at=hours(0), number=2, authority=CLINICIAN, volume=ml(19))).pump
    assert step(ON, pump, Retire(0, 3, CLINICIAN)).verdict.reason == Reason.EMPTY_TO_STOP
    pump = step(ON, pump, withdraw(at=hours(0), number=3, authority=CLINICIAN, volume=ml(1))).pump
    assert step(ON, pump, Retire(0, 4, CLINICIAN)).verdict.accepted


def test_to_empty_it_of_a_drug_that_must_not_stop_suddenly_is_meant() -> None:
    pump = running(of=evolve(MORPHINE, stop_dangerous=True))
    a_part = withdraw(at=hours(0), number=2, authority=CLINICIAN, volume=ml(5))
    assert step(ON, pump, a_part).verdict.accepted
    # 1 mL is what it cannot deliver: to draw 19 mL of 20 mL is to stop it.
    nearly = withdraw(at=hours(0), number=2, authority=CLINICIAN, volume=ml(19))
    assert step(ON, pump, nearly).verdict.reason == Reason.SUDDEN_STOP
    assert step(ON, pump, evolve(nearly, sudden_acknowledged=True)).verdict.accepted


# -- FIX-2 ----------------------------------------------------------------------------------------------------------


def test_a_filling_is_held_to_the_hard_limit_and_the_soft_one() -> None:
    # Hard 20 mg/d, soft 15 mg/d by 0.15 mL/d: 133.3 and 100 mg/mL, were such solutions made.
    strong = evolve(MORPHINE, concentration_max=200_000_000)
    had = mg_per_day(20)
    assert answer(mg_per_ml(134), had, of=strong)[0] == Reason.HARD_LIMIT
    assert answer(mg_per_ml(133), had, of=strong, fall_acknowledged=True)[0] == Reason.SOFT_LIMIT
    reason, pump = answer(mg_per_ml(133), had, of=strong, fall_acknowledged=True, soft_limit_acknowledged=True)
    assert (reason, pump.therapy.over_soft) == (Reason.NONE, True)
    again = refill(
        at=hours(0),
        number=2,
        authority=CLINICIAN,
        emptied=True,
        drawn=ml(20),
        filled=ml(20),
        solution=pump.solution,
    )
    assert step(ON, pump, again).verdict.reason == Reason.SOFT_LIMIT
    assert step(ON, pump, evolve(again, soft_limit_acknowledged=True)).verdict.accepted


def test_it_begins_with_the_dose_until_now_or_a_starting_dose() -> None:
    start = MORPHINE.titration.start
    # 0.15 mL/d bring 0.15 mg/d of each mg/mL.
    assert answer(mg_per_ml(1))[0] == Reason.NONE
    assert 150_000 <= start < 150_000 * 10
    assert answer(mg_per_ml(10))[0] == Reason.STEP_UP
    assert answer(mg_per_ml(10), mg_per_day("1.5"))[0] == Reason.NONE
    assert answer(mg_per_ml(10), mg_per_day("1.49"))[0] == Reason.STEP_UP


def test_it_begins_no_more_than_a_step_below_the_dose_until_now() -> None:
    titration = evolve(MORPHINE.titration, fall_per_mille=200)
    careful = evolve(MORPHINE, titration=titration)
    # 1.5 mg/d are 80 % of 1.875 mg/d.
    assert answer(mg_per_ml(10), mg_per_day("1.875"), of=careful)[0] == Reason.NONE
    assert answer(mg_per_ml(10), mg_per_day("1.876"), of=careful)[0] == Reason.STEP_DOWN
    assert answer(mg_per_ml(10), mg_per_day("1.876"), of=careful, fall_acknowledged=True)[0] == Reason.NONE


def replaced(rest: int) -> tuple[Device, Pump]:
    """The pump that takes over from one that ran dry of its drug `rest` seconds ago."""
    pump = later(running(), DAY)
    pump = step(ON, pump, withdraw(at=days(1), number=2, authority=CLINICIAN, volume=ml("19.85"))).pump
    pump = step(ON, pump, Retire(DAY, 3, CLINICIAN)).pump
    on = evolve(ON, serial=2)
    return on, later(transfer(pump, on, CLINICIAN).pump, rest)


def later_in_its_box(on: Device, pump: Pump, seconds: int) -> Pump:
    for _ in range(seconds // SLOT):
        pump = step(on, pump, Tick(pump.now + SLOT)).pump
    return pump


@pytest.mark.parametrize(("rest", "reason"), [(48, Reason.NONE), (49, Reason.BEGINS_ANEW)])
def test_after_two_days_without_delivery_a_replacement_begins_anew(rest: int, reason: Reason) -> None:
    on, pump = replaced(0)
    pump = later_in_its_box(on, pump, rest * 3_600)
    event = commission(
        at=hours(24 + rest),
        number=4,
        authority=CLINICIAN,
        solution=make_solution(ingredients=[(MORPHINE, mg_per_ml(10))]),
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
    )
    assert step(on, pump, event).verdict.reason == reason
    assert step(on, pump, evolve(event, restart_acknowledged=True)).verdict.accepted


@pytest.mark.parametrize(("rest", "reason"), [(48, Reason.NONE), (49, Reason.BEGINS_ANEW)])
def test_two_days_after_it_was_emptied_a_refill_begins_anew(rest: int, reason: Reason) -> None:
    pump = later(running(), DAY)
    pump = step(ON, pump, withdraw(at=days(1), number=2, authority=CLINICIAN, volume=ml("19.85"))).pump
    pump = later(pump, rest * 3_600)
    event = refill(
        at=hours(24 + rest),
        number=3,
        authority=CLINICIAN,
        emptied=True,
        drawn=ml(0),
        filled=ml(20),
        solution=pump.solution,
    )
    assert step(ON, pump, event).verdict.reason == reason
    assert step(ON, pump, evolve(event, restart_acknowledged=True)).verdict.accepted


def test_a_refill_of_another_concentration_is_refused() -> None:
    pump = running()
    weaker = make_solution(ingredients=[(MORPHINE, mg_per_ml(9))])
    event = refill(
        at=hours(0), number=2, authority=CLINICIAN, emptied=True, drawn=ml(20), filled=ml(20), solution=weaker
    )
    assert step(ON, pump, event).verdict.reason == Reason.SOLUTION_CHANGED


# -- RES-8 and RES-9 --------------------------------------------------------------------------------------------------


def changed(pump: Pump, strength: Concentration, number: int = 2) -> Step:
    """A change to this concentration, now."""
    event = change_solution_at_factory_flow(
        device=pump.device,
        at=Duration(pump.now),
        number=number,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(20),
        filled=ml(20),
        solution=make_solution(ingredients=[(MORPHINE, strength)]),
        increase_acknowledged=True,
    )
    return step(pump.device, pump, event)


def test_two_concentrations_count_as_the_stronger_one_until_the_new_one_has_arrived() -> None:
    pump = later(running(), DAY)
    strong = pump.limits.potency
    pump = changed(pump, mg_per_ml(8)).pump
    weak = pump.limits.potency
    # 0.15 mL at 30 % less than nominal: 0.2143 mL, at 0.15 mL/d 123 428.6 s.
    assert (pump.mode, pump.command.flow, weak < strong) == (Mode.BRIDGING, 150_000, True)
    pump = later(pump, 123_428)
    assert pump.command.burn == 150_000 * strong
    assert changed(pump, mg_per_ml(10), 3).verdict.reason == Reason.LINE_NOT_CLEAR
    pump = later(pump, 1)
    assert pump.command.burn == 150_000 * weak
    assert changed(pump, mg_per_ml(10), 3).verdict.accepted


def test_a_dive_brings_the_arrival_no_nearer() -> None:
    # Under water the flow may all but stand still.
    pump = changed(later(running(), DAY), mg_per_ml(8)).pump
    left = pump.bridge.late
    pump = later(step(ON, pump, PressureChanged(pump.now, 3_000)).pump, 3_600)
    assert pump.bridge.late == left
    pump = later(step(ON, pump, PressureChanged(pump.now, 1_013)).pump, 3_600)
    assert pump.bridge.late == left - 150_000 * 3_600


def test_a_changed_solution_changes_no_flow() -> None:
    pump = running()
    event = change_solution_at_factory_flow(
        device=ON,
        at=hours(0),
        number=2,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(20),
        filled=ml(20),
        solution=make_solution(ingredients=[(MORPHINE, mg_per_ml(8))]),
    )
    assert step(ON, pump, event).verdict.accepted
    faster = make_prescription(flows=ml_per_day("0.16"))
    for other in ({"bridge_flow": 149_999}, {"meeting_flow": 149_999}, {"prescription": faster}):
        assert step(ON, pump, evolve(event, **other)).verdict.reason == Reason.NO_MOTOR


# -- FIX-3 and FIX-4 ------------------------------------------------------------------------------------------------


def test_it_runs_for_every_second_and_misses_none() -> None:
    pump = running()
    assert pump.command.until == SLOT
    assert step(ON, pump, Tick(SLOT + 1)).verdict.reason == Reason.TIME_AHEAD
    assert step(ON, pump, Missed(SLOT)).verdict.reason == Reason.NOT_MISSED
    pump = later(pump, 10 * DAY + 1)
    assert pump.reservoir.delivered == 150_000 * (10 * DAY + 1)
    assert not any(pump.alarms.listed)


def test_it_counts_as_empty_before_it_is_and_the_window_goes_on() -> None:
    # 20 mL less 1 mL at 70 % more than 0.15 mL/d may be gone after 74.5 days; by the books, after 126.7 days.
    pump = later(running(), 75 * DAY)
    assert pump.alarms.listed[Alarm.EMPTY]
    assert pump.command.flow == 150_000
    pump = later(pump, 52 * DAY)
    assert pump.reservoir.remaining - ON.residual < 150_000
    assert pump.command.flow == 0
    assert pump.command.burn == 150_000 * pump.limits.potency


@pytest.mark.parametrize(
    ("drawn", "alarm"),
    [
        # 60 days at 0.15 mL/d, 70 % more or 30 % less: 6.3 to 15.3 mL flowed; 1 mL stays behind, 0.5 mL is misread.
        ("3.2", None),
        ("3.1", Alarm.OVER_DELIVERY),
        ("14.2", None),
        ("14.3", Alarm.REFILL_DISCREPANCY),
    ],
)
def test_a_flow_outside_tolerance_is_told_at_refill(drawn: str, alarm: Alarm | None) -> None:
    pump = later(running(), 60 * DAY)
    event = refill(
        at=days(60),
        number=2,
        authority=CLINICIAN,
        emptied=True,
        drawn=ml(drawn),
        filled=ml(20),
        solution=pump.solution,
    )
    listed = step(ON, pump, event).pump.alarms.listed
    assert [each for each in Alarm if listed[each]] == ([] if alarm is None else [alarm])


def test_an_mri_leaves_nothing_to_verify() -> None:
    on = evolve(ON, mri=MriPolicy.KEEP_RUNNING)
    pump = step(on, running(on), MriBegins(0, 2, CLINICIAN)).pump
    pump = step(on, pump, MriEnds(SLOT, 3, CLINICIAN)).pump
    assert pump.mri.unverified_since < 0
    assert pump.reservoir.doubtful == 150_000 * SLOT


def test_a_flow_that_could_vary_is_not_constant() -> None:
    with pytest.raises(ValueError, match="constant flow needs flow_min = flow_max"):
        evolve(ON, flow_max=ON.flow_max + 1)
