"""The supply: what a level sensor, a stability date and a pump that ran dry have to say beside the books."""

from __future__ import annotations

from intrathecal.alarm import Alarm
from intrathecal.device import Device
from intrathecal.events import Event, LevelMeasured, Tick
from intrathecal.pump import Phase, Pump
from intrathecal.stepping import step
from intrathecal.verdict import Step
from intrathecal_specs.hazards import Hazard
from intrathecal_specs.requirement import requirement
from intrathecal_specs.words import DISCREPANCY, EMPTY, LOW, OVER_DELIVERY, Drawing, Filling


@requirement("RES-7", hazards=(Hazard.SENSOR_DISAGREEMENT,), source="domain.md 3.2 (MedStream level sensor, 2013)")
def a_sensor_that_no_tolerance_explains_raises_an_alarm(
    device: Device, before: Pump, event: LevelMeasured, after: Step
) -> bool:
    """A level below what the fast end of the bands of pressure passed through leaves, or above what the slow end leaves
    without what is doubtful, each by more than the measuring error, lists the disagreement; any other takes it off the
    list."""
    r = after.pump.reservoir
    d = before.device
    held = r.filled - r.withdrawn
    least = 1_000 * (held - d.measuring_error) - r.fastest
    most = 1_000 * (held + d.measuring_error) - r.slowest
    outside = 1_000 * event.volume < least or 1_000 * event.volume > most
    retired = after.pump.phase == Phase.RETIRED
    return not after.verdict.accepted or retired or after.alarms.listed[Alarm.LEVEL_DISAGREEMENT] == outside


@requirement("RES-7", hazards=(Hazard.SENSOR_DISAGREEMENT, Hazard.UNDER_DELIVERY), source="domain.md 3.2")
def the_smaller_volume_decides_the_alarms(device: Device, pump: Pump) -> bool:
    """Whichever of the books and the sensor shows less: at the low or the empty level its alarm is listed."""
    r = pump.reservoir
    low = r.remaining <= r.low_level or pump.supply.sensed <= r.low_level
    empty = r.remaining <= r.empty_level or pump.supply.sensed <= r.empty_level
    retired = pump.phase == Phase.RETIRED
    return retired or ((not low or pump.alarms.listed[LOW]) and (not empty or pump.alarms.listed[EMPTY]))


@requirement("RES-7", hazards=(Hazard.SILENT_STOP, Hazard.SENSOR_DISAGREEMENT), source="domain.md 3.2")
def only_the_books_stop_delivery(device: Device, before: Pump, event: LevelMeasured, after: Step) -> bool:
    """What a sensor sees leaves mode, command and books as a tick would leave them."""
    tick = step(device, before, Tick(at=event.at))
    books = after.pump.reservoir == tick.pump.reservoir and after.pump.window == tick.pump.window
    return after.command == tick.command and after.pump.mode == tick.pump.mode and books


@requirement("RES-7", hazards=(Hazard.SENSOR_DISAGREEMENT, Hazard.WRONG_VOLUME), source="domain.md 3.2")
def what_the_sensor_saw_falls_with_the_books(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """Between two measurements, what the sensor saw falls by exactly what the books let go; a filling brings both to
    what was filled in."""
    filled = isinstance(event, Filling) and after.verdict.accepted
    fell = before.supply.sensed - after.pump.supply.sensed
    let_go = before.reservoir.remaining - after.pump.reservoir.remaining
    measured = isinstance(event, LevelMeasured) and after.verdict.accepted
    return measured or (after.pump.supply.sensed == after.pump.reservoir.remaining if filled else fell == let_go)


@requirement("RES-11", hazards=(Hazard.WRONG_TIME,), source="domain.md 4.1 (stability of ziconotide in a pump)")
def a_solution_past_its_date_is_alarmed(device: Device, pump: Pump) -> bool:
    """From its stability date on, the solution in an implanted pump lists an alarm."""
    expired = pump.phase == Phase.IMPLANTED and pump.now >= pump.supply.use_by
    return not expired or pump.alarms.listed[Alarm.SOLUTION_EXPIRED]


@requirement("RES-11", hazards=(Hazard.WRONG_TIME,), source="design: Reservoir")
def the_stability_date_is_that_of_what_was_filled_in(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """The date comes with the filling, and nothing else moves it."""
    date = after.pump.supply.use_by
    if isinstance(event, Filling):
        return date == (event.use_by if after.verdict.accepted else before.supply.use_by)
    return date == before.supply.use_by


@requirement("RES-12", hazards=(Hazard.FLOW_DRIFT,), source="domain.md 5 (Nov 2016: dry, or stopped for 48 h), S-hsa16")
def a_pump_that_ran_dry_or_stood_still_is_to_be_checked_early(device: Device, pump: Pump) -> bool:
    """An empty pump, and one without delivery for more than 48 h since its first, is marked, and the mark is listed."""
    dry = pump.reservoir.remaining <= pump.reservoir.empty_level
    still = pump.delivered_at >= 0 and pump.now - pump.delivered_at > 48 * 3_600
    marked = pump.supply.check_early or not (dry or still)
    retired = pump.phase == Phase.RETIRED
    return marked and (retired or not pump.supply.check_early or pump.alarms.listed[Alarm.EARLY_CHECK])


@requirement("RES-12", hazards=(Hazard.FLOW_DRIFT,), source="design: Reservoir")
def only_a_refill_as_expected_lifts_the_mark(device: Device, before: Pump, event: Event, after: Step) -> bool:
    """The mark goes only with a refill that tells neither over-delivery nor a discrepancy."""
    lifted = before.supply.check_early and not after.pump.supply.check_early
    refilled = isinstance(event, Drawing) and after.verdict.accepted
    quiet = not after.alarms.risen[OVER_DELIVERY] and not after.alarms.risen[DISCREPANCY]
    return not lifted or (refilled and quiet)
