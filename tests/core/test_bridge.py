"""Changed solutions: what needs to come with one, how its bridge runs, and what may happen before the line has
cleared."""

from __future__ import annotations

from typing import Any, Final

import pytest
from attrs import evolve
from tests.telling import accepted

from intrathecal import (
    Alarm,
    Authority,
    ChangeSolution,
    ClinicianBolus,
    Fault,
    FaultFound,
    Missed,
    Mode,
    Program,
    Pump,
    Reason,
    Solution,
    Step,
    Stop,
    Tick,
    candidate,
    step,
)
from intrathecal.bridging import least_day, meeting_slots
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    change_solution,
    commission,
    make_solution,
    prescription_from_doses,
    solution_instead,
)
from intrathecal.quantities import Concentration, hours, mg_per_day, mg_per_ml, ml, ml_per_day, ug_per_day, ug_per_ml

ON: Final = device("SynchroMed II 20 mL", 1)
BACLOFEN: Final = drug("baclofen")
CLINICIAN: Final = Authority.CLINICIAN


def of(concentration: Concentration) -> Solution:
    return make_solution(ingredients=[(BACLOFEN, concentration)])


OLD: Final = of(ug_per_ml(500))
NEW: Final = of(ug_per_ml(2000))
THREE_HUNDRED: Final = ug_per_day(300)


def refused(pump: Pump, event: object) -> Reason:
    answer = step(pump.device, pump, event)  # type: ignore[arg-type]  # any event
    assert not answer.verdict.accepted
    assert answer.pump.solution == pump.solution
    return answer.verdict.reason


def running() -> Pump:
    """Baclofen at 500 ug/mL, 300 ug/d = 0.6 mL/d, through 0.14 mL of tubing and 0.16 mL of catheter."""
    start = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=OLD,
        filled=ml(20),
        catheter=ml("0.16"),
        catheter_uncertainty=ml(0),
        reference=[THREE_HUNDRED],
        reference_acknowledged=True,
    )
    therapy = prescription_from_doses(solution=OLD, drug=BACLOFEN, dose=THREE_HUNDRED, fallback=ug_per_day(150))
    pump = accepted(candidate(ON), start).pump
    return accepted(pump, Program(0, 2, CLINICIAN, therapy, soft_limit_acknowledged=False)).pump


def change(pump: Pump, new: Solution = NEW) -> ChangeSolution:
    return change_solution(
        at=hours(0),
        number=pump.number + 1,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(20),
        filled=ml(20),
        solution=new,
        prescription=prescription_from_doses(solution=new, drug=BACLOFEN, dose=THREE_HUNDRED, fallback=ug_per_day(150)),
        bridge_flow=ml_per_day("0.6"),
    )


def until_cleared(pump: Pump) -> list[Step]:
    steps = []
    while pump.mode == Mode.BRIDGING:
        steps.append(accepted(pump, Tick(pump.command.until)))
        pump = steps[-1].pump
    return steps


def test_the_old_solution_runs_until_the_new_one_can_arrive_then_the_slower_flow_until_it_surely_has() -> None:
    # 0.3 mL at the fast end are 22 637 554 585 quanta; 37 729 s at 600 000 a second. At the slow end they are
    # 30 315 789 474 quanta, and the rest of them takes 51 190 s at 150 000 a second: 88 919 s in all.
    pump = running()
    first = accepted(pump, change(pump))
    assert (first.pump.mode, first.command.flow) == (Mode.BRIDGING, 600_000)
    assert (first.pump.bridge.early, first.pump.bridge.late) == (22_637_554_585, 30_315_789_474)
    steps = until_cleared(first.pump)
    old = [each.pump.now for each in steps if each.command.flow == 600_000]
    met = [each.pump.now for each in steps if each.pump.mode == Mode.BRIDGING and each.command.flow == 150_000]
    assert max(old) < 37_729 == min(met)
    assert steps[-1].pump.now == 88_919
    assert (steps[-1].pump.mode, steps[-1].command.flow) == (Mode.BASAL, 150_000)
    assert all(each.command.flow > 0 for each in steps)


