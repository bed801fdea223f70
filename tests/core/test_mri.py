"""An MRI goes by the device's own policy, and is verified by an interrogation alone."""

from __future__ import annotations

import pytest
from attrs import evolve
from tests.telling import accepted, later

from intrathecal import (
    Alarm,
    Authority,
    Device,
    Interrogate,
    MriBegins,
    MriEnds,
    MriPolicy,
    Pump,
    Reason,
    Refill,
    Tick,
    Withdraw,
    candidate,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import change_solution, commission, make_solution
from intrathecal.prescription import steady
from intrathecal.quantities import hours, mg_per_day, mg_per_ml, ml, ml_per_day

CLINICIAN = Authority.CLINICIAN
DAY = 86_400


def filled(policy: MriPolicy) -> tuple[Device, Pump]:
    on = evolve(device("SynchroMed II 20 mL", 1), mri=policy)
    morphine = make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])
    start = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=morphine,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=[mg_per_day(6)],
        reference_acknowledged=True,
    )
    return on, step(on, candidate(on), start).pump


def test_a_device_of_which_nothing_is_known_forbids_it() -> None:
    on, pump = filled(MriPolicy.FORBIDDEN)
    assert step(on, pump, MriBegins(0, 2, CLINICIAN)).verdict.reason == Reason.MRI_FORBIDDEN


def test_a_device_whose_valves_may_open_is_emptied_first() -> None:
    on, pump = filled(MriPolicy.EMPTY_FIRST)
    assert step(on, pump, MriBegins(0, 2, CLINICIAN)).verdict.reason == Reason.NOT_EMPTIED
    # What the pump cannot deliver can be drawn, and a magnet may let it out.
    pump = step(on, pump, Withdraw(0, 2, CLINICIAN, volume=pump.reservoir.remaining - on.residual)).pump
    assert step(on, pump, MriBegins(0, 3, CLINICIAN)).verdict.reason == Reason.NOT_EMPTIED
    pump = step(on, pump, Withdraw(0, 3, CLINICIAN, volume=on.residual)).pump
    assert step(on, pump, MriBegins(0, 4, CLINICIAN)).verdict.accepted


def test_a_device_whose_valves_may_open_is_not_filled_before_the_mri_is_over() -> None:
    on, pump = filled(MriPolicy.EMPTY_FIRST)
    pump = accepted(pump, Withdraw(0, 2, CLINICIAN, volume=pump.reservoir.remaining)).pump
    pump = accepted(pump, MriBegins(0, 3, CLINICIAN)).pump
    again = Refill(0, 4, CLINICIAN, emptied=True, drawn=0, filled=ml(20).quanta, solution=pump.solution)
    other = change_solution(
        at=hours(0),
        number=4,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(0),
        filled=ml(20),
        solution=make_solution(ingredients=[(drug("morphine"), mg_per_ml(20))]),
        prescription=steady(0),
        bridge_flow=ml_per_day("0.2"),
    )
    for event in (again, other):
        assert step(on, pump, event).verdict.reason == Reason.MRI_FORBIDDEN
    pump = accepted(pump, MriEnds(0, 4, CLINICIAN)).pump
    assert accepted(pump, evolve(again, number=5)).pump.reservoir.remaining == ml(20).quanta


@pytest.mark.parametrize(("motor", "program", "since"), [(True, True, -1), (False, True, 30), (True, False, 30)])
def test_only_motor_and_program_together_verify(motor: bool, program: bool, since: int) -> None:
    on, pump = filled(MriPolicy.KEEP_RUNNING)
    pump = step(on, pump, MriBegins(30, 2, CLINICIAN)).pump
    pump = step(on, pump, MriEnds(60, 3, CLINICIAN)).pump
    pump = step(on, pump, Interrogate(120, 4, CLINICIAN, motor_turns=motor, program_confirmed=program)).pump
    assert max(pump.mri.unverified_since, -1) == since


def test_an_mri_whose_end_nobody_tells_is_not_forgotten() -> None:
    # The device is to be interrogated within 24 h; the alarm counts from the beginning of the MRI.
    on, pump = filled(MriPolicy.KEEP_RUNNING)
    on = evolve(on, mri_recovery=DAY)
    pump = evolve(pump, device=on)
    pump = accepted(later(pump, 600), MriBegins(600, 2, CLINICIAN)).pump
    assert pump.mri.unverified_since == 600
    pump = later(pump, 600 + DAY)
    assert not pump.alarms.listed[Alarm.UNVERIFIED_AFTER_MRI]
    answer = accepted(pump, Tick(601 + DAY))
    assert answer.alarms.risen[Alarm.UNVERIFIED_AFTER_MRI]
    assert answer.pump.mri.announced


def test_no_interrogation_verifies_while_the_mri_may_still_go_on() -> None:
    on, pump = filled(MriPolicy.KEEP_RUNNING)
    pump = step(on, pump, MriBegins(30, 2, CLINICIAN)).pump
    pump = step(on, pump, Interrogate(120, 3, CLINICIAN, motor_turns=True, program_confirmed=True)).pump
    assert (pump.mri.announced, pump.mri.unverified_since) == (True, 30)
