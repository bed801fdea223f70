"""The schedule is moved by whole slots: the patient's clock goes forward or back, in travel or for summer time."""

from __future__ import annotations

from intrathecal.arithmetic import greatest, least
from intrathecal.device import Device
from intrathecal.events import ShiftSchedule
from intrathecal.evolving import evolve
from intrathecal.handlers.prescribing import longest_day
from intrathecal.pump import Pump, replaces_schedule
from intrathecal.units import SHARES
from intrathecal.verdict import Decision, Reason, accept, postpone, refuse
from intrathecal.window import first_fit, fits, shifted


def on_shift_schedule(device: Device, pump: Pump, event: ShiftSchedule) -> Decision:
    """The schedule goes on at another place, if no 24 hours hold more by that than is prescribed; nothing else is
    moved. What a bridge sets aside moves with it."""
    if replaces_schedule(pump):
        return refuse(pump, Reason.NOT_BASAL)
    moved = shifted(pump, event.slots)
    room = room_of(pump)
    if not fits(pump.window, moved, pump.now, 0, room):
        return postpone(pump, Reason.WINDOW_FULL, first_fit(pump.window, pump.schedule, moved, pump.now, room))
    return accept(evolve(pump, number=event.number, schedule=moved))


def room_of(pump: Pump) -> int:
    """shares: what any 49 slots around a shift may hold: a prescribed day and its largest slot, or the patient's own
    ceiling, which has room for boluses."""
    return least(SHARES, greatest(pump.therapy.ceiling, longest_day(pump.therapy, pump.bridge)))
