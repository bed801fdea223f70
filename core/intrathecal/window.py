"""The dose window: what any 24 hours can have received, and whether what is to come still fits."""

from __future__ import annotations

from intrathecal.evolving import evolve
from intrathecal.pump import Pump, Schedule, Slots, Window
from intrathecal.units import DAY, NEVER, SLOT, SLOTS


def record(window: Window, burnt: int, at: int) -> Window:
    """The window at `at` (s, at most one slot on), after `burnt` shares in its current slot."""
    current = window.current + burnt
    if at < window.ends:
        return evolve(window, current=current)
    total = window.total - window.past[0] + current
    return evolve(window, past=window.past[1:] + (current,), total=total, current=0, ends=window.ends + SLOT)


def doubted(window: Window, more: int) -> Window:
    """The window with `more` shares in its current slot, in which not everything need have come from the pump to the
    patient: that is in doubt until 24 hours after the slot."""
    return evolve(window, current=window.current + more, doubtful_until=window.ends + DAY)


def turn(schedule: Schedule) -> Schedule:
    """The schedule one slot later."""
    return Schedule(
        flows=schedule.flows[1:] + schedule.flows[:1],
        burns=schedule.burns[1:] + schedule.burns[:1],
        reserved=schedule.reserved[1:] + schedule.reserved[:1],
    )


def ahead(values: Slots, slots: int) -> Slots:
    """The values, turned so that the first is the one that stood `slots` (0 to 63) places on."""
    left = slots
    for step in (32, 16, 8, 4, 2, 1):
        if left >= step:
            values = values[step:] + values[:step]
            left = left - step
    return values


def shifted(pump: Pump, slots: int) -> Schedule:
    """The pump's schedule with what is due in `slots` slots due now, and all after it."""
    schedule = pump.schedule
    return Schedule(
        flows=ahead(schedule.flows, slots),
        burns=ahead(schedule.burns, slots),
        reserved=ahead(schedule.reserved, slots),
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


def first_fit(window: Window, schedule: Schedule, moved: Schedule, now: int, room: int) -> int:
    """s: the first beginning of a slot after `now` (s), and within two days, at which `moved` would fit into `room`
    shares in place of `schedule`, if until then all has run that `schedule` sets aside; `NEVER` where there is none.

    Both are as of now, and turn with the slots.
    """
    at = now
    found = NEVER
    waiting = True
    for _ in range(2 * SLOTS):
        window = record(window, schedule.reserved[0] * (window.ends - at), window.ends)
        at = window.ends - SLOT
        schedule = turn(schedule)
        moved = turn(moved)
        good = fits(window, moved, at, 0, room)
        if waiting and good:
            found = at
        waiting = waiting and not good
    return found
