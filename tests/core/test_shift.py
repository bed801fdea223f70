"""Travel and summer time: the schedule moves with the patient's clock where every 24 hours still hold it; by hand.

Baclofen at 2000 ug/mL by day and night, near its hard limit: 42.5 ug an hour (0.51 mL/d) from 06:00 to 22:00, else 30
ug an hour (0.36 mL/d): 920 ug a day. The patient's own ceiling is all that the window holds, 1000 ug * 49/48 * 1.01 =
1031.0 ug in 24.5 hours, 0.5155 mL. With n hours of night among them they bring 1041.25 - 12.5 n: too much
with half an hour (1035), not with one (1028.75). Time 0 is midnight at home.
"""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.telling import accepted, later

from intrathecal import (
    Authority,
    Event,
    Mode,
    PatientBolus,
    Program,
    Pump,
    Reason,
    ShiftSchedule,
    Stop,
    Tick,
    candidate,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    BolusDose,
    change_solution,
    clock_back,
    clock_forward,
    commission,
    make_prescription,
    make_solution,
    prescription_from_doses,
)
from intrathecal.prescription import Prescription
from intrathecal.pump import Schedule
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
    ml_per_day,
    ug_per_day,
    ug_per_ml,
)
from intrathecal.units import NEVER, SHARES, SLOTS
from intrathecal.window import first_fit, shifted
from intrathecal_specs.time import a_shift_that_does_not_fit_tells_when_it_would

ON: Final = device("SynchroMed II 20 mL", 1)
CLINICIAN: Final = Authority.CLINICIAN
SLOT: Final = 1_800
HOUR: Final = 3_600
DAY: Final = 86_400
BY_DAY: Final = 510_000
BY_NIGHT: Final = 360_000


def refused(pump: Pump, event: Event) -> tuple[Reason, int]:
    """Why, and the earliest time that was told."""
    answer = step(pump.device, pump, event)
    assert not answer.verdict.accepted
    assert answer.pump == step(pump.device, pump, Tick(event.at)).pump
    if isinstance(event, ShiftSchedule):
        assert a_shift_that_does_not_fit_tells_when_it_would(pump.device, pump, event, answer)
    return answer.verdict.reason, answer.verdict.earliest


def day_and_night(by_day: Flow, by_night: Flow) -> Prescription:
    return make_prescription(
        flows=[(hours(0), by_night), (hours(6), by_day), (hours(22), by_night)], ceiling=ml("0.5155")
    )


def therapy(dose: DailyMass, prescribed: Prescription) -> Pump:
    """Baclofen from midnight on."""
    start = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=make_solution(ingredients=[(drug("baclofen"), ug_per_ml(2000))]),
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=[dose],
        reference_acknowledged=True,
    )
    pump = accepted(candidate(ON), start).pump
    return accepted(pump, Program(0, 2, CLINICIAN, prescribed, soft_limit_acknowledged=True)).pump


def ordinary() -> Pump:
    """200 ug a day: 225 ug/d by day (0.1125 mL/d), 150 ug/d by night (0.075 mL/d)."""
    return therapy(ug_per_day(200), day_and_night(Flow(112_500), Flow(75_000)))


def near_the_limit(at: int) -> Pump:
    return later(therapy(ug_per_day(920), day_and_night(Flow(BY_DAY), Flow(BY_NIGHT))), at)


def east(pump: Pump, by: Duration) -> ShiftSchedule:
    return clock_forward(at=Duration(pump.now), number=pump.number + 1, authority=CLINICIAN, shift=by)


def west(pump: Pump, by: Duration) -> ShiftSchedule:
    return clock_back(at=Duration(pump.now), number=pump.number + 1, authority=CLINICIAN, shift=by)


def flows_of_the_next_day(pump: Pump) -> list[tuple[int, int]]:
    """From when (s from now) which flow runs."""
    begun, found = pump.now, [(0, pump.command.flow)]
    while pump.now < begun + DAY:
        pump = later(pump, pump.window.ends)
        if pump.command.flow != found[-1][1]:
            found.append((pump.now - begun, pump.command.flow))
    return found


def test_in_spring_the_day_begins_an_hour_early_by_the_old_clock() -> None:
    # At 02:00 the clock says 03:00.
    pump = later(ordinary(), 2 * DAY + 2 * HOUR)
    answer = accepted(pump, east(pump, hours(1)))
    assert answer.verdict.earliest == NEVER
    assert flows_of_the_next_day(answer.pump) == [
        (0, 75_000),
        (3 * HOUR, 112_500),
        (19 * HOUR, 75_000),
    ]


def test_in_autumn_the_night_is_an_hour_longer() -> None:
    # At 03:00 the clock says 02:00.
    pump = later(ordinary(), 2 * DAY + 3 * HOUR)
    assert flows_of_the_next_day(accepted(pump, west(pump, hours(1))).pump) == [
        (0, 75_000),
        (4 * HOUR, 112_500),
        (20 * HOUR, 75_000),
    ]


