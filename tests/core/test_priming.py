"""Priming: a line of 0.3 mL is filled once, 0.262 mL at the most; what it leaves must clear before any bolus.

Worked by hand; 1 mL is 86 400 000 000 quanta. Tubing 0.14 mL and catheter 0.16 mL are 0.3 mL: at the fast end, 14.5 %,
0.3 mL / 1.145 = 22 637 554 585 quanta, at the slow end 0.3 mL / 0.855 = 30 315 789 474.
"""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from tests.telling import accepted, later

from intrathecal import (
    Authority,
    CancelBolus,
    ClinicianBolus,
    Event,
    Fault,
    FaultFound,
    Mode,
    Prime,
    Program,
    Pump,
    Reason,
    Stop,
    candidate,
    step,
)
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    change_solution,
    commission,
    make_solution,
    prescription_from_doses,
    prime,
    revise_catheter,
)
from intrathecal.quantities import (
    Concentration,
    DailyMass,
    Duration,
    Volume,
    hours,
    mg_per_day,
    mg_per_ml,
    minutes,
    ml,
    ml_per_day,
    ug_per_day,
    ug_per_ml,
)

ON: Final = device("SynchroMed II 20 mL", 1)
CLINICIAN: Final = Authority.CLINICIAN
MOST: Final = 22_637_554_585
WHOLE: Final = 30_315_789_474
SLOT: Final = 1_800


def therapy(of: str, strength: Concentration, dose: DailyMass, ceiling: Volume) -> Pump:
    """Commissioned and programmed at time 0; boluses are allowed up to a day of `ceiling`."""
    solution = make_solution(ingredients=[(drug(of), strength)])
    start = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=solution,
        filled=ml(20),
        catheter=ml("0.16"),
        catheter_uncertainty=ml(0),
        reference=[dose],
        reference_acknowledged=True,
    )
    prescribed = prescription_from_doses(solution=solution, drug=drug(of), dose=dose)
    prescribed = evolve(prescribed, ceiling=ceiling.quanta)
    pump = accepted(candidate(ON), start).pump
    return accepted(pump, Program(0, 2, CLINICIAN, prescribed, soft_limit_acknowledged=True)).pump


def running() -> Pump:
    """Baclofen at 500 ug/mL, 300 ug/d = 0.6 mL/d: 600 000 quanta a second."""
    return therapy("baclofen", ug_per_ml(500), ug_per_day(300), ml(2))


def refused(pump: Pump, event: Event) -> Reason:
    answer = step(ON, pump, event)
    assert not answer.verdict.accepted
    return answer.verdict.reason


def filling(pump: Pump, volume: int = MOST) -> Prime:
    return Prime(pump.now, pump.number + 1, CLINICIAN, volume=volume, duration=1_200)


def primed() -> Pump:
    return accepted(running(), filling(running())).pump


def test_it_takes_what_the_line_surely_holds_and_no_more() -> None:
    pump = running()
    assert pump.line.unprimed == MOST
    assert refused(pump, filling(pump, MOST + 1)) == Reason.PRIMED
    answer = accepted(pump, filling(pump))
    # 22 637 554 585 quanta in 1 200 s, rounded down.
    assert (answer.pump.mode, answer.command.flow, answer.command.until) == (Mode.PRIMING, 18_864_628, 1_200)
    after = later(answer.pump, 1_200)
    assert (after.mode, after.command.flow) == (Mode.BASAL, 600_000)
    assert after.reservoir.delivered == 18_864_628 * 1_200


def test_a_wrong_tubing_volume_is_refused() -> None:
    # 0.199 mL were displayed for 0.140 mL: 0.359 mL instead of 0.3 mL.
    wrong = prime(at=hours(0), number=3, authority=CLINICIAN, volume=ml("0.359"), duration=minutes(30))
    assert refused(running(), wrong) == Reason.PRIMED


def test_what_has_run_is_primed_already() -> None:
    pump = later(running(), 3_600)
    assert pump.line.unprimed == MOST - 600_000 * 3_600
    assert refused(pump, filling(pump)) == Reason.PRIMED


def test_it_happens_once() -> None:
    pump = later(primed(), SLOT)
    assert pump.line.unprimed == 0
    assert refused(pump, filling(pump)) == Reason.PRIMED


