"""What many tests do: tell a pump what happens, and let time pass."""

from __future__ import annotations

from intrathecal import Event, Pump, Step, Tick, step
from intrathecal.units import SLOT


def accepted(pump: Pump, event: Event) -> Step:
    """What the core answers to an event that it must accept."""
    answer = step(pump.device, pump, event)
    assert answer.verdict.accepted, answer.verdict.reason.name
    return answer


def later(pump: Pump, at: int) -> Pump:
    """The pump at `at` (s), with a host that calls whenever a command ends, and each half-hour where none runs."""
    while pump.now < at:
        ends = pump.command.until if pump.command.until > pump.now else pump.now + SLOT
        pump = accepted(pump, Tick(min(at, ends))).pump
    return pump
