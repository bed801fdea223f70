"""Recalls of volumes: what was filled, measured or delivered, and what was believed."""

from __future__ import annotations

from typing import Final

from intrathecal.alarm import Alarm
from intrathecal.verdict import Reason
from intrathecal_specs import dose, priming, reservoir, supply, titration
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.recalls.recall import Origin, Recall

VOLUMES: Final = (
    Recall(
        key="2011-pocket-fill",
        date="2011-01 and 2013-07",
        product="SynchroMed refills, Class I",
        happened=(
            "The drug went into the pocket around the pump: 351 reports from 1996 to 2010, about one in 10 000 "
            "refills, eight deaths."
        ),
        answer=(
            "A refill without drawing the pump empty is refused. A needle in the wrong place draws less than any "
            "tolerance explains: a critical alarm in that very step. The books take what is filled at its word, so "
            "the next refill alarms again."
        ),
        sources=("S-pocket",),
        origins=(Origin.HUMAN,),
        shows=("F3", "F11"),
        hazards=(Hazard.MISPLACED_REFILL, Hazard.WRONG_VOLUME),
        caught_by=(
            reservoir.a_top_up_is_refused,
            reservoir.a_refill_tells_over_and_under_delivery,
            reservoir.a_refill_closes_the_account_and_opens_a_new_one,
        ),
        scenarios=("2011_pocket_fill.toml",),
        refused=(Reason.NOT_EMPTIED,),
        raised=(Alarm.OVER_DELIVERY,),
    ),
    Recall(
        key="2013-connector",
        date="2013-06",
        product="SynchroMed sutureless connectors, field safety notice FA579",
        happened="The connector sat askew or closed the line: too little drug arrived.",
        answer=(
            "More drawn at a refill than any tolerance explains raises the discrepancy alarm, which stays listed "
            "until a clinician takes note."
        ),
        sources=("S-2013",),
        origins=(Origin.MACHINE,),
        shows=("F10",),
        hazards=(Hazard.FLOW_DRIFT, Hazard.SENSOR_DISAGREEMENT),
        caught_by=(reservoir.a_refill_tells_over_and_under_delivery,),
        scenarios=("2013_connector.toml",),
        refused=(Reason.NOT_LISTED,),
        raised=(Alarm.REFILL_DISCREPANCY,),
    ),
    Recall(
        key="2013-level-sensor",
        date="2013-06-07",
        product="MedStream, Class I",
        happened=(
            "The fill level sensor failed: the low alarm came too early or too late, and the refill date was wrong."
        ),
        answer=(
            "Sensor and books are held against each other: what no tolerance explains is an alarm. The smaller of the "
            "two decides the low and the empty alarm; the books alone stop delivery."
        ),
        sources=("S-medstream",),
        origins=(Origin.MACHINE,),
        shows=("F3", "F9"),
        hazards=(Hazard.SENSOR_DISAGREEMENT, Hazard.UNDER_DELIVERY, Hazard.WRONG_VOLUME),
        caught_by=(
            supply.a_sensor_that_no_tolerance_explains_raises_an_alarm,
            supply.the_smaller_volume_decides_the_alarms,
            supply.only_the_books_stop_delivery,
            reservoir.the_low_alarm_comes_before_the_threshold,
        ),
        scenarios=("2013_level_sensor.toml",),
        refused=(Reason.CONDITION_PRESENT,),
        raised=(Alarm.LEVEL_DISAGREEMENT, Alarm.LOW_RESERVOIR, Alarm.REFILL_DUE),
    ),
    Recall(
        key="2013-priming",
        date="2013-05",
        product="SynchroMed priming bolus, field safety notice FA573",
        happened=(
            "While the line was primed, drug mixed with the water or the cerebrospinal fluid in it: some arrived "
            "before priming ended, fast, and less than prescribed for a while after it."
        ),
        answer=(
            "Priming takes no more than the line surely holds, and counts in full in every 24 hours that hold it. "
            "Until its volume has surely run out of the line, by what is delivered and not by time, no bolus is "
            "admitted."
        ),
        sources=("S-2013", "S-fda17"),
        origins=(Origin.MACHINE,),
        shows=("F14",),
        hazards=(Hazard.TRANSPORT_IGNORED, Hazard.OVER_DELIVERY),
        caught_by=(
            priming.no_bolus_and_no_other_solution_before_a_primed_line_has_cleared,
            priming.a_primed_line_has_all_of_it_to_clear,
            priming.a_line_clears_by_what_is_surely_delivered,
            dose.no_24_hours_hold_more_than_the_ceiling,
        ),
        scenarios=("2013_priming.toml",),
        refused=(Reason.WINDOW_FULL, Reason.NOT_BASAL, Reason.LINE_NOT_CLEAR),
        raised=(),
    ),
    Recall(
        key="2014-overinfusion",
        date="2014-03, again 2016-11",
        product="SynchroMed II",
        happened=(
            "Fewer than 0.16 % of pumps delivered more than 14.5 % above what was programmed, from the fifth month "
            "on, sometimes abruptly more. Overfilling, running dry, a closed catheter and standing still for more "
            "than 48 hours made it likelier."
        ),
        answer=(
            "Every refill tells over-delivery. Overfilling is refused; running dry or standing still marks the pump "
            "for an early check until a refill is as expected, and after 48 hours therapy begins anew."
        ),
        sources=("S-ecri", "S-hsa16"),
        origins=(Origin.MACHINE,),
        shows=("F10",),
        hazards=(Hazard.FLOW_DRIFT, Hazard.OVER_DELIVERY),
        caught_by=(
            reservoir.a_refill_tells_over_and_under_delivery,
            reservoir.overfilling_is_refused,
            supply.a_pump_that_ran_dry_or_stood_still_is_to_be_checked_early,
            supply.only_a_refill_as_expected_lifts_the_mark,
            titration.after_two_days_without_delivery_a_drug_begins_anew,
        ),
        scenarios=("2014_overinfusion.toml",),
        refused=(Reason.OVER_CAPACITY, Reason.BEGINS_ANEW, Reason.CONDITION_PRESENT, Reason.NOT_LISTED),
        raised=(Alarm.OVER_DELIVERY, Alarm.STOPPED_LONG, Alarm.EARLY_CHECK),
    ),
    Recall(
        key="2016-tubing-volume",
        date="2016-09 and 2017-03",
        product="SynchroMed programmer 8870, software update, Class I",
        happened=(
            "The programmer reckoned with 0.199 mL of pump tubing instead of 0.140 mL, and primed 0.059 mL too much: "
            "118 ug of baclofen at 2000 ug/mL, 1.475 mg of morphine at 25 mg/mL."
        ),
        answer=(
            "The pump knows its own tubing, with the number's source, and the catheter that was implanted. Priming "
            "takes at most what both surely hold at the fast end of tolerance, less all that has run since, and once."
        ),
        sources=("S-fda17", "S-icij17"),
        origins=(Origin.MACHINE,),
        shows=("F2",),
        hazards=(Hazard.OVER_DELIVERY, Hazard.TRANSPORT_IGNORED),
        caught_by=(
            priming.implantation_leaves_tubing_and_catheter_unprimed,
            priming.a_revision_leaves_the_catheter_alone_unprimed,
            priming.priming_takes_at_most_what_is_unprimed,
            priming.what_is_unprimed_falls_by_all_that_is_delivered,
        ),
        scenarios=("2016_tubing_volume.toml",),
        refused=(Reason.PRIMED,),
        raised=(),
    ),
)
"""By date."""