def test_the_least_day_of_that_bridge_is_159_ug() -> None:
    # 7 678 234 889 quanta between the arrivals, 270 000 000 a slot: they touch 30 slots. Those bring 75 ug/d, the other
    # 18 bring 300 ug/d: (30 * 75 + 18 * 300) / 48 = 159.375.
    pump = running()
    bridge = accepted(pump, change(pump)).pump.bridge
    flows = change(pump).prescription.flows
    assert meeting_slots(bridge) == 30
    nanograms = least_day(bridge, flows, 500_000, 2_000_000) // 1_000_000
    assert nanograms == 159_375


def test_a_bridge_that_brings_less_than_half_is_acknowledged() -> None:
    # A catheter known to no better than 0.1 mL makes the meeting longer than 30 slots: 0.2 mL at the fast end against
    # 0.4 mL at the slow end are 0.293 mL between the arrivals, 47 h at 0.15 mL/d. The day in between brings 75 ug.
    pump = running()
    pump = evolve(pump, line=evolve(pump.line, uncertainty=ml("0.1").quanta))
    assert refused(pump, change(pump)) == Reason.LEAST_DAY
    assert accepted(pump, evolve(change(pump), least_day_acknowledged=True)).pump.mode == Mode.BRIDGING


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"emptied": False}, Reason.NOT_EMPTIED),
        ({"rinsed": False}, Reason.NOT_RINSED),
        ({"authority": Authority.PATIENT}, Reason.NOT_CLINICIAN),
        ({"number": 2}, Reason.DUPLICATE),
        ({"filled": ml("20.1").quanta}, Reason.OVER_CAPACITY),
        ({"meeting_flow": 700_000}, Reason.BRIDGE_FLOW),
        ({"meeting_flow": 48_000}, Reason.BRIDGE_FLOW),
        ({"bridge_flow": 47_999}, Reason.BRIDGE_FLOW),
        ({"solution": of(ug_per_ml(2001))}, Reason.TOO_STRONG),
        ({"solution": make_solution(ingredients=[(drug("morphine"), mg_per_ml(25))])}, Reason.DRUG_PLACE),
    ],
    ids=lambda value: value.name if isinstance(value, Reason) else "",
)
def test_a_change_is_refused_whole(changed: dict[str, Any], reason: Reason) -> None:
    pump = running()
    assert refused(pump, evolve(change(pump), **changed)) == reason


def test_before_the_line_has_cleared_stop_and_a_prescription_are_taken_but_no_bolus_and_no_second_change() -> None:
    pump = running()
    pump = accepted(pump, change(pump)).pump
    assert refused(pump, change(pump, OLD)) == Reason.LINE_NOT_CLEAR
    assert refused(pump, ClinicianBolus(0, pump.number + 1, CLINICIAN, 1_000_000_000, 600)) == Reason.NOT_BASAL
    less = prescription_from_doses(solution=NEW, drug=BACLOFEN, dose=ug_per_day(270), fallback=ug_per_day(150))
    again = accepted(pump, Program(0, pump.number + 1, CLINICIAN, less, soft_limit_acknowledged=False))
    assert (again.pump.mode, again.command.flow) == (Mode.BRIDGING, 600_000)
    assert until_cleared(again.pump)[-1].command.flow == 135_000
    stopped = accepted(pump, Stop(0, pump.number + 1, CLINICIAN, sudden_acknowledged=True))
    assert (stopped.pump.mode, stopped.command.flow) == (Mode.STOPPED, 0)
    assert stopped.pump.bridge.late == pump.bridge.late


def test_a_stopped_bridge_goes_on_with_the_next_prescription() -> None:
    pump = running()
    pump = accepted(pump, change(pump)).pump
    pump = accepted(pump, Tick(600)).pump
    left = pump.bridge.late
    pump = accepted(pump, Stop(600, pump.number + 1, CLINICIAN, sudden_acknowledged=True)).pump
    pump = accepted(pump, Tick(1_800)).pump
    therapy = prescription_from_doses(solution=NEW, drug=BACLOFEN, dose=THREE_HUNDRED, fallback=ug_per_day(150))
    again = accepted(pump, Program(1_800, pump.number + 1, CLINICIAN, therapy, soft_limit_acknowledged=False))
    assert (again.pump.mode, again.pump.bridge.late) == (Mode.BRIDGING, left)


