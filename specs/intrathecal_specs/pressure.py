"""Ambient pressure: allowed bands change nothing but the tolerance of the books; outside them an alarm sounds."""

from __future__ import annotations

from attrs import evolve

from intrathecal.alarm import Alarm
from intrathecal.arithmetic import greatest
from intrathecal.device import BANDS, Device
from intrathecal.events import Event, PressureChanged, Tick
from intrathecal.pump import Phase, Pump
from intrathecal.reservoir import level, spare
from intrathecal.stepping import step
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import Drawing, in_doubt, ran, rereads

_SOURCE = "domain.md 1.6 (hyperbaric, scuba, flight), 3.1 (altitude and pressure)"


@requirement("ENV-2", hazards=(Hazard.WRONG_MODEL,), source=_SOURCE)
def the_band_is_that_of_the_pressure(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Once a change of pressure is accepted, the pump is in that band of its device which the pressure lies in; no
    other event moves it."""
    if not isinstance(event, PressureChanged):
        return after.pump.band == before.band
    found = False
    for i in range(BANDS):
        above = i == 0 or event.pressure > before.device.bands[i - 1].up_to
        mine = above and event.pressure <= before.device.bands[i].up_to
        found = found or (mine and after.pump.band == before.device.bands[i])
    return found if after.verdict.accepted else after.pump == before


@requirement("ENV-2", hazards=(Hazard.WRONG_MODEL, Hazard.UNDER_DELIVERY), source=_SOURCE)
def within_allowed_bands_pressure_changes_nothing(
    device: Device, before: Pump, event: PressureChanged, after: Step
) -> bool:
    """From one allowed band to another, such as on a flight or a dive that the device allows, a change of pressure
    leaves exactly what a tick would leave, but for the band: no alarm and no change of therapy."""
    tick = step(device, before, Tick(at=event.at))
    allowed = before.band.allowed and after.pump.band.allowed
    same = evolve(after.pump, band=before.band) == tick.pump and after.alarms == tick.alarms
    return not allowed or same


@requirement("ENV-2", hazards=(Hazard.WRONG_MODEL, Hazard.UNDER_DELIVERY), source=_SOURCE)
def no_pressure_changes_the_therapy(device: Device, before: Pump, event: PressureChanged, after: Step) -> bool:
    """In whatever band, a change of pressure leaves mode, prescription, schedule, dose window and what was delivered as
    a tick would leave them."""
    tick = step(device, before, Tick(at=event.at)).pump
    therapy = after.pump.therapy == tick.therapy and after.pump.schedule == tick.schedule
    books = after.pump.window == tick.window and after.pump.reservoir.delivered == tick.reservoir.delivered
    return after.pump.mode == tick.mode and therapy and books and after.pump.bolus == tick.bolus


@requirement("ENV-2", hazards=(Hazard.WRONG_MODEL,), source=_SOURCE)
def outside_allowed_bands_an_alarm_is_listed(device: Device, pump: Pump) -> bool:
    """Whenever the pump is in a band that its device does not allow, the pressure alarm is listed, unless it is
    retired."""
    return pump.band.allowed or pump.phase == Phase.RETIRED or pump.alarms.listed[Alarm.PRESSURE]


@requirement("ENV-2", hazards=(Hazard.WRONG_MODEL, Hazard.OVER_DELIVERY), source="design: Dose (DOSE-1)")
def an_allowed_band_is_within_the_devices_tolerance(device: Device, pump: Pump) -> bool:
    """In an allowed band the tolerance is no wider than the device's own, for which ceilings and doses are priced."""
    within = pump.band.fast <= pump.device.fast and pump.band.slow <= pump.device.slow
    return within or not pump.band.allowed


@requirement("ENV-2", hazards=(Hazard.WRONG_VOLUME, Hazard.WRONG_MODEL), source="design: Reservoir")
def the_levels_follow_the_widest_tolerance(device: Device, before: Pump, event: PressureChanged, after: Step) -> bool:
    """Where the band that an implanted pump enters, or the one that it leaves, is faster than the device's own
    tolerance, low and empty level are found anew, by the faster one of the device's and the new band's; else both stay
    where they are."""
    old, new = before.reservoir, after.pump.reservoir
    fast = greatest(device.fast, after.pump.band.fast)
    low = level(new.remaining, spare(device, new, after.pump.limits.low), fast)
    empty = level(new.remaining, spare(device, new, device.residual), fast)
    stays = before.band.fast <= device.fast and after.pump.band.fast <= device.fast
    implanted = after.verdict.accepted and after.pump.phase == Phase.IMPLANTED
    if stays or not implanted:
        return new.low_level == old.low_level and new.empty_level == old.empty_level
    return new.low_level == low and new.empty_level == empty


@requirement("ENV-2", hazards=(Hazard.WRONG_VOLUME, Hazard.WRONG_MODEL), source=_SOURCE)
def the_books_use_the_tolerance_of_the_band(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """What a step counts as delivered goes into the most and the least that may truly have been at the fast and the
    slow end of the band in which it was, and into the least not at all where it is doubtful; a refill takes both down
    in the account that it closes, and begins anew."""
    volume = before.command.flow * ran(before, after)
    doubt = in_doubt(before)
    fastest = before.reservoir.fastest + volume * (1_000 + before.band.fast)
    slowest = before.reservoir.slowest + (0 if doubt else volume * (1_000 - before.band.slow))
    r = after.pump.reservoir
    c = after.pump.closed
    if isinstance(event, Drawing) and after.verdict.accepted:
        return c.fastest == fastest and c.slowest == slowest and r.fastest == 0 and r.slowest == 0
    return (r.fastest == fastest or rereads(event, after)) and r.slowest == slowest
