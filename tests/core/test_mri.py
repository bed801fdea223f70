"""An MRI goes by the device's own policy, and is verified by an interrogation alone."""

from __future__ import annotations

import pytest
from attrs import evolve

from intrathecal import (
    Authority,
    Device,
    Interrogate,
    MriBegins,
    MriEnds,
    MriPolicy,
    Pump,
    Reason,
    Withdraw,
    candidate,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import commission, make_solution
from intrathecal.quantities import hours, mg_per_day, mg_per_ml, ml

CLINICIAN = Authority.CLINICIAN


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


@pytest.mark.parametrize(("motor", "program", "since"), [(True, True, -1), (False, True, 60), (True, False, 60)])
def test_only_motor_and_program_together_verify(motor: bool, program: bool, since: int) -> None:
    on, pump = filled(MriPolicy.KEEP_RUNNING)
    pump = step(on, pump, MriBegins(0, 2, CLINICIAN)).pump
    pump = step(on, pump, MriEnds(60, 3, CLINICIAN)).pump
    pump = step(on, pump, Interrogate(120, 4, CLINICIAN, motor_turns=motor, program_confirmed=program)).pump
    assert max(pump.mri.unverified_since, -1) == since
