"""Recalls of scanners: what an MRI does to a pump."""

from __future__ import annotations

from typing import Final

from intrathecal.alarm import Alarm
from intrathecal.verdict import Reason
from intrathecal_specs import alarms, environment, faults
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.recalls.recall import Origin, Recall

SCANNERS: Final = (
    Recall(
        key="2008-mri",
        date="2008-08",
        product="SynchroMed EL and II in an MRI",
        happened=(
            "After an MRI it took 2 to 24 hours until the pump infused properly again. Its log told of stall and "
            "recovery late, sometimes only when the pump was interrogated a second time."
        ),
        answer=(
            "A stall in an announced MRI suspends, and its recovery resumes. From the end of the MRI the pump is "
            "unverified, until an interrogation confirms motor and program; no time ends that, and too long is an "
            "alarm."
        ),
        sources=("S-mri", "S-mhra"),
        origins=(Origin.ENVIRONMENT,),
        shows=("F4", "F7"),
        hazards=(Hazard.STUCK, Hazard.RECORD_LAGS),
        caught_by=(
            environment.the_end_of_an_mri_is_unverified,
            environment.only_an_interrogation_verifies,
            environment.what_counts_as_delivered_in_an_mri_is_doubtful,
            environment.only_a_stall_in_an_announced_mri_suspends,
            environment.a_motor_that_turns_again_resumes_therapy,
        ),
        scenarios=("2008_mri.toml",),
        refused=(Reason.CONDITION_PRESENT,),
        raised=(Alarm.MOTOR_STALL, Alarm.UNVERIFIED_AFTER_MRI),
    ),
    Recall(
        key="2019-mr-unsafe",
        date="2019-10",
        product="Prometra I, label in the European Union",
        happened=(
            "A pump without the valve that its successor has was labelled anew, from conditional to unsafe in an MRI: "
            "the field may open its valves and empty it into the patient."
        ),
        answer=(
            "An MRI follows the policy of the very device. Of a model of which nothing is known, none is admitted; of "
            "one that is to be emptied first, none while anything is left that it could deliver."
        ),
        sources=("S-flowfsn", "S-flowmri"),
        origins=(Origin.ENVIRONMENT,),
        shows=("F12",),
        hazards=(Hazard.WRONG_MODEL,),
        caught_by=(environment.an_mri_follows_the_devices_policy,),
        scenarios=("2019_mr_unsafe.toml", "2019_mri_empty_first.toml"),
        refused=(Reason.MRI_FORBIDDEN, Reason.NOT_EMPTIED, Reason.NO_MRI),
        raised=(Alarm.EMPTY, Alarm.LOW_RESERVOIR, Alarm.EARLY_CHECK, Alarm.REFILL_DUE),
    ),
    Recall(
        key="2023-mri-with-alarm",
        date="2023-11",
        product="SynchroMed II in an MRI",
        happened=(
            "With an alarm active, interference in the scanner left the pump waiting for its programmer: it delivered "
            "nothing until it was interrogated."
        ),
        answer=(
            "No alarm keeps a pump from delivering: a motor that turns again resumes the prescription at once, and a "
            "clinician's prescription is never refused for an alarm."
        ),
        sources=("S-hk23", "S-tga"),
        origins=(Origin.ENVIRONMENT,),
        shows=("F4", "F6"),
        hazards=(Hazard.STUCK, Hazard.ALARM_MASKED),
        caught_by=(
            environment.a_motor_that_turns_again_resumes_therapy,
            alarms.no_alarm_blocks_a_clinician,
            faults.nothing_but_its_own_limits_keeps_a_prescription_out,
        ),
        scenarios=("2023_mri_with_alarm.toml",),
        refused=(Reason.CONDITION_PRESENT,),
        raised=(Alarm.REFILL_DUE, Alarm.LOW_RESERVOIR, Alarm.MOTOR_STALL),
    ),
)
"""By date."""
