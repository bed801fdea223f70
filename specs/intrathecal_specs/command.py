"""The command: what may run, for how long, and what happens when the host is late."""

from __future__ import annotations

from attrs import frozen

from intrathecal.device import Device
from intrathecal.events import Event, Missed
from intrathecal.pump import Cause, Mode, Phase, Pump
from intrathecal.units import DAY, SHARES
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import Instant, Moment, observe, requirement
from intrathecal_specs.words import LATE, bolus_or_priming, overlap, programmable, ran, safe_flow


@requirement("CMD-1", hazards=(Hazard.OVER_DELIVERY,), source="design: Time and command")
def the_commanded_flow_is_one_the_device_can_run(device: Device, pump: Pump) -> bool:
    """The commanded flow is zero or lies in the device's range."""
    flow = pump.command.flow
    return flow == 0 or (pump.device.flow_min <= flow and flow <= pump.device.flow_max)


@requirement("CMD-2", hazards=(Hazard.OVER_DELIVERY,), source="design: Time and command")
def obeying_any_part_of_a_command_breaks_no_limit(device: Device, pump: Pump, at: Instant) -> bool:
    """Whenever the command is broken off, up to its own end: the last 49 slots hold no more than the ceiling, the
    slot has not ended, the reservoir has kept its residual volume, and a bolus or priming has not run past its end."""
    command = pump.command
    seconds = at - pump.now
    window = pump.window.total + pump.window.current + command.burn * seconds <= SHARES and at <= pump.window.ends
    reservoir = command.flow == 0 or pump.reservoir.remaining - command.flow * seconds >= pump.device.residual
    bolus = not bolus_or_priming(pump) or command.cause != Cause.THERAPY or at <= pump.bolus.ends
    return at < pump.now or at > command.until or (window and reservoir and bolus)


