"""The bolus port of a Codman 3000 that runs 10 mg of morphine a day, 10 mg/mL at 1 mL/d: figures worked by hand."""

from __future__ import annotations

from typing import Final

from attrs import evolve
from tests.telling import accepted

from intrathecal import Authority, PatientBolus, PortBolus, Program, Pump, Reason, Solution, Tick, candidate, step
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    change_solution_at_factory_flow,
    commission,
    make_patient_bolus,
    make_prescription,
    make_solution,
    port_bolus,
)
from intrathecal.quantities import Volume, hours, mg_per_day, mg_per_ml, minutes, ml, ml_per_day

ON: Final = device("Codman 3000 30 mL at 1 mL/d", 1)
CLINICIAN: Final = Authority.CLINICIAN
MORPHINE: Final = drug("morphine")
RESERVOIR: Final = make_solution(ingredients=[(MORPHINE, mg_per_ml(10))])
SYRINGE: Final = make_solution(ingredients=[(MORPHINE, mg_per_ml(1))])


def running() -> Pump:
    event = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=RESERVOIR,
        filled=ml(30),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=[mg_per_day(10)],
        reference_acknowledged=True,
        soft_limit_acknowledged=True,
    )
    answer = step(ON, candidate(ON), event)
    assert answer.verdict.reason == Reason.NONE
    return answer.pump


def injected(volume: Volume, solution: Solution = SYRINGE, number: int = 2) -> PortBolus:
    return port_bolus(at=hours(0), number=number, authority=CLINICIAN, volume=volume, solution=solution)


def test_it_counts_as_dose_and_not_as_delivery() -> None:
    pump = running()
    after = step(ON, pump, injected(ml("0.25"))).pump
    assert after.reservoir == pump.reservoir
    # 0.25 mg of a ceiling of 20 mg, 49/48 of it and 1 % more: 1.21 %.
    assert after.window.current * 10_000 // 8_640_000_000_000_000 == 121


def test_it_takes_no_more_than_its_volume_and_the_single_dose() -> None:
    pump = running()
    assert step(ON, pump, injected(ml("1.000001"))).verdict.reason == Reason.PORT_VOLUME
    # 0.5 mg at once, at 70 % more: 0.294 mg. A refill syringe in the port would be 10 mg.
    assert step(ON, pump, injected(ml("0.294"))).verdict.accepted
    assert step(ON, pump, injected(ml("0.295"))).verdict.reason == Reason.SINGLE_DOSE
    assert step(ON, pump, injected(ml(1), RESERVOIR)).verdict.reason == Reason.SINGLE_DOSE


def test_what_no_longer_fits_into_24_hours_is_refused() -> None:
    # A ceiling of 20 * 49/48 * 1.01 = 20.621 mg; 49 slots of 10 mg/d are 10.208 mg: 41 times 0.25 mg, and not 42.
    pump = running()
    reasons = []
    for number in range(2, 44):
        answer = step(ON, pump, injected(ml("0.25"), number=number))
        reasons.append(answer.verdict.reason)
        pump = answer.pump
    assert reasons == [Reason.NONE] * 41 + [Reason.WINDOW_FULL]


def test_what_the_catheter_holds_must_suit_what_is_injected() -> None:
    pump = running()
    hostile = evolve(MORPHINE, code=99, never_with=(MORPHINE.kind,) * len(MORPHINE.never_with))
    other = make_solution(ingredients=[(hostile, mg_per_ml(1))])
    assert step(ON, pump, injected(ml("0.1"), other)).verdict.reason == Reason.INCOMPATIBLE


def test_no_injection_while_another_solution_may_be_on_its_way() -> None:
    # What is injected brings the catheter's content with it. 0.6 mL of line at 1 mL/d, 30 % slower: 21 hours of it.
    pump = running()
    weaker = make_solution(ingredients=[(MORPHINE, mg_per_ml(8))])
    change = change_solution_at_factory_flow(
        device=ON,
        at=hours(0),
        number=2,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(30),
        filled=ml(30),
        solution=weaker,
        fall_acknowledged=True,
        least_day_acknowledged=True,
    )
    answer = step(ON, pump, change)
    assert answer.verdict.reason == Reason.NONE
    pump = answer.pump
    assert step(ON, pump, injected(ml("0.1"), number=3)).verdict.reason == Reason.LINE_NOT_CLEAR
    while pump.bridge.late != 0:
        pump = step(ON, pump, Tick(pump.command.until)).pump
    late = evolve(injected(ml("0.1"), number=3), at=pump.now)
    assert step(ON, pump, late).verdict.accepted


def test_the_lockout_begins_with_an_injection() -> None:
    # A programmable pump with a port; the lockout is an hour.
    with_port = evolve(device("SynchroMed II 20 mL", 1), port=ml(1).quanta)
    event = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=RESERVOIR,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=[mg_per_day(5)],
        reference_acknowledged=True,
    )
    order = make_patient_bolus(volume=ml("0.01"), duration=minutes(5), lockout=hours(1), count=4)
    day = make_prescription(flows=ml_per_day("0.4"), patient_bolus=order, ceiling=ml("0.9"))
    pump = step(with_port, candidate(with_port), event).pump
    pump = accepted(pump, Program(0, 2, CLINICIAN, day, soft_limit_acknowledged=False)).pump
    pump = accepted(pump, injected(ml("0.2"), number=3)).pump
    pump = accepted(pump, Tick(1_800)).pump
    assert step(with_port, pump, PatientBolus(3_599, 4)).verdict.reason == Reason.LOCKOUT
    assert step(with_port, pump, PatientBolus(3_600, 4)).verdict.accepted


def test_a_pump_without_a_port_has_none() -> None:
    without = evolve(ON, port=0)
    answer = step(without, evolve(running(), device=without), injected(ml("0.1")))
    assert answer.verdict.reason == Reason.NO_PORT
