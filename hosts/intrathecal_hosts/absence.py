"""Absence: what a host that is back tells a pump of the time in which it was away."""

from __future__ import annotations

from intrathecal import Drive, Missed, Pump, Tick
from intrathecal.units import SLOT


def passing(pump: Pump, back: int) -> Tick | Missed:
    """The next of what passed until the host was `back` (s, later than the pump's time): a command that runs on is told
    by a tick, as is a constant flow, which misses nothing; the rest is an outage."""
    if pump.device.drive == Drive.CONSTANT_FLOW:
        runs = pump.command.until if pump.command.until > pump.now else pump.now + SLOT
        return Tick(min(runs, pump.now + SLOT, back))
    return Missed(min(pump.now + SLOT, back)) if back >= pump.command.until else Tick(back)
