"""A step that is lost with its saved state: the most that it can have delivered counts as delivered (SAVE-3)."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from tests.telling import accepted, later

from intrathecal import (
    Alarm,
    Authority,
    Cause,
    Drive,
    Fault,
    Mode,
    Prescription,
    Prime,
    Program,
    Pump,
    Reason,
    Reread,
    Solution,
    Stop,
    Tick,
    Withdraw,
    candidate,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import change_solution, commission, make_solution, prescription_from_doses
from intrathecal.quantities import DailyMass, Duration, Flow, mg_per_day, mg_per_ml, ml, ug_per_day, ug_per_ml
from intrathecal.units import DAY, SHARES, SLOT

CLINICIAN: Final = Authority.CLINICIAN
ON: Final = device("SynchroMed II 20 mL", 1)
BACLOFEN: Final = make_solution(ingredients=[(drug("baclofen"), ug_per_ml(500))])
"""100 ug a day are 0.2 mL; the single dose is 100 ug, of which 14.5 % more may truly come."""
MORPHINE: Final = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])
POTENCY: Final = 48_495
"""shares a quantum of that baclofen: 100 * 500,000 ng/mL * 1,145, by the ceiling; see test_worked_doses."""
LARGEST: Final = 174_672 * 86_400
"""quanta: 100 ug / 500 ug/mL / 1.145 = 0.174672 mL, rounded down to nanolitres."""

THREE_TENTHS: Final = 300_000 * DAY
"""quanta: of a millilitre."""


def implanted(solution: Solution, reference: DailyMass) -> Pump:
    pump = candidate(ON)
    event = commission(
        at=Duration(0),
        number=1,
        authority=CLINICIAN,
        solution=solution,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=(reference,),
        reference_acknowledged=True,
    )
    return accepted(pump, event).pump


def programming(pump: Pump, prescription: Prescription) -> Program:
    return Program(pump.now, pump.number + 1, CLINICIAN, prescription, soft_limit_acknowledged=True)


def on_baclofen() -> Pump:
    """100 ug a day for four days, of which 50 go on where therapy fails; primed, and cleared."""
    therapy = prescription_from_doses(
        solution=BACLOFEN, drug=drug("baclofen"), dose=ug_per_day(100), fallback=ug_per_day(50)
    )
    pump = implanted(BACLOFEN, ug_per_day(100))
    pump = accepted(pump, programming(pump, therapy)).pump
    priming = Prime(pump.now, pump.number + 1, CLINICIAN, volume=pump.line.unprimed, duration=1_200)
    return later(accepted(pump, priming).pump, 4 * DAY)


def test_the_largest_bolus_counts_as_delivered_beside_the_day() -> None:
    pump = on_baclofen()
    assert pump.window.total + pump.window.current == 200_000 * POTENCY * DAY == 837_993_600_000_000
    answer = accepted(pump, Reread(pump.now))
    assert LARGEST * POTENCY == 731_870_090_496_000  # more than 1,800 s at 100,000,000,000 shares/s
    assert answer.pump.window.total + answer.pump.window.current == 837_993_600_000_000 + 731_870_090_496_000


def test_a_sudden_stop_is_avoided_where_the_day_has_room_for_the_fallback() -> None:
    pump = on_baclofen()
    answer = accepted(pump, Reread(pump.now))
    assert answer.pump.mode is Mode.SAFE
    assert (answer.command.flow, answer.command.cause) == (100_000, Cause.FAULT)
    assert answer.pump.therapy.prescription.flows == (100_000,) * 48
    assert answer.alarms.listed[Alarm.RESET]


def test_doses_to_come_are_judged_by_the_one_before() -> None:
    pump = on_baclofen()
    answer = accepted(pump, Reread(pump.now))
    assert answer.pump.dosing == pump.dosing
    assert answer.pump.dosing.last == 200_000 * DAY


def test_a_clinician_prescribes_therapy_anew() -> None:
    pump = on_baclofen()
    safe = accepted(pump, Reread(pump.now)).pump
    therapy = accepted(safe, programming(safe, pump.therapy.prescription)).pump
    assert therapy.mode is Mode.BASAL
    assert not therapy.faults[Fault.RESET]


def test_a_bolus_counts_as_started_and_ended() -> None:
    pump = on_baclofen()
    after = accepted(pump, Reread(pump.now)).pump
    assert after.history.ended == 4 * DAY
    assert after.history.starts[0] == 4 * DAY
    assert after.history.starts[1:] == pump.history.starts[:-1]


def test_before_the_line_is_primed_all_that_24_hours_hold_counts_and_nothing_runs() -> None:
    pump = implanted(MORPHINE, mg_per_day(6))
    five = prescription_from_doses(solution=MORPHINE, drug=drug("morphine"), dose=mg_per_day(5))
    pump = accepted(accepted(pump, programming(pump, five)).pump, Tick(SLOT)).pump
    assert pump.line.unprimed > 0
    answer = accepted(pump, Reread(pump.now))
    assert answer.pump.window.total + answer.pump.window.current == SHARES
    assert answer.command.flow == 0
    again = step(ON, answer.pump, programming(answer.pump, five))
    assert again.verdict.reason is Reason.WINDOW_FULL
    rested = later(answer.pump, SLOT + DAY + SLOT)
    assert accepted(rested, programming(rested, five)).command.flow == 200_000


def test_the_low_alarm_comes_earlier_by_what_a_step_can_take() -> None:
    pump = on_baclofen()
    books = pump.reservoir
    after = accepted(pump, Reread(pump.now)).pump.reservoir
    assert after.fastest == books.fastest + 24_000_000 * 1_800 * 1_145  # half a millilitre, and 14.5 % more
    assert after.low_level == books.low_level + 24_000_000 * 1_800
    assert after.empty_level == books.empty_level + 24_000_000 * 1_800
    assert evolve(after, fastest=0, low_level=0, empty_level=0) == evolve(books, fastest=0, low_level=0, empty_level=0)


def test_no_more_can_have_left_than_was_held() -> None:
    pump = on_baclofen()
    volume = pump.reservoir.remaining - THREE_TENTHS
    drawn = Withdraw(pump.now, pump.number + 1, CLINICIAN, volume, sudden_acknowledged=True)
    left = accepted(pump, drawn).pump
    for _ in range(2):
        left = accepted(left, Reread(pump.now)).pump
        assert left.reservoir.fastest == 1_000 * (left.reservoir.filled - left.reservoir.withdrawn)
        assert left.reservoir.remaining == THREE_TENTHS
        assert left.alarms.listed[Alarm.EMPTY]


def test_a_stopped_pump_stays_stopped() -> None:
    pump = on_baclofen()
    stopped = accepted(pump, Stop(pump.now, pump.number + 1, CLINICIAN, sudden_acknowledged=True)).pump
    answer = accepted(stopped, Reread(pump.now))
    assert (answer.pump.mode, answer.command.flow) == (Mode.STOPPED, 0)
    assert answer.alarms.listed[Alarm.RESET]


def test_a_bridge_is_not_over_by_it() -> None:
    pump = on_baclofen()
    fresh = change_solution(
        at=Duration(pump.now),
        number=pump.number + 1,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml("19.2"),
        filled=ml(20),
        solution=BACLOFEN,
        prescription=pump.therapy.prescription,
        bridge_flow=Flow(200_000),
    )
    bridging = accepted(pump, fresh).pump
    assert bridging.mode is Mode.BRIDGING
    after = accepted(bridging, Reread(bridging.now)).pump
    assert after.mode is Mode.SAFE
    assert after.bridge.late == bridging.bridge.late > 0
    assert accepted(after, programming(after, pump.therapy.prescription)).pump.mode is Mode.BRIDGING


def test_a_constant_flow_goes_on() -> None:
    pump = candidate(device("generic constant-flow 20 mL at 0.15 mL/d", 1))
    assert pump.device.drive is Drive.CONSTANT_FLOW
    answer = accepted(pump, Reread(0))
    assert evolve(answer.pump, command=pump.command) == pump


@pytest.mark.parametrize("at", [-1, 4 * DAY - 1, 4 * DAY + SLOT + 1])
def test_a_reread_is_dated_as_any_other_event(at: int) -> None:
    pump = on_baclofen()
    if at < 0:
        with pytest.raises(ValueError, match=r"Reread\.at: -1 s is outside"):
            Reread(at)
    else:
        assert step(ON, pump, Reread(at)).pump == pump


def test_a_line_that_may_have_been_primed_in_the_lost_step_is_not_primed_again() -> None:
    # 0.14 mL of tubing and 0.15 mL of catheter: at the slow end, 14.5 % slow, they are surely full, and clear, after
    # 0.29 / 0.855 mL = 29 305 263 158 quanta, rounded up.
    pump = implanted(MORPHINE, mg_per_day(6))
    assert pump.line.unprimed > 0
    reread = accepted(pump, Reread(pump.now)).pump
    assert (reread.line.unprimed, reread.line.clearing) == (0, 29_305_263_158)
    event = Prime(reread.now, reread.number + 1, CLINICIAN, volume=1_200, duration=1_200)
    assert not step(ON, reread, event).verdict.accepted


def test_a_line_that_was_primed_long_ago_is_as_it_was_after_a_lost_step() -> None:
    pump = implanted(MORPHINE, mg_per_day(6))
    full = evolve(pump, line=evolve(pump.line, unprimed=0))
    assert accepted(full, Reread(full.now)).pump.line == full.line
