"""Refilling: by when, reckoned toward too early, and from when on that is soon enough to be told."""

from __future__ import annotations

from intrathecal.arithmetic import div_floor, greatest, least
from intrathecal.pump import Pump, replaces_schedule
from intrathecal.settling import falls_short
from intrathecal.units import DAY, DAYS


def to_spare(pump: Pump) -> int:
    """quanta: what the schedule and the patient's boluses to come may take before the low alarm sounds, by the smaller
    of books and level sensor."""
    left = least(pump.reservoir.remaining, pump.supply.sensed)
    return left - pump.reservoir.low_level - under_way(pump)


def under_way(pump: Pump) -> int:
    """quanta: what a running bolus or priming still takes, and what a bridge may, counted on top of the schedule."""
    bolus = pump.bolus.flow * (pump.bolus.ends - pump.now) if replaces_schedule(pump) else 0
    bridge = pump.bridge.late + pump.bridge.meeting_flow if pump.bridge.late != 0 else 0
    return bolus + bridge


def refill_days(pump: Pump) -> int:
    """days: how many whole ones the pump runs, at the fast end and with all boluses used, before the low alarm; less
    one, for the rest of the present slot. 0 where a bridge may fall short, so that nobody knows when it ends."""
    if pump.bridge.late != 0 and falls_short(pump):
        return 0
    return days_within(to_spare(pump), pump.dosing.last)


def days_within(spare: int, day: int) -> int:
    """days: how many of `day` quanta each, and one more, take less than `spare` quanta; none where not even two do."""
    days = div_floor(spare - 1, greatest(day, 1)) - 1
    return least(greatest(days, 0), DAYS)


def refill_by(pump: Pump) -> int:
    """s: the predicted refill date of an implanted pump. The low alarm does not sound before it, as long as no
    clinician intervenes, the level sensor says nothing new and the ambient pressure stays as it is."""
    return pump.now + refill_days(pump) * DAY


def refill_is_due(pump: Pump) -> bool:
    """Whether the predicted date is today, or was."""
    return to_spare(pump) <= 2 * pump.dosing.last
