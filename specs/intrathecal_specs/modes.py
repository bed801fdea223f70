"""Modes: no silent stop, no stop as a side effect, and no stop that lasts unnoticed."""

from __future__ import annotations

from attrs import frozen

from intrathecal.device import Device
from intrathecal.events import CancelBolus, Event, Retire, Stop
from intrathecal.pump import Cause, Mode, Phase, Pump
from intrathecal.units import NEVER
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import Moment, observe, requirement
from intrathecal_specs.words import STOPPED_LONG, bolus_or_priming, ran, safe_flow


@requirement("MODE-4", hazards=(Hazard.SILENT_STOP,), source="domain.md 7.6 E2")
def no_flow_is_zero_without_a_cause(device: Device, pump: Pump) -> bool:
    """A flow of zero names its cause, and the cause is true: stopped by a clinician or not yet started, a schedule of
    zero, an empty reservoir, a fault that leaves nothing to run, a stall in an MRI, or an outage that the host has yet
    to catch up with. Above zero it is therapy, or the fallback of an empty pump or of the safe mode."""
    cause = pump.command.cause
    stopped = cause == Cause.STOPPED and pump.mode == Mode.STOPPED
    scheduled = cause == Cause.SCHEDULED and pump.mode == Mode.BASAL and pump.schedule.flows[0] == 0
    empty = cause == Cause.EMPTY and pump.reservoir.remaining <= pump.reservoir.empty_level
    fault = cause == Cause.FAULT and pump.mode == Mode.SAFE
    mri = cause == Cause.MRI and pump.mode == Mode.SUSPENDED
    outage = cause == Cause.OUTAGE and pump.command.until == pump.now
    if pump.command.flow == 0:
        return stopped or scheduled or empty or mri or outage or (fault and safe_flow(pump) == 0)
    return empty or fault or cause == Cause.THERAPY


@requirement("MODE-4", hazards=(Hazard.SILENT_STOP,), source="domain.md 7.6 E2")
def only_missed_time_is_an_outage(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A step that is no missed time, and is not refused for its time or device, arms the next command: it lasts
    longer than this moment."""
    return after.command.cause != Cause.OUTAGE or is_missed(after) or after.pump == before


def is_missed(after: Step) -> bool:
    """Whether the step was missed time that was accepted: the command ends as it begins."""
    return after.verdict.accepted and after.command.until == after.pump.now


@frozen
class LastDelivery:
    """When drug was last delivered."""

    at: int
    """s."""


def begin_last_delivery(start: Moment) -> LastDelivery:
    """Never."""
    return LastDelivery(at=NEVER)


def follow_last_delivery(device: Device, seen: LastDelivery, before: Pump, event: Event, after: Step) -> LastDelivery:
    """The last second of a command that ran and was not of zero flow."""
    delivered = before.command.flow > 0 and ran(before, after) > 0
    return LastDelivery(at=before.now + ran(before, after)) if delivered else seen


def hand_over_last_delivery(seen: LastDelivery) -> LastDelivery:
    """The next pump has not delivered yet."""
    return LastDelivery(at=NEVER)


observe(LastDelivery, begin_last_delivery, follow_last_delivery, hand_over_last_delivery)


@requirement(
    "MODE-5",
    hazards=(Hazard.SILENT_STOP,),
    source="domain.md 5 (Dec 2020: 48 h to 21 days unnoticed), S-hsa16",
)
def two_days_without_delivery_are_critical(device: Device, seen: LastDelivery, pump: Pump) -> bool:
    """From an implanted pump's first delivery on, more than 48 h without any, for whatever cause, list a critical
    alarm."""
    return (
        pump.phase != Phase.IMPLANTED
        or seen.at < 0
        or pump.now - seen.at <= 48 * 3_600
        or pump.alarms.listed[STOPPED_LONG]
    )


@requirement(
    "MODE-7",
    hazards=(Hazard.STUCK, Hazard.SILENT_STOP),
    source="domain.md 5 (Dec 2020: stopped as a side effect of a session)",
)
def only_a_stop_stops(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A pump that was not stopped is stopped only by a clinician's stop, or retired."""
    stop = isinstance(event, Stop | Retire) and after.verdict.accepted
    return before.mode == Mode.STOPPED or after.pump.mode != Mode.STOPPED or stop


@requirement("MODE-7", hazards=(Hazard.OVER_DELIVERY,), source="design: Modes and faults")
def a_clinicians_stop_stops(device: Device, before: Pump, event: Stop, after: Step) -> bool:
    """An accepted stop leaves nothing running."""
    return not after.verdict.accepted or (after.pump.mode == Mode.STOPPED and after.command.flow == 0)


@requirement("MODE-7", hazards=(Hazard.OVER_DELIVERY,), source="design: Modes and faults")
def a_retired_pump_stays_retired(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Only a clinician retires an implanted pump, and nothing brings it back."""
    retired = isinstance(event, Retire) and after.verdict.accepted
    new = before.phase == Phase.IMPLANTED and after.pump.phase == Phase.RETIRED
    kept = before.phase != Phase.RETIRED or after.pump.phase == Phase.RETIRED
    return kept and retired == new


@requirement("MODE-7", hazards=(Hazard.OVER_DELIVERY,), source="design: Modes and faults")
def only_an_implanted_pump_runs(device: Device, pump: Pump) -> bool:
    """A pump that is not implanted is stopped."""
    return pump.phase == Phase.IMPLANTED or pump.mode == Mode.STOPPED


@requirement("MODE-7", hazards=(Hazard.STUCK,), source="design: Modes and faults")
def cancelling_needs_a_bolus(device: Device, before: Pump, event: CancelBolus, after: Step) -> bool:
    """A cancellation is accepted only while a bolus or priming runs, and the schedule returns."""
    return not after.verdict.accepted or (bolus_or_priming(before) and after.pump.mode == Mode.BASAL)
