"""Recalls of entries and sessions: what was typed, sent, or left undone."""

from __future__ import annotations

from typing import Final

from intrathecal.alarm import Alarm
from intrathecal.verdict import Reason
from intrathecal_specs import (
    alarms,
    authority,
    dose,
    environment,
    faults,
    modes,
    numbers,
    reservoir,
    therapy,
    titration,
)
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.recalls.recall import Origin, Recall

ENTRIES: Final = (
    Recall(
        key="2001-all-infusion-pumps",
        date="2001 to 2017",
        product="infusion pumps of all kinds, Class I",
        happened=(
            "The gravest recalls of sixteen years were sorted by what they came from: people, machines, surroundings."
        ),
        answer=(
            "One of each: a dose ten times too large is refused, a stall ends therapy with an alarm, an MRI of a "
            "model of which nothing is known is refused."
        ),
        sources=("S-jmir",),
        origins=(Origin.HUMAN, Origin.MACHINE, Origin.ENVIRONMENT),
        shows=("F1", "F5", "F12"),
        hazards=(Hazard.OVER_DELIVERY, Hazard.SILENT_STOP, Hazard.WRONG_MODEL),
        caught_by=(
            therapy.nothing_helps_over_a_hard_limit,
            alarms.a_true_condition_raises_its_alarm_at_once,
            faults.a_fault_ends_therapy_at_once,
            environment.an_mri_follows_the_devices_policy,
        ),
        scenarios=("2001_all_infusion_pumps.toml",),
        refused=(Reason.FLOW_RANGE, Reason.MRI_FORBIDDEN, Reason.CANNOT_DELIVER),
        raised=(Alarm.MOTOR_STALL,),
    ),
    Recall(
        key="2004-minutes-for-hours",
        date="2004-09-22, known since 2003-08",
        product="N'Vision 8870 card AAA 02, Class I",
        happened=(
            "The interval between periodic boluses was typed in the field for minutes and was meant in hours. Seven "
            "patients were gravely harmed, two died."
        ),
        answer=(
            "A duration is never without its unit. The day that a prescription makes, all its boluses included, is "
            "held against the hard limit, the soft limit and the dose before; lockout and ceiling bound what is "
            "admitted."
        ),
        sources=("S-fda04",),
        origins=(Origin.HUMAN,),
        shows=("F1",),
        hazards=(Hazard.OVER_DELIVERY,),
        caught_by=(
            therapy.nothing_helps_over_a_hard_limit,
            therapy.a_day_over_a_soft_limit_is_acknowledged_and_recorded,
            titration.a_daily_dose_rises_by_one_step_at_most,
            dose.the_lockout_lies_between_boluses,
            dose.no_24_hours_hold_more_than_the_ceiling,
        ),
        scenarios=("2004_minutes_for_hours.toml",),
        refused=(Reason.HARD_LIMIT, Reason.SOFT_LIMIT, Reason.STEP_UP, Reason.FLOW_RANGE, Reason.LOCKOUT),
    ),
    Recall(
        key="2014-scroll-wrap",
        date="2014-03",
        product="MiniMed insulin pumps, a sister product",
        happened="One press down from nothing wrapped the entry around to the largest bolus there is.",
        answer=(
            "A quantity never wraps, and a negative one is refused where it is made. Whatever an entry shows, no "
            "bolus carries more than the single dose."
        ),
        sources=("S-scroll",),
        origins=(Origin.HUMAN, Origin.MACHINE),
        shows=("F1",),
        hazards=(Hazard.OVER_DELIVERY, Hazard.WRONG_VOLUME),
        caught_by=(dose.no_bolus_carries_more_than_the_single_dose, numbers.every_intermediate_value_fits_64_bits),
        scenarios=("2014_scroll_wrap.toml",),
        refused=(Reason.SINGLE_DOSE, Reason.BOLUS_FLOW),
    ),
    Recall(
        key="2015-consent-decree",
        date="2015-04",
        product="SynchroMed II, consent decree",
        happened=(
            "Controls of the design had failed: problems from the field were not followed to their requirement, test "
            "and correction."
        ),
        answer=(
            "Each row of this table leads from what happened to a hazard, a requirement that is proven, and a "
            "scenario that is run. In a pump's life, what went wrong is told, and stays listed until a clinician "
            "takes note."
        ),
        sources=("S-decree",),
        origins=(Origin.HUMAN,),
        shows=("F7",),
        hazards=(Hazard.RECORD_LAGS, Hazard.ALARM_MASKED, Hazard.FLOW_DRIFT),
        caught_by=(
            alarms.every_rise_and_end_is_told,
            alarms.a_critical_alarm_latches,
            alarms.an_acknowledgement_clears_its_alarm_alone,
            reservoir.a_refill_tells_over_and_under_delivery,
        ),
        scenarios=("2015_consent_decree.toml",),
        refused=(Reason.NOT_CLINICIAN, Reason.SILENCE_TOO_LONG, Reason.NOT_LISTED),
        raised=(Alarm.REFILL_DISCREPANCY, Alarm.OVER_DELIVERY),
    ),
    Recall(
        key="2020-unfinished-session",
        date="2020-12 and 2021-01",
        product="SynchroMed II",
        happened=(
            "The pump was stopped when an update began, and started again only when it was complete. Sessions that "
            "were not brought to their end left it stopped, unnoticed for 48 hours to 21 days; five of eight patients "
            "were harmed."
        ),
        answer=(
            "A prescription takes effect whole or not at all, and until then the old one runs. Nothing but a "
            "clinician's stop, or a fault, ends therapy, and more than 48 hours without delivery are an alarm."
        ),
        sources=("S-hk20", "S-hsa21"),
        origins=(Origin.HUMAN, Origin.MACHINE),
        shows=("F4", "F5"),
        hazards=(Hazard.STUCK, Hazard.SILENT_STOP),
        caught_by=(
            therapy.a_prescription_takes_effect_whole_or_not_at_all,
            modes.only_a_stop_stops,
            authority.a_refusal_leaves_what_a_tick_would,
            therapy.a_duplicate_leaves_what_a_tick_would,
            modes.two_days_without_delivery_are_critical,
        ),
        scenarios=("2020_unfinished_session.toml",),
        refused=(Reason.SINGLE_DOSE, Reason.NOT_CLINICIAN, Reason.DUPLICATE),
        raised=(Alarm.STOPPED_LONG, Alarm.EARLY_CHECK),
    ),
)
"""By date."""
