"""Faults: therapy ends at once, the safe mode holds until a clinician prescribes, and nothing runs that cannot."""

from __future__ import annotations

from intrathecal.arithmetic import least
from intrathecal.device import Device
from intrathecal.events import Authority, Commission, Event, FaultFound, FaultGone, Program
from intrathecal.fault import FAULTS, Fault
from intrathecal.pricing import day_volume
from intrathecal.pump import Cause, Mode, Phase, Pump
from intrathecal.verdict import Reason, Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import Prescribing, hardware_delivers, programmable, safe_flow


@requirement("MODE-1", hazards=(Hazard.CORRUPTED_PROGRAM,), source="domain.md 5 (2009 to 2013: resets and stalls)")
def a_fault_ends_therapy_at_once(device: Device, before: Pump, event: FaultFound, after: Step) -> bool:
    """A reset, a stalled motor outside an MRI, a memory fault and the end of service leave a pump that ran in the safe
    mode, and one that was stopped stopped, in the same step; all that may run from then on is the fallback."""
    magnet = event.fault == Fault.MOTOR_STALL and before.mri.announced
    ends = event.fault != Fault.REPLACEMENT_DUE and not magnet
    mode = after.pump.mode == Mode.SAFE or (after.pump.mode == Mode.STOPPED and before.mode == Mode.STOPPED)
    flow = after.command.flow == 0 or after.command.flow == safe_flow(after.pump)
    return not after.verdict.accepted or not ends or (mode and flow)


@requirement("MODE-1", hazards=(Hazard.CORRUPTED_PROGRAM, Hazard.RECORD_LAGS), source="design: Modes and faults")
def a_fault_in_time_is_noted(device: Device, before: Pump, event: FaultFound, after: Step) -> bool:
    """A fault is refused only for its time or device, or by a pump without motor and electronics; once accepted it is
    present."""
    noted = True
    for i in range(FAULTS):
        noted = noted and (event.fault != i or after.pump.faults[i])
    return noted if after.verdict.accepted else after.pump == before or after.verdict.reason == Reason.NO_MOTOR


@requirement("MODE-1", hazards=(Hazard.CORRUPTED_PROGRAM,), source="design: Modes and faults")
def faults_do_not_go_by_themselves(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A fault leaves only when the hardware reports it gone, which a memory fault and the end of service never are; a
    reset leaves with a clinician's new prescription."""
    programmed = isinstance(event, Prescribing) and after.verdict.accepted
    kept = True
    for i in range(FAULTS):
        left = before.faults[i] and not after.pump.faults[i]
        reported = i == Fault.MOTOR_STALL and reported_gone(event, after, i)
        kept = kept and (not left or reported or (programmed and i == Fault.RESET))
    return kept


def reported_gone(event: Event, after: Step, fault: int) -> bool:
    """Whether the event reports this fault gone, and was accepted."""
    if not isinstance(event, FaultGone):
        return False
    return after.verdict.accepted and event.fault == fault


@requirement("MODE-2", hazards=(Hazard.OVER_DELIVERY, Hazard.UNDER_DELIVERY), source="domain.md 4.4 (off may harm)")
def the_safe_mode_runs_the_fallback_or_nothing(device: Device, pump: Pump) -> bool:
    """In the safe mode the fallback runs where a sudden stop is dangerous and the hardware can deliver, else nothing;
    an empty pump or an outage may leave even that out. The fallback is at most the slowest scheduled flow."""
    flow = pump.command.flow
    excused = pump.reservoir.remaining <= pump.reservoir.empty_level or pump.command.cause == Cause.OUTAGE
    exact = flow == safe_flow(pump) or (excused and flow == 0)
    slowest = all(pump.therapy.prescription.fallback <= scheduled for scheduled in pump.schedule.flows)
    return pump.mode != Mode.SAFE or (exact and slowest)


@requirement("MODE-1", hazards=(Hazard.CORRUPTED_PROGRAM,), source="design: Modes and faults")
def a_pump_that_cannot_deliver_has_no_therapy(device: Device, pump: Pump) -> bool:
    """While the hardware cannot deliver, the pump is stopped or in the safe mode, or suspended if the motor is
    stalled."""
    none = pump.mode == Mode.STOPPED or pump.mode == Mode.SAFE
    lasting = pump.faults[Fault.MEMORY] or pump.faults[Fault.END_OF_SERVICE]
    stalled = pump.faults[Fault.MOTOR_STALL]
    return none or (not lasting and stalled == (pump.mode == Mode.SUSPENDED))


@requirement("MODE-2", hazards=(Hazard.SILENT_STOP,), source="design: Modes and faults")
def nothing_is_commanded_that_the_hardware_cannot_deliver(device: Device, pump: Pump) -> bool:
    """While the motor is stalled, after a memory fault and at the end of service, the command is zero."""
    return hardware_delivers(pump) or pump.command.flow == 0


@requirement("MODE-3", hazards=(Hazard.CORRUPTED_PROGRAM,), source="domain.md 5 (Jul 2009: old program after a reset)")
def only_a_new_prescription_leaves_the_safe_mode(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A pump in the safe mode stays in it until a clinician's new prescription is accepted, or the pump is retired."""
    programmed = isinstance(event, Prescribing) and after.verdict.accepted
    left = before.mode == Mode.SAFE and after.pump.mode != Mode.SAFE
    return not left or programmed or after.pump.phase == Phase.RETIRED


@requirement("MODE-3", hazards=(Hazard.CORRUPTED_PROGRAM,), source="design: Modes and faults")
def a_pump_that_cannot_deliver_is_not_started(
    device: Device, before: Pump, event: Commission | Prescribing, after: Step
) -> bool:
    """Neither commissioning nor a prescription is accepted while the hardware cannot deliver."""
    return not after.verdict.accepted or hardware_delivers(before)


@requirement("MODE-6", hazards=(Hazard.STUCK,), source="domain.md 5 (Nov 2023: an alarm that blocked recovery)")
def nothing_but_its_own_limits_keeps_a_prescription_out(
    device: Device, before: Pump, event: Program, after: Step
) -> bool:
    """On an implanted programmable pump whose hardware can deliver, whatever its mode and alarms, a clinician's new
    prescription is refused only for its time or device, or where it does not fit device, drug or day, or goes above
    both the anchor and the dose in force, or calls for an acknowledgement that was not given: so the way back to
    delivery is always open."""
    clinician = event.authority == Authority.CLINICIAN and event.number > before.number
    ready = before.phase == Phase.IMPLANTED and hardware_delivers(before) and programmable(before)
    untimely = Reason.OTHER_DEVICE <= after.verdict.reason and after.verdict.reason <= Reason.NOT_MISSED
    unfit = Reason.FLOW_RANGE <= after.verdict.reason and after.verdict.reason <= Reason.WINDOW_FULL
    why = after.verdict.reason
    above = day_volume(event.prescription) > least(before.dosing.last, before.dosing.rises_from)
    meant = (
        (why == Reason.STEP_UP and above)
        or (why == Reason.BEGINS_ANEW and not event.restart_acknowledged)
        or (why == Reason.STEP_DOWN and not event.fall_acknowledged)
        or (why == Reason.NOT_ARRIVED and not event.increase_acknowledged)
    )
    return not clinician or not ready or after.verdict.accepted or untimely or unfit or meant
