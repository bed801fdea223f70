"""Transfers: another pump takes over from a retired one, and knows what its patient has had; figures worked by hand."""

from __future__ import annotations

from typing import Final

import pytest
from attrs import evolve
from tests.telling import later

from intrathecal import (
    Alarm,
    Authority,
    ClinicianBolus,
    Device,
    Event,
    Fault,
    FaultFound,
    PatientBolus,
    Phase,
    Prescription,
    Program,
    Pump,
    Reason,
    Retire,
    ScreeningDose,
    Solution,
    Stop,
    Tick,
    candidate,
    in_trial,
    step,
    transfer,
)
from intrathecal.catalogue import device, drug, protocol
from intrathecal.constructors import (
    BolusDose,
    clinician_bolus,
    commission,
    make_solution,
    prescription_from_doses,
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
    per_cent,
    ug_per_day,
    ug_per_ml,
)

OLD: Final = device("SynchroMed II 20 mL", 1)
NEW: Final = device("SynchroMed II 20 mL", 2)
THIRD: Final = device("SynchroMed II 20 mL", 3)
BACLOFEN: Final = drug("baclofen")
OF_BACLOFEN: Final = make_solution(ingredients=[(BACLOFEN, ug_per_ml(500))])
MORPHINE: Final = drug("morphine")
OF_MORPHINE: Final = make_solution(ingredients=[(MORPHINE, mg_per_ml(25))])
CLINICIAN: Final = Authority.CLINICIAN
HOUR: Final = 3_600
DAY: Final = 86_400


def reason(pump: Pump, event: Event) -> Reason:
    return step(pump.device, pump, event).verdict.reason


def accepted(pump: Pump, event: Event) -> Pump:
    answer = step(pump.device, pump, event)
    assert answer.verdict.accepted, answer.verdict.reason.name
    return answer.pump


def implanted(pump: Pump, solution: Solution = OF_BACLOFEN, reference: tuple[DailyMass, ...] = ()) -> Pump:
    event = commission(
        at=Duration(pump.now),
        number=pump.number + 1,
        authority=CLINICIAN,
        solution=solution,
        filled=ml(20),
        catheter=ml("0.15"),
        catheter_uncertainty=ml(0),
        reference=reference,
        reference_acknowledged=bool(reference),
    )
    return accepted(pump, event)


def prescribing(pump: Pump, prescription: Prescription, restart: bool = False) -> Program:
    number = pump.number + 1
    return Program(
        pump.now, number, CLINICIAN, prescription, soft_limit_acknowledged=False, restart_acknowledged=restart
    )


def ordering(pump: Pump, micrograms: int, restart: bool = False) -> Program:
    """So much baclofen a day."""
    dose = ug_per_day(micrograms)
    return prescribing(pump, prescription_from_doses(solution=OF_BACLOFEN, drug=BACLOFEN, dose=dose), restart)


def retired(pump: Pump) -> Pump:
    return accepted(pump, Retire(pump.now, pump.number + 1, CLINICIAN, sudden_acknowledged=True))


def taken_over(pump: Pump, by: Device = NEW) -> Pump:
    """What takes over from the pump, retired for it."""
    answer = transfer(retired(pump), by, CLINICIAN)
    assert answer.verdict.accepted, answer.verdict.reason.name
    return answer.pump


def on_600_ug_a_day() -> Pump:
    """A pump that has given 600 ug of baclofen a day, for three days."""
    pump = implanted(candidate(OLD), reference=(ug_per_day(600),))
    return later(accepted(pump, ordering(pump, 600)), 3 * DAY)


def test_only_a_clinician_replaces_a_retired_pump_by_another_one() -> None:
    running = on_600_ug_a_day()
    stopped = retired(running)
    for old, by, who, refused in (
        (running, NEW, CLINICIAN, Reason.NOT_RETIRED),
        (candidate(OLD), NEW, CLINICIAN, Reason.NOT_RETIRED),
        (stopped, OLD, CLINICIAN, Reason.SAME_DEVICE),
        (stopped, NEW, Authority.PATIENT, Reason.NOT_CLINICIAN),
    ):
        answer = transfer(old, by, who)
        assert (answer.verdict.accepted, answer.verdict.reason) == (False, refused)
        assert (answer.pump, answer.command) == (old, old.command)
    assert transfer(stopped, NEW, CLINICIAN).verdict.accepted


def test_what_takes_over_is_in_its_box_and_its_patients_time_goes_on() -> None:
    old = retired(on_600_ug_a_day())
    new = transfer(old, NEW, CLINICIAN).pump
    assert (new.device, new.phase, new.reservoir.filled, new.command.flow) == (NEW, Phase.CANDIDATE, 0, 0)
    assert (new.now, new.number) == (3 * DAY, 3)  # commissioned, programmed, retired
    # The slot that begins on day 3 ends half an hour later, and is in doubt until 24 hours after that.
    assert new.window == evolve(old.window, doubtful_until=4 * DAY + 1_800)
    assert new.history == old.history
    assert (new.former.codes[0], new.former.doses, new.former.until) == (2, (600_000, 0, 0, 0), 3 * DAY)