@requirement("CMD-3", hazards=(Hazard.SILENT_STOP, Hazard.WRONG_VOLUME), source="design: Time and command")
def nothing_counts_as_delivered_after_until(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """What a step counts as delivered is the last command's flow for the time it ran, and nothing after its end. A
    refill counts it in the account that it closes."""
    delivered = before.reservoir.delivered + before.command.flow * ran(before, after)
    open_account = after.pump.reservoir.delivered == delivered
    closed_account = after.pump.reservoir.delivered == 0 and after.pump.closed.delivered == delivered
    return open_account or closed_account


@requirement("CMD-3", hazards=(Hazard.SILENT_STOP,), source="design: Time and command")
def a_late_host_raises_an_alarm(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A gap in due therapy that is longer than the device's grace lists the late-host alarm, unless the pump is
    retired."""
    gap = after.pump.now - before.command.until
    retired = after.pump.phase == Phase.RETIRED
    return retired or before.mode == Mode.STOPPED or gap <= before.device.grace or after.alarms.listed[LATE]


@frozen
class GapDay:
    """An arbitrary 24 hours, and the gaps in due therapy within it."""

    start: int
    """s."""
    gaps: int
    """s."""


def begin_gap_day(start: Moment) -> GapDay:
    """No gap yet."""
    return GapDay(start=start, gaps=0)


def follow_gap_day(device: Device, seen: GapDay, before: Pump, event: Event, after: Step) -> GapDay:
    """The gap of this step is from the last command's end to the pump's new time."""
    due = before.mode != Mode.STOPPED or isinstance(event, Missed)
    gap = overlap(before.command.until, after.pump.now, seen.start, DAY)
    return GapDay(start=seen.start, gaps=seen.gaps + gap if due else seen.gaps)


def hand_over_gap_day(seen: GapDay) -> GapDay:
    """The next pump's host has kept its appointments so far."""
    return GapDay(start=seen.start, gaps=0)


observe(GapDay, begin_gap_day, follow_gap_day, hand_over_gap_day)


@requirement("CMD-3", hazards=(Hazard.SILENT_STOP,), source="design: Time and command")
def gaps_that_add_up_raise_an_alarm(device: Device, seen: GapDay, pump: Pump) -> bool:
    """Gaps in due therapy of 300 s or more in any 24 hours list the late-host alarm while those 24 hours last."""
    return pump.phase == Phase.RETIRED or seen.gaps < 300 or pump.now >= seen.start + DAY or pump.alarms.listed[LATE]


@requirement("CMD-4", hazards=(Hazard.OVER_DELIVERY,), source="design: Time and command")
def in_every_mode_the_flow_is_the_one_the_mode_prescribes(device: Device, pump: Pump) -> bool:
    """On a programmable pump. Stopped, suspended and during an outage: nothing. Safe: what the safe mode prescribes.
    Empty: nothing, or the fallback where a sudden stop is dangerous. In a bolus or priming: its own flow. In a bridge:
    the old solution's flow while a second of it cannot bring the new one, then the meeting's. Basal: the current slot's
    flow."""
    flow = pump.command.flow
    fallback = pump.limits.stop_dangerous and flow == pump.therapy.prescription.fallback
    safe = safe_flow(pump)
    bridge = pump.bridge.flow if pump.bridge.early >= pump.bridge.flow else pump.bridge.meeting_flow
    basal = bridge if pump.mode == Mode.BRIDGING else pump.schedule.flows[0]
    scheduled = pump.bolus.flow if bolus_or_priming(pump) else basal
    empty = pump.reservoir.remaining <= pump.reservoir.empty_level
    running = (flow == 0 or fallback) if empty else flow == (safe if pump.mode == Mode.SAFE else scheduled)
    still = pump.mode == Mode.STOPPED or pump.mode == Mode.SUSPENDED
    right = flow == 0 if still or pump.command.cause == Cause.OUTAGE else running
    return right or not programmable(pump)


@requirement("CMD-4", hazards=(Hazard.RECORD_LAGS,), source="design: Time and command")
def a_command_tells_why_it_is_so(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """A newly armed command names its cause: the outage that is caught up, a stopped or suspended pump, an empty one,
    the safe mode, a flow of nothing that is scheduled; else therapy."""
    pump = after.pump
    empty = pump.reservoir.remaining <= pump.reservoir.empty_level
    scheduled = pump.mode == Mode.BASAL and pump.schedule.flows[0] == 0 and programmable(pump)
    cause = Cause.SCHEDULED if scheduled else Cause.THERAPY
    cause = Cause.FAULT if pump.mode == Mode.SAFE and programmable(pump) else cause
    cause = Cause.EMPTY if empty else cause
    cause = Cause.MRI if pump.mode == Mode.SUSPENDED and programmable(pump) else cause
    cause = Cause.STOPPED if pump.mode == Mode.STOPPED else cause
    missed = isinstance(event, Missed) and after.verdict.accepted and programmable(pump)
    return pump == before or after.command.cause == (Cause.OUTAGE if missed else cause)


@requirement("CMD-2", hazards=(Hazard.SILENT_STOP, Hazard.UNDER_DELIVERY), source="design: Time and command")
def a_command_is_no_shorter_than_it_must_be(device: Device, pump: Pump) -> bool:
    """A command lasts until the slot ends, the bolus or the priming; or, to the second, until a level of the reservoir
    is passed, the residual reached, or the earliest or latest arrival of a new solution. Only one of nothing is over at
    once: that of a pump in its box, and after missed time."""
    command = pump.command
    seconds = command.until - pump.now
    left = pump.reservoir.remaining - command.flow * seconds
    low = passes(pump.reservoir.remaining, left, command.flow, pump.reservoir.low_level)
    empty = passes(pump.reservoir.remaining, left, command.flow, pump.reservoir.empty_level)
    residual = pump.device.residual <= left and left < pump.device.residual + command.flow
    early = pump.bridge.early - command.flow * seconds
    late = pump.bridge.late - command.flow * seconds
    bridged = (0 <= early and early < command.flow) or (late <= 0 and 0 < late + command.flow)
    slot = command.until == pump.window.ends or (bolus_or_priming(pump) and command.until == pump.bolus.ends)
    nothing = command.cause == Cause.OUTAGE or pump.phase != Phase.IMPLANTED
    at_once = nothing and command.flow == 0 and seconds == 0
    return slot or at_once or low or empty or residual or (pump.mode == Mode.BRIDGING and bridged)


def passes(remaining: int, left: int, flow: int, level: int) -> bool:
    """Whether what is `left` (quanta) of what is `remaining` has passed the level in the last second of the flow."""
    return level < remaining and left < level and level <= left + flow
