"""The whole state of a pump, and the small records it is made of."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from attrs import frozen

from intrathecal.alarm import ALARMS
from intrathecal.device import Band, Device
from intrathecal.drug import Solution
from intrathecal.fault import ByFault
from intrathecal.members import at_once
from intrathecal.prescription import Prescription
from intrathecal.trial import Trial
from intrathecal.units import PLACES, SLOTS

Slots = Annotated[tuple[int, ...], SLOTS]
"""One value for each of 48 slots."""
ByAlarm = Annotated[tuple[bool, ...], ALARMS]
"""One yes or no for each alarm."""


@at_once
class Phase(IntEnum):
    """Where in its life the pump is."""

    CANDIDATE = 0
    IMPLANTED = 1
    """Implanted; or, in a trial by infusion, worn outside."""
    RETIRED = 2
    """Taken out, or switched off for good."""
    TRIAL = 3
    """Screening doses are given through a temporary catheter, or an infusion is yet to begin; nothing is implanted."""
    REJECTED = 4
    """No screening dose was a success: nothing is ever implanted."""


@at_once
class Mode(IntEnum):
    """What an implanted pump is doing."""

    STOPPED = 0
    BASAL = 1
    BOLUS = 2
    SAFE = 3
    """A fault has ended therapy: nothing runs, or the fallback where a sudden stop is dangerous."""
    SUSPENDED = 4
    """The motor is stalled in an announced MRI: therapy resumes when it turns again."""
    BRIDGING = 5
    """The solution was changed, and the line still holds the old one: the bridge runs in place of the schedule."""
    PRIMING = 6
    """The line is filled, in place of the schedule."""


@at_once
class Cause(IntEnum):
    """Why the commanded flow is what it is; a flow of zero always has a cause of its own."""

    THERAPY = 0
    STOPPED = 1
    SCHEDULED = 2
    EMPTY = 3
    OUTAGE = 4
    FAULT = 5
    MRI = 6


@at_once
class Finding(IntEnum):
    """What a refill told of the delivery before it."""

    AS_EXPECTED = 0
    OVER_DELIVERED = 1
    UNDER_DELIVERED = 2


@frozen
class Command:
    """Run at `flow` until `until`, then stop by yourself."""

    flow: int
    """nL/d."""
    burn: int
    """shares/s: the flow's price. A constant-flow pump whose books are spent still counts its factory flow's: more may
    be left than the books hold."""
    until: int
    """s."""
    cause: Cause


@frozen
class Limits:
    """What the solution allows on this device, priced once when it is admitted."""

    potency: int
    """shares a quantum, at the fast end of tolerance: the largest over the drugs."""
    flow: int
    """nL/d: the fastest that a schedule may ask for."""
    bolus: int
    """quanta: the most that one bolus may be."""
    day: int
    """quanta: the most that a programmed day may be: the hard limit."""
    soft: int
    """quanta: what a programmed day needs an acknowledgement above."""
    low: int
    """quanta: the true volume at which the low alarm has sounded."""
    stop_dangerous: bool
    """Whether a sudden stop endangers the patient."""
    patient_bolus: bool
    """Whether every drug, and the device, lets the patient trigger boluses."""


@frozen
class Therapy:
    """The prescription in force, priced once when it was admitted."""

    prescription: Prescription
    day: int
    """shares: the whole schedule, once round."""
    peak: int
    """shares/s: the largest burn of the schedule."""
    fastest: int
    """nL/d: the fastest flow of the schedule."""
    ceiling: int
    """shares: the patient's own daily ceiling."""
    fallback_burn: int
    """shares/s."""
    bolus_flow: int
    """nL/d."""
    bolus_burn: int
    """shares/s."""
    over_soft: bool
    """The programmed day lies above a soft limit, and a clinician acknowledged it."""


@frozen
class Schedule:
    """The 48 flows, turned so that the first is the current slot's, and their prices."""

    flows: Slots
    """nL/d."""
    burns: Slots
    """shares/s."""
    reserved: Slots
    """shares/s: what every 24 hours to come have set aside for the slot; more than the burns only during a bridge."""


@frozen
class Reservoir:
    """The open account of the reservoir, since the last refill, in nominal quanta."""

    filled: int
    remaining: int
    delivered: int
    withdrawn: int
    written_off: int
    doubtful: int
    """What counts as delivered, in an MRI or until its end is verified, and may not have been."""
    low_level: int
    """At or below this `remaining`, the low alarm's condition holds."""
    empty_level: int
    """At or below this `remaining`, the pump counts as empty."""
    fastest: int
    """quanta · per mille: the most that may truly have been delivered, each part of it at the fast end of the band of
    pressure in which it was."""
    slowest: int
    """quanta · per mille: the least; of what is doubtful nothing, of the rest each part at the slow end of its band."""


@frozen
class Supply:
    """What is known of the reservoir's content beside the books."""

    sensed: int
    """quanta: what the level sensor saw last, less what left since; what was filled in, where it has not spoken since
    then."""
    disagrees: bool
    """What it saw last lies outside what the books' tolerance allows."""
    use_by: int
    """s: from when on the solution is no longer stable."""
    check_early: bool
    """The pump ran dry or stood still for long, and no refill has shown since that it delivers as it should."""


@frozen
class ClosedAccount:
    """The account that the last refill closed, in nominal quanta; nothing remains in it."""

    at: int
    """s."""
    filled: int
    delivered: int
    withdrawn: int
    """Drawn at refill included."""
    doubtful: int
    """What of `delivered` may not have been."""
    written_off: int
    """Signed: expected less drawn."""
    finding: Finding
    fastest: int
    """quanta · per mille: the most of `delivered` that may truly have been."""
    slowest: int
    """quanta · per mille: the least."""