def test_nothing_is_done_to_the_new_pump_by_the_old_ones_events() -> None:
    new = taken_over(on_600_ug_a_day())
    assert step(OLD, new, Tick(new.now)).verdict.reason == Reason.OTHER_DEVICE
    again = evolve(ordering(new, 600), number=2)  # the old pump's prescription, sent again
    assert reason(implanted(new), again) == Reason.DUPLICATE


def test_what_the_old_pump_still_lists_is_told_as_ended() -> None:
    failed = accepted(on_600_ug_a_day(), FaultFound(3 * DAY, Fault.END_OF_SERVICE))
    old = accepted(failed, Retire(failed.now, failed.number + 1, CLINICIAN, sudden_acknowledged=True))
    assert old.alarms.listed[Alarm.END_OF_SERVICE]
    answer = transfer(old, NEW, CLINICIAN)
    assert not any(answer.alarms.listed)
    assert [alarm for alarm in Alarm if answer.alarms.ended[alarm]] == [a for a in Alarm if old.alarms.listed[a]]


def test_600_ug_a_day_go_on_without_a_declared_dose_and_not_more() -> None:
    new = implanted(taken_over(on_600_ug_a_day()))
    for micrograms in (601, 700):
        assert reason(new, ordering(new, micrograms)) == Reason.STEP_UP
    assert accepted(new, ordering(new, 600)).command.flow == 1_200_000  # of 500 ug/mL, 600 ug are 1.2 mL


def test_without_a_transfer_600_ug_a_day_are_too_much_to_begin_with() -> None:
    new = implanted(candidate(NEW))
    assert reason(new, ordering(new, 101)) == Reason.STEP_UP
    assert reason(new, ordering(new, 600)) == Reason.STEP_UP


def test_the_first_dose_on_the_new_pump_falls_by_a_fifth_at_most() -> None:
    new = implanted(taken_over(on_600_ug_a_day()))
    assert reason(new, ordering(new, 479)) == Reason.STEP_DOWN
    assert reason(new, ordering(new, 480)) == Reason.NONE


def test_the_first_step_up_on_the_new_pump_waits_for_24_hours() -> None:
    new = implanted(taken_over(on_600_ug_a_day()))
    new = later(accepted(new, ordering(new, 600)), 4 * DAY - 1)
    assert reason(new, ordering(new, 601)) == Reason.STEP_UP
    new = later(new, 4 * DAY)  # 1.2 mL have run by then: more than tubing and catheter hold
    assert reason(new, ordering(new, 780)) == Reason.NONE  # 30 % more
    assert reason(new, ordering(new, 781)) == Reason.STEP_UP


@pytest.mark.parametrize(("without", "begins_anew"), [(2 * DAY, False), (2 * DAY + 1, True)])
def test_more_than_48_hours_without_a_dose_count_from_the_old_pumps_last(without: int, begins_anew: bool) -> None:
    old = on_600_ug_a_day()
    old = accepted(old, Stop(old.now, old.number + 1, CLINICIAN, sudden_acknowledged=True))
    new = taken_over(later(old, 4 * DAY))  # retired a day after its last dose
    new = implanted(later(new, 3 * DAY + without))
    assert reason(new, ordering(new, 600)) == (Reason.BEGINS_ANEW if begins_anew else Reason.NONE)
    assert reason(new, ordering(new, 600, restart=True)) == Reason.NONE


def test_a_declared_dose_counts_before_the_former_one() -> None:
    new = implanted(taken_over(on_600_ug_a_day()), reference=(ug_per_day(500),))
    assert reason(new, ordering(new, 501)) == Reason.STEP_UP
    assert reason(new, ordering(new, 500)) == Reason.NONE


def test_another_drug_is_new_to_the_patient() -> None:
    weak = make_solution(ingredients=[(MORPHINE, mg_per_ml(10))])
    new = implanted(taken_over(on_600_ug_a_day()), weak)
    for dose, answer in ((mg_per_day(1), Reason.NONE), (mg_per_day("1.1"), Reason.STEP_UP)):  # it begins with 1 mg/d
        prescription = prescription_from_doses(solution=weak, drug=MORPHINE, dose=dose)
        assert reason(new, prescribing(new, prescription)) == answer


def test_the_same_dose_of_another_concentration_goes_on() -> None:
    strong = make_solution(ingredients=[(BACLOFEN, ug_per_ml(2000))])
    new = implanted(taken_over(on_600_ug_a_day()), strong)
    for micrograms, answer in ((600, Reason.NONE), (601, Reason.STEP_UP)):
        prescription = prescription_from_doses(solution=strong, drug=BACLOFEN, dose=ug_per_day(micrograms))
        assert reason(new, prescribing(new, prescription)) == answer


