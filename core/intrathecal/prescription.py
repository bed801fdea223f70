"""What a clinician prescribes: a day of flows, the patient's boluses, the patient's own ceiling, the fallback."""

from __future__ import annotations

from attrs import field, frozen

from intrathecal.fields import Each, Made, Within
from intrathecal.units import DAY, FLOW_MAX, SLOTS, VOLUME_MAX


@frozen
class PatientBolusOrder:
    """The bolus that the patient may trigger; a count of 0 is none."""

    volume: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: the most that one bolus delivers."""
    duration: int = field(validator=Within(1, DAY, "s"))
    """s."""
    lockout: int = field(validator=Within(0, DAY, "s"))
    """s: from the end of any bolus to the start of the next one of the patient."""
    count: int = field(validator=Within(0, SLOTS, "boluses in 24 h"))
    """How many may start in any 24 hours."""


@frozen
class Prescription:
    """A whole therapy: it takes effect as one, or not at all."""

    flows: tuple[int, ...] = field(validator=Each(SLOTS, Within(0, FLOW_MAX, "nL/d")))
    """nL/d, 48 half-hours: the first is for the slot in which the prescription takes effect, then round and round."""
    patient_bolus: PatientBolusOrder = field(validator=Made(PatientBolusOrder))
    ceiling: int = field(validator=Within(0, VOLUME_MAX, "quanta"))
    """quanta: the patient's own daily ceiling. A bolus is admitted only if every run of 49 slots that it falls into
    (24 hours, and the slot in which they start) stays within it, the schedule counted in full."""
    fallback: int = field(validator=Within(0, FLOW_MAX, "nL/d"))
    """nL/d: what still runs when the reservoir is empty or therapy has failed, where a sudden stop is dangerous."""


def steady(flow: int) -> Prescription:
    """One flow (nL/d) all day, also where therapy has failed, and no bolus of the patient's."""
    return Prescription(
        flows=(flow,) * SLOTS,
        patient_bolus=PatientBolusOrder(volume=0, duration=1, lockout=0, count=0),
        ceiling=0,
        fallback=flow,
    )
