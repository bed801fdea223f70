"""Refusals: an event is refused only with cause, and the reason that is told is true.

A refused event leaves what a tick would leave (AUTH-3), so that what a reason says can be asked of the pump after it.
"""

from __future__ import annotations

from intrathecal.alarm import CRITICAL_SILENCE
from intrathecal.arithmetic import greatest, least
from intrathecal.device import Device, MriPolicy
from intrathecal.events import (
    Acknowledge,
    Authority,
    CancelBolus,
    Event,
    FaultFound,
    FaultGone,
    Interrogate,
    LevelMeasured,
    Missed,
    MriBegins,
    MriEnds,
    PressureChanged,
    Refill,
    Reread,
    Retire,
    ReviseCatheter,
    ScreeningDose,
    ScreeningResponse,
    ShiftSchedule,
    Silence,
    Stop,
    Tick,
    Withdraw,
    XRay,
)
from intrathecal.fault import Fault
from intrathecal.pump import Mode, Phase, Pump
from intrathecal.reservoir import fill, withdraw
from intrathecal.titrating import day_mass
from intrathecal.trial import RUNGS, TrialBy
from intrathecal.units import END, SLOT
from intrathecal.verdict import Reason, Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.titration import without_delivery
from intrathecal_specs.words import (
    CRITICAL,
    ByClinician,
    Numbered,
    bolus_or_priming,
    by_prescription,
    constant,
    is_tried,
    leaves_little,
)

ONE_REASON = "design: The shape of the core (a refusal has one reason)"
"""Where it is said that a refusal tells one reason."""
Unrefused = Tick | Missed | XRay | LevelMeasured | PressureChanged | FaultFound | Interrogate | Reread
"""Events that are refused for no reason of their own."""


def judged_before(after: Step) -> bool:
    """Whether the event was accepted, or refused for its time, its device, its author, its number, or for want of an
    implanted pump, which other requirements are about."""
    said = after.verdict.reason
    untimely = Reason.OTHER_DEVICE <= said and said <= Reason.NOT_MISSED
    unfounded = said == Reason.NOT_CLINICIAN or said == Reason.DUPLICATE or said == Reason.NOT_IMPLANTED
    return after.verdict.accepted or untimely or unfounded


def for_want_of_a_motor(pump: Pump, after: Step) -> bool:
    """Whether the event was refused because the pump's flow is constant, and it is."""
    return after.verdict.reason == Reason.NO_MOTOR and constant(pump)


@requirement("AUTH-3", hazards=(Hazard.STUCK, Hazard.WRONG_TIME), source=ONE_REASON)
def an_event_is_refused_for_time_or_device_only_with_cause(
    device: Device, before: Pump, event: Event, after: Step
) -> bool:
    """Refused for its device, the event is for another one than the pump's; for its time, it lies before the pump's,
    more than a slot after it, after the end of time or, where a constant flow runs, after its command's end; as none
    that was missed, the flow is constant, or the last command had not ended."""
    said = after.verdict.reason
    beyond = constant(before) and before.phase == Phase.IMPLANTED and event.at > before.command.until
    missed = isinstance(event, Missed) and (constant(before) or event.at < before.command.until)
    device_true = said != Reason.OTHER_DEVICE or device != before.device
    past = said != Reason.TIME_PAST or event.at < before.now
    ahead = said != Reason.TIME_AHEAD or event.at > before.now + SLOT or beyond
    over = said != Reason.TIME_OVER or event.at > END
    return device_true and past and ahead and over and (said != Reason.NOT_MISSED or missed)


