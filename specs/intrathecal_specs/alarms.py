"""Alarms: raised at once, never cleared while true, silenced for a while at most, and in nobody's way."""

from __future__ import annotations

from attrs import evolve

from intrathecal.alarm import ALARMS, SILENT
from intrathecal.arithmetic import least
from intrathecal.device import Device
from intrathecal.events import (
    Acknowledge,
    Event,
    Silence,
    Tick,
)
from intrathecal.fault import Fault
from intrathecal.pump import Alarms, Finding, Phase, Pump
from intrathecal.stepping import step
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import CRITICAL, Commanding, bolus_or_priming


def holds(pump: Pump) -> tuple[bool, ...]:
    """By alarm, whether its condition holds, in the order of `Alarm`; on a retired pump none does."""
    if pump.phase == Phase.RETIRED:
        return (False,) * ALARMS
    left = least(pump.reservoir.remaining, pump.supply.sensed)
    refilled = pump.closed.at == pump.now
    stopped = pump.delivered_at >= 0 and pump.now - pump.delivered_at > 48 * 3_600
    late = pump.service.gap_at == pump.now or pump.service.gaps_today + pump.service.gaps_before >= 300
    return (
        left <= pump.reservoir.empty_level,
        pump.faults[Fault.MOTOR_STALL],
        pump.faults[Fault.END_OF_SERVICE],
        pump.faults[Fault.MEMORY],
        pump.faults[Fault.RESET],
        refilled and pump.closed.finding == Finding.OVER_DELIVERED,
        stopped,
        late,
        pump.mri.unverified_since >= 0 and pump.now - pump.mri.unverified_since > pump.device.mri_recovery,
        not pump.band.allowed,
        left <= pump.reservoir.low_level,
        pump.faults[Fault.REPLACEMENT_DUE],
        pump.phase == Phase.IMPLANTED and pump.now >= pump.supply.use_by,
        pump.supply.disagrees,
        pump.supply.check_early,
        refilled and pump.closed.finding == Finding.UNDER_DELIVERED,
        pump.phase == Phase.IMPLANTED and left - pump.reservoir.low_level - still_taken(pump) <= 2 * pump.dosing.last,
    )


def still_taken(pump: Pump) -> int:
    """quanta: what a running bolus or priming has yet to bring, and what a bridge may yet take and a second more."""
    bolus = pump.bolus.flow * (pump.bolus.ends - pump.now) if bolus_or_priming(pump) else 0
    return bolus + (pump.bridge.late + pump.bridge.meeting_flow if pump.bridge.late != 0 else 0)


