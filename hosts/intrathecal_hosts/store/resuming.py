"""Resuming: what a host does with a saved state once its power is back, before anything runs."""

from __future__ import annotations

from attrs import frozen

from intrathecal import Drive, Event, Pump, Reread, Step, step
from intrathecal.units import END
from intrathecal_hosts.absence import passing
from intrathecal_hosts.store.medium import Medium
from intrathecal_hosts.store.slots import Found, read_back


@frozen
class Resumed:
    """What was found on a medium, and what the pump made of the time since."""

    found: Found
    pump: Pump | None
    """As it is now; nothing, where nothing could be read."""
    steps: tuple[tuple[Event, Step], ...]
    """What the host has told it, in order."""


def resume(medium: Medium, at: int) -> Resumed:
    """Read the state back, and tell the pump what it has missed until `at` (s); where its newest state may be lost,
    also that. Nothing is saved: a host whose power is lost in between finds what it found before, and so does one that
    loses it while it saves what came of this, unless that is whole by then.

    Where `at` lies within the saved command, the pump is brought to that command's end: it counts as run, and no part
    of it is obeyed a second time, however little of the time away is known. Nothing runs, and no event is taken, before
    the host's clock is there too: it waits, or is brought there. A constant flow runs on, and is brought to `at` alone.

    Raises `ValueError` for a time before the saved one, or after the end of time.
    """
    back = read_back(medium)
    pump = back.pump
    if pump is None:
        return Resumed(back.found, None, ())
    if not pump.now <= at <= END:
        raise ValueError(f"resume: at {at} s, must be from {pump.now}, the time of the saved state, to {END}")
    steps: list[tuple[Event, Step]] = []
    present = max(at, _over(pump))
    while pump.now < present:
        pump = _told(pump, passing(pump, present), steps)
    if back.found is Found.DOUBTFUL:
        pump = _told(pump, Reread(present), steps)
    return Resumed(back.found, pump, tuple(steps))


def _over(pump: Pump) -> int:
    """s: when all that was commanded is over; of a constant flow, which is never over, the pump's own time."""
    return pump.now if pump.device.drive == Drive.CONSTANT_FLOW else min(pump.command.until, END)


def _told(pump: Pump, event: Event, steps: list[tuple[Event, Step]]) -> Pump:
    answer = step(pump.device, pump, event)
    assert answer.verdict.accepted  # time passes, and a reread is refused for nothing
    steps.append((event, answer))
    return answer.pump