def test_a_flight_east_shortens_the_day() -> None:
    # At 08:00 the clock says 14:00: 8 hours of day are left, then a night of 8.
    pump = near_the_limit(2 * DAY + 8 * HOUR)
    assert flows_of_the_next_day(accepted(pump, east(pump, hours(6))).pump) == [
        (0, BY_DAY),
        (8 * HOUR, BY_NIGHT),
        (16 * HOUR, BY_DAY),
    ]


def test_a_flight_west_repeats_what_was() -> None:
    # At 06:00 the clock says 00:00: 6 more hours of night, then a day of 16.
    pump = near_the_limit(2 * DAY + 6 * HOUR)
    assert flows_of_the_next_day(accepted(pump, west(pump, hours(6))).pump) == [
        (0, BY_NIGHT),
        (6 * HOUR, BY_DAY),
        (22 * HOUR, BY_NIGHT),
    ]


def test_a_flight_east_by_night_waits_for_enough_of_it() -> None:
    # 8 hours: at 21:30 the clock says 05:30, half an hour of night between two days; at 22:00 there is none of it. One
    # hour is over at 23:00.
    pump = near_the_limit(DAY + 21 * HOUR + SLOT)
    earliest = DAY + 23 * HOUR
    while pump.now < earliest:
        assert refused(pump, east(pump, hours(8))) == (Reason.WINDOW_FULL, earliest)
        pump = later(pump, pump.now + SLOT)
    # At 23:00 the clock says 07:00: 15 hours of day are left.
    assert flows_of_the_next_day(accepted(pump, east(pump, hours(8))).pump) == [
        (0, BY_DAY),
        (15 * HOUR, BY_NIGHT),
        (23 * HOUR, BY_DAY),
    ]


def test_a_flight_west_by_day_waits_for_the_night() -> None:
    # 8 hours: at 15:00 the clock says 07:00: 9 hours of day, and 15 more. By night, after t hours of it, the clock says
    # 14:00 + t: 8 - t hours of day are repeated, and of 24.5 hours t + 0.5 are night, at least; enough at 22:30.
    pump = near_the_limit(DAY + 15 * HOUR)
    earliest = DAY + 22 * HOUR + SLOT
    while pump.now < earliest:
        assert refused(pump, west(pump, hours(8))) == (Reason.WINDOW_FULL, earliest)
        pump = later(pump, pump.now + SLOT)
    assert flows_of_the_next_day(accepted(pump, west(pump, hours(8))).pump)[:2] == [
        (0, BY_DAY),
        (7 * HOUR + SLOT, BY_NIGHT),
    ]


def test_within_a_slot_a_refusal_tells_the_same_time() -> None:
    pump = near_the_limit(DAY + 22 * HOUR + 600)
    assert refused(pump, east(pump, hours(8))) == (Reason.WINDOW_FULL, DAY + 23 * HOUR)


def test_it_moves_no_window_no_lockout_and_no_date() -> None:
    solution = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])
    prescribed = prescription_from_doses(
        solution=solution,
        drug=drug("morphine"),
        dose=mg_per_day(5),
        bolus=BolusDose(dose=mg("0.25"), duration=minutes(10), lockout=hours(2), count=2),
    )
    start = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=solution,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=[mg_per_day(6)],
        reference_acknowledged=True,
    )
    pump = accepted(candidate(ON), start).pump
    pump = accepted(pump, Program(0, 2, CLINICIAN, prescribed, soft_limit_acknowledged=True)).pump
    pump = accepted(later(pump, 8 * HOUR), PatientBolus(8 * HOUR, 3)).pump
    assert refused(pump, east(pump, hours(6))) == (Reason.NOT_BASAL, NEVER)
    pump = later(pump, 9 * HOUR)
    moved = accepted(pump, east(pump, hours(6))).pump
    assert moved == evolve(pump, number=4, schedule=moved.schedule)
    assert moved.history.ended == 8 * HOUR + 600
    # Two hours after 08:10, as the pump counts, whatever the clock says.
    soon = later(moved, 10 * HOUR + 599)
    assert refused(soon, PatientBolus(soon.now, 5)) == (Reason.LOCKOUT, NEVER)
    soon = later(soon, 10 * HOUR + 600)
    soon = accepted(soon, PatientBolus(soon.now, 5)).pump
    # Two in 24 hours: the third from 08:00 on.
    third = later(soon, DAY + 8 * HOUR - 1)
    assert refused(third, PatientBolus(third.now, 6)) == (Reason.COUNT, NEVER)
    # 49 slots, by which a bolus is judged, hold one more until the slot of 08:00 is over.
    third = later(third, DAY + 8 * HOUR + SLOT)
    assert accepted(third, PatientBolus(third.now, 6)).pump.mode == Mode.BOLUS


def test_there_and_back_is_where_it_was() -> None:
    pump = near_the_limit(6 * HOUR)
    there = accepted(pump, west(pump, hours(6))).pump
    assert accepted(there, east(there, hours(6))).pump.schedule == pump.schedule


