"""Titration: baclofen at 500 µg/mL, where 100 µg/d is 0.2 mL/d; figures worked by hand."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve

from intrathecal import Authority, Event, Program, Pump, Reason, Refill, Stop, Tick, Withdraw, candidate, step
from intrathecal.catalogue import device, drug
from intrathecal.constructors import change_solution, commission, make_solution, prescription_from_doses
from intrathecal.quantities import DailyMass, Duration, hours, ml, ml_per_day, ug_per_day, ug_per_ml

ON: Final = device("SynchroMed II 20 mL", 1)
BACLOFEN: Final = drug("baclofen")
SOLUTION: Final = make_solution(ingredients=[(BACLOFEN, ug_per_ml(500))])
CLINICIAN: Final = Authority.CLINICIAN
HOUR: Final = 3_600
DAY: Final = 86_400


def implanted(*reference: DailyMass, acknowledged: bool = True) -> Pump:
    """A pump whose line holds 0.14 + 0.15 mL, for a patient who has had these daily doses until now."""
    event = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=SOLUTION,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=reference,
        reference_acknowledged=acknowledged,
    )
    answer = step(ON, candidate(ON), event)
    assert answer.verdict.accepted, answer.verdict.reason.name
    return answer.pump


def ordered(pump: Pump, micrograms: int, **said: bool) -> Program:
    return Program(
        at=pump.now,
        number=pump.number + 1,
        authority=CLINICIAN,
        prescription=prescription_from_doses(solution=SOLUTION, drug=BACLOFEN, dose=ug_per_day(micrograms)),
        soft_limit_acknowledged=False,
        **said,
    )


def reason(pump: Pump, micrograms: int, **said: bool) -> Reason:
    return step(ON, pump, ordered(pump, micrograms, **said)).verdict.reason


def reason_of(pump: Pump, event: Event) -> Reason:
    return step(ON, pump, event).verdict.reason


def on(pump: Pump, micrograms: int, **said: bool) -> Pump:
    answer = step(ON, pump, ordered(pump, micrograms, **said))
    assert answer.verdict.accepted, answer.verdict.reason.name
    return answer.pump


def later(pump: Pump, seconds: int) -> Pump:
    until = pump.now + seconds
    while pump.now < until:
        pump = step(ON, pump, Tick(min(max(pump.command.until, pump.now + 1), until))).pump
    return pump


def test_a_new_drug_starts_at_its_starting_dose() -> None:
    # Baclofen's is 100 ug/d: twice the first test dose.
    pump = implanted()
    assert reason(pump, 101) == Reason.STEP_UP
    assert reason(pump, 100) == Reason.NONE
    # No step before it was in force for 24 h, whatever is acknowledged.
    pump = later(on(pump, 100), 23 * HOUR)
    assert reason(pump, 101, increase_acknowledged=True, restart_acknowledged=True) == Reason.STEP_UP


def test_no_series_of_changes_within_an_interval_passes_one_step() -> None:
    # 100, 130, 169: the third within 24 h of the second is more than 30 % above 100.
    pump = later(on(implanted(ug_per_day(100)), 100), 2 * DAY)
    pump = later(on(pump, 130), HOUR)
    assert reason(pump, 131, increase_acknowledged=True) == Reason.STEP_UP
    pump = later(pump, 22 * HOUR)
    assert reason(pump, 169, increase_acknowledged=True) == Reason.STEP_UP
    pump = later(pump, HOUR)
    assert reason(pump, 170, increase_acknowledged=True) == Reason.STEP_UP
    assert reason(pump, 169, increase_acknowledged=True) == Reason.NONE


def test_a_mistaken_halving_is_corrected_at_once() -> None:
    pump = later(on(implanted(ug_per_day(300)), 300), 3 * DAY)
    assert reason(pump, 150) == Reason.STEP_DOWN
    pump = later(on(pump, 150, fall_acknowledged=True), 600)
    assert reason(pump, 300) == Reason.NONE


def test_a_daily_dose_falls_by_a_fifth_and_no_series_falls_further() -> None:
    # 80 % of 300 are 240; 80 % of 240 would be 192, and is still judged by 300.
    pump = later(on(implanted(ug_per_day(300)), 300), 3 * DAY)
    assert reason(pump, 239) == Reason.STEP_DOWN
    pump = later(on(pump, 240), HOUR)
    assert reason(pump, 192) == Reason.STEP_DOWN
    assert reason(pump, 192, fall_acknowledged=True) == Reason.NONE
    pump = later(pump, 23 * HOUR)
    assert reason(pump, 192) == Reason.NONE


def test_a_prescription_of_nothing_is_a_fall() -> None:
    pump = later(on(implanted(ug_per_day(300)), 300), DAY)
    assert reason(pump, 0) == Reason.STEP_DOWN
    # After it the dose from before is the most, however long nothing ran: no step, and no anchor of nothing.
    pump = later(on(pump, 0, fall_acknowledged=True), 30 * HOUR)
    assert reason(pump, 301, increase_acknowledged=True) == Reason.STEP_UP
    assert reason(pump, 300, increase_acknowledged=True) == Reason.NONE


def test_a_drug_that_must_not_stop_suddenly_is_stopped_only_when_acknowledged() -> None:
    pump = later(on(implanted(ug_per_day(300)), 300), DAY)
    assert step(ON, pump, Stop(pump.now, 3, CLINICIAN)).verdict.reason == Reason.SUDDEN_STOP
    assert step(ON, pump, Stop(pump.now, 3, CLINICIAN, sudden_acknowledged=True)).verdict.accepted


def test_a_pump_is_left_low_of_such_a_drug_only_when_acknowledged() -> None:
    # A day of 0.6 mL leaves 19.4 mL, of which at the fast end, 14.5 % more, 0.087 mL may be gone; 4 mL are low.
    pump = later(on(implanted(ug_per_day(300)), 300), DAY)
    for volume, told in ((ml("15.3"), Reason.NONE), (ml("15.32"), Reason.SUDDEN_STOP), (ml(19), Reason.SUDDEN_STOP)):
        drawn = Withdraw(pump.now, 3, CLINICIAN, volume=volume.quanta)
        assert reason_of(pump, drawn) == told
        assert reason_of(pump, evolve(drawn, sudden_acknowledged=True)) == Reason.NONE


@pytest.mark.parametrize(
    ("held", "filled", "told"),
    [
        ("19.4", "0", Reason.SUDDEN_STOP),
        ("19.4", "1.4", Reason.SUDDEN_STOP),
        ("19.4", "4", Reason.SUDDEN_STOP),
        ("19.4", "4.1", Reason.NONE),
        ("1.7", "1.6", Reason.SUDDEN_STOP),
        ("1.7", "1.7", Reason.NONE),
        ("1.7", "1.4", Reason.SUDDEN_STOP),
    ],
)
def test_no_filling_leaves_a_pump_empty_of_such_a_drug_or_low_where_it_held_more(
    held: str, filled: str, told: Reason
) -> None:
    # 1.4 mL are residual, 4 mL low; what was just filled in is known.
    pump = later(on(implanted(ug_per_day(300)), 300), DAY)
    surplus = pump.reservoir.remaining - ml(held).quanta
    pump = step(ON, pump, Withdraw(pump.now, 3, CLINICIAN, volume=surplus, sudden_acknowledged=True)).pump
    again = Refill(pump.now, 4, CLINICIAN, emptied=True, drawn=0, filled=ml(filled).quanta, solution=SOLUTION)
    assert reason_of(pump, again) == told
    weaker = make_solution(ingredients=[(BACLOFEN, ug_per_ml(400))])
    other = change_solution(
        at=Duration(pump.now),
        number=4,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(1),
        filled=ml(filled),
        solution=weaker,
        prescription=prescription_from_doses(solution=weaker, drug=BACLOFEN, dose=ug_per_day(300)),
        bridge_flow=ml_per_day("0.6"),
    )
    assert reason_of(pump, other) == told


@pytest.mark.parametrize(("empty_for", "told"), [(48, Reason.NONE), (49, Reason.BEGINS_ANEW)])
def test_a_refill_begins_therapy_anew_after_two_days_without_delivery(empty_for: int, told: Reason) -> None:
    pump = later(on(implanted(ug_per_day(300)), 300), DAY)
    drawn = Withdraw(pump.now, 3, CLINICIAN, volume=pump.reservoir.remaining, sudden_acknowledged=True)
    pump = later(step(ON, pump, drawn).pump, empty_for * HOUR)
    again = Refill(pump.now, 4, CLINICIAN, emptied=True, drawn=0, filled=ml(20).quanta, solution=SOLUTION)
    assert reason_of(pump, again) == told
    meant = step(ON, pump, evolve(again, restart_acknowledged=True))
    # 300 ug/d of 500 ug/mL are 0.6 mL/d.
    assert (meant.verdict.accepted, meant.command.flow) == (True, 600_000)
    stopped = step(ON, pump, Stop(pump.now, 4, CLINICIAN, sudden_acknowledged=True)).pump
    assert reason_of(stopped, evolve(again, number=5)) == Reason.NONE  # nothing goes on by it


@pytest.mark.parametrize(("hours_stopped", "begins_anew"), [(48, False), (49, True)])
def test_after_two_days_without_delivery_it_is_the_starting_dose_again(hours_stopped: int, begins_anew: bool) -> None:
    pump = later(on(implanted(ug_per_day(300)), 300), 3 * DAY)
    pump = step(ON, pump, Stop(pump.now, pump.number + 1, CLINICIAN, sudden_acknowledged=True)).pump
    pump = later(pump, hours_stopped * HOUR)
    assert reason(pump, 300) == (Reason.BEGINS_ANEW if begins_anew else Reason.NONE)
    assert reason(pump, 300, restart_acknowledged=True) == Reason.NONE
    assert reason(pump, 100, fall_acknowledged=True) == Reason.NONE


def test_an_increase_before_the_last_one_has_travelled_the_line_is_acknowledged() -> None:
    # Tubing and catheter hold 0.29 mL; at the slow end 0.29 / 0.855 = 0.33918 mL must run. 120 ug/d is 0.24 mL/d: that
    # takes 1.41326 days, 122 106 s. A step of 20 % is within 30 %, and 24 h have passed.
    pump = later(on(implanted(ug_per_day(100)), 100), 3 * DAY)
    pump = later(on(pump, 120), 122_105)
    assert reason(pump, 140) == Reason.NOT_ARRIVED
    assert reason(pump, 140, increase_acknowledged=True) == Reason.NONE
    assert reason(pump, 119) == Reason.NONE
    assert reason(later(pump, 1), 140) == Reason.NONE


def test_a_declared_dose_needs_an_acknowledgement_and_is_no_step_of_its_own() -> None:
    with pytest.raises(AssertionError, match="REFERENCE_UNACKNOWLEDGED"):
        implanted(ug_per_day(600), acknowledged=False)
    pump = implanted(ug_per_day(600))
    assert reason(pump, 601) == Reason.STEP_UP
    assert reason(pump, 479) == Reason.STEP_DOWN
    assert reason(pump, 600) == Reason.NONE


def test_in_a_mixture_every_drug_keeps_its_own_step() -> None:
    # Of two drugs with 30 % and 10 % a step, one flow drives both: 10 % it is.
    morphine = drug("morphine")
    careful = evolve(drug("ziconotide"), code=9, titration=evolve(morphine.titration, rise_per_mille=100, start=1_000))
    both = make_solution(ingredients=[(morphine, ug_per_ml(10_000)), (careful, ug_per_ml(10))])
    event = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=both,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        mixture_acknowledged=True,
        reference=[ug_per_day(2_000), ug_per_day(2)],
        reference_acknowledged=True,
    )
    pump = step(ON, candidate(ON), event).pump

    def asked(at: Pump, micrograms: int) -> Program:
        dose = prescription_from_doses(solution=both, drug=morphine, dose=ug_per_day(micrograms))
        return Program(at.now, at.number + 1, CLINICIAN, dose, soft_limit_acknowledged=False)

    pump = later(step(ON, pump, asked(pump, 2_000)).pump, 4 * DAY)
    assert step(ON, pump, asked(pump, 2_201)).verdict.reason == Reason.STEP_UP
    assert step(ON, pump, asked(pump, 2_200)).verdict.accepted
