"""Someone responds to an alarm: its sound is muted, or it is acknowledged and cleared."""

from __future__ import annotations

from intrathecal.alarm import ALARMS, CRITICAL_SILENCE, CRITICALS, SILENT
from intrathecal.alarming import conditions, sounding, supervise, watch
from intrathecal.arithmetic import least
from intrathecal.device import Device
from intrathecal.events import Acknowledge, Silence
from intrathecal.evolving import evolve
from intrathecal.pump import Pump
from intrathecal.verdict import Decision, Reason, accept, refuse


def on_silence(device: Device, pump: Pump, event: Silence) -> Decision:
    """The sound of everything listed is muted until the duration ends, or something new happens."""
    alarms = watch(pump.alarms, pump.now, conditions(device, pump, supervise(pump)))
    sound = sounding(alarms, pump.now)
    if sound == SILENT or pump.now == alarms.silent_until:
        return refuse(pump, Reason.NOTHING_SOUNDS)
    longest = least(device.silence, CRITICAL_SILENCE) if sound < CRITICALS else device.silence
    if event.duration > longest:
        return refuse(pump, Reason.SILENCE_TOO_LONG)
    return accept(evolve(pump, number=event.number, alarms=evolve(alarms, silent_until=pump.now + event.duration)))


def on_acknowledge(device: Device, pump: Pump, event: Acknowledge) -> Decision:
    """An alarm whose condition has gone is cleared from the list."""
    alarms = watch(pump.alarms, pump.now, conditions(device, pump, supervise(pump)))
    if not alarms.listed[event.alarm]:
        return refuse(pump, Reason.NOT_LISTED)
    if alarms.conditions[event.alarm]:
        return refuse(pump, Reason.CONDITION_PRESENT)
    listed = tuple(alarms.listed[i] and i != event.alarm for i in range(ALARMS))
    return accept(evolve(pump, number=event.number, alarms=evolve(alarms, listed=listed)))