@pytest.mark.parametrize("interrupted_by", [CancelBolus, Stop, FaultFound], ids=lambda kind: kind.__name__)
def test_what_is_interrupted_is_never_resumed(interrupted_by: type[Event]) -> None:
    pump = later(primed(), 600)
    events: dict[type[Event], Event] = {
        CancelBolus: CancelBolus(600, 4, CLINICIAN),
        Stop: Stop(600, 4, CLINICIAN, sudden_acknowledged=True),
        FaultFound: FaultFound(600, Fault.RESET),
    }
    pump = accepted(pump, events[interrupted_by]).pump
    assert pump.mode != Mode.PRIMING
    again = Program(600, 5, CLINICIAN, pump.therapy.prescription, soft_limit_acknowledged=True)
    pump = accepted(pump, again).pump
    assert (pump.mode, pump.line.unprimed, refused(pump, filling(pump))) == (Mode.BASAL, 0, Reason.PRIMED)


def test_no_bolus_runs_before_the_line_has_surely_cleared() -> None:
    # After priming 30 315 789 474 - 22 637 553 600 quanta are left: at 600 000 a second 12 797.1 s.
    pump = later(primed(), 1_200)
    assert pump.line.clearing == WHOLE - 18_864_628 * 1_200
    cleared = 1_200 + 12_798

    def bolus(at: int, number: int) -> ClinicianBolus:
        return ClinicianBolus(at, number, CLINICIAN, volume=ml("0.05").quanta, duration=600)

    pump = later(pump, cleared - 1)
    assert refused(pump, bolus(cleared - 1, 4)) == Reason.LINE_NOT_CLEAR
    assert accepted(pump, bolus(cleared, 4)).pump.mode == Mode.BOLUS


def test_no_other_solution_comes_before_the_line_has_surely_cleared() -> None:
    pump = later(primed(), 1_200)
    stronger = make_solution(ingredients=[(drug("baclofen"), ug_per_ml(2000))])
    event = change_solution(
        at=Duration(1_200),
        number=4,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml("19.7"),
        filled=ml(20),
        solution=stronger,
        prescription=prescription_from_doses(solution=stronger, drug=drug("baclofen"), dose=ug_per_day(300)),
        bridge_flow=ml_per_day("0.6"),
        least_day_acknowledged=True,
    )
    assert refused(pump, event) == Reason.LINE_NOT_CLEAR
    assert accepted(later(pump, 1_200 + 12_798), evolve(event, at=1_200 + 12_798)).pump.mode == Mode.BRIDGING


def test_it_counts_in_every_24_hours() -> None:
    # Morphine, 25 mg/mL: 0.262 mL are 6.55 mg. 49 slots of 15 mg/d are 15.3 mg; nominally 20.6 mg fit under the ceiling
    # of 20 mg/d, and 13.5 mg/d (13.8 mg in 49 slots) leave enough.
    pump = therapy("morphine", mg_per_ml(25), mg_per_day(15), ml("0.8"))
    assert refused(pump, filling(pump)) == Reason.WINDOW_FULL
    pump = therapy("morphine", mg_per_ml(25), mg_per_day("13.5"), ml("0.8"))
    assert accepted(pump, filling(pump)).pump.mode == Mode.PRIMING


def test_it_runs_within_the_range_and_no_slower_than_the_schedule() -> None:
    pump = running()
    # At most 24 mL/d: 22 637 554 585 quanta last 944 s or more. At 0.6 mL/d they last 37 729 s.
    assert refused(pump, evolve(filling(pump), duration=943)) == Reason.BOLUS_FLOW
    assert accepted(pump, evolve(filling(pump), duration=944)).command.flow == 23_980_460
    assert refused(pump, evolve(filling(pump), duration=37_730)) == Reason.BOLUS_FLOW
    assert accepted(pump, evolve(filling(pump), duration=37_729)).command.flow == 600_004


def test_it_needs_a_schedule_to_come_back_to() -> None:
    stopped = accepted(running(), Stop(0, 3, CLINICIAN, sudden_acknowledged=True)).pump
    assert refused(stopped, filling(stopped)) == Reason.NOT_BASAL
    assert refused(primed(), filling(primed())) == Reason.NOT_BASAL


def test_a_revision_leaves_the_new_catheter_to_be_primed_and_travelled() -> None:
    pump = later(primed(), 1_200)
    event = revise_catheter(
        at=Duration(1_200), number=4, authority=CLINICIAN, catheter=ml("0.2"), catheter_uncertainty=ml("0.01")
    )
    line = accepted(pump, event).pump.line
    # The catheter alone, at its smallest: 0.19 mL / 1.145; all of the line, at its largest: 0.35 mL / 0.855.
    assert (line.unprimed, line.rising, line.clearing) == (14_337_117_903, 35_368_421_053, 35_368_421_053)
    # A line that was clear stays so.
    assert accepted(running(), evolve(event, at=0, number=3)).pump.line.clearing == 0
    assert refused(primed(), evolve(event, at=0, number=4)) == Reason.NOT_BASAL
