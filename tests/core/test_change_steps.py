"""Changed solutions keep to titration: a bridge begins anew after a rest, a meeting takes no step with either solution,
and a drug that is new begins at its starting dose."""

from __future__ import annotations

from typing import Any, Final

import pytest
from tests.telling import accepted, later

from intrathecal import Authority, Mode, Program, Pump, Reason, Solution, Stop, candidate, step
from intrathecal.catalogue import device, drug
from intrathecal.constructors import (
    change_solution,
    commission,
    make_prescription,
    make_solution,
    prescription_from_doses,
    refill,
    solution_instead,
)
from intrathecal.quantities import (
    DailyMass,
    Duration,
    days,
    hours,
    mg_per_day,
    mg_per_ml,
    ml,
    nl_per_day,
    ug_per_day,
    ug_per_ml,
)

ON: Final = device("SynchroMed II 20 mL", 1)
CLINICIAN: Final = Authority.CLINICIAN
BACLOFEN: Final = drug("baclofen")
MORPHINE: Final = drug("morphine")
ZICONOTIDE: Final = drug("ziconotide")
STRONG: Final = make_solution(ingredients=[(MORPHINE, mg_per_ml(20))])
WEAK: Final = make_solution(ingredients=[(MORPHINE, mg_per_ml(10))])
DAY: Final = 86_400


def running(solution: Solution, dose: DailyMass) -> Pump:
    """The dose that the patient has had until now, for ten days."""
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
    pump = accepted(candidate(ON), start).pump
    therapy = prescription_from_doses(solution=solution, drug=solution.ingredients[0].drug, dose=dose)
    return later(accepted(pump, Program(0, 2, CLINICIAN, therapy, soft_limit_acknowledged=False)).pump, 10 * DAY)


def changed(pump: Pump, new: Solution, dose: DailyMass, bridge: int, meeting: int | None = None, **said: Any) -> Reason:
    """What is answered to another solution, with flows in nL/d, and falls acknowledged."""
    solution = solution_instead(old=pump.solution, new=new)
    brought = next(each.drug for each in solution.ingredients if each.concentration > 0)
    event = change_solution(
        at=Duration(pump.now),
        number=pump.number + 1,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(10),
        filled=ml(20),
        solution=solution,
        prescription=prescription_from_doses(solution=solution, drug=brought, dose=dose),
        bridge_flow=nl_per_day(bridge),
        meeting_flow=None if meeting is None else nl_per_day(meeting),
        fall_acknowledged=True,
        least_day_acknowledged=True,
        **said,
    )
    return step(ON, pump, event).verdict.reason


@pytest.mark.parametrize(
    ("bridge", "said", "reason"),
    [
        (750_000, {}, Reason.BRIDGE_FLOW),  # the 15 mg/d of before
        (50_001, {}, Reason.BRIDGE_FLOW),
        (50_000, {}, Reason.NONE),  # 1 mg/d of 20 mg/mL, the starting dose
        (750_000, {"restart_acknowledged": True}, Reason.NONE),
    ],
)
def test_after_ten_days_without_delivery_a_bridge_begins_at_the_starting_dose(
    bridge: int, said: dict[str, bool], reason: Reason
) -> None:
    stopped = accepted(running(STRONG, mg_per_day(15)), Stop(10 * DAY, 3, CLINICIAN)).pump
    assert changed(later(stopped, 20 * DAY), WEAK, mg_per_day(1), bridge, **said) == reason


@pytest.mark.parametrize(("acknowledged", "reason"), [(False, Reason.BEGINS_ANEW), (True, Reason.NONE)])
def test_a_bridge_that_rested_for_ten_days_goes_on_only_knowingly(acknowledged: bool, reason: Reason) -> None:
    # 15 mg/d of 20 mg/mL is bridged to 11 mg/d of 10 mg/mL, and stopped after an hour.
    pump = running(STRONG, mg_per_day(15))
    event = change_solution(
        at=Duration(pump.now),
        number=3,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(10),
        filled=ml(20),
        solution=WEAK,
        prescription=prescription_from_doses(solution=WEAK, drug=MORPHINE, dose=mg_per_day(11)),
        bridge_flow=nl_per_day(750_000),
        fall_acknowledged=True,
        least_day_acknowledged=True,
    )
    bridging = later(accepted(pump, event).pump, 10 * DAY + 3_600)
    stopped = later(accepted(bridging, Stop(bridging.now, 4, CLINICIAN)).pump, 21 * DAY)
    low = prescription_from_doses(solution=WEAK, drug=MORPHINE, dose=mg_per_day(1))
    again = Program(
        stopped.now,
        5,
        CLINICIAN,
        low,
        soft_limit_acknowledged=False,
        fall_acknowledged=True,
        restart_acknowledged=acknowledged,
    )
    answer = step(ON, stopped, again)
    assert answer.verdict.reason == reason
    assert answer.pump.mode == (Mode.BRIDGING if acknowledged else Mode.STOPPED)


@pytest.mark.parametrize(
    ("meeting", "reason"),
    [
        (50_000, Reason.NONE),  # 100 ug/d of the new solution
        (65_000, Reason.NONE),  # 130 ug/d, one step up
        (65_001, Reason.BRIDGE_FLOW),
        (200_000, Reason.BRIDGE_FLOW),  # 400 ug/d, as the old flow would bring of the new solution
        (None, Reason.NONE),
    ],
)
def test_a_meeting_brings_no_more_than_a_step_of_the_new_solution(meeting: int | None, reason: Reason) -> None:
    pump = running(make_solution(ingredients=[(BACLOFEN, ug_per_ml(500))]), ug_per_day(100))
    strong = make_solution(ingredients=[(BACLOFEN, ug_per_ml(2000))])
    assert changed(pump, strong, ug_per_day(100), 200_000, meeting) == reason


def test_the_meetings_own_flow_makes_no_larger_a_day_than_is_prescribed() -> None:
    # 0.2 mL/d for 6 of 24 hours are 0.05 mL a day.
    event = change_solution(
        at=hours(0),
        number=1,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml(10),
        filled=ml(20),
        solution=STRONG,
        prescription=make_prescription(flows=[(hours(0), nl_per_day(200_000)), (hours(6), nl_per_day(0))]),
        bridge_flow=nl_per_day(300_000),
    )
    assert event.meeting_flow == 50_000


@pytest.mark.parametrize(("dose", "reason"), [("2.4", Reason.NONE), ("2.5", Reason.STEP_UP), ("4.8", Reason.STEP_UP)])
def test_a_drug_that_is_new_begins_at_its_starting_dose_without_a_step(dose: str, reason: Reason) -> None:
    # Ziconotide begins with 2.4 ug/d at the most: 0.096 mL/d of 25 ug/mL.
    pump = running(WEAK, mg_per_day(1))
    new = make_solution(ingredients=[(ZICONOTIDE, ug_per_ml(25))])
    assert changed(pump, new, ug_per_day(dose), 100_000, 96_000) == reason


def test_what_is_filled_in_is_stable_until_its_date() -> None:
    told: dict[str, Any] = {"at": hours(0), "number": 1, "authority": CLINICIAN, "solution": STRONG, "filled": ml(20)}
    event = refill(**told, emptied=True, drawn=ml(1), use_by=days(90))
    assert event.use_by == 90 * DAY
    assert refill(**told, emptied=True, drawn=ml(1)).use_by > 100 * 365 * DAY
