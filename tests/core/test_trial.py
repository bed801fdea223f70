"""A trial: screening doses are given one at a time, rung by rung, and lead to a pump or to none."""

from __future__ import annotations

from typing import Any, Final

import pytest
from attrs import evolve
from tests.telling import later

from intrathecal import (
    Authority,
    Commission,
    Event,
    Phase,
    Program,
    Protocol,
    Pump,
    Reason,
    Retire,
    ScreeningDose,
    ScreeningResponse,
    Stop,
    SuccessBy,
    Withdraw,
    candidate,
    first_dose,
    in_trial,
    step,
    valid_protocol,
)
from intrathecal.catalogue import device, drug, protocol
from intrathecal.constructors import (
    commission,
    make_prescription,
    make_solution,
    prescription_from_doses,
    screening_dose,
    screening_response,
)
from intrathecal.quantities import (
    Duration,
    Mass,
    hours,
    ml,
    ml_per_day,
    per_cent,
    ug,
    ug_per_day,
    ug_per_ml,
)

ON: Final = device("SynchroMed II 20 mL", 1)
BACLOFEN: Final = drug("baclofen")
LABEL: Final = protocol("baclofen trial")
BY_RELIEF: Final = evolve(LABEL, success=SuccessBy.RELIEF, relief=500)
OTHER_DRUG: Final = evolve(LABEL, drug=9)
SOLUTION: Final = make_solution(ingredients=[(BACLOFEN, ug_per_ml(500))])
CLINICIAN: Final = Authority.CLINICIAN
HOUR: Final = 3_600
DAY: Final = 86_400


def answer(pump: Pump, event: Event) -> tuple[Reason, Pump]:
    told = step(ON, later(pump, event.at), event)
    return told.verdict.reason, told.pump


def accepted(pump: Pump, event: Event) -> Pump:
    reason, after = answer(pump, event)
    assert reason == Reason.NONE, reason.name
    return after


def given(pump: Pump, dose: Mass, at: int) -> Pump:
    return accepted(pump, dosing(pump, dose, at))


def dosing(pump: Pump, dose: Mass, at: int) -> ScreeningDose:
    event = screening_dose(at=Duration(at), number=pump.number + 1, authority=CLINICIAN, drug=BACLOFEN, dose=dose)
    return evolve(event, drug=pump.trial.protocol.drug)


def response(pump: Pump, at: int, relief: int = 0, responded: bool = False, lasted: int = 0) -> ScreeningResponse:
    return screening_response(
        at=Duration(at),
        number=pump.number + 1,
        authority=CLINICIAN,
        relief=per_cent(relief),
        responded=responded,
        lasted=hours(lasted),
    )


def failed(pump: Pump, dose: Mass, at: int) -> Pump:
    """The dose is given, and brings nothing."""
    pump = given(pump, dose, at)
    return accepted(pump, response(pump, at + 4 * HOUR))


def implanting(pump: Pump, at: int) -> Commission:
    return commission(
        at=Duration(at),
        number=pump.number + 1,
        authority=CLINICIAN,
        solution=SOLUTION,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
    )


def trying(by: Protocol = LABEL) -> Pump:
    return in_trial(ON, by)


def test_50_then_75_then_100_ug_without_a_response_is_rejection() -> None:
    pump = failed(failed(failed(trying(), ug(50), 0), ug(75), DAY), ug(100), 2 * DAY)
    assert (pump.phase, pump.trial.effective, first_dose(pump.trial)) == (Phase.REJECTED, 0, 0)
    assert answer(pump, implanting(pump, 5 * DAY))[0] == Reason.REJECTED
    assert answer(pump, dosing(pump, ug(100), 5 * DAY))[0] == Reason.NOT_IN_TRIAL


def test_a_response_to_75_ug_makes_a_candidate_for_150_ug_a_day() -> None:
    pump = given(failed(trying(), ug(50), 0), ug(75), DAY)
    pump = accepted(pump, response(pump, DAY + 6 * HOUR, responded=True, lasted=5))
    assert (pump.phase, pump.trial.effective, pump.trial.long) == (Phase.CANDIDATE, 75_000, False)
    assert first_dose(pump.trial) == 150_000
    assert accepted(pump, implanting(pump, 2 * DAY)).phase == Phase.IMPLANTED


