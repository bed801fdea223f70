"""Therapies worked by hand: what is admitted at the very limit, what a refill tells, what a loss of power leaves."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve

from intrathecal import (
    Alarm,
    Authority,
    Cause,
    Device,
    Finding,
    Missed,
    Mode,
    PatientBolus,
    Prescription,
    Program,
    Pump,
    Reason,
    Solution,
    Step,
    Tick,
    candidate,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    BolusDose,
    commission,
    make_prescription,
    make_solution,
    prescription_from_doses,
    refill,
)
from intrathecal.quantities import (
    Concentration,
    DailyMass,
    Volume,
    hours,
    mg,
    mg_per_day,
    mg_per_ml,
    minutes,
    ml,
    ml_per_day,
    seconds,
    ug_per_day,
    ug_per_ml,
)

SLOT: Final = 1_800
DAY: Final = 86_400
ML: Final = 86_400_000_000
"""quanta in 1 mL."""
SYNCHROMED = device("SynchroMed II 20 mL", 1)
SYNCHROMED_40 = device("SynchroMed II 40 mL", 1)
MORPHINE_10 = make_solution(ingredients=[(drug("morphine"), mg_per_ml(10))])
MORPHINE_25 = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])


def commissioned(on: Device, solution: Solution) -> Pump:
    answer = step(
        on,
        candidate(on),
        commission(
            at=hours(0),
            number=1,
            authority=Authority.CLINICIAN,
            solution=solution,
            filled=ml(20),
            catheter=ml("0.15"),
            catheter_uncertainty=ml(0),
            reference=[DailyMass(each.drug.hard) for each in solution.ingredients if each.concentration > 0],
            reference_acknowledged=True,
        ),
    )
    assert answer.verdict.accepted
    return answer.pump


def programmed(on: Device, pump: Pump, prescription: Prescription) -> Step:
    return step(
        on,
        pump,
        Program(
            at=pump.now,
            number=pump.number + 1,
            authority=Authority.CLINICIAN,
            prescription=prescription,
            soft_limit_acknowledged=True,
            fall_acknowledged=True,
        ),
    )


def run(on: Device, pump: Pump, until: int) -> Pump:
    """The pump at `until` (s), under a host that asks again at the end of each command."""
    while pump.now < until:
        pump = step(on, pump, Tick(at=min(max(pump.command.until, pump.now + 1), until))).pump
    return pump


def running(on: Device, solution: Solution, prescription: Prescription, until: int) -> Pump:
    answer = programmed(on, commissioned(on, solution), prescription)
    assert answer.verdict.accepted
    return run(on, answer.pump, until)


@pytest.mark.parametrize("on", [SYNCHROMED, SYNCHROMED_40])
@pytest.mark.parametrize(
    ("name", "strength", "dose", "flow", "above"),
    [
        # 19.2 / 25 = 0.768 mL/d; 19.2 / 100 = 0.192; 1000 / 2000 = 0.5; 1000 / 500 = 2; 20 / 25 = 0.8; 20 / 10 = 2.
        ("ziconotide", ug_per_ml(25), ug_per_day("19.2"), 768_000, ug_per_day("19.3")),
        ("ziconotide", ug_per_ml(100), ug_per_day("19.2"), 192_000, ug_per_day("19.3")),
        ("baclofen", ug_per_ml(2_000), ug_per_day(1_000), 500_000, ug_per_day("1000.1")),
        ("baclofen", ug_per_ml(500), ug_per_day(1_000), 2_000_000, ug_per_day("1000.1")),
        ("morphine", mg_per_ml(25), mg_per_day(20), 800_000, mg_per_day("20.1")),
        ("morphine", mg_per_ml(10), mg_per_day(20), 2_000_000, mg_per_day("20.1")),
    ],
)
def test_the_largest_day_of_the_label_is_admitted_and_a_tenth_of_a_unit_more_is_not(
    on: Device, name: str, strength: Concentration, dose: DailyMass, flow: int, above: DailyMass
) -> None:
    one = drug(name)
    solution = make_solution(ingredients=[(one, strength)])
    pump = commissioned(on, solution)
    answer = programmed(on, pump, prescription_from_doses(solution=solution, drug=one, dose=dose))
    assert answer.verdict.accepted
    assert (answer.command.flow, answer.command.cause) == (flow, Cause.THERAPY)
    refused = programmed(on, pump, prescription_from_doses(solution=solution, drug=one, dose=above))
    assert refused.verdict.reason == Reason.HARD_LIMIT
    assert refused.pump.mode == Mode.STOPPED


def test_the_largest_day_of_the_label_runs_for_days_without_an_alarm() -> None:
    # 20 mg/d at 25 mg/mL, 0.8 mL/d: three days take 2.4 mL of 20.
    dose = prescription_from_doses(solution=MORPHINE_25, drug=drug("morphine"), dose=mg_per_day(20))
    pump = running(SYNCHROMED, MORPHINE_25, dose, 3 * DAY)
    assert pump.reservoir.delivered == 207_360_000_000
    assert not any(pump.alarms.listed)


def test_a_day_of_morphine_with_four_patient_boluses() -> None:
    # 25 mg/mL: 5 mg/d is 0.2 mL/d, a bolus of 0.25 mg is 0.01 mL in 9 min. While it runs, the schedule's
    # 0.2 * 9 / 1440 = 0.00125 mL do not. In the day: 0.2 + 4 * (0.01 - 0.00125) = 0.235 mL.
    prescription = prescription_from_doses(
        solution=MORPHINE_25,
        drug=drug("morphine"),
        dose=mg_per_day(5),
        bolus=BolusDose(dose=mg("0.25"), duration=minutes(9), lockout=hours(2), count=4),
    )
    pump = running(SYNCHROMED, MORPHINE_25, prescription, 0)
    for number, hour in enumerate((8, 12, 16, 20), start=3):
        pump = run(SYNCHROMED, pump, hour * 3_600)
        answer = step(SYNCHROMED, pump, PatientBolus(at=pump.now, number=number))
        assert answer.verdict.accepted
        # 0.01 mL in 9 min is 1.6 mL/d.
        assert (answer.pump.mode, answer.command.flow) == (Mode.BOLUS, 1_600_000)
        pump = answer.pump
    # The fifth is one too many.
    pump = run(SYNCHROMED, pump, 23 * 3_600)
    fifth = step(SYNCHROMED, pump, PatientBolus(at=pump.now, number=7))
    assert fifth.verdict.reason == Reason.COUNT
    pump = run(SYNCHROMED, fifth.pump, DAY)
    assert pump.mode == Mode.BASAL
    assert pump.reservoir.delivered == 20_304_000_000
    assert not any(pump.alarms.listed)


def refilled(on: Device, drawn: Volume) -> Step:
    """Refilled on day 15, when 1 mL/d has left 5 mL of 20 by the books."""
    pump = running(on, MORPHINE_10, make_prescription(flows=ml_per_day(1)), 15 * DAY)
    assert pump.reservoir.remaining == 5 * ML
    return step(
        on,
        pump,
        refill(
            at=seconds(pump.now),
            number=3,
            authority=Authority.CLINICIAN,
            emptied=True,
            drawn=drawn,
            filled=ml(20),
            solution=MORPHINE_10,
        ),
    )


# 14.5 % of 15 mL are 2.175 mL: truly 2.825 to 7.175 mL are left. A device without residual volume, measured exactly:
EXACT = evolve(SYNCHROMED, residual=0, measuring_error=0)


@pytest.mark.parametrize(
    ("on", "drawn"),
    [
        (EXACT, ml("2.9")),
        (EXACT, ml("7.1")),
        # 1.4 mL of residual stay in the pump and 0.5 mL may be misread: from 0.925 to 7.675 mL may be drawn.
        (SYNCHROMED, ml("0.925")),
        (SYNCHROMED, ml("2.9")),
        (SYNCHROMED, ml("7.1")),
        (SYNCHROMED, ml("7.675")),
    ],
)
def test_what_is_drawn_within_tolerance_is_as_expected(on: Device, drawn: Volume) -> None:
    answer = refilled(on, drawn)
    assert answer.verdict.accepted
    assert answer.pump.closed.finding == Finding.AS_EXPECTED
    assert answer.pump.closed.written_off == 5 * ML - drawn.quanta
    assert answer.pump.reservoir.remaining == 20 * ML
    assert not any(answer.alarms.listed)
    assert answer.command.flow == 1_000_000


@pytest.mark.parametrize(
    ("on", "drawn", "alarm"),
    [
        (EXACT, ml("2.0"), Alarm.OVER_DELIVERY),
        (EXACT, ml("9.0"), Alarm.REFILL_DISCREPANCY),
        (SYNCHROMED, ml("0.924"), Alarm.OVER_DELIVERY),
        (SYNCHROMED, ml("7.676"), Alarm.REFILL_DISCREPANCY),
        (SYNCHROMED, ml("9.0"), Alarm.REFILL_DISCREPANCY),
    ],
)
def test_what_is_drawn_outside_tolerance_raises_its_alarm_and_therapy_goes_on(
    on: Device, drawn: Volume, alarm: Alarm
) -> None:
    answer = refilled(on, drawn)
    assert answer.verdict.accepted
    assert [i for i, listed in enumerate(answer.alarms.listed) if listed] == [alarm]
    assert [i for i, risen in enumerate(answer.alarms.risen) if risen] == [alarm]
    assert answer.alarms.sounding == alarm
    assert answer.command.flow == 1_000_000


def test_three_days_without_power_are_caught_up_and_nothing_is_invented() -> None:
    # At 24 h the last command runs to 24:30 by itself: 88 200 s at 1 mL/d are 88 200 000 000 quanta. Power returns at
    # 96 h, 345 600 s, after an outage of 257 400 s, 143 half-hours.
    pump = running(SYNCHROMED, MORPHINE_10, make_prescription(flows=ml_per_day(1)), DAY)
    assert pump.command.until == 88_200
    late_rises, stopped_since = [], []
    for at in range(88_200, 345_600 + SLOT, SLOT):
        answer = step(SYNCHROMED, pump, Missed(at=at))
        pump = answer.pump
        assert answer.verdict.accepted
        assert (answer.command.flow, answer.command.cause) == (0, Cause.OUTAGE)
        assert pump.reservoir.delivered == 88_200_000_000
        late_rises += [at] if answer.alarms.risen[Alarm.LATE_HOST] else []
        stopped_since += [at] if answer.alarms.risen[Alarm.STOPPED_LONG] else []
    assert late_rises == [90_000]
    # 48 h after 88 200 s is 261 000 s; "longer than" is first seen a half-hour later.
    assert stopped_since == [262_800]
    assert (pump.service.outage_since, pump.service.outage_until) == (88_200, 345_600)
    resumed = step(SYNCHROMED, pump, Tick(at=345_600))
    assert (resumed.command.flow, resumed.command.cause) == (1_000_000, Cause.THERAPY)
    # A day later 1 mL more has run, both critical alarms still wait for a clinician, and no second outage has begun.
    after = run(SYNCHROMED, resumed.pump, 432_000)
    assert after.reservoir.delivered == 88_200_000_000 + ML
    assert after.alarms.listed[Alarm.LATE_HOST]
    assert after.alarms.listed[Alarm.STOPPED_LONG]
    assert after.service.outage_since == 88_200


def test_a_host_that_is_back_may_not_claim_that_the_missed_time_ran() -> None:
    pump = running(SYNCHROMED, MORPHINE_10, make_prescription(flows=ml_per_day(1)), DAY)
    far = step(SYNCHROMED, pump, Tick(at=345_600))
    assert far.verdict.reason == Reason.TIME_AHEAD
    assert far.pump == pump
