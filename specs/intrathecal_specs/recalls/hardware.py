"""Recalls of the hardware: batteries, motors, and the dates by which they are to be replaced."""

from __future__ import annotations

from typing import Final

from intrathecal.alarm import Alarm
from intrathecal.verdict import Reason
from intrathecal_specs import alarms, faults, modes, reservoir, therapy, time
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.recalls.recall import Origin, Recall

HARDWARE: Final = (
    Recall(
        key="2009-battery",
        date="2009-07 and 2011-07",
        product="SynchroMed II, Class I",
        happened=(
            "A film in the battery made the pump reset, so that it ran at a very low rate, or told too early that it "
            "was to be replaced."
        ),
        answer=(
            "A reset ends therapy at once with a critical alarm. The fallback runs where a sudden stop is dangerous; "
            "the prescription of before never runs again by itself."
        ),
        sources=("S-batt", "S-adv"),
        origins=(Origin.MACHINE,),
        shows=("F13",),
        hazards=(Hazard.CORRUPTED_PROGRAM, Hazard.UNDER_DELIVERY),
        caught_by=(
            faults.a_fault_ends_therapy_at_once,
            faults.the_safe_mode_runs_the_fallback_or_nothing,
            faults.only_a_new_prescription_leaves_the_safe_mode,
        ),
        scenarios=("2009_battery.toml",),
        refused=(Reason.NOT_BASAL, Reason.CONDITION_PRESENT, Reason.FAULT_STAYS),
        raised=(Alarm.RESET, Alarm.REPLACEMENT_DUE),
    ),
    Recall(
        key="2012-replace-by-date",
        date="2012-03-12",
        product="N'Vision 8870 card, Class II",
        happened="The programmer worked out, and showed, a wrong date by which the pump was to be replaced.",
        answer=(
            "The core works out no such date. Time never goes back, what the pump reports of itself raises the alarm, "
            "and once replacement is due, or service has ended, nothing undoes it."
        ),
        sources=("S-z1338",),
        origins=(Origin.MACHINE,),
        shows=("F8",),
        hazards=(Hazard.WRONG_TIME,),
        caught_by=(
            time.time_moves_to_the_event_or_stands_still,
            alarms.a_true_condition_raises_its_alarm_at_once,
            alarms.no_alarm_is_cleared_while_its_condition_is_true,
            faults.faults_do_not_go_by_themselves,
        ),
        scenarios=("2012_replace_by_date.toml",),
        refused=(Reason.CONDITION_PRESENT, Reason.FAULT_STAYS, Reason.CANNOT_DELIVER),
        raised=(Alarm.REPLACEMENT_DUE, Alarm.END_OF_SERVICE, Alarm.STOPPED_LONG, Alarm.EARLY_CHECK),
    ),
    Recall(
        key="2012-unapproved-drugs",
        date="2012-11 and 2013-02",
        product="SynchroMed with drugs that no label allows in it, Class I",
        happened=(
            "Such drugs corroded the motor, which stalled now and then or for good: at 78 months 7.0 % of pumps had "
            "failed, against 2.4 %."
        ),
        answer=(
            "A drug whose dose no label limits needs a formulary that the host confirms. A stall ends therapy with an "
            "alarm, and a refill tells what was delivered too little."
        ),
        sources=("S-unap",),
        origins=(Origin.HUMAN,),
        shows=("F5", "F10"),
        hazards=(Hazard.SILENT_STOP, Hazard.UNDER_DELIVERY, Hazard.FLOW_DRIFT),
        caught_by=(
            therapy.every_hard_limit_is_the_labels_or_confirmed,
            faults.nothing_is_commanded_that_the_hardware_cannot_deliver,
            faults.the_safe_mode_runs_the_fallback_or_nothing,
            reservoir.a_refill_tells_over_and_under_delivery,
        ),
        scenarios=("2012_unapproved_drugs.toml",),
        refused=(Reason.FORMULARY_UNCONFIRMED, Reason.CANNOT_DELIVER),
        raised=(Alarm.MOTOR_STALL, Alarm.REFILL_DISCREPANCY),
    ),
    Recall(
        key="2013-feedthrough",
        date="2013-06",
        product="SynchroMed II, field safety notice FA574",
        happened="A short circuit in the feedthrough stalled the motor, or reset the pump by a low battery.",
        answer=(
            "A stall is noted whatever is commanded, of a stopped pump too, and a pump that cannot deliver is not "
            "started. A reset leaves the safe mode only by a new prescription."
        ),
        sources=("S-2013",),
        origins=(Origin.MACHINE,),
        shows=("F5", "F13"),
        hazards=(Hazard.SILENT_STOP, Hazard.CORRUPTED_PROGRAM),
        caught_by=(
            faults.a_fault_in_time_is_noted,
            alarms.a_true_condition_raises_its_alarm_at_once,
            faults.a_pump_that_cannot_deliver_is_not_started,
            faults.only_a_new_prescription_leaves_the_safe_mode,
        ),
        scenarios=("2013_feedthrough.toml",),
        refused=(Reason.CANNOT_DELIVER, Reason.NOT_BASAL),
        raised=(Alarm.MOTOR_STALL, Alarm.RESET),
    ),
    Recall(
        key="2013-motor-stalls",
        date="2013 to 2015",
        product="SynchroMed, one centre's series",
        happened="9 % of pumps had a motor stall, more with age: 0.04 failures in a patient's year.",
        answer=(
            "A stall is a state of its own: critical alarm, nothing commanded that the hardware cannot deliver, the "
            "fallback once the motor turns again, therapy only by a new prescription."
        ),
        sources=("S-stall",),
        origins=(Origin.MACHINE,),
        shows=("F5",),
        hazards=(Hazard.SILENT_STOP, Hazard.UNDER_DELIVERY),
        caught_by=(
            faults.nothing_is_commanded_that_the_hardware_cannot_deliver,
            faults.the_safe_mode_runs_the_fallback_or_nothing,
            faults.only_a_new_prescription_leaves_the_safe_mode,
        ),
        scenarios=("2013_motor_stalls.toml",),
        refused=(Reason.CANNOT_DELIVER, Reason.SAFE_MODE),
        raised=(Alarm.MOTOR_STALL,),
    ),
    Recall(
        key="2019-particle",
        date="2019-10",
        product="SynchroMed II, Class I",
        happened="A particle in the motor stalled it for good; 7 317 pumps in the United States, five confirmed cases.",
        answer=(
            "The stall is a critical alarm that no acknowledgement clears while it lasts. No prescription starts a "
            "pump that cannot deliver, and more than 48 hours without delivery are an alarm of their own."
        ),
        sources=("S-particle",),
        origins=(Origin.MACHINE,),
        shows=("F5",),
        hazards=(Hazard.SILENT_STOP, Hazard.ALARM_MASKED),
        caught_by=(
            alarms.a_true_condition_raises_its_alarm_at_once,
            alarms.no_alarm_is_cleared_while_its_condition_is_true,
            faults.a_pump_that_cannot_deliver_is_not_started,
            modes.two_days_without_delivery_are_critical,
        ),
        scenarios=("2019_particle.toml",),
        refused=(Reason.CONDITION_PRESENT, Reason.CANNOT_DELIVER, Reason.SILENCE_TOO_LONG),
        raised=(Alarm.MOTOR_STALL, Alarm.STOPPED_LONG, Alarm.EARLY_CHECK),
    ),
)
"""By date."""
