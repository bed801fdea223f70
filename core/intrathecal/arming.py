"""Arming: the next command is made, so short that obeying it, or any part of it, can break no limit."""

from __future__ import annotations

from intrathecal.arithmetic import div_ceil, div_floor, least
from intrathecal.device import Device, Drive
from intrathecal.fault import can_deliver
from intrathecal.pump import Cause, Command, Mode, Pump, replaces_schedule
from intrathecal.reservoir import is_empty


def arm(device: Device, pump: Pump, hold: bool) -> Command:
    """What runs next, and until when.

    `hold`: the host has not caught up with time, so nothing runs. `until` never passes the end of the slot, of the
    bolus or of the priming, and passes the next level of the reservoir by less than a second.
    """
    if device.drive == Drive.CONSTANT_FLOW:
        return arm_constant(device, pump)
    if hold:
        return Command(flow=0, burn=0, until=pump.now, cause=Cause.OUTAGE)
    if pump.mode == Mode.STOPPED:
        return Command(flow=0, burn=0, until=pump.window.ends, cause=Cause.STOPPED)
    if pump.mode == Mode.SUSPENDED:
        return Command(flow=0, burn=0, until=pump.window.ends, cause=Cause.MRI)
    if pump.mode == Mode.BRIDGING and not is_empty(pump.reservoir):
        return arm_bridge(pump)
    bolus = replaces_schedule(pump)
    ends = least(pump.window.ends, pump.bolus.ends) if bolus else pump.window.ends
    if is_empty(pump.reservoir):
        return arm_empty(device, pump, ends)
    if pump.mode == Mode.SAFE:
        return run(pump, fallback(pump), fallback_burn(pump), ends, Cause.FAULT)
    if bolus:
        return run(pump, pump.bolus.flow, pump.bolus.burn, ends, Cause.THERAPY)
    cause = Cause.SCHEDULED if pump.schedule.flows[0] == 0 else Cause.THERAPY
    return run(pump, pump.schedule.flows[0], pump.schedule.burns[0], ends, cause)


def run(pump: Pump, flow: int, burn: int, ends: int, cause: Cause) -> Command:
    """The flow (nL/d) at its price (shares/s) until `ends` (s), or until the next level of the reservoir is passed."""
    if flow == 0:
        return Command(flow=0, burn=0, until=ends, cause=cause)
    reservoir = pump.reservoir
    level = reservoir.low_level if reservoir.remaining > reservoir.low_level else reservoir.empty_level
    until = least(ends, pump.now + div_floor(reservoir.remaining - level, flow) + 1)
    return Command(flow=flow, burn=burn, until=until, cause=cause)


def fallback(pump: Pump) -> int:
    """nL/d: what runs in place of therapy: the prescribed fallback where a sudden stop is dangerous and the hardware
    can deliver, else nothing."""
    return pump.therapy.prescription.fallback if pump.limits.stop_dangerous and can_deliver(pump.faults) else 0


def fallback_burn(pump: Pump) -> int:
    """shares/s: the fallback's price; while the line may hold the old solution, at the stronger potency."""
    return pump.bridge.fallback_burn if pump.bridge.late != 0 else pump.therapy.fallback_burn


def arm_bridge(pump: Pump) -> Command:
    """What runs in a bridge: the old solution at its own flow while the new one cannot arrive within a second, then the
    flow of the meeting until the new one has surely arrived."""
    bridge = pump.bridge
    if bridge.early >= bridge.flow:
        ends = least(pump.window.ends, pump.now + div_floor(bridge.early, bridge.flow))
        return run(pump, bridge.flow, bridge.burn, ends, Cause.THERAPY)
    ends = least(pump.window.ends, pump.now + div_ceil(bridge.late, bridge.meeting_flow))
    return run(pump, bridge.meeting_flow, bridge.meeting_burn, ends, Cause.THERAPY)


def arm_empty(device: Device, pump: Pump, ends: int) -> Command:
    """What runs on an empty pump: nothing, or the fallback down to the residual.

    `ends`: s, when slot or bolus ends.
    """
    flow = fallback(pump)
    deliverable = pump.reservoir.remaining - device.residual
    if flow == 0 or deliverable < flow:
        return Command(flow=0, burn=0, until=ends, cause=Cause.EMPTY)
    return Command(
        flow=flow,
        burn=fallback_burn(pump),
        until=least(ends, pump.now + div_floor(deliverable, flow)),
        cause=Cause.EMPTY,
    )


def arm_constant(device: Device, pump: Pump) -> Command:
    """What a constant-flow pump runs, which nobody can hold or stop: its factory flow, also where it counts as empty.

    Once less than a second of it is left above the nominal residual, the books have no more to count; the dose window
    still does, as the pump may have run slow and truly hold more.
    """
    ends = pump.window.ends
    flow = device.flow_min
    burn = fallback_burn(pump)
    if pump.mode == Mode.STOPPED:
        return Command(flow=0, burn=0, until=ends, cause=Cause.STOPPED)
    if not is_empty(pump.reservoir):
        return run(pump, flow, burn, ends, Cause.THERAPY)
    deliverable = pump.reservoir.remaining - device.residual
    if deliverable < flow:
        return Command(flow=0, burn=burn, until=ends, cause=Cause.EMPTY)
    return Command(flow=flow, burn=burn, until=least(ends, pump.now + div_floor(deliverable, flow)), cause=Cause.EMPTY)
