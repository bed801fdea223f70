"""A trial by infusion: a pump that is worn outside raises the daily dose until one is a success; figures by hand."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from tests.telling import later

from intrathecal import (
    Authority,
    ChangeSolution,
    Commission,
    Device,
    Event,
    Interrogate,
    MriBegins,
    MriEnds,
    Phase,
    PortBolus,
    Prime,
    Program,
    Protocol,
    Pump,
    Reason,
    Reread,
    Retire,
    ScreeningDose,
    ScreeningResponse,
    Stop,
    first_dose,
    in_trial,
    step,
    transfer,
)
from intrathecal.catalogue import device, drug, protocol
from intrathecal.constructors import (
    BolusDose,
    change_solution,
    commission,
    make_solution,
    prescription_from_doses,
    prime,
    screening_response,
)
from intrathecal.quantities import (
    DailyMass,
    Duration,
    hours,
    mg,
    mg_per_day,
    mg_per_ml,
    minutes,
    ml,
    ml_per_day,
    per_cent,
)

WORN: Final = device("generic programmable 20 mL", 1)
ASKED: Final = evolve(WORN, patient_bolus=True)
NEW: Final = device("SynchroMed II 20 mL", 2)
THIRD: Final = device("SynchroMed II 20 mL", 3)
CONSTANT: Final = device("IsoMed 20 mL at 0.5 mL/d", 1)
MORPHINE: Final = drug("morphine")
SOLUTION: Final = make_solution(ingredients=[(MORPHINE, mg_per_ml(1))])
OF_BACLOFEN: Final = make_solution(ingredients=[(drug("baclofen"), mg_per_ml("0.5"))])
TRIED: Final = protocol("morphine infusion trial")  # 0.2 to 1 mg/d, watched for 24 h, half the pain, once the dose
TWICE: Final = evolve(TRIED, multiple=2_000)
CLINICIAN: Final = Authority.CLINICIAN
HOUR: Final = 3_600
DAY: Final = 86_400
HALF: Final = 1_800
"""s: half an hour, a slot."""


def answer(pump: Pump, event: Event) -> tuple[Reason, Pump]:
    told = step(pump.device, later(pump, event.at), event)
    return told.verdict.reason, told.pump


def accepted(pump: Pump, event: Event) -> Pump:
    reason, after = answer(pump, event)
    assert reason == Reason.NONE, reason.name
    return after


def filling(pump: Pump, reference: tuple[DailyMass, ...] = ()) -> Commission:
    return commission(
        at=Duration(pump.now),
        number=pump.number + 1,
        authority=CLINICIAN,
        solution=SOLUTION,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=reference,
        reference_acknowledged=True,
    )


def prescribing(pump: Pump, dose: str, at: int, bolus: BolusDose | None = None) -> Program:
    return Program(
        at,
        pump.number + 1,
        CLINICIAN,
        prescription_from_doses(solution=SOLUTION, drug=MORPHINE, dose=mg_per_day(dose), bolus=bolus),
        soft_limit_acknowledged=True,
        fall_acknowledged=True,
        increase_acknowledged=True,
        restart_acknowledged=True,
    )


def response(pump: Pump, at: int, relief: int = 60) -> ScreeningResponse:
    return screening_response(
        at=Duration(at),
        number=pump.number + 1,
        authority=CLINICIAN,
        relief=per_cent(relief),
        responded=False,
        lasted=hours(0),
    )


def worn(by: Protocol = TRIED, reference: tuple[DailyMass, ...] = (), of: Device = WORN) -> Pump:
    """A pump that is worn and filled with 20 mL of 1 mg/mL, and not programmed yet."""
    pump = in_trial(of, by)
    return accepted(pump, filling(pump, reference))


def on(dose: str, by: Protocol = TRIED) -> Pump:
    """The same, at so many mg/d from the beginning."""
    pump = worn(by)
    return accepted(pump, prescribing(pump, dose, 0))


def succeeded(dose: str = "0.5", by: Protocol = TRIED) -> Pump:
    """The same a day later, when it was a success."""
    pump = on(dose, by)
    return accepted(pump, response(pump, DAY))


def retired(pump: Pump, at: int) -> Pump:
    return accepted(pump, Retire(at, pump.number + 1, CLINICIAN))


def implanted(pump: Pump, at: int) -> Pump:
    """The pump that takes over from the one that was worn, filled and not programmed yet."""
    answered = transfer(retired(pump, at), NEW, CLINICIAN)
    assert answered.verdict.accepted, answered.verdict.reason.name
    return accepted(answered.pump, filling(answered.pump))


def test_the_pump_of_a_trial_runs_as_any_other() -> None:
    pump = on("0.5")
    assert (pump.phase, pump.trial.infusing, pump.command.flow) == (Phase.IMPLANTED, True, 500_000)
    assert later(pump, DAY).reservoir.delivered == 500_000 * 86_400  # 0.5 mL of 1 mg/mL


@pytest.mark.parametrize("boluses", [0, 4])
def test_no_day_is_above_the_ladders_last_dose_whatever_is_acknowledged(boluses: int) -> None:
    # 1 mg/d at the most: with four boluses of 0.1 mg, 0.6 mg/d.
    pump = worn(reference=(mg_per_day(5),), of=ASKED)
    bolus = BolusDose(dose=mg("0.1"), duration=minutes(10), lockout=hours(1), count=boluses) if boluses else None
    most, more = ("0.6", "0.601") if boluses else ("1", "1.001")
    assert answer(pump, prescribing(pump, more, 0, bolus))[0] == Reason.HARD_LIMIT
    assert answer(pump, prescribing(pump, most, 0, bolus))[0] == Reason.NONE


def test_a_daily_dose_that_was_kept_rises_by_the_drugs_own_steps() -> None:
    pump = on("0.5")
    assert answer(pump, prescribing(pump, "0.651", DAY))[0] == Reason.STEP_UP  # a step is 30 %
    assert answer(pump, prescribing(pump, "0.65", DAY))[0] == Reason.NONE


def test_a_response_waits_until_the_daily_dose_was_in_force_for_24_hours() -> None:
    pump = on("0.5")
    assert answer(pump, response(pump, DAY - 1))[0] == Reason.OBSERVATION
    pump = accepted(pump, response(pump, DAY, relief=49))
    pump = accepted(pump, prescribing(pump, "0.65", DAY))
    assert answer(pump, response(pump, 2 * DAY - 1))[0] == Reason.OBSERVATION
    assert answer(pump, response(pump, 2 * DAY))[0] == Reason.NONE


def test_a_success_tells_the_daily_dose_and_the_infusion_goes_on() -> None:
    pump = on("0.5")
    before = later(pump, DAY)
    pump = accepted(pump, response(pump, DAY))
    assert (pump.trial.infused, pump.trial.effective, first_dose(pump.trial)) == (500_000, 0, 0)
    assert (pump.phase, pump.command, pump.dosing) == (Phase.IMPLANTED, before.command, before.dosing)


def test_without_a_success_nothing_is_told_and_the_next_step_may_do() -> None:
    pump = on("0.5")
    pump = accepted(pump, response(pump, DAY, relief=49))
    assert pump.trial.infused == 0
    pump = accepted(pump, prescribing(pump, "0.65", DAY))
    assert accepted(pump, response(pump, 2 * DAY)).trial.infused == 650_000


def test_no_later_failure_takes_a_success_back() -> None:
    pump = succeeded()
    assert accepted(pump, response(pump, 2 * DAY, relief=0)).trial.infused == 500_000


def test_what_was_not_delivered_was_no_success() -> None:
    # 0.48 mg/d are 0.02 mg an hour: a stop for 12 h of the day leaves 0.24 mg.
    pump = on("0.48")
    pump = later(pump, 6 * HOUR)
    pump = accepted(pump, Stop(6 * HOUR, pump.number + 1, CLINICIAN))
    pump = accepted(pump, prescribing(pump, "0.48", 18 * HOUR))
    assert accepted(pump, response(pump, DAY)).trial.infused == 240_000


def test_what_may_not_have_been_delivered_tells_no_success_for_a_day() -> None:
    # Stopped at 17 h, 24 hours hold what ran, and what a lost step may have delivered at 23 h, in the slot to 23.5 h.
    pump = accepted(later(on("0.5"), 17 * HOUR), Stop(17 * HOUR, 3, CLINICIAN))
    pump = accepted(later(pump, 23 * HOUR), Reread(23 * HOUR))
    assert pump.window.doubtful_until == 47 * HOUR + HALF
    assert answer(pump, response(pump, DAY))[0] == Reason.OBSERVATION
    assert answer(pump, response(pump, 47 * HOUR + HALF - 1))[0] == Reason.OBSERVATION
    assert answer(pump, response(pump, 47 * HOUR + HALF))[0] == Reason.NO_DOSE


def test_a_daily_dose_tells_no_success_before_it_has_arrived() -> None:
    # The line is 0.14 + 0.15 mL, the flow 0.2 mL/d and perhaps 14.5 % less: 0.171 mL/d fill it in 1.696 days.
    pump = worn(of=NEW)
    pump = accepted(pump, prescribing(pump, "0.2", 0))
    arrives = 146_527
    assert answer(pump, response(pump, DAY))[0] == Reason.LINE_NOT_CLEAR
    assert answer(pump, response(pump, arrives - 1))[0] == Reason.LINE_NOT_CLEAR
    assert accepted(pump, response(pump, arrives)).trial.infused == 200_000


def test_what_was_injected_tells_no_success_for_a_day() -> None:
    # 0.05 mg through the port of a pump that runs, at 20 h, in the slot to 20.5 h: who responds may do so to that.
    pump = worn(of=evolve(NEW, port=ml(1).quanta))
    bolus = BolusDose(dose=mg("0.1"), duration=minutes(10), lockout=hours(1), count=4)  # nobody asks for one
    pump = later(accepted(pump, prescribing(pump, "0.5", 0, bolus)), 20 * HOUR)
    pump = accepted(pump, PortBolus(20 * HOUR, 3, CLINICIAN, ml("0.05").quanta, SOLUTION))
    assert pump.window.doubtful_until == 44 * HOUR + HALF
    assert answer(pump, response(pump, 44 * HOUR + HALF - 1))[0] == Reason.OBSERVATION
    assert accepted(pump, response(pump, 44 * HOUR + HALF)).trial.infused == 500_000


def test_what_was_primed_tells_no_success_for_a_day() -> None:
    # 0.1 mL of 1 mg/mL fill the line at 2 h, in the slot to 2.5 h, and bring the patient nothing.
    pump = worn(of=NEW)
    pump = later(accepted(pump, prescribing(pump, "0.5", 0)), 2 * HOUR)
    filled = Prime(2 * HOUR, 3, CLINICIAN, volume=ml("0.1").quanta, duration=600)
    pump = later(accepted(pump, filled), 19 * HOUR)
    assert pump.window.doubtful_until == 26 * HOUR + HALF
    assert (pump.line.clearing, pump.line.rising) == (0, 0)
    assert answer(pump, response(pump, 26 * HOUR + HALF - 1))[0] == Reason.OBSERVATION
    assert accepted(pump, response(pump, 26 * HOUR + HALF)).trial.infused == 500_000


def test_another_pump_of_the_same_trial_tells_what_it_has_given_itself() -> None:
    # The first gave 0.5 mg/d for a day. The second is stopped at once, and its line, without volume, is clear; a slot
    # later than a day no slot holds what the first gave.
    short = evolve(TRIED, observation=1)
    pump = transfer(retired(later(on("0.5", short), DAY), DAY), evolve(WORN, serial=2), CLINICIAN).pump
    pump = accepted(pump, evolve(filling(pump), catheter=0))
    pump = accepted(accepted(pump, prescribing(pump, "0.5", DAY)), Stop(DAY, pump.number + 2, CLINICIAN))
    assert answer(pump, response(pump, DAY + 1))[0] == Reason.OBSERVATION
    assert answer(pump, response(pump, 2 * DAY + HALF))[0] == Reason.NO_DOSE


def test_an_infusion_during_an_mri_tells_no_success_for_a_day() -> None:
    # The scan is announced at 10 h and over at 11 h, and the pump is found to run a second into the slot to 12 h.
    pump = worn(of=NEW)
    pump = later(accepted(pump, prescribing(pump, "0.5", 0)), 10 * HOUR)
    pump = accepted(pump, MriBegins(10 * HOUR, 3, CLINICIAN))
    pump = accepted(later(pump, 11 * HOUR), MriEnds(11 * HOUR, 4, CLINICIAN))
    found = Interrogate(11 * HOUR + HALF + 1, 5, CLINICIAN, motor_turns=True, program_confirmed=True)
    pump = accepted(later(pump, found.at), found)
    assert pump.window.doubtful_until == 36 * HOUR
    assert answer(pump, response(pump, 36 * HOUR - 1))[0] == Reason.OBSERVATION
    assert accepted(pump, response(pump, 36 * HOUR)).trial.infused == 500_000


def test_what_the_patient_did_not_ask_for_was_no_success() -> None:
    # 0.5 mg/d and up to four boluses of 0.1 mg, of which none is asked for.
    pump = worn(of=ASKED)
    bolus = BolusDose(dose=mg("0.1"), duration=minutes(10), lockout=hours(1), count=4)
    pump = accepted(pump, prescribing(pump, "0.5", 0, bolus))
    assert accepted(pump, response(pump, DAY)).trial.infused == 500_000


def test_a_response_needs_a_daily_dose_of_the_ladders() -> None:
    assert answer(worn(), response(worn(), DAY))[0] == Reason.NO_DOSE  # nothing was prescribed
    low = on("0.199")
    assert answer(low, response(low, DAY))[0] == Reason.NO_DOSE
    least = on("0.2")
    assert answer(least, response(least, DAY))[0] == Reason.NONE


def test_a_response_is_recorded_while_the_pump_is_worn() -> None:
    before, after = in_trial(WORN, TRIED), retired(on("0.5"), DAY)
    assert answer(before, response(before, 0))[0] == Reason.NO_DOSE
    assert answer(after, response(after, DAY))[0] == Reason.NOT_IMPLANTED


def test_no_dose_is_given_by_syringe() -> None:
    for pump, reason in ((in_trial(WORN, TRIED), Reason.OFF_LADDER), (on("0.5"), Reason.NOT_IN_TRIAL)):
        dose = ScreeningDose(pump.now, pump.number + 1, CLINICIAN, MORPHINE.code, TRIED.ladder[0])
        assert answer(pump, dose)[0] == reason


def test_the_pump_holds_the_drug_that_is_tried() -> None:
    pump = in_trial(WORN, TRIED)
    assert answer(pump, evolve(filling(pump), solution=OF_BACLOFEN))[0] == Reason.OTHER_DRUG


def test_a_constant_flow_is_no_trial() -> None:
    pump = in_trial(CONSTANT, TRIED)
    assert answer(pump, filling(pump))[0] == Reason.NO_MOTOR


def test_a_trial_by_syringe_fills_no_pump() -> None:
    pump = in_trial(WORN, protocol("morphine trial"))
    assert answer(pump, filling(pump))[0] == Reason.IN_TRIAL


def test_the_solution_is_not_changed_in_a_trial() -> None:
    pump = on("0.5")
    assert answer(pump, changing(pump, DAY))[0] == Reason.IN_TRIAL


def changing(pump: Pump, at: int) -> ChangeSolution:
    weak = make_solution(ingredients=[(MORPHINE, mg_per_ml("0.5"))])
    return change_solution(
        at=Duration(at),
        number=pump.number + 1,
        authority=CLINICIAN,
        emptied=True,
        rinsed=True,
        drawn=ml("19.5"),
        filled=ml(20),
        solution=weak,
        prescription=prescription_from_doses(solution=weak, drug=MORPHINE, dose=mg_per_day("0.5")),
        bridge_flow=ml_per_day("0.5"),
    )


def test_without_a_success_the_next_pump_is_worn_in_the_same_trial() -> None:
    pump = retired(accepted(on("0.5"), response(on("0.5"), DAY, relief=49)), DAY)
    answered = transfer(pump, NEW, CLINICIAN)
    assert (answered.verdict.accepted, answered.pump.phase) == (True, Phase.TRIAL)
    assert answered.pump.window == evolve(pump.window, doubtful_until=2 * DAY + HALF)  # it is another pump's
    other = accepted(answered.pump, filling(answered.pump))
    assert (other.trial.infusing, other.trial.infused, other.trial.effective) == (True, 0, 0)
    assert answer(other, prescribing(other, "0.501", DAY))[0] == Reason.STEP_UP
    assert answer(other, prescribing(other, "0.5", DAY))[0] == Reason.NONE


def test_a_success_makes_a_candidate_whose_effective_dose_is_the_one_found() -> None:
    pump = transfer(retired(succeeded("0.65"), DAY), NEW, CLINICIAN).pump
    assert (pump.phase, pump.trial.effective, pump.trial.long) == (Phase.CANDIDATE, 650_000, False)
    assert (pump.trial.infusing, pump.trial.infused) == (False, 0)
    assert pump.former.doses[0] == 650_000


@pytest.mark.parametrize(("by", "most", "more"), [(TRIED, "0.5", "0.501"), (TWICE, "1", "1.001")])
def test_the_implanted_pump_begins_with_the_multiple_of_the_dose_that_was_a_success(
    by: Protocol, most: str, more: str
) -> None:
    pump = succeeded("0.5", by)
    pump = implanted(accepted(pump, prescribing(pump, "0.65", DAY)), 2 * DAY)  # 0.65 mg/d were not recorded
    assert answer(pump, prescribing(pump, more, 2 * DAY))[0] == Reason.STEP_UP
    assert answer(pump, prescribing(pump, most, 2 * DAY))[0] == Reason.NONE


def test_the_implanted_pump_may_leave_the_ladder_by_steps_after_a_day() -> None:
    pump = succeeded("1")
    pump = implanted(pump, DAY)
    pump = accepted(pump, prescribing(pump, "1", DAY))
    assert answer(pump, prescribing(pump, "1.3", 2 * DAY - 1))[0] == Reason.STEP_UP
    assert answer(pump, prescribing(pump, "1.3", 2 * DAY))[0] == Reason.NONE


def test_what_the_worn_pump_gave_counts_in_the_implanted_ones_window() -> None:
    pump = retired(succeeded(), DAY)
    new = transfer(pump, NEW, CLINICIAN).pump
    assert (new.window.past, new.window.total, new.window.current) == (
        pump.window.past,
        pump.window.total,
        pump.window.current,
    )
    assert (new.history, new.now) == (pump.history, DAY)


def test_once_the_implanted_pump_gave_a_daily_dose_the_trial_counts_no_longer() -> None:
    pump = implanted(succeeded(), DAY)
    pump = later(accepted(pump, prescribing(pump, "0.5", DAY)), 2 * DAY)
    third = transfer(retired(pump, 2 * DAY), THIRD, CLINICIAN).pump
    assert (third.trial.effective, third.trial.infusing) == (0, False)


def test_a_pump_that_delivered_nothing_leaves_what_the_trial_found() -> None:
    third = transfer(retired(implanted(succeeded(), DAY), DAY), THIRD, CLINICIAN).pump
    assert third.trial.effective == 500_000


def test_a_line_that_was_primed_clears_before_a_response() -> None:
    """0.2 mg/d are 0.2 mL/d. After 10 hours 0.04 mL are primed: with 14 hours more 0.157 mL run by then, of the
    0.15 / 0.85 = 0.176 mL after which a catheter of 0.15 mL has surely cleared."""
    pump = on("0.2")
    filled = prime(
        at=Duration(10 * HOUR),
        number=pump.number + 1,
        authority=CLINICIAN,
        volume=ml("0.04"),
        duration=minutes(10),
    )
    assert answer(pump, response(pump, DAY))[0] == Reason.NONE
    primed = accepted(pump, filled)
    assert answer(primed, response(primed, DAY))[0] == Reason.LINE_NOT_CLEAR
