"""Surroundings: X-rays change nothing; an MRI follows the device's policy, and its outcome is verified by a look."""

from __future__ import annotations

from intrathecal.device import Device, MriPolicy
from intrathecal.events import Event, FaultFound, FaultGone, Interrogate, MriBegins, MriEnds, Tick, XRay
from intrathecal.fault import Fault
from intrathecal.pump import Mode, Phase, Pump
from intrathecal.stepping import step
from intrathecal.units import NEVER
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import Drawing, in_doubt, programmable, ran, resumed


@requirement("ENV-1", hazards=(Hazard.WRONG_MODEL,), source="domain.md 6.1 (environment)")
def an_x_ray_changes_nothing(device: Device, before: Pump, event: XRay, after: Step) -> bool:
    """An X-ray leaves exactly what a tick at its time would leave."""
    tick = step(device, before, Tick(at=event.at))
    return after.pump == tick.pump and after.verdict == tick.verdict


@requirement("ENV-3", hazards=(Hazard.WRONG_MODEL,), source="domain.md 5 (Oct 2019), 2 (S-flowmri), 1.6 (S-mri)")
def an_mri_follows_the_devices_policy(device: Device, before: Pump, event: MriBegins, after: Step) -> bool:
    """An MRI is never admitted where the device forbids it, and where it must be empty first only once nothing remains,
    the residual volume neither."""
    drained = after.pump.reservoir.remaining <= 0
    allowed = before.device.mri == MriPolicy.KEEP_RUNNING or (before.device.mri == MriPolicy.EMPTY_FIRST and drained)
    return not after.verdict.accepted or (allowed and after.pump.mri.announced)


@requirement("ENV-3", hazards=(Hazard.WRONG_MODEL,), source="domain.md 2 (S-flowmri: valves open)")
def a_device_that_must_be_empty_in_an_mri_stays_so(device: Device, pump: Pump) -> bool:
    """While an MRI is announced, a device that must be empty for it holds nothing."""
    to_empty = pump.mri.announced and pump.device.mri == MriPolicy.EMPTY_FIRST
    return not to_empty or pump.reservoir.remaining <= 0


@requirement("ENV-3", hazards=(Hazard.UNDER_DELIVERY,), source="domain.md 1.6 (S-mri: leave running)")
def announcing_an_mri_leaves_therapy_as_it_is(
    device: Device, before: Pump, event: MriBegins | MriEnds, after: Step
) -> bool:
    """The beginning and the end of an MRI leave mode, therapy and command as a tick would leave them."""
    tick = step(device, before, Tick(at=event.at)).pump
    therapy = after.pump.therapy == tick.therapy and after.pump.schedule == tick.schedule
    return after.pump.mode == tick.mode and therapy and after.command == tick.command


@requirement("ENV-3", hazards=(Hazard.SILENT_STOP, Hazard.STUCK), source="domain.md 1.6 (S-mri)")
def only_a_stall_in_an_announced_mri_suspends(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A pump becomes suspended only when its motor stalls in an announced MRI."""
    new = after.pump.mode == Mode.SUSPENDED and before.mode != Mode.SUSPENDED
    return not new or (is_stall(event) and before.mri.announced)


def is_stall(event: Event) -> bool:
    """Whether the event is the report of a stalled motor."""
    if not isinstance(event, FaultFound):
        return False
    return event.fault == Fault.MOTOR_STALL


@requirement("ENV-3", hazards=(Hazard.STUCK, Hazard.SILENT_STOP), source="domain.md 5 (Aug 2008, Nov 2023)")
def a_motor_that_turns_again_resumes_therapy(device: Device, before: Pump, event: FaultGone, after: Step) -> bool:
    """When the stall of a suspended pump has passed, the prescription runs again, or the bridge before it, whatever
    alarms are listed; nothing counts as verified by that."""
    passed = after.verdict.accepted and before.mode == Mode.SUSPENDED
    verified = after.pump.mri == before.mri
    return not passed or (after.pump.mode == resumed(after.pump) and after.pump.therapy == before.therapy and verified)


@requirement("ENV-4", hazards=(Hazard.RECORD_LAGS, Hazard.WRONG_MODEL), source="domain.md 1.6 (S-mhra: logged late)")
def what_counts_as_delivered_in_an_mri_is_doubtful(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """What counts as delivered from the announcement of an MRI until its end is verified counts as doubtful too, and
    nothing else does; a refill takes it down in the account that it closes."""
    doubt = in_doubt(before)
    doubtful = before.reservoir.doubtful + (before.command.flow * ran(before, after) if doubt else 0)
    filled = isinstance(event, Drawing) and after.verdict.accepted
    first = before.reservoir.filled == 0 and after.pump.reservoir.doubtful == 0
    return after.pump.closed.doubtful == doubtful if filled else first or after.pump.reservoir.doubtful == doubtful


@requirement("ENV-5", hazards=(Hazard.STUCK, Hazard.RECORD_LAGS), source="domain.md 5 (Aug 2008), 7.6 G6")
def only_an_interrogation_verifies(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Once an MRI is announced, a programmable pump counts as verified again only after its end, when an interrogation
    confirms motor and program, or the pump is retired; no time-out does it."""
    open_before = in_doubt(before)
    open_after = in_doubt(after.pump)
    excused = after.pump.phase == Phase.RETIRED or not programmable(before)
    return excused or not open_before or open_after or (confirmed(event, after) and not before.mri.announced)


def confirmed(event: Event, after: Step) -> bool:
    """Whether the event is an interrogation that found motor and program as they should be."""
    if not isinstance(event, Interrogate):
        return False
    return after.verdict.accepted and event.motor_turns and event.program_confirmed


@requirement("ENV-5", hazards=(Hazard.RECORD_LAGS, Hazard.SILENT_STOP), source="design: Environment")
def an_announced_mri_is_unverified(device: Device, pump: Pump) -> bool:
    """From the beginning of an MRI on, and not only from its end, which may never be told, a programmable pump is
    unverified."""
    return not programmable(pump) or not pump.mri.announced or pump.mri.unverified_since >= 0


@requirement("ENV-5", hazards=(Hazard.RECORD_LAGS,), source="design: Environment")
def the_end_of_an_mri_is_unverified(device: Device, before: Pump, event: MriEnds, after: Step) -> bool:
    """An MRI that is over leaves a programmable pump unverified, as it was since the first one began. One of constant
    flow holds nothing that a magnet could have changed unseen."""
    since = before.mri.unverified_since
    known = since >= 0 and since <= event.at
    unverified = after.pump.mri.unverified_since == since and (known if programmable(before) else since == NEVER)
    ended = not after.pump.mri.announced and unverified
    return not after.verdict.accepted or (before.mri.announced and ended)
