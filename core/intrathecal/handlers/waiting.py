"""Time passes: ticks of a host that is there, and the time that a host has missed."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.events import Missed, Tick
from intrathecal.pump import Pump
from intrathecal.verdict import ACCEPTED, Decision, accept


def on_tick(device: Device, pump: Pump, event: Tick) -> Decision:
    """Nothing but time."""
    return accept(pump)


def on_missed(device: Device, pump: Pump, event: Missed) -> Decision:
    """Nothing but time, and nothing runs before the host has caught up."""
    return Decision(pump=pump, verdict=ACCEPTED, hold=True)