@frozen
class Window:
    """The last 48 whole slots and the current one, in shares: what any 24 hours can have received."""

    past: Slots
    """shares a slot, the oldest first."""
    total: int
    """shares: the sum of `past`."""
    current: int
    """shares: what the current slot has received."""
    ends: int
    """s: when the current slot ends."""
    doubtful_until: int
    """s: until when it may hold what this pump may not have brought to the patient: in an MRI, in a step that was lost,
    while the line was filled, through the bolus port, by the pump before; 0 before there was any."""


@frozen
class Bolus:
    """The bolus or the priming that runs, or the last one that ran."""

    volume: int
    """quanta: what was asked for."""
    flow: int
    """nL/d."""
    burn: int
    """shares/s."""
    started: int
    """s."""
    ends: int
    """s."""


@frozen
class BolusHistory:
    """What lockout and count are judged by."""

    ended: int
    """s: when the last bolus of any kind ended."""
    starts: Slots
    """s: the last 48 patient boluses, the newest first."""


@frozen
class DoseHistory:
    """What a new daily dose is judged by, in quanta a day of the present solution: schedule and all boluses."""

    last: int
    """quanta: the daily dose that was prescribed last; 0 before there is any."""
    rises_from: int
    """quanta: the anchor of steps up: what was in force before the first change that followed a whole interval."""
    falls_from: int
    """quanta: the same for steps down."""
    held: bool
    """No step up may be taken: the anchor is a dose to begin with."""
    changed_at: int
    """s: when the daily dose was changed last; before there is any, when the pump was commissioned, or when the one
    before it last delivered."""


@frozen
class Line:
    """What lies between the reservoir and the catheter's tip, beyond the device's own tubing."""

    catheter: int
    """quanta: the implanted catheter's volume."""
    uncertainty: int
    """quanta: how far that volume may be off."""
    rising: int
    """quanta: what is to be delivered before the last increase of the daily dose has surely travelled the line."""
    unprimed: int
    """quanta: what priming may take, at the fast end; 0 once it was primed."""
    clearing: int
    """quanta: what is to be delivered before what priming has left in the line has surely cleared."""


@frozen
class Bridge:
    """How the old solution is run out of the line after a change, by volume; the last one, once it is over."""

    solution: Solution
    """The old one."""
    potency: int
    """shares a quantum: the old solution's."""
    strongest: int
    """shares a quantum: the stronger of old and new."""
    early: int
    """quanta: what is to be delivered before the new solution can arrive."""
    late: int
    """quanta: what is to be delivered before it has surely arrived; 0: there is no bridge."""
    flow: int
    """nL/d: the old solution's, until the new one can arrive."""
    burn: int
    """shares/s: its price at the old potency."""
    meeting_flow: int
    """nL/d: from the earliest to the latest arrival."""
    meeting_burn: int
    """shares/s: its price at the stronger potency."""
    fallback_burn: int
    """shares/s: the fallback's price at the stronger potency."""
    day: int
    """shares: what is set aside for a whole day."""
    peak: int
    """shares/s: the largest that is set aside."""


@frozen
class FormerDoses:
    """What a patient has had from the pump before this one, by place in its solution."""

    codes: Annotated[tuple[int, ...], PLACES]
    """The drugs, by their codes."""
    doses: Annotated[tuple[int, ...], PLACES]
    """ng/d: the daily dose of each; 0 where there was none."""
    until: int
    """s: when that pump last delivered; `NEVER` where there was none, or it never did."""


@frozen
class Service:
    """How well the host has kept its appointments."""

    gap_at: int
    """s: when a gap beyond the grace was last found."""
    gaps_today: int
    """s: gaps in due therapy, since the day began."""
    gaps_before: int
    """s: the same of the day before."""
    day_ends: int
    """s: when the day of `gaps_today` ends."""
    outage_since: int
    """s: when the present or last outage began."""
    outage_until: int
    """s: how far the present or last outage is known to have lasted."""


@frozen
class Mri:
    """Where an MRI stands."""

    announced: bool
    """A clinician has announced an MRI, and not its end."""
    unverified_since: int
    """s: when an MRI began whose outcome nobody has confirmed since; `NEVER` where there is none."""


@frozen
class Alarms:
    """What is listed, and how long it is muted."""

    conditions: ByAlarm
    """Whether each alarm's condition held after the last step."""
    listed: ByAlarm
    """Whether each alarm is listed: its condition holds, or it latched and was not acknowledged."""
    silent_until: int
    """s: nothing sounds before."""


@frozen(slots=False)
class Pump:
    """The whole state."""

    device: Device
    now: int
    """s: the time up to which the books are kept."""
    number: int
    """The number of the last event that was applied."""
    phase: Phase
    mode: Mode
    faults: ByFault
    """Which faults are present."""
    solution: Solution
    limits: Limits
    therapy: Therapy
    schedule: Schedule
    reservoir: Reservoir
    supply: Supply
    closed: ClosedAccount
    window: Window
    bolus: Bolus
    history: BolusHistory
    dosing: DoseHistory
    line: Line
    bridge: Bridge
    delivered_at: int
    """s: the last moment at which drug was delivered."""
    service: Service
    mri: Mri
    alarms: Alarms
    command: Command
    trial: Trial
    """What the trial before implantation showed, if there was one."""
    former: FormerDoses
    band: Band
    """The band of ambient pressure that the pump is in: that of the last change, before any that of ordinary air."""


def replaces_schedule(pump: Pump) -> bool:
    """Whether a bolus or priming runs, in place of the schedule."""
    return pump.mode == Mode.BOLUS or pump.mode == Mode.PRIMING
