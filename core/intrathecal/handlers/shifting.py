"""The schedule is moved by whole slots: the patient's clock goes forward or back, in travel or for summer time."""

from __future__ import annotations

from intrathecal.device import Device
from intrathecal.events import ShiftSchedule
from intrathecal.evolving import evolve
from intrathecal.pump import Pump, replaces_schedule
from intrathecal.units import SHARES
from intrathecal.verdict import Decision, Reason, accept, postpone, refuse
from intrathecal.window import first_fit, fits, shifted


def on_shift_schedule(device: Device, pump: Pump, event: ShiftSchedule) -> Decision:
    """The schedule goes on at another place, if every 24 hours still hold it; nothing else is moved. What a bridge sets
    aside moves with it."""
    if replaces_schedule(pump):
        return refuse(pump, Reason.NOT_BASAL)
    moved = shifted(pump, event.slots)
    if not fits(pump.window, moved, pump.now, 0, SHARES):
        return postpone(pump, Reason.WINDOW_FULL, first_fit(pump.window, pump.schedule, moved, pump.now))
    return accept(evolve(pump, number=event.number, schedule=moved))