@pytest.mark.parametrize(
    ("answered", "lasted", "daily"),
    [
        (10, 8, 100_000),  # 8 h is not over 8 h: twice 50 ug
        (10, 9, 50_000),
        (6, 6, 50_000),  # it still went on when it was recorded
        (6, 24, 50_000),
    ],
)
def test_a_long_effect_halves_the_first_daily_dose(answered: int, lasted: int, daily: int) -> None:
    pump = given(trying(), ug(50), 0)
    pump = accepted(pump, response(pump, answered * HOUR, responded=True, lasted=lasted))
    assert first_dose(pump.trial) == daily


def implanted(by: Protocol = LABEL, lasted: int = 5, declared: int = 0) -> Pump:
    """The pump of a patient in whom 50 ug failed and 75 ug were a success, with 20 mL of 500 ug/mL.

    `declared`: ug/d of baclofen that the patient is said to have had until now.
    """
    pump = given(failed(trying(by), ug(50), 0), ug(75), DAY)
    pump = accepted(pump, response(pump, DAY + 10 * HOUR, relief=90, responded=True, lasted=lasted))
    reference = (ug_per_day(declared).ng_per_day, 0, 0, 0)
    return accepted(pump, evolve(implanting(pump, 3 * DAY), reference=reference, reference_acknowledged=True))


def prescribing(pump: Pump, micrograms: int, at: int) -> Program:
    return Program(
        at,
        pump.number + 1,
        CLINICIAN,
        prescription_from_doses(solution=SOLUTION, drug=BACLOFEN, dose=ug_per_day(micrograms)),
        soft_limit_acknowledged=True,
        fall_acknowledged=True,
        increase_acknowledged=True,
    )


@pytest.mark.parametrize(("lasted", "most"), [(5, 150), (9, 75)])
def test_the_first_daily_dose_is_twice_the_effective_one_or_once_if_it_lasted_long(lasted: int, most: int) -> None:
    pump = implanted(lasted=lasted)
    assert answer(pump, prescribing(pump, most + 1, 3 * DAY))[0] == Reason.STEP_UP
    assert accepted(pump, prescribing(pump, most, 3 * DAY)).command.flow == most * 2_000  # 500 ug/mL: 1 ug is 2000 nL


def test_what_is_declared_does_not_outdo_a_trial() -> None:
    pump = implanted(declared=600)
    assert answer(pump, prescribing(pump, 151, 3 * DAY))[0] == Reason.STEP_UP


def test_without_a_trial_of_the_drug_therapy_begins_at_its_starting_dose() -> None:
    for pump in (accepted(candidate(ON), implanting(candidate(ON), 3 * DAY)), implanted(OTHER_DRUG)):
        assert answer(pump, prescribing(pump, 101, 3 * DAY))[0] == Reason.STEP_UP
        assert answer(pump, prescribing(pump, 100, 3 * DAY))[0] == Reason.NONE


def test_the_first_daily_dose_after_a_trial_is_not_raised_for_24_hours() -> None:
    pump = implanted()
    pump = accepted(pump, prescribing(pump, 100, 3 * DAY))
    assert answer(pump, prescribing(pump, 101, 3 * DAY))[0] == Reason.STEP_UP
    assert answer(pump, prescribing(pump, 101, 4 * DAY - 1))[0] == Reason.STEP_UP
    assert answer(pump, prescribing(pump, 131, 4 * DAY))[0] == Reason.STEP_UP  # a step is 30 %
    assert answer(pump, prescribing(pump, 130, 4 * DAY))[0] == Reason.NONE


def test_who_goes_down_on_the_first_day_may_go_back_up_to_the_first_dose() -> None:
    pump = implanted()
    pump = accepted(pump, prescribing(pump, 120, 3 * DAY))
    pump = accepted(pump, prescribing(pump, 80, 3 * DAY + HOUR))
    assert answer(pump, prescribing(pump, 121, 3 * DAY + 2 * HOUR))[0] == Reason.STEP_UP
    assert answer(pump, prescribing(pump, 120, 3 * DAY + 2 * HOUR))[0] == Reason.NONE