@requirement("AUTH-3", hazards=(Hazard.STUCK,), source=ONE_REASON)
def an_event_is_refused_for_its_author_only_with_cause(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Refused for its author, the event is a clinician's, and did not come with a clinician's authority; as a
    duplicate, its number is not above the last; for want of an implanted pump, there is none."""
    said = after.verdict.reason
    foreign = isinstance(event, ByClinician) and event.authority != Authority.CLINICIAN
    author = said != Reason.NOT_CLINICIAN or foreign
    again = isinstance(event, Numbered) and event.number <= before.number
    number = said != Reason.DUPLICATE or again
    return author and number and (said != Reason.NOT_IMPLANTED or before.phase != Phase.IMPLANTED)


@requirement("AUTH-3", hazards=(Hazard.STUCK, Hazard.SILENT_STOP), source=ONE_REASON)
def what_is_told_or_measured_is_never_refused(device: Device, before: Pump, event: Unrefused, after: Step) -> bool:
    """Time that passes, an X-ray, a level, a pressure, a fault and an interrogation are refused for their time, device,
    author or number alone, and a fault and an interrogation for want of a motor."""
    told = isinstance(event, FaultFound | Interrogate) and for_want_of_a_motor(before, after)
    return judged_before(after) or told


@requirement("AUTH-3", hazards=(Hazard.STUCK, Hazard.SILENT_STOP), source=ONE_REASON)
def a_stop_is_refused_only_with_cause(device: Device, before: Pump, event: Stop | Retire, after: Step) -> bool:
    """A stop is refused where the flow is constant, which stops when it is emptied, in the safe mode, which is one
    already, and where a sudden stop is dangerous and was not acknowledged; so is retirement, but not in the safe mode,
    and of a constant flow only while the pump is not empty."""
    said = after.verdict.reason
    full = isinstance(event, Stop) or after.pump.reservoir.remaining > 0
    emptied = said == Reason.EMPTY_TO_STOP and constant(before) and full
    safe = said == Reason.SAFE_MODE and isinstance(event, Stop) and after.pump.mode == Mode.SAFE
    sudden = said == Reason.SUDDEN_STOP and before.limits.stop_dangerous and not event.sudden_acknowledged
    return judged_before(after) or emptied or safe or sudden


@requirement("AUTH-3", hazards=(Hazard.STUCK,), source=ONE_REASON)
def an_end_of_a_bolus_is_refused_only_with_cause(
    device: Device, before: Pump, event: CancelBolus | ReviseCatheter | ShiftSchedule, after: Step
) -> bool:
    """A bolus is not cancelled where neither one nor priming runs. The catheter is not revised, and the schedule not
    moved, while one does; nor the catheter in a bridge. When a schedule has no room to move to is said apart."""
    said = after.verdict.reason
    nothing = said == Reason.NO_BOLUS and isinstance(event, CancelBolus) and not bolus_or_priming(after.pump)
    busy = said == Reason.NOT_BASAL and not isinstance(event, CancelBolus) and bolus_or_priming(after.pump)
    bridged = said == Reason.LINE_NOT_CLEAR and isinstance(event, ReviseCatheter) and after.pump.bridge.late != 0
    room = said == Reason.WINDOW_FULL and isinstance(event, ShiftSchedule)
    motor = not isinstance(event, ReviseCatheter) and for_want_of_a_motor(before, after)
    return judged_before(after) or nothing or busy or bridged or room or motor


@requirement("AUTH-3", hazards=(Hazard.STUCK, Hazard.ALARM_MASKED), source=ONE_REASON)
def a_response_to_an_alarm_is_refused_only_with_cause(
    device: Device, before: Pump, event: Silence | Acknowledge, after: Step
) -> bool:
    """A silence is refused where no alarm is listed or one is still silenced, and where it is longer than the device
    allows, or than 10 minutes for a critical alarm; an acknowledgement where its alarm is not listed, or its condition
    still true."""
    said = after.verdict.reason
    alarms = after.pump.alarms
    if isinstance(event, Silence):
        critical = any(alarms.listed[i] for i in CRITICAL)
        longest = least(before.device.silence, CRITICAL_SILENCE) if critical else before.device.silence
        silent = not any(alarms.listed) or after.pump.now <= alarms.silent_until
        long = said == Reason.SILENCE_TOO_LONG and event.duration > longest
        return judged_before(after) or (said == Reason.NOTHING_SOUNDS and silent) or long
    present = said == Reason.CONDITION_PRESENT and alarms.conditions[event.alarm]
    return judged_before(after) or (said == Reason.NOT_LISTED and not alarms.listed[event.alarm]) or present


@requirement("AUTH-3", hazards=(Hazard.STUCK,), source=ONE_REASON)
def a_fault_stays_only_where_none_such_passes(device: Device, before: Pump, event: FaultGone, after: Step) -> bool:
    """The hardware is not believed that a fault has passed which is no stall: a stalled motor may turn again; a lost
    memory, a reset and a battery at its end do not pass of themselves."""
    stays = after.verdict.reason == Reason.FAULT_STAYS and event.fault != Fault.MOTOR_STALL
    return judged_before(after) or stays or for_want_of_a_motor(before, after)


@requirement("AUTH-3", hazards=(Hazard.STUCK,), source=ONE_REASON)
def an_mri_is_refused_only_with_cause(device: Device, before: Pump, event: MriBegins | MriEnds, after: Step) -> bool:
    """An MRI is refused where the device's label forbids it, or wants the pump emptied and something is in it; it does
    not end where none was announced."""
    said = after.verdict.reason
    if isinstance(event, MriEnds):
        return judged_before(after) or (said == Reason.NO_MRI and not before.mri.announced)
    forbidden = said == Reason.MRI_FORBIDDEN and before.device.mri == MriPolicy.FORBIDDEN
    to_empty = before.device.mri == MriPolicy.EMPTY_FIRST and after.pump.reservoir.remaining > 0
    return judged_before(after) or forbidden or (said == Reason.NOT_EMPTIED and to_empty)


def kept_empty(pump: Pump, said: Reason) -> bool:
    """Whether it is told, and so, that the device must be empty in the MRI that is announced."""
    return said == Reason.MRI_FORBIDDEN and pump.mri.announced and pump.device.mri == MriPolicy.EMPTY_FIRST


@requirement("AUTH-3", hazards=(Hazard.STUCK, Hazard.UNDER_DELIVERY), source=ONE_REASON)
def the_needle_is_refused_only_with_cause(device: Device, before: Pump, event: Withdraw | Refill, after: Step) -> bool:
    """Drawing is refused where the reservoir does not hold as much, and, unless acknowledged, where it empties a pump
    whose drug must not stop suddenly, or leaves it low; a refill in an MRI for which the device must be empty, where
    the pump was not drawn empty, of another solution, over capacity, or, where the drug must not stop suddenly, of
    nothing to deliver, or of so little that a pump that held more is low; and, unless acknowledged, where therapy would
    begin anew or, as a refill is the prescription of a constant flow, is over a soft limit."""
    said = after.verdict.reason
    pump = after.pump
    if isinstance(event, Withdraw):
        left = withdraw(device, pump.limits, pump.reservoir, event.volume, pump.band)
        stops = left.remaining <= left.low_level and pump.limits.stop_dangerous
        sudden = said == Reason.SUDDEN_STOP and stops and not event.sudden_acknowledged
        return judged_before(after) or sudden or (said == Reason.NOT_ENOUGH and event.volume > pump.reservoir.remaining)
    topped = said == Reason.NOT_EMPTIED and not event.emptied
    other = said == Reason.SOLUTION_CHANGED and event.solution != pump.solution
    over = said == Reason.OVER_CAPACITY and event.filled > device.capacity
    soft = constant(pump) and pump.therapy.over_soft and not event.soft_limit_acknowledged
    rested = without_delivery(pump, pump.dosing.changed_at) and not event.restart_acknowledged
    doses = (said == Reason.SOFT_LIMIT and soft) or (said == Reason.BEGINS_ANEW and by_prescription(pump) and rested)
    left = fill(device, pump.limits, event.filled, pump.band)
    little = leaves_little(pump.reservoir.remaining, left) and pump.limits.stop_dangerous
    nothing = said == Reason.SUDDEN_STOP and little
    return judged_before(after) or kept_empty(pump, said) or topped or other or over or doses or nothing


@requirement("AUTH-3", hazards=(Hazard.STUCK,), source=ONE_REASON)
def a_screening_dose_is_refused_only_with_cause(
    device: Device, before: Pump, event: ScreeningDose, after: Step
) -> bool:
    """A screening dose is refused outside a trial, in one by infusion, while a response is awaited, within the interval
    since the last one, of another drug, and where it is not the ladder's next."""
    said = after.verdict.reason
    trial = before.trial
    outside = said == Reason.NOT_IN_TRIAL and before.phase != Phase.TRIAL
    waits = said == Reason.UNANSWERED and not trial.answered
    soon = said == Reason.DOSE_INTERVAL and event.at - trial.dosed_at < trial.protocol.interval
    other = said == Reason.OTHER_DRUG and event.drug != trial.protocol.drug
    off = trial.protocol.by == TrialBy.INFUSION
    for i in range(RUNGS):
        off = off or (trial.rung == i and event.mass != trial.protocol.ladder[i])
    return judged_before(after) or outside or waits or soon or other or (said == Reason.OFF_LADDER and off)


@requirement("AUTH-3", hazards=(Hazard.STUCK,), source=ONE_REASON)
def a_response_is_refused_only_with_cause(device: Device, before: Pump, event: ScreeningResponse, after: Step) -> bool:
    """A response is refused where no dose awaits one, or before its observation is over; in an infusion where none of
    the ladder's daily doses is infused, before the one in force has been observed, while the line clears or an increase
    is on its way in it, and while the dose window is in doubt."""
    said = after.verdict.reason
    trial = before.trial
    pump = after.pump
    since = pump.dosing.changed_at if trial.infusing else trial.dosed_at
    doubt = trial.infusing and event.at < pump.window.doubtful_until
    soon = said == Reason.OBSERVATION and (event.at - since < trial.protocol.observation or doubt)
    none = too_little_infused(pump) if trial.infusing else trial.answered
    travels = pump.line.clearing > 0 or pump.line.rising > 0
    clears = said == Reason.LINE_NOT_CLEAR and trial.infusing and travels
    return judged_before(after) or soon or (said == Reason.NO_DOSE and none) or clears


def too_little_infused(pump: Pump) -> bool:
    """Whether the daily dose in force, or what the dose window says was delivered, is below the ladder's first."""
    delivered = (pump.window.total + pump.window.current) // greatest(pump.limits.potency, 1)
    enough = False
    for ingredient in pump.solution.ingredients:
        mass = day_mass(least(pump.dosing.last, delivered), ingredient)
        enough = enough or (is_tried(pump.trial, ingredient) and mass >= pump.trial.protocol.ladder[0])
    return not enough


@requirement("TRIAL-4", hazards=(Hazard.STUCK,), source=ONE_REASON)
def a_transfer_is_refused_only_with_cause(old: Pump, device: Device, authority: Authority, after: Step) -> bool:
    """A transfer is refused without a clinician's authority, from a pump that is not retired, and to the same
    device."""
    said = after.verdict.reason
    author = said == Reason.NOT_CLINICIAN and authority != Authority.CLINICIAN
    serves = said == Reason.NOT_RETIRED and old.phase != Phase.RETIRED
    return after.verdict.accepted or author or serves or (said == Reason.SAME_DEVICE and device == old.device)
