"""Arming: the next command is made, so short that obeying it, or any part of it, can break no limit."""

from __future__ import annotations

from intrathecal.arithmetic import div_floor, least
from intrathecal.device import Device
from intrathecal.pump import Cause, Command, Mode, Pump
from intrathecal.reservoir import is_empty


def arm(device: Device, pump: Pump, hold: bool) -> Command:
    """What runs next, and until when.

    `hold`: the host has not caught up with time, so nothing runs. `until` never passes the end of the slot or of the
    bolus, and passes the next level of the reservoir by less than a second.
    """
    if hold:
        return Command(flow=0, burn=0, until=pump.now, cause=Cause.OUTAGE)
    if pump.mode == Mode.STOPPED:
        return Command(flow=0, burn=0, until=pump.window.ends, cause=Cause.STOPPED)
    bolus = pump.mode == Mode.BOLUS
    ends = least(pump.window.ends, pump.bolus.ends) if bolus else pump.window.ends
    if is_empty(pump.reservoir):
        return arm_empty(device, pump, ends)
    flow = pump.bolus.flow if bolus else pump.schedule.flows[0]
    if flow == 0:
        return Command(flow=0, burn=0, until=ends, cause=Cause.SCHEDULED)
    reservoir = pump.reservoir
    level = reservoir.low_level if reservoir.remaining > reservoir.low_level else reservoir.empty_level
    return Command(
        flow=flow,
        burn=pump.bolus.burn if bolus else pump.schedule.burns[0],
        until=least(ends, pump.now + div_floor(reservoir.remaining - level, flow) + 1),
        cause=Cause.THERAPY,
    )


def arm_empty(device: Device, pump: Pump, ends: int) -> Command:
    """What runs on an empty pump: nothing, or the fallback where a sudden stop is dangerous, down to the residual.

    `ends`: s, when slot or bolus ends.
    """
    flow = pump.therapy.prescription.fallback if pump.limits.stop_dangerous else 0
    deliverable = pump.reservoir.remaining - device.residual
    if flow == 0 or deliverable < flow:
        return Command(flow=0, burn=0, until=ends, cause=Cause.EMPTY)
    return Command(
        flow=flow,
        burn=pump.therapy.fallback_burn,
        until=least(ends, pump.now + div_floor(deliverable, flow)),
        cause=Cause.EMPTY,
    )
