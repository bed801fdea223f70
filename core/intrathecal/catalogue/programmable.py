"""The programmable pumps of the catalogue. Outside the verifiable subset."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from intrathecal.catalogue import pressure
from intrathecal.catalogue.facts import DeviceFacts, chosen, read, unverified
from intrathecal.device import Drive, MriPolicy
from intrathecal.quantities import days, hours, ml, ml_per_day, per_cent, seconds

_MEASURING_ERROR = chosen(ml("0.5"), note="half a mark of a syringe that is marked by the mL")
_GRACE = chosen(seconds(60), note="rule CMD-3 of this project")
_SILENCE = chosen(hours(1), note="as SynchroMed II's")
_REFILL_WITHIN = unverified(days(180), "the longest that policies allow")
_NO_MRI = chosen(MriPolicy.FORBIDDEN, note="no source was read: the strictest")
_NO_PATIENT_BOLUS = chosen(False, note="no source was read: the strictest")
_TUBING = chosen(ml(0), note="no source was read; none, so that a priming is never too much")
_COMMANDED = chosen(Drive.PROGRAMMABLE, note="programmed by telemetry")
_NO_PORT = chosen(ml(0), note="no bolus port that bypasses its motor or valves is filled with a volume of its own")
_AFTER_MRI = chosen(hours(24), note="as SynchroMed II's")

_SYNCHROMED_II_20 = DeviceFacts(
    name="SynchroMed II 20 mL",
    capacity=read(ml(20), "S-z1338", "S-fda17"),
    residual=unverified(ml("1.4"), "about"),
    low=read(ml(2), "S-neuro2mL", note="recommended by the manufacturer at the time"),
    flow_min=read(ml_per_day("0.048"), "S-prialtweb"),
    flow_max=unverified(ml_per_day(24)),
    fast=read(per_cent("14.5"), "S-ecri"),
    slow=read(per_cent("14.5"), "S-ecri"),
    measuring_error=_MEASURING_ERROR,
    grace=_GRACE,
    silence=unverified(hours(1), "the interval of non-critical alarms"),
    patient_bolus=unverified(True, "patient devices 8835 and A820"),
    tubing=read(ml("0.14"), "S-icij17", note="corrected from 0.199 mL"),
    mri=read(MriPolicy.KEEP_RUNNING, "S-mri", note="stopping it before is not recommended, it should resume by itself"),
    mri_recovery=read(hours(24), "S-mri", note="return of proper infusion was delayed by 2 to 24 h"),
    refill_within=_REFILL_WITHIN,
    drive=_COMMANDED,
    bands=pressure.SYNCHROMED_II,
    port=_NO_PORT,
)

_SYNCHROMED_III_20 = DeviceFacts(
    name="SynchroMed III 20 mL",
    capacity=unverified(ml(20), "model 8667-20"),
    residual=unverified(ml("1.4"), "as SynchroMed II's"),
    low=unverified(ml(2), "as SynchroMed II's"),
    flow_min=unverified(ml_per_day("0.048"), "as SynchroMed II's"),
    flow_max=unverified(ml_per_day(24), "as SynchroMed II's"),
    fast=unverified(per_cent("14.5"), "as SynchroMed II's"),
    slow=unverified(per_cent("14.5"), "as SynchroMed II's"),
    measuring_error=_MEASURING_ERROR,
    grace=_GRACE,
    silence=_SILENCE,
    patient_bolus=unverified(True, "patient device A820"),
    tubing=unverified(ml("0.14"), "as SynchroMed II's"),
    mri=_NO_MRI,
    mri_recovery=_AFTER_MRI,
    refill_within=_REFILL_WITHIN,
    drive=_COMMANDED,
    bands=pressure.ON_LAND_145,
    port=_NO_PORT,
)

_PROMETRA_II_20 = DeviceFacts(
    name="Prometra II 20 mL",
    capacity=read(ml(20), "S-flowmri", note="model 13827"),
    residual=chosen(ml(0), note="no source was read; none"),
    low=read(ml(3), "S-ptc5", note="the anticipated volume on the date of the next refill"),
    flow_min=chosen(ml_per_day("0.048"), note="as SynchroMed II's; no source was read that names the slowest"),
    flow_max=unverified(ml_per_day("28.8")),
    fast=read(per_cent(15), "S-flow22", note="accepted: 85 to 115 %"),
    slow=read(per_cent(15), "S-flow22", note="accepted: 85 to 115 %"),
    measuring_error=_MEASURING_ERROR,
    grace=_GRACE,
    silence=_SILENCE,
    patient_bolus=read(True, "S-ptc5", "S-ptc6", note="the patient device is for Infumorph alone"),
    tubing=_TUBING,
    mri=read(MriPolicy.EMPTY_FIRST, "S-flowmri", "S-flowmri2", note="the field may open the valves: all drug is drawn"),
    mri_recovery=chosen(hours(1), "S-flowmri2", note="its status is inquired after the MRI; no time is named"),
    refill_within=_REFILL_WITHIN,
    drive=_COMMANDED,
    bands=pressure.PROMETRA_II,
    port=_NO_PORT,
)

_MEDSTREAM_20 = DeviceFacts(
    name="MedStream 20 mL",
    capacity=read(ml(20), "S-medstream", note="model 91-4200"),
    residual=chosen(ml("1.4"), note="as SynchroMed II's; no source was read"),
    low=read(ml(3), "S-medstream", note="by its fill level sensor"),
    flow_min=unverified(ml_per_day("0.1"), "about"),
    flow_max=unverified(ml_per_day(4), "about"),
    fast=unverified(per_cent(15), "10 to 15 %"),
    slow=unverified(per_cent(15), "10 to 15 %"),
    measuring_error=_MEASURING_ERROR,
    grace=_GRACE,
    silence=_SILENCE,
    patient_bolus=_NO_PATIENT_BOLUS,
    tubing=_TUBING,
    mri=chosen(
        MriPolicy.FORBIDDEN,
        "S-medmri",
        note="conditional up to 3 T, may reset it and end the infusion; not all conditions were read: the strictest",
    ),
    mri_recovery=_AFTER_MRI,
    refill_within=_REFILL_WITHIN,
    drive=_COMMANDED,
    bands=pressure.ON_LAND_150,
    port=_NO_PORT,
)

_GENERIC_18 = DeviceFacts(
    name="generic programmable 18 mL",
    capacity=chosen(ml(18), note="the smaller of two common sizes, 18 and 20 mL"),
    residual=chosen(ml("1.4"), note="as SynchroMed II's"),
    low=chosen(ml(2), "S-neuro2mL", note="a common threshold"),
    flow_min=chosen(ml_per_day("0.048"), note="as SynchroMed II's"),
    flow_max=chosen(ml_per_day(24), note="as SynchroMed II's"),
    fast=chosen(per_cent(15), note="the widest of the programmable pumps"),
    slow=chosen(per_cent(15), note="the widest of the programmable pumps"),
    measuring_error=_MEASURING_ERROR,
    grace=_GRACE,
    silence=_SILENCE,
    patient_bolus=_NO_PATIENT_BOLUS,
    tubing=_TUBING,
    mri=_NO_MRI,
    mri_recovery=_AFTER_MRI,
    refill_within=chosen(days(180), note="a refill every 3 to 6 months"),
    drive=_COMMANDED,
    bands=pressure.GENERIC_PROGRAMMABLE,
    port=_NO_PORT,
)

PROGRAMMABLE: Final = (
    _SYNCHROMED_II_20,
    evolve(_SYNCHROMED_II_20, name="SynchroMed II 40 mL", capacity=read(ml(40), "S-z1338", "S-fda17")),
    _SYNCHROMED_III_20,
    evolve(_SYNCHROMED_III_20, name="SynchroMed III 40 mL", capacity=unverified(ml(40), "model 8667-40")),
    _PROMETRA_II_20,
    evolve(_PROMETRA_II_20, name="Prometra II 40 mL", capacity=read(ml(40), "S-flowmri", note="model 16827")),
    _MEDSTREAM_20,
    evolve(_MEDSTREAM_20, name="MedStream 40 mL", capacity=read(ml(40), "S-medstream", note="model 91-4201")),
    _GENERIC_18,
    evolve(
        _GENERIC_18,
        name="generic programmable 20 mL",
        capacity=chosen(ml(20), note="the larger of two common sizes, 18 and 20 mL"),
    ),
)
"""Every programmable pump that the catalogue knows."""
