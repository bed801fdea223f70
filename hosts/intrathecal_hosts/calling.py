"""Calling: when a host calls the core next, where nothing else happens."""

from __future__ import annotations

from intrathecal import Pump


def due_at(pump: Pump) -> int:
    """s: when the last command ends, or the silence of an alarm, which nothing else tells the host to sound again."""
    until, silent_until = pump.command.until, pump.alarms.silent_until
    return min(until, silent_until) if pump.now < silent_until else until
