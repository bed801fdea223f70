"""Which alarm conditions hold, what is listed, and what sounds."""

from __future__ import annotations

from intrathecal.alarm import ALARMS, LATCHING, SILENT
from intrathecal.arithmetic import least
from intrathecal.device import Device
from intrathecal.evolving import evolve
from intrathecal.fault import Fault
from intrathecal.pump import Alarms, ByAlarm, Finding, Phase, Pump, Supply
from intrathecal.refilling import refill_is_due
from intrathecal.reservoir import is_empty
from intrathecal.units import NEVER, STOPPED_LONGEST
from intrathecal.verdict import AlarmReport

GAPS_LONGEST = 300
"""s: gaps in due therapy that add up to this within today and the day before are an alarm."""
_NONE = (False,) * ALARMS


def supervise(pump: Pump) -> Supply:
    """What is known of the supply, with a mark where the pump is empty or has stood still for more than 48 h."""
    supply = pump.supply
    still = pump.delivered_at >= 0 and pump.now - pump.delivered_at > STOPPED_LONGEST
    marks = not supply.check_early and (is_empty(pump.reservoir) or still)
    return evolve(supply, check_early=True) if marks else supply


def conditions(device: Device, pump: Pump, supply: Supply) -> ByAlarm:
    """By alarm, whether its condition holds now; on a retired pump none does.

    Of books and level sensor, the one that shows less decides.
    """
    if pump.phase == Phase.RETIRED:
        return (False,) * ALARMS
    left = least(pump.reservoir.remaining, supply.sensed)
    service = pump.service
    refilled = pump.closed.at == pump.now
    return (
        left <= pump.reservoir.empty_level,
        pump.faults[Fault.MOTOR_STALL],
        pump.faults[Fault.END_OF_SERVICE],
        pump.faults[Fault.MEMORY],
        pump.faults[Fault.RESET],
        refilled and pump.closed.finding == Finding.OVER_DELIVERED,
        pump.delivered_at >= 0 and pump.now - pump.delivered_at > STOPPED_LONGEST,
        service.gap_at == pump.now or service.gaps_today + service.gaps_before >= GAPS_LONGEST,
        pump.mri.unverified_since != NEVER and pump.now - pump.mri.unverified_since > device.mri_recovery,
        not pump.band.allowed,
        left <= pump.reservoir.low_level,
        pump.faults[Fault.REPLACEMENT_DUE],
        pump.phase == Phase.IMPLANTED and pump.now >= supply.use_by,
        supply.disagrees,
        supply.check_early,
        refilled and pump.closed.finding == Finding.UNDER_DELIVERED,
        pump.phase == Phase.IMPLANTED and refill_is_due(pump),
    )


def watch(alarms: Alarms, now: int, holding: ByAlarm) -> Alarms:
    """The alarms at `now`, where the conditions in `holding` hold: a new one breaks the silence."""
    if holding == alarms.conditions:
        return alarms
    listed = tuple(holding[i] or (alarms.listed[i] and LATCHING[i]) for i in range(ALARMS))
    new = False
    for i in range(ALARMS):
        new = new or (holding[i] and not alarms.conditions[i])
    return Alarms(conditions=holding, listed=listed, silent_until=now if new else alarms.silent_until)


def sounding(alarms: Alarms, now: int) -> int:
    """The most urgent listed alarm, or `SILENT` during a silence and when none is listed."""
    if now < alarms.silent_until or alarms.listed == _NONE:
        return SILENT
    sound = SILENT
    for i in range(ALARMS):
        sound = i if sound == SILENT and alarms.listed[i] else sound
    return sound


def report(before: Alarms, after: Alarms, now: int) -> AlarmReport:
    """What the step that led from `before` to `after` tells the log and the sounder."""
    sound = sounding(after, now)
    if after == before:
        return AlarmReport(sounding=sound, listed=after.listed, risen=_NONE, ended=_NONE)
    return AlarmReport(
        sounding=sound,
        listed=after.listed,
        risen=tuple(after.conditions[i] and not before.conditions[i] for i in range(ALARMS)),
        ended=tuple(before.listed[i] and not after.listed[i] for i in range(ALARMS)),
    )