@pytest.mark.parametrize(("relief", "phase"), [(49, Phase.TRIAL), (50, Phase.CANDIDATE)])
def test_half_the_pain_is_what_counts_where_relief_does(relief: int, phase: Phase) -> None:
    pump = given(trying(BY_RELIEF), ug(50), 0)
    assert accepted(pump, response(pump, 4 * HOUR, relief=relief, responded=True)).phase == phase


def test_relief_does_not_count_where_a_response_does() -> None:
    pump = given(trying(), ug(50), 0)
    assert accepted(pump, response(pump, 4 * HOUR, relief=100)).phase == Phase.TRIAL


@pytest.mark.parametrize("dose", [ug(25), ug(75), ug(100), ug(51)])
def test_only_the_ladders_next_dose_is_given(dose: Mass) -> None:
    pump = trying()
    assert answer(pump, dosing(pump, dose, 0))[0] == Reason.OFF_LADDER


def test_another_drug_is_not_given() -> None:
    pump = trying()
    wrong = evolve(dosing(pump, ug(50), 0), drug=drug("morphine").code)
    assert answer(pump, wrong)[0] == Reason.OTHER_DRUG


def test_the_next_dose_waits_for_the_response_and_for_24_hours() -> None:
    pump = given(trying(), ug(50), 0)
    assert answer(pump, dosing(pump, ug(75), DAY))[0] == Reason.UNANSWERED
    pump = accepted(pump, response(pump, 5 * HOUR))
    assert answer(pump, dosing(pump, ug(75), DAY - 1))[0] == Reason.DOSE_INTERVAL
    assert answer(pump, dosing(pump, ug(75), DAY))[0] == Reason.NONE


def test_a_response_waits_for_the_observation() -> None:
    pump = given(trying(), ug(50), 0)
    assert answer(pump, response(pump, 4 * HOUR - 1, responded=True))[0] == Reason.OBSERVATION
    pump = accepted(pump, response(pump, 4 * HOUR))
    assert answer(pump, response(pump, 5 * HOUR, responded=True))[0] == Reason.NO_DOSE


def test_no_pump_is_implanted_while_a_dose_may_still_act() -> None:
    pump = given(trying(), ug(50), 0)
    assert answer(pump, implanting(pump, DAY))[0] == Reason.IN_TRIAL
    pump = accepted(pump, response(pump, 6 * HOUR, responded=True, lasted=5))
    assert answer(pump, implanting(pump, DAY - 1))[0] == Reason.DOSE_INTERVAL
    assert answer(pump, implanting(pump, DAY))[0] == Reason.NONE


def test_who_was_declared_a_candidate_elsewhere_is_implanted_at_once() -> None:
    pump = candidate(ON)
    assert first_dose(pump.trial) == 0
    assert accepted(pump, implanting(pump, 0)).phase == Phase.IMPLANTED


def test_nothing_else_is_done_to_a_pump_in_its_box() -> None:
    pump = given(trying(), ug(50), 0)
    prescription = make_prescription(flows=ml_per_day("0.1"))
    for event in (
        Program(0, 9, CLINICIAN, prescription, soft_limit_acknowledged=True),
        Stop(0, 9, CLINICIAN),
        Withdraw(0, 9, CLINICIAN, 0),
        Retire(0, 9, CLINICIAN),
    ):
        assert answer(pump, event)[0] == Reason.NOT_IMPLANTED


@pytest.mark.parametrize(
    "change",
    [
        {"ladder": (0, 0, 0, 0)},
        {"ladder": (50_000, 50_000, 0, 0)},
        {"ladder": (75_000, 50_000, 0, 0)},
        {"ladder": (50_000, 0, 75_000, 0)},
        {"multiple_if_long": 2_001},
        {"ladder": (1, 50_000, 0, 0), "multiple_if_long": 999},
    ],
)
def test_a_protocol_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    assert valid_protocol(LABEL)
    with pytest.raises(ValueError, match=r"^Protocol: needs a ladder that rises, multiple_if_long <= multiple and a"):
        evolve(LABEL, **change)


def test_a_screening_dose_does_not_pass_the_pump() -> None:
    pump = given(trying(), ug(50), 0)
    assert (pump.reservoir, pump.window, pump.command.flow) == (trying().reservoir, trying().window, 0)