def test_in_safe_mode_the_fallback_clears_the_line_at_the_price_of_the_stronger_solution() -> None:
    # 150 ug/d of 2000 ug/mL is 0.075 mL/d.
    pump = running()
    pump = accepted(pump, change(pump)).pump
    safe = accepted(pump, FaultFound(0, Fault.RESET))
    assert (safe.pump.mode, safe.command.flow) == (Mode.SAFE, 75_000)
    assert safe.command.burn == 75_000 * safe.pump.bridge.strongest
    assert accepted(safe.pump, Tick(1_000)).pump.bridge.late == pump.bridge.late - 75_000_000


def test_an_alarm_does_not_hold_up_a_bridge() -> None:
    pump = running()
    pump = accepted(pump, change(pump)).pump
    pump = accepted(accepted(pump, Missed(1_800)).pump, Missed(3_600)).pump
    late = accepted(pump, Tick(3_600)).pump
    assert late.alarms.listed[Alarm.LATE_HOST]
    assert (late.mode, late.command.flow) == (Mode.BRIDGING, 600_000)


def test_drugs_keep_their_places() -> None:
    morphine, bupivacaine = (drug("morphine"), mg_per_ml(10)), (drug("bupivacaine"), mg_per_ml(5))
    both = make_solution(ingredients=[morphine, bupivacaine])
    alone = solution_instead(old=both, new=make_solution(ingredients=[bupivacaine]))
    assert [i.drug.code for i in alone.ingredients] == [drug("morphine").code, drug("bupivacaine").code, 0, 0]
    assert [i.concentration for i in alone.ingredients] == [0, 5_000_000, 0, 0]
    assert solution_instead(old=alone, new=both) == both
    assert solution_instead(old=both, new=both) == both


def test_five_drugs_find_no_place() -> None:
    names = ("morphine", "bupivacaine", "clonidine", "fentanyl")
    four = make_solution(ingredients=[(drug(name), ug_per_ml(10)) for name in names])
    fifth = make_solution(ingredients=[(drug("ziconotide"), ug_per_ml(10))])
    with pytest.raises(ValueError, match=r"^solution: a pump holds at most 4 drugs in its life$"):
        solution_instead(old=four, new=fifth)


def test_the_anchor_is_carried_into_the_new_solution() -> None:
    """A step is a step of the drug's daily dose, whatever the concentration: 30 % above 300 ug/d is 390 ug/d."""
    pump = running()
    for dose, reason in ((ug_per_day(391), Reason.STEP_UP), (ug_per_day(300), None)):
        therapy = prescription_from_doses(solution=NEW, drug=BACLOFEN, dose=dose, fallback=ug_per_day(150))
        event = evolve(change(pump), prescription=therapy)
        if reason is None:
            assert accepted(pump, event).pump.dosing.last == 150_000 * 86_400
        else:
            assert refused(pump, event) == reason


def test_a_drug_new_to_the_patient_begins_at_its_starting_dose() -> None:
    # Morphine joins bupivacaine: 1 mg/d is its start; at 10 mg/mL 0.1 mL/d.
    bupivacaine = (drug("bupivacaine"), mg_per_ml(20))
    old = make_solution(ingredients=[bupivacaine])
    start = commission(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        solution=old,
        filled=ml(20),
        formulary_confirmed=True,
        catheter=ml("0.16"),
        catheter_uncertainty=ml(0),
    )
    pump = accepted(candidate(ON), start).pump
    therapy = prescription_from_doses(solution=old, drug=drug("bupivacaine"), dose=mg_per_day(4))
    pump = accepted(pump, Program(0, 2, CLINICIAN, therapy, soft_limit_acknowledged=False)).pump
    new = make_solution(ingredients=[bupivacaine, (drug("morphine"), mg_per_ml(10))])
    for flow, reason in ((ml_per_day("0.101"), Reason.STEP_UP), (ml_per_day("0.1"), Reason.NONE)):
        event = change_solution(
            at=hours(0),
            number=3,
            authority=CLINICIAN,
            emptied=True,
            rinsed=True,
            drawn=ml(20),
            filled=ml(20),
            solution=new,
            prescription=evolve(therapy, flows=(flow.nl_per_day,) * 48, ceiling=0),
            bridge_flow=ml_per_day("0.1"),
            formulary_confirmed=True,
            mixture_acknowledged=True,
            fall_acknowledged=True,
        )
        assert step(ON, pump, event).verdict.reason == reason