@requirement("ALM-1", hazards=(Hazard.SILENT_STOP,), source="domain.md 6.4")
def a_true_condition_raises_its_alarm_at_once(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """In the step in which a condition becomes true its alarm is listed, and its rise is told."""
    raised = True
    for i in range(ALARMS):
        new = holds(after.pump)[i] and not holds(before)[i]
        raised = raised and (not new or (after.pump.alarms.listed[i] and after.alarms.risen[i]))
    return raised


@requirement("ALM-2", hazards=(Hazard.ALARM_MASKED,), source="domain.md 6.3 (3 alarms)")
def no_alarm_is_cleared_while_its_condition_is_true(device: Device, pump: Pump) -> bool:
    """Every alarm whose condition is true is listed."""
    return all(not holds(pump)[i] or pump.alarms.listed[i] for i in range(ALARMS))


@requirement("ALM-3", hazards=(Hazard.ALARM_MASKED,), source="domain.md 6.4 (any timed pause ends by itself)")
def a_silence_ends_by_itself(device: Device, pump: Pump) -> bool:
    """No silence lasts longer than the device's longest, nor than 10 minutes while a critical alarm is listed."""
    left = pump.alarms.silent_until - pump.now
    critical = any(pump.alarms.listed[i] for i in CRITICAL)
    return left <= pump.device.silence and (not critical or left <= 600)


@requirement("ALM-3", hazards=(Hazard.ALARM_MASKED,), source="design: Alarms")
def a_silence_follows_a_sound(device: Device, before: Pump, event: Silence, after: Step) -> bool:
    """A silence begins only later than the end of the last one, and only while an alarm is listed: the alarm has
    sounded in between."""
    listed = any(after.alarms.listed[i] for i in range(ALARMS))
    return not after.verdict.accepted or (event.at > before.alarms.silent_until and listed)


@requirement("ALM-3", hazards=(Hazard.STUCK,), source="domain.md 6.4 (any timed pause ends by itself)")
def a_silence_lasts_as_long_as_it_was_asked_for(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """An accepted silence lasts for what was asked. No other event shortens or renews one, but the step in which an
    alarm rises, which ends it."""
    until = after.pump.alarms.silent_until
    if isinstance(event, Silence) and after.verdict.accepted:
        return until == event.at + event.duration
    risen = any(after.alarms.risen[i] for i in range(ALARMS))
    return until == (after.pump.now if risen else before.alarms.silent_until)


@requirement("ALM-4", hazards=(Hazard.ALARM_MASKED,), source="domain.md 6.4 (break through a pause)")
def a_new_alarm_breaks_the_silence(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """In the step in which any alarm rises, something sounds."""
    risen = any(after.alarms.risen[i] for i in range(ALARMS))
    return not risen or after.alarms.sounding != SILENT


@requirement("ALM-5", hazards=(Hazard.ALARM_MASKED,), source="domain.md 6.4 (higher priority pre-empts)")
def the_most_urgent_alarm_sounds(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Outside a silence, what sounds is listed, and nothing more urgent is; during one nothing sounds."""
    muted = after.pump.now < after.pump.alarms.silent_until
    most_urgent = True
    for i in range(ALARMS):
        sounds = after.alarms.sounding == i
        first = after.alarms.listed[i] and not any(after.alarms.listed[j] for j in range(i))
        most_urgent = most_urgent and sounds == (first and not muted)
    return most_urgent


@requirement("ALM-5", hazards=(Hazard.ALARM_MASKED,), source="design: Alarms")
def silence_mutes_sound_and_never_the_list(device: Device, before: Pump, event: Silence, after: Step) -> bool:
    """A silence leaves the list as a tick would leave it."""
    tick = step(device, before, Tick(at=event.at))
    return after.alarms.listed == tick.alarms.listed and after.pump.alarms.listed == tick.pump.alarms.listed


@requirement(
    "ALM-6",
    hazards=(Hazard.STUCK, Hazard.ALARM_MASKED),
    source="domain.md 5 (Nov 2023: an alarm that blocked recovery)",
)
def no_alarm_blocks_a_clinician(device: Device, before: Pump, event: Commanding, after: Step, other: Alarms) -> bool:
    """Whatever alarms are listed, latched or silenced, a clinician's command gets the same verdict and leaves the same
    mode and command."""
    twin = step(device, evolve(before, alarms=other), event)
    return (
        twin.verdict == after.verdict and twin.pump.mode == after.pump.mode and twin.pump.command == after.pump.command
    )


@requirement("ALM-7", hazards=(Hazard.ALARM_MASKED,), source="domain.md 6.4 (latching)")
def a_critical_alarm_latches(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A critical alarm leaves the list only when a clinician acknowledges it after its condition has gone."""
    kept = True
    for i in CRITICAL:
        left = before.alarms.listed[i] and not after.pump.alarms.listed[i]
        kept = kept and (not left or (acknowledged(event, after, i) and not holds(after.pump)[i]))
    return kept


def acknowledged(event: Event, after: Step, alarm: int) -> bool:
    """Whether the event acknowledges this alarm and was accepted."""
    if not isinstance(event, Acknowledge):
        return False
    return after.verdict.accepted and event.alarm == alarm


@requirement("ALM-7", hazards=(Hazard.ALARM_MASKED,), source="domain.md 6.4 (latching)")
def an_acknowledgement_clears_its_alarm_alone(device: Device, before: Pump, event: Acknowledge, after: Step) -> bool:
    """An accepted acknowledgement takes its alarm off the list, and that alarm was on it."""
    cleared = True
    for i in range(ALARMS):
        mine = event.alarm == i
        cleared = cleared and (not mine or (not after.pump.alarms.listed[i] and after.alarms.ended[i]))
    return not after.verdict.accepted or cleared


@requirement("ALM-8", hazards=(Hazard.RECORD_LAGS,), source="domain.md 7.6 D7")
def every_rise_and_end_is_told(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """The step names every alarm whose condition became true, every alarm that left the list, and the list."""
    told = after.alarms.listed == after.pump.alarms.listed
    for i in range(ALARMS):
        rose = after.pump.alarms.listed[i] and not before.alarms.listed[i]
        left = before.alarms.listed[i] and not after.pump.alarms.listed[i]
        told = told and (not rose or after.alarms.risen[i]) and after.alarms.ended[i] == left
    return told