def test_within_a_slot_the_rest_of_it_runs_at_the_new_flow() -> None:
    # At 05:40 the clock says 06:40.
    pump = near_the_limit(DAY + 5 * HOUR + 2_400)
    command = accepted(pump, east(pump, hours(1))).command
    assert (pump.command.flow, command.flow, command.until) == (BY_NIGHT, BY_DAY, DAY + 6 * HOUR)


def test_what_follows_a_bridge_is_moved_before_it_runs() -> None:
    pump = near_the_limit(DAY + 8 * HOUR)
    half = make_solution(ingredients=[(drug("baclofen"), ug_per_ml(1000))])
    change = change_solution(
        at=Duration(pump.now),
        number=3,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(19),
        filled=ml(20),
        solution=half,
        prescription=make_prescription(
            flows=[(hours(0), ml_per_day(1)), (hours(12), ml_per_day("0.5"))], ceiling=ml("1.031")
        ),
        bridge_flow=ml_per_day("0.4"),
        fall_acknowledged=True,
        soft_limit_acknowledged=True,
        least_day_acknowledged=True,
    )
    pump = accepted(pump, change).pump
    moved = accepted(pump, east(pump, hours(6))).pump
    assert (moved.mode, moved.command, moved.bridge) == (Mode.BRIDGING, pump.command, pump.bridge)
    assert moved.schedule.flows == (1_000_000,) * 12 + (500_000,) * 24 + (1_000_000,) * 12


def test_the_clock_set_back_again_and_again_brings_no_more_than_a_day() -> None:
    """100 ug a day in five half-hours of 20 ug (0.48 mL/d); with one of them more 120 ug in 24.5 hours, 0.06 mL."""
    dose = make_prescription(flows=[(hours(0), ml_per_day("0.48")), (Duration(5 * SLOT), ml_per_day(0))])
    pump = later(therapy(ug_per_day(100), dose), 5 * SLOT)
    told: set[Reason] = set()
    for _ in range(48):
        answer = step(pump.device, pump, west(pump, minutes(30)))
        told.add(answer.verdict.reason)
        pump = later(answer.pump, answer.pump.window.ends)
    assert told == {Reason.NONE, Reason.WINDOW_FULL}
    assert pump.reservoir.delivered <= ml("0.06").quanta


def test_a_stopped_pump_stays_stopped() -> None:
    pump = near_the_limit(8 * HOUR)
    pump = accepted(pump, Stop(pump.now, 3, CLINICIAN, sudden_acknowledged=True)).pump
    answer = accepted(pump, east(pump, hours(6)))
    assert (answer.pump.mode, answer.command.flow) == (Mode.STOPPED, 0)


def test_who_may_not_and_what_comes_twice() -> None:
    pump = near_the_limit(8 * HOUR)
    event = east(pump, hours(6))
    assert refused(pump, evolve(event, authority=Authority.PATIENT)) == (Reason.NOT_CLINICIAN, NEVER)
    pump = accepted(pump, event).pump
    assert refused(pump, event) == (Reason.DUPLICATE, NEVER)
    assert refused(candidate(ON), evolve(event, at=0)) == (Reason.NOT_IMPLANTED, NEVER)
    steady = candidate(device("generic constant-flow 20 mL at 0.15 mL/d", 1))
    assert refused(steady, evolve(event, at=0)) == (Reason.NO_MOTOR, NEVER)


@pytest.mark.parametrize("by", [hours(0), minutes(45), hours(24), hours(30)], ids=lambda by: str(by.seconds))
def test_a_clock_moves_by_whole_half_hours_of_less_than_a_day(by: Duration) -> None:
    for move in (clock_forward, clock_back):
        with pytest.raises(ValueError, match=f"^shift: {by.seconds} s is no whole number of half-hours"):
            move(at=hours(0), number=1, authority=CLINICIAN, shift=by)


@given(
    levels=st.lists(st.integers(0, 100), min_size=SLOTS, max_size=SLOTS),
    past=st.lists(st.integers(0, 100), min_size=SLOTS, max_size=SLOTS),
    slots=st.integers(1, SLOTS - 1),
)
def test_there_always_is_a_time_at_which_it_would_fit(levels: list[int], past: list[int], slots: int) -> None:
    # A day of burns that with its largest slot just fits, after any day that was within the ceiling.
    share = SHARES // (max(sum(levels) + max(levels), 1) * SLOT)
    burns = tuple(level * share for level in levels)
    ran = tuple(each * (SHARES // max(sum(past), 1)) for each in past)
    schedule = Schedule(flows=burns, burns=burns, reserved=burns)
    fresh = candidate(ON)
    pump = evolve(fresh, schedule=schedule, window=evolve(fresh.window, past=ran, total=sum(ran)))
    earliest = first_fit(pump.window, schedule, shifted(pump, slots), 0, SHARES)
    assert SLOT <= earliest <= 96 * SLOT


def test_forward_by_47_slots_is_back_by_one() -> None:
    forward = clock_forward(at=hours(0), number=1, authority=CLINICIAN, shift=Duration(47 * SLOT))
    assert forward == clock_back(at=hours(0), number=1, authority=CLINICIAN, shift=minutes(30))
