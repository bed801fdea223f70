"""The dose window: what any 24 hours can have received, and whether what is to come still fits."""

from __future__ import annotations

from intrathecal.pump import Schedule, Window
from intrathecal.units import SLOT, SLOTS


def record(window: Window, burnt: int, at: int) -> Window:
    """The window at `at` (s, at most one slot on), after `burnt` shares in its current slot."""
    current = window.current + burnt
    if at < window.ends:
        return Window(past=window.past, total=window.total, current=current, ends=window.ends)
    return Window(
        past=window.past[1:] + (current,),
        total=window.total - window.past[0] + current,
        current=0,
        ends=window.ends + SLOT,
    )


def turn(schedule: Schedule) -> Schedule:
    """The schedule one slot later."""
    return Schedule(
        flows=schedule.flows[1:] + schedule.flows[:1],
        burns=schedule.burns[1:] + schedule.burns[:1],
        reserved=schedule.reserved[1:] + schedule.reserved[:1],
    )


def fits(window: Window, schedule: Schedule, now: int, bolus: int, ceiling: int) -> bool:
    """Whether every 24 hours that contain `now` (s) stay within `ceiling` shares, with all that the schedule sets
    aside.

    `bolus`: shares that a bolus adds to any of them. The first sum is the last 48 slots and the current one; each
    next one gives up the oldest slot and takes in the next to come.
    """
    load = window.total + window.current + schedule.reserved[0] * (window.ends - now) + bolus
    good = load <= ceiling
    for k in range(SLOTS):
        load = load - window.past[k] + schedule.reserved[(k + 1) % SLOTS] * SLOT
        good = good and load <= ceiling
    return good
