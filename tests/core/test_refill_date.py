"""The refill date: morphine 25 mg/mL from 20 mL, low at 2 mL, up to 14.5 % too fast.

Worked by hand. 18 mL / 1.145 = 15.7205 mL may be delivered before the low alarm sounds, a little less for the margin.
5 mg/d are 0.2 mL a day: 78.6 days, so 78 less one. With four boluses of 0.01 mL a day 0.24 mL: 65.5 days, 65 less one.
"""

from __future__ import annotations

from typing import Final

from intrathecal import (
    Alarm,
    Authority,
    Event,
    LevelMeasured,
    Mode,
    MriBegins,
    PatientBolus,
    Program,
    Pump,
    Refill,
    Step,
    Tick,
    candidate,
    refill_by,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    BolusDose,
    change_solution,
    commission,
    make_solution,
    prescription_from_doses,
    solution_instead,
)
from intrathecal.quantities import hours, mg, mg_per_day, mg_per_ml, minutes, ml, ml_per_day
from intrathecal.units import DAY, SLOT

ON: Final = device("SynchroMed II 20 mL", 1)
CLINICIAN: Final = Authority.CLINICIAN
MORPHINE: Final = drug("morphine")
SOLUTION: Final = make_solution(ingredients=[(MORPHINE, mg_per_ml(25))])
STEADY: Final = prescription_from_doses(solution=SOLUTION, drug=MORPHINE, dose=mg_per_day(5))
WITH_BOLUSES: Final = prescription_from_doses(
    solution=SOLUTION,
    drug=MORPHINE,
    dose=mg_per_day(5),
    ceiling=mg_per_day("6.3"),
    bolus=BolusDose(dose=mg("0.25"), duration=minutes(9), lockout=hours(2), count=4),
)


def applied(pump: Pump, event: Event) -> Step:
    answer = step(ON, pump, event)
    assert answer.verdict.accepted, answer.verdict.reason.name
    return answer


def implanted() -> Pump:
    return applied(
        candidate(ON),
        commission(
            at=hours(0),
            number=1,
            authority=CLINICIAN,
            solution=SOLUTION,
            filled=ml(20),
            catheter=ml("0.15"),
            catheter_uncertainty=ml("0.01"),
            reference=[mg_per_day(7)],
            reference_acknowledged=True,
        ),
    ).pump


def on_therapy(prescription: object = STEADY) -> Pump:
    assert isinstance(prescription, type(STEADY))
    return applied(
        implanted(),
        Program(at=0, number=2, authority=CLINICIAN, prescription=prescription, soft_limit_acknowledged=True),
    ).pump


def waited(pump: Pump, until: int) -> Pump:
    while pump.now < until:
        pump = applied(pump, Tick(at=min(pump.command.until, until))).pump
    return pump


def test_a_steady_dose_lasts_whole_days_less_one() -> None:
    assert refill_by(on_therapy()) == 77 * DAY


def test_boluses_are_all_expected_to_be_used() -> None:
    assert refill_by(on_therapy(WITH_BOLUSES)) == 64 * DAY


def test_a_patient_who_uses_every_bolus_hears_no_low_alarm_before_the_date() -> None:
    """Four a day, of which each adds 0.00875 mL: to day 64 64 * 0.235 = 15.04 mL; 0.68 mL are two days and more."""
    pump = on_therapy(WITH_BOLUSES)
    for place in range(64 * 4):
        day, hour = divmod(place, 4)
        pump = waited(pump, day * DAY + (hour * 3 + 1) * 3_600)
        pump = applied(pump, PatientBolus(at=pump.now, number=place + 10)).pump
    pump = waited(pump, 64 * DAY - SLOT)
    assert not pump.alarms.listed[Alarm.LOW_RESERVOIR]
    assert refill_by(pump) == 65 * DAY - SLOT


def test_the_alarm_sounds_when_two_of_the_fullest_days_are_left() -> None:
    """0.48 mL before 15.7205 mL: after 15.2405 mL, on day 76 at 04:52 without boluses."""
    pump = waited(on_therapy(WITH_BOLUSES), 76 * DAY + 4 * 3_600 + 1_800)
    assert not pump.alarms.listed[Alarm.REFILL_DUE]
    pump = waited(pump, 76 * DAY + 5 * 3_600)
    assert pump.alarms.listed[Alarm.REFILL_DUE]
    assert refill_by(pump) == pump.now


def test_a_level_sensor_that_sees_less_brings_the_date_forward() -> None:
    """10 mL seen, less the 4.2795 mL at which it is low: 5.7205 mL, 28.6 days."""
    pump = applied(on_therapy(), LevelMeasured(at=0, volume=ml(10).quanta)).pump
    assert refill_by(pump) == 27 * DAY


def test_a_refill_begins_anew() -> None:
    pump = waited(on_therapy(), 70 * DAY)
    assert refill_by(pump) == 77 * DAY
    refilled = Refill(
        at=pump.now,
        number=3,
        authority=CLINICIAN,
        emptied=True,
        drawn=ml(6).quanta,
        filled=ml(20).quanta,
        solution=SOLUTION,
    )
    assert refill_by(applied(pump, refilled).pump) == 147 * DAY


def test_without_a_prescription_nothing_is_due() -> None:
    pump = implanted()
    assert refill_by(pump) == 36_525 * DAY
    assert not pump.alarms.listed[Alarm.REFILL_DUE]


def changed(pump: Pump) -> Pump:
    """10 mg/mL instead, 5 mg/d still: 0.5 mL a day, once the line has cleared."""
    weaker = solution_instead(old=SOLUTION, new=make_solution(ingredients=[(MORPHINE, mg_per_ml(10))]))
    return applied(
        pump,
        change_solution(
            at=hours(0),
            number=3,
            authority=CLINICIAN,
            emptied=True,
            rinsed=True,
            drawn=ml(20),
            filled=ml(20),
            solution=weaker,
            prescription=prescription_from_doses(solution=weaker, drug=MORPHINE, dose=mg_per_day(5)),
            bridge_flow=ml_per_day("0.2"),
            increase_acknowledged=True,
        ),
    ).pump


def test_a_bridge_is_counted_on_top() -> None:
    """15.7205 mL less at most 0.3 mL / 0.855 = 0.3509 mL of the bridge, and a second: 15.3696 mL, 30.7 days."""
    pump = changed(on_therapy())
    assert pump.mode == Mode.BRIDGING
    assert refill_by(pump) == 29 * DAY


def test_nobody_knows_when_a_bridge_ends_that_may_fall_short() -> None:
    pump = applied(changed(on_therapy()), MriBegins(at=0, number=4, authority=CLINICIAN)).pump
    assert refill_by(pump) == pump.now