def test_a_pump_that_never_delivered_hands_on_what_was_known_before_it() -> None:
    second = implanted(taken_over(on_600_ug_a_day()))
    third = taken_over(later(second, 3 * DAY + HOUR), THIRD)
    assert third.former == second.former
    third = implanted(third)
    assert reason(third, ordering(third, 601)) == Reason.STEP_UP
    assert reason(third, ordering(third, 600)) == Reason.NONE


def after_a_trial() -> Pump:
    """A pump yet to be programmed, of a patient whose trial found 50 ug: at most 100 ug/d to begin with."""
    pump = in_trial(OLD, protocol("baclofen trial"))
    pump = later(accepted(pump, ScreeningDose(0, 1, CLINICIAN, BACLOFEN.code, 50_000)), 6 * HOUR)
    found = screening_response(
        at=hours(6), number=2, authority=CLINICIAN, relief=per_cent(0), responded=True, lasted=hours(5)
    )
    return implanted(later(accepted(pump, found), DAY))


def test_a_trial_counts_until_a_daily_dose_is_known() -> None:
    new = implanted(taken_over(after_a_trial()))
    assert new.trial.effective == 50_000
    assert reason(new, ordering(new, 101)) == Reason.STEP_UP
    assert reason(new, ordering(new, 100)) == Reason.NONE


def test_what_a_trial_found_no_longer_counts_once_a_daily_dose_is_known() -> None:
    pump = after_a_trial()
    pump = later(accepted(pump, ordering(pump, 100)), 3 * DAY)
    pump = later(accepted(pump, ordering(pump, 130)), 6 * DAY)  # 30 % more
    new = implanted(taken_over(pump))
    assert new.trial.effective == 0
    assert reason(new, ordering(new, 131)) == Reason.STEP_UP
    assert reason(new, ordering(new, 130)) == Reason.NONE


def on_morphine(pump: Pump, reference: tuple[DailyMass, ...] = ()) -> Pump:
    """5 mg/d, and 1 mg more in four boluses two hours apart; no more than 6.3 mg in any 24 hours."""
    prescription = prescription_from_doses(
        solution=OF_MORPHINE,
        drug=MORPHINE,
        dose=mg_per_day(5),
        bolus=BolusDose(dose=mg("0.25"), duration=minutes(9), lockout=hours(2), count=4),
        ceiling=mg_per_day("6.3"),
    )
    pump = implanted(pump, OF_MORPHINE, reference)
    return accepted(pump, prescribing(pump, prescription))


def asking(pump: Pump) -> PatientBolus:
    return PatientBolus(pump.now, pump.number + 1)


def given_four() -> Pump:
    """Two days of morphine; on the second a bolus at 08:00, 11:00, 14:00 and 17:00, and it is 17:09."""
    pump = on_morphine(candidate(OLD), (mg_per_day(6),))
    for hour in (8, 11, 14, 17):
        pump = later(pump, DAY + hour * HOUR)
        pump = accepted(pump, asking(pump))
    return later(pump, DAY + 17 * HOUR + 540)


def test_lockout_and_count_go_on() -> None:
    new = on_morphine(taken_over(given_four()))
    assert reason(new, asking(new)) == Reason.LOCKOUT
    new = later(new, DAY + 19 * HOUR + 539)
    assert reason(new, asking(new)) == Reason.LOCKOUT
    new = later(new, DAY + 19 * HOUR + 540)
    assert reason(new, asking(new)) == Reason.COUNT
    new = later(new, 2 * DAY + 8 * HOUR - 1)
    assert reason(new, asking(new)) == Reason.COUNT
    new = later(new, 2 * DAY + 8 * HOUR)
    assert reason(new, asking(new)) == Reason.NONE


def test_the_dose_window_goes_on() -> None:
    # 24 hours and a slot hold 49/48 * 5 mg and 4 * 0.25 mg, less the 4 * 0.03125 mg that the boluses replaced: 5.979
    # mg. 0.4 mg more are above the patient's 6.3 mg; without the boluses, which the old pump gave, they are not.
    new = later(on_morphine(taken_over(given_four())), DAY + 19 * HOUR)
    assert reason(new, single(new)) == Reason.WINDOW_FULL
    other = later(on_morphine(candidate(NEW), (mg_per_day(6),)), DAY + 19 * HOUR)
    assert reason(other, single(other)) == Reason.NONE


def single(pump: Pump) -> ClinicianBolus:
    """0.4 mg of morphine: 0.016 mL."""
    return clinician_bolus(
        at=Duration(pump.now), number=pump.number + 1, authority=CLINICIAN, volume=ml("0.016"), duration=minutes(9)
    )
